/*
 * fetch -- `quiver fetch`, the default command: options in, transfers out.
 */
#ifndef CLI_FETCH_FETCH_H
#define CLI_FETCH_FETCH_H

struct command_line;

int fetch_main(const struct command_line *line);

#endif
