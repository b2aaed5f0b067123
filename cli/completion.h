/*
 * completion -- `quiver completion bash|zsh|fish`, written from the tables.
 *
 * The files in completions/ are its output, and a test fails when they differ.
 */
#ifndef CLI_COMPLETION_H
#define CLI_COMPLETION_H

#include <stdbool.h>

#include "text.h"

struct command;

int completion_main(const struct command *c, int argc, char **argv);
/* False when quiver knows no such shell. */
bool completion_render(struct text *out, const char *shell);

#endif
