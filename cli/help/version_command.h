/*
 * version_command -- `quiver version`.
 */
#ifndef CLI_HELP_VERSION_COMMAND_H
#define CLI_HELP_VERSION_COMMAND_H

#include "args/option.h"

struct command_line;

extern const struct option_group options_version;

int version_command_run(const struct command_line *line);

#endif
