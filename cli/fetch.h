/*
 * fetch -- `quiver fetch`, the default command: options in, transfers out.
 */
#ifndef CLI_FETCH_H
#define CLI_FETCH_H

struct command;

int fetch_main(const struct command *c, int argc, char **argv);

#endif
