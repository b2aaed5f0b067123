/*
 * mdoc -- the man pages, written from the tables.
 *
 * `quiver help mdoc quiver-fetch.1` prints one; the files in man/ are its
 * output, and a test fails when they differ.
 */
#ifndef CLI_HELP_MDOC_H
#define CLI_HELP_MDOC_H

#include <stdbool.h>

#include "core/base/str.h"

struct command;

/* A page by its file's name, "quiver.1".  False: there is none, or it is
 * written by hand. */
bool mdoc_render(const struct command *table, const char *page,
                 struct str *out);

#endif
