/*
 * completion_words -- the lists that the completion scripts hold, parted by
 * spaces.
 */
#ifndef CLI_COMPLETION_WORDS_H
#define CLI_COMPLETION_WORDS_H

#include <stdbool.h>

#include "option.h"
#include "text.h"

void completion_words_commands(struct text *out);
void completion_words_subjects(struct text *out); /* of --help */
/* What an argument may be; false when that is not a list of words. */
bool completion_words_values(struct text *out, enum option_values v);

#endif
