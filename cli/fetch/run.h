/*
 * run -- all transfers of a command line: which runs when, and how it ends.
 */
#ifndef CLI_FETCH_RUN_H
#define CLI_FETCH_RUN_H

struct config;
struct cmdline;

/* Runs everything; gives back the exit status. */
int run_session(struct cmdline *s, struct config *config);

#endif
