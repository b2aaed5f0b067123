/*
 * json -- yyjson for bytes that a client chose.
 *
 * JSON text is Unicode; field values and bodies are bytes.  What is no UTF-8
 * in them becomes U+FFFD, one for each byte.
 */
#ifndef CORE_SERVE_JSON_H
#define CORE_SERVE_JSON_H

#include <stdbool.h>
#include <yyjson.h>

#include "base/span.h"
#include "base/str.h"
#include "http/fields.h"

bool json_is_utf8(struct span bytes);

/* A string; copied. */
yyjson_mut_val *json_text(yyjson_mut_doc *doc, struct span bytes);
void json_add(yyjson_mut_doc *doc, yyjson_mut_val *object, const char *key,
              struct span bytes);

/* {"name": "value"}, or a list where a name stands more than once. */
yyjson_mut_val *json_fields(yyjson_mut_doc *doc, const struct fields *f);

/* Appends the document, indented or on one line, and frees it.  A line is
 * ASCII: it is for a log, which a terminal may show. */
void json_finish(yyjson_mut_doc *doc, bool is_pretty, struct str *out);

#endif
