/*
 * help_manual -- all about a command as plain text: --manual.
 */
#ifndef CLI_HELP_HELP_MANUAL_H
#define CLI_HELP_HELP_MANUAL_H

#include "args/command.h"
#include "core/base/str.h"

/* What stands behind an option's name: " <file>", "[=<file>]", or nothing. */
void help_manual_add_argument(struct str *out, const struct option *o);
/* One of its options: what it does, and an example. */
void help_manual_add_option(struct str *out, const struct option *o);
void help_manual_render(const struct command *c, struct str *out);

#endif
