/*
 * help -- what --help and `quiver help` print, made from the table of commands.
 *
 * Subjects: "" (the options most used), "all", a category, a command,
 * "category", "exit-codes", "write-out", "differences", "config".
 */
#ifndef CLI_HELP_HELP_H
#define CLI_HELP_HELP_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/str.h"

struct command;
struct command_line;

/*
 * What `quiver help WORD...` prints: a subject, an option ("--retry", "-L", or
 * a command and one of its options), or where the words are spoken of.  Gives
 * back the exit status: 2 when there is nothing.
 */
int help_print(const struct command *table, const char *const *words, size_t n);
/* For `quiver COMMAND --help SUBJECT`: "" is the command, "all" its options,
 * "-x" one of them. */
int help_print_for(const struct command_line *line, const char *subject);

#endif
