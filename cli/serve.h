/*
 * serve -- `quiver serve`: runs the embedded server until a signal ends it.
 */
#ifndef CLI_SERVE_H
#define CLI_SERVE_H

struct serve_config;

/* Gives back the exit status. */
int serve_main(const struct serve_config *config);

#endif
