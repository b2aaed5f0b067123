/*
 * completion -- `quiver completion bash|zsh|fish`, written from the tables.
 *
 * The files in completions/ are its output, and a test fails when they differ.
 */
#ifndef CLI_HELP_COMPLETION_H
#define CLI_HELP_COMPLETION_H

#include <stdbool.h>

#include "core/base/str.h"

struct command;
struct command_line;

int completion_main(const struct command_line *line);
/* False when quiver knows no such shell. */
bool completion_render(const struct command *table, const char *shell,
                       struct str *out);

#endif
