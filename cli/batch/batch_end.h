/*
 * batch_end -- what a batch says and leaves when it is over.
 */
#ifndef CLI_BATCH_BATCH_END_H
#define CLI_BATCH_BATCH_END_H

#include "batch/batch_options.h"
#include "batch/batch_state.h"
#include "engine/engine.h"
#include "results/results.h"

struct batch_end_needs {
    struct engine *engine;
    const struct batch_options *options;
    const struct batch_state *state;
    const struct results *results;
    const char *resume; /* the command that goes on; NULL: none does */
};

/* Prints the last lines, writes the summary; gives back the exit status. */
int batch_end(const struct batch_end_needs *n);

#endif
