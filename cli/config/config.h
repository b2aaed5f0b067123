/*
 * config -- what configuration files say, and what follows for an origin.
 *
 * The default file ($QUIVER_CONFIG, else config in the folder quiver of
 * $XDG_CONFIG_HOME or ~/.config) has a global part and sections, each for an
 * origin; files of -K add to the command line.  What counts, the last most:
 * built-in, global part, section, -K, command line.
 *
 * A command that sends requests calls config_start() before its parser runs,
 * config_begin() for each --next, config_report() behind the parser, and takes
 * the operation of each URL from config_operation().  Without any file all of
 * it costs one failed open().
 */
#ifndef CLI_CONFIG_CONFIG_H
#define CLI_CONFIG_CONFIG_H

#include <stdbool.h>

#include "core/quiver.h"

struct command;
struct config;
struct operation;
struct parser;
struct str;

/* The table of commands (command.h): options of one may stand in a file that
 * another reads.  It is kept, not copied. */
struct config *config_new(const struct command *table);
void config_free(struct config *c);

/* Reads the default file, unless the line begins with -q, and gives its global
 * part to both scopes of the parser: a struct operation and whatever else the
 * command has.  The parser records what it is given from now on. */
void config_start(struct config *c, struct parser *p, int argc, char **argv);
/* The options that follow are for this new operation. */
void config_begin(struct parser *p, struct operation *op);

/* 0, or an exit status when files have mistakes: all of them are printed, one
 * a line. */
int config_report(const struct config *c, bool is_silent);

/*
 * The operation for one origin: `base` with what its section says.  Made when
 * it is first asked for, from the options that `base` was given alone, and kept
 * until config_free().
 */
const struct operation *config_operation(struct config *c,
                                         const struct operation *base,
                                         const char *scheme, const char *host,
                                         unsigned port);
/* For the origin of a URL; a bad URL has none. */
const struct operation *
config_for_url(struct config *c, const struct operation *base, const char *url);

/* Frees the operations that were made from this base, which is to be freed. */
void config_forget(struct config *c, const struct operation *base);

/* The section that an operation was made for, "[https://h] of FILE:LINE", is
 * appended; false: for none. */
bool config_describe(const struct config *c, const struct operation *op,
                     struct str *out);

#endif
