/*
 * completion_fish -- the completion script for fish.
 */
#ifndef CLI_HELP_COMPLETION_FISH_H
#define CLI_HELP_COMPLETION_FISH_H

#include "core/base/str.h"

struct command;

void completion_fish(const struct command *table, struct str *out);

#endif
