/*
 * completion_words -- the lists that the completion scripts hold, parted by
 * spaces.
 */
#ifndef CLI_HELP_COMPLETION_WORDS_H
#define CLI_HELP_COMPLETION_WORDS_H

#include <stdbool.h>

#include "args/option.h"
#include "core/base/str.h"

struct command;

void completion_words_commands(const struct command *table, struct str *out);
/* Of --help. */
void completion_words_subjects(const struct command *table, struct str *out);
/* What an argument may be; false when that is not a list of words. */
bool completion_words_values(const struct command *table, enum option_values v,
                             struct str *out);

#endif
