/*
 * help_index -- finds words in all that help knows: `quiver help redirect`.
 */
#ifndef CLI_HELP_HELP_INDEX_H
#define CLI_HELP_HELP_INDEX_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/str.h"

struct command;

/* Appends what has all of the words, each at the beginning of a word of the
 * text: options, commands, lines of pages.  False: nothing has. */
bool help_index_render(const struct command *table, const char *const *words,
                       size_t nwords, struct str *out);

#endif
