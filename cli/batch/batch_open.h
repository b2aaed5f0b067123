/*
 * batch_open -- what a batch works with: engine, input and output.
 */
#ifndef CLI_BATCH_BATCH_OPEN_H
#define CLI_BATCH_BATCH_OPEN_H

#include <stdbool.h>

struct batch;
struct batch_command;

struct qv_client *batch_open_client(struct batch *b);

/* b->feed and b->results.  False with b->status, after a line that says why:
 * what an earlier run has left is untouched. */
bool batch_open(struct batch *b, const struct batch_command *command);

#endif
