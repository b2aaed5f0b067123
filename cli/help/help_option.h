/*
 * help_option -- all that is known of one option, from its row.
 */
#ifndef CLI_HELP_HELP_OPTION_H
#define CLI_HELP_HELP_OPTION_H

#include <stdbool.h>

#include "core/base/str.h"

struct command;
struct option;

/* A line, as --help has it. */
void help_option_add_row(struct str *out, const struct option *o);

/* "-L", "--retry", "--no-location", of the command, or of all commands with
 * NULL: options that differ though they are called the same are all rendered.
 * False: there is none. */
bool help_option_render(const struct command *table,
                        const struct command *command, const char *word,
                        struct str *out);
/* Prints it, or that there is none (and what may have been meant): the exit
 * status. */
int help_option_print(const struct command *table,
                      const struct command *command, const char *word);

/* The next row after *at (start with {0}) that no earlier command of the table
 * has; *command is the first one that has it.  NULL at the end. */
struct help_option_at {
    size_t command;
    size_t group;
    size_t row;
};
const struct option *help_option_next(const struct command *table,
                                      struct help_option_at *at,
                                      const struct command **command);

#endif
