/*
 * postdata -- -d and its relatives: what they read, and how they join.
 */
#ifndef CLI_REQUEST_POSTDATA_H
#define CLI_REQUEST_POSTDATA_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/str.h"

struct option;
struct parser;

/* The parser's calls; see options_http.c. */
bool postdata_ascii(struct parser *p, const struct option *o, const char *arg);
bool postdata_raw(struct parser *p, const struct option *o, const char *arg);
bool postdata_binary(struct parser *p, const struct option *o, const char *arg);
bool postdata_urlencode(struct parser *p, const struct option *o,
                        const char *arg);
bool postdata_json(struct parser *p, const struct option *o, const char *arg);
bool postdata_url_query(struct parser *p, const struct option *o,
                        const char *arg);

/* Appends the bytes as part of a form field: a space becomes '+', all but
 * unreserved ones are percent-encoded. */
void postdata_encode(struct str *to, const char *bytes, size_t len);

#endif
