/*
 * feed_headers -- the fields of a line that become header fields.
 */
#ifndef CLI_INPUT_FEED_HEADERS_H
#define CLI_INPUT_FEED_HEADERS_H

#include "input/feed_fields.h"

/* An object, whose values are strings or arrays of them, or an array of pairs.
 * null takes a header away that would be sent without being asked for. */
bool feed_headers_read(struct feed_fields *f, yyjson_val *v);

/* Room for n headers; and one of them, its value a string or null. */
void feed_headers_reserve(struct feed_fields *f, size_t n);
bool feed_headers_add(struct feed_fields *f, yyjson_val *name,
                      yyjson_val *value);

/* Can it be one?  False with the reason in *why, which is emptied before. */
bool feed_headers_check(yyjson_val *name, yyjson_val *value, struct text *why);

/* RFC 9218: becomes the field of that name. */
bool feed_headers_priority(struct feed_fields *f, yyjson_val *v);

/* RFC 9110 5.6.2: what names and methods consist of. */
bool feed_headers_is_token(const char *s, size_t len);
/* RFC 9110 5.5: without control bytes but tabs. */
bool feed_headers_is_value(const char *s, size_t len);

#endif
