/*
 * serve -- runs the embedded server for `quiver serve`.
 */
#ifndef CLI_SERVE_SERVE_H
#define CLI_SERVE_SERVE_H

struct serve_config;

/* Opens the ports, prints what listens where, and serves until a signal.
 * Gives back the exit status: 0 after a drain. */
int serve_main(const struct serve_config *config);

#endif
