/*
 * tunnel_run -- a tunnel from start to end: the engine does it, this says what
 * becomes of it.
 */
#ifndef CLI_TUNNEL_TUNNEL_RUN_H
#define CLI_TUNNEL_TUNNEL_RUN_H

struct cmdline;
struct config;
struct tunnel_options;

/* Gives back the exit status: 0 when standard input and output are over;
 * a signal's after SIGINT or SIGTERM. */
int tunnel_run(const struct tunnel_options *o, struct cmdline *s,
               struct config *c);

#endif
