/*
 * batch_signals -- SIGINT and SIGTERM: the first drains, the second stops.
 */
#ifndef CLI_BATCH_BATCH_SIGNALS_H
#define CLI_BATCH_BATCH_SIGNALS_H

struct batch;

void batch_signals_watch(struct batch *b);
void batch_signals_forget(struct batch *b);

#endif
