/*
 * completion_fish -- the completion script for fish.
 */
#ifndef CLI_COMPLETION_FISH_H
#define CLI_COMPLETION_FISH_H

#include "text.h"

void completion_fish(struct text *out);

#endif
