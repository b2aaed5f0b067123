/*
 * help_command -- `quiver help`.
 */
#ifndef CLI_HELP_HELP_COMMAND_H
#define CLI_HELP_HELP_COMMAND_H

struct command_line;

int help_command_run(const struct command_line *line);

#endif
