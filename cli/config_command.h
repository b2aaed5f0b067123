/*
 * config_command -- `quiver config check` and `quiver config show`.
 */
#ifndef CLI_CONFIG_COMMAND_H
#define CLI_CONFIG_COMMAND_H

struct command_line;

int config_command_run(const struct command_line *line);

#endif
