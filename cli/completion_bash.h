/*
 * completion_bash -- the completion script for bash.
 */
#ifndef CLI_COMPLETION_BASH_H
#define CLI_COMPLETION_BASH_H

#include "text.h"

void completion_bash(struct text *out);

#endif
