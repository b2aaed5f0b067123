/*
 * listing -- what is in a served folder, as a page or as JSON.
 */
#ifndef CORE_SERVE_LISTING_H
#define CORE_SERVE_LISTING_H

#include <stdbool.h>

#include "base/str.h"

/* More than that are not listed; the listing says so. */
#define LISTING_MAX 10000

/*
 * Appends the entries of the folder, sorted by name, folders with a "/" at
 * the end; names that begin with a dot are left out.  dir is closed.  file:
 * its path below the root, for the title.  False when it cannot be read.
 */
bool listing_write(int dir, struct span file, bool as_json, struct str *out);

#endif
