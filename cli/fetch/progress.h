/*
 * progress -- the lines that tell how far transfers are.
 *
 * Only for a person: when standard error is a terminal, nobody asked for
 * silence, and no body goes to that terminal.  They are drawn as status_area.h
 * says.  With -# the last state of each bar stays; that is all a dumb terminal
 * is shown.
 */
#ifndef CLI_FETCH_PROGRESS_H
#define CLI_FETCH_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/quiver.h"
#include "fetch/job.h"

struct progress {
    struct engine *engine;
    const struct jobs *jobs; /* what is shown */
    bool is_on;
    unsigned frame;
    uint64_t began;
    uint64_t bytes_done; /* of jobs that are over */
};

/* Until engine_stop() the jobs are looked at whenever it draws. */
void progress_start(struct progress *p, const struct job_env *env,
                    const struct jobs *jobs);
void progress_job_done(struct progress *p, const struct job *j,
                       const struct qv_result *result);

#endif
