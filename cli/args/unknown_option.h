/*
 * unknown_option -- what is said about an option that a command does not have.
 *
 * That it belongs to another command, that curl has it and quiver has not, what
 * HTTPie, xh or wget call so, or which one was probably meant.
 */
#ifndef CLI_ARGS_UNKNOWN_OPTION_H
#define CLI_ARGS_UNKNOWN_OPTION_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/str.h"

struct command_line;
struct option_group;

/* Appends it: there is no --NAME in the groups, which are those of the line's
 * command.  line NULL: they belong to none. */
void unknown_option_tell(const struct command_line *line,
                         const struct option_group *const *groups,
                         const char *name, size_t len, struct str *out);
/* The same for one of the letters behind a '-'. */
void unknown_option_tell_letter(const struct command_line *line,
                                const struct option_group *const *groups,
                                const char *letters, char letter,
                                struct str *out);

/* "-X", that was written with a dash which is no '-' (of a text processor, from
 * a web page). */
bool unknown_option_has_odd_dash(const char *operand);

#endif
