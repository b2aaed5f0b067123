/*
 * input_headers -- the fields of a line that become header fields.
 */
#ifndef CLI_INPUT_INPUT_HEADERS_H
#define CLI_INPUT_INPUT_HEADERS_H

#include "input/input_fields.h"

/* An object, whose values are strings or arrays of them, or an array of pairs.
 * null takes a header away that would be sent without being asked for. */
bool input_headers_read(struct input_fields *f, yyjson_val *v);

/* Room for n headers; and one of them, its value a string or null. */
void input_headers_reserve(struct input_fields *f, size_t n);
bool input_headers_add(struct input_fields *f, yyjson_val *name,
                       yyjson_val *value);

/* Can it be one?  False with the reason in *why, which is emptied before. */
bool input_headers_check(yyjson_val *name, yyjson_val *value, struct str *why);

/* RFC 9218: becomes the field of that name. */
bool input_headers_priority(struct input_fields *f, yyjson_val *v);
bool input_headers_trailers(struct input_fields *f, yyjson_val *v);

/* RFC 9110 5.6.2: what names and methods consist of. */
bool input_headers_is_token(const char *s, size_t len);
/* RFC 9110 5.5: without control bytes but tabs. */
bool input_headers_is_value(const char *s, size_t len);

#endif
