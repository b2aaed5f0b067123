/*
 * url_parts -- a URL in pieces, by the names that curl has for them: scheme,
 * user, password, options, host, port, path, query, fragment, zoneid.
 */
#ifndef CLI_RECORD_URL_PARTS_H
#define CLI_RECORD_URL_PARTS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/str.h"
#include "record/facts.h"

/* Appends one; nothing when this URL has no such part.  False: no part is
 * called so. */
bool url_parts_print(const char *part, size_t len, const char *url,
                     const struct writeout_facts *f, struct str *out);

/* Appends all as members of an object, ',"PREFIX.scheme":"https"' and so on;
 * null is "has none".  Name and password are shown with the other secrets, as in
 * the URL itself. */
void url_parts_json(const char *prefix, const char *url,
                    const struct writeout_facts *f, struct str *out);

#endif
