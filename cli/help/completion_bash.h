/*
 * completion_bash -- the completion script for bash.
 */
#ifndef CLI_HELP_COMPLETION_BASH_H
#define CLI_HELP_COMPLETION_BASH_H

#include "core/base/str.h"

struct command;

void completion_bash(const struct command *table, struct str *out);

#endif
