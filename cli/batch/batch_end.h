/*
 * batch_end -- what a batch says and leaves when it is over.
 */
#ifndef CLI_BATCH_BATCH_END_H
#define CLI_BATCH_BATCH_END_H

struct batch;
struct batch_command;

/* Prints the last lines, writes the summary; gives back the exit status. */
int batch_end(struct batch *b, const struct batch_command *command);

#endif
