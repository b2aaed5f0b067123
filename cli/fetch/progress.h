/*
 * progress -- the lines that tell how far transfers are.
 *
 * Only for a person: when standard error is a terminal, nobody asked for
 * silence, and no body goes to that terminal.  They appear after half a
 * second, are redrawn at most ten times a second and vanish at the end.  With -#
 * the last state of each bar stays; that is all a dumb terminal is shown.
 */
#ifndef CLI_FETCH_PROGRESS_H
#define CLI_FETCH_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/quiver.h"

struct job;
struct run;

struct progress {
    struct run *run;
    struct qv_timer timer;
    bool is_on;
    bool is_live;   /* the terminal can be drawn on */
    unsigned lines; /* on the screen now */
    unsigned frame;
    uint64_t began;
    uint64_t bytes_done; /* of jobs that are over */
};

void progress_start(struct progress *p, struct run *run);
void progress_job_done(struct progress *p, const struct job *j,
                       const struct qv_result *result);
/* Clears the screen for other lines; drawn again at the next tick. */
void progress_hide(struct progress *p);
void progress_end(struct progress *p);

#endif
