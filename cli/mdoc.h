/*
 * mdoc -- the man pages, written from the tables.
 *
 * `quiver help mdoc quiver-fetch.1` prints one; the files in man/ are its
 * output, and a test fails when they differ.
 */
#ifndef CLI_MDOC_H
#define CLI_MDOC_H

#include <stdbool.h>

#include "text.h"

/* Names of the pages, NULL at the end: "quiver.1", ... */
extern const char *const mdoc_pages[];

/* False when there is no such page. */
bool mdoc_render(struct text *out, const char *page);

#endif
