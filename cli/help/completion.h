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

#endif
