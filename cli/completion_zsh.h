/*
 * completion_zsh -- the completion script for zsh.
 */
#ifndef CLI_COMPLETION_ZSH_H
#define CLI_COMPLETION_ZSH_H

#include "text.h"

void completion_zsh(struct text *out);

#endif
