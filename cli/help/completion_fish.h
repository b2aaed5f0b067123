/*
 * completion_fish -- the completion script for fish.
 */
#ifndef CLI_HELP_COMPLETION_FISH_H
#define CLI_HELP_COMPLETION_FISH_H

#include "base/text.h"

struct command;

void completion_fish(const struct command *table, struct text *out);

#endif
