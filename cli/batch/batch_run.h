/*
 * batch_run -- the entries of a batch: which is sent when, and how it ends.
 */
#ifndef CLI_BATCH_BATCH_RUN_H
#define CLI_BATCH_BATCH_RUN_H

#include "batch/batch_options.h"

struct config;
struct cmdline;

/* What the command line as a whole is good for. */
struct batch_command {
    const char *digest; /* of what a resumed run must have in common */
    const char *resume; /* goes on where this one stops; NULL: nothing does */
};

/* Gives back the exit status. */
int batch_run(const struct batch_options *o, struct cmdline *s,
              struct config *config, const struct batch_command *command);

#endif
