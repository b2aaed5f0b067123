/*
 * config_file -- -K: options from a file in curl's syntax.
 *
 * They count as if they stood in place of the -K, except that what is typed on
 * the command line counts more, before it or behind it.
 */
#ifndef CLI_CONFIG_CONFIG_FILE_H
#define CLI_CONFIG_CONFIG_FILE_H

#include <stdbool.h>

struct option;
struct parser;

/* The call of the row: mistakes in the file are remembered, for
 * config_report(), and do not stop the parser. */
bool config_file(struct parser *p, const struct option *o, const char *path);

#endif
