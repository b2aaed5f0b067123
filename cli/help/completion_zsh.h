/*
 * completion_zsh -- the completion script for zsh.
 */
#ifndef CLI_HELP_COMPLETION_ZSH_H
#define CLI_HELP_COMPLETION_ZSH_H

#include "core/base/str.h"

struct command;

void completion_zsh(const struct command *table, struct str *out);

#endif
