/*
 * help -- what --help and `quiver help` print, made from the tables.
 *
 * Subjects: "" (the options most used), "all", a category, a command,
 * "category", "exit-codes", "write-out", "differences", "config".
 */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include <stdbool.h>

#include "text.h"

struct command;

int help_main(const struct command *c, int argc, char **argv);
/* Gives back the exit status: 2 when there is no such subject. */
int help_print(const char *subject);
/* For `quiver COMMAND --help SUBJECT`: "" is the command, "all" its options. */
int help_print_for(const struct command *c, const char *subject);
/* False when there is no such subject. */
bool help_render(struct text *out, const char *subject);

#endif
