/*
 * run -- all transfers of a session: which runs when, and how it ends.
 */
#ifndef CLI_FETCH_RUN_H
#define CLI_FETCH_RUN_H

struct config;
struct session;

/* Runs everything; gives back the exit status. */
int run_session(struct session *s, struct config *config);

#endif
