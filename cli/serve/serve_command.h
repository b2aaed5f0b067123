/*
 * serve_command -- reads the options of `quiver serve` and runs it.
 */
#ifndef CLI_SERVE_SERVE_COMMAND_H
#define CLI_SERVE_SERVE_COMMAND_H

struct command_line;

int serve_command_run(const struct command_line *line);

#endif
