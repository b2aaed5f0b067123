/*
 * batch_open -- what a batch works with: its input and its output.
 */
#ifndef CLI_BATCH_BATCH_OPEN_H
#define CLI_BATCH_BATCH_OPEN_H

#include <stdbool.h>

#include "batch/batch_options.h"
#include "core/quiver.h"
#include "input/input.h"
#include "results/results.h"

struct batch_open_needs {
    struct qv_client *client;
    const struct batch_options *options;
    const struct operation *defaults; /* of every entry */
    const char *digest; /* what a resumed run must have in common, any text */
    void (*on_input)(void *user); /* input_new()'s on_ready */
    void (*on_drain)(void *user); /* results_new()'s */
    /* struct input_options' */
    void (*on_gone)(void *user, const struct operation *op);
    void (*on_note)(void *user, const char *text);
    void *user; /* of all four */
};

/* What was opened is the caller's: for input_free(), results_free(). */
struct batch_opened {
    struct input *input;
    struct results *results;
};

/* False with *error: what an earlier run has left is untouched, and *out has
 * what was opened before that; NULL: it was not. */
bool batch_open(const struct batch_open_needs *needs, struct batch_opened *out,
                struct qv_error *error);

#endif
