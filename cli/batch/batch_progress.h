/*
 * batch_progress -- the line that tells how far a batch is, and those of --stats.
 *
 * For a person at a terminal, as status_area.h says.  --progress=plain and json
 * write a line each five seconds to anything.
 */
#ifndef CLI_BATCH_BATCH_PROGRESS_H
#define CLI_BATCH_BATCH_PROGRESS_H

#include <stdbool.h>

#include "batch/batch_state.h"
#include "batch/tasks.h"
#include "core/quiver.h"
#include "engine/engine.h"

struct batch_progress {
    /* What is shown, and how: set before the start. */
    struct engine *engine;
    const struct batch_state *state;
    const struct tasks *tasks;
    /* private: */
    struct qv_timer timer; /* of plain and json */
};

/* are_records_shown: they go to a terminal, where lines would meet them. */
void batch_progress_start(struct batch_progress *p, bool are_records_shown);
void batch_progress_end(struct batch_progress *p);

#endif
