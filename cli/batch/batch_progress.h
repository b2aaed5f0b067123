/*
 * batch_progress -- the line that tells how far a batch is, and those of --stats.
 *
 * Under the same rules as fetch's: for a person at a terminal, after half a
 * second, ten times a second, erased at the end.  --progress=plain and json
 * write a line each five seconds to anything.
 */
#ifndef CLI_BATCH_BATCH_PROGRESS_H
#define CLI_BATCH_BATCH_PROGRESS_H

#include <stdbool.h>

#include "core/quiver.h"

struct batch;

struct batch_progress {
    struct batch *batch;
    struct qv_timer timer;
    bool is_on;
    bool is_line;   /* on a terminal: redrawn and erased */
    unsigned lines; /* on the screen now */
};

void batch_progress_start(struct batch_progress *p, struct batch *b);
/* Clears the screen for other lines. */
void batch_progress_hide(struct batch_progress *p);
void batch_progress_end(struct batch_progress *p);

#endif
