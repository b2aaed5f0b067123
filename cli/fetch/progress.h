/*
 * progress -- the lines that tell how far transfers are.
 *
 * Only for a person: when standard error is a terminal, nobody asked for
 * silence, and no body goes to that terminal.  They are drawn as status_area.h
 * says; --progress=plain and json write a line each five seconds to anything.  With
 * -# the last state of each bar stays; that is all a dumb terminal
 * is shown.
 */
#ifndef CLI_FETCH_PROGRESS_H
#define CLI_FETCH_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/quiver.h"
#include "fetch/job.h"
#include "terminal/progress_line.h"

struct progress {
    struct engine *engine;
    const struct jobs *jobs; /* what is shown */
    bool is_on;
    unsigned frame;
    uint64_t began;
    uint64_t bytes_done;       /* of jobs that are over */
    bool has_more;             /* jobs that are not begun */
    struct progress_rate rate; /* of all */
    struct qv_timer timer;     /* of --progress=plain and json */
};

/* Until engine_stop() the jobs are looked at whenever it draws. */
void progress_start(struct progress *p, const struct job_env *env,
                    const struct jobs *jobs);
/* No line is written any more. */
void progress_end(struct progress *p);
void progress_job_done(struct progress *p, const struct job *j,
                       const struct qv_result *result);

#endif
