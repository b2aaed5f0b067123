/*
 * input_body -- the fields of a line that are the body of its request; one of
 * them at most.
 */
#ifndef CLI_INPUT_INPUT_BODY_H
#define CLI_INPUT_INPUT_BODY_H

#include "input/input_fields.h"

/* Notes which field is the body; false when another one was it. */
bool input_body_claim(struct input_fields *f);

bool input_body_text(struct input_fields *f, yyjson_val *v);
bool input_body_base64(struct input_fields *f, yyjson_val *v);
bool input_body_file(struct input_fields *f, yyjson_val *v);
bool input_body_json(struct input_fields *f, yyjson_val *v);
bool input_body_form(struct input_fields *f, yyjson_val *v);

/* RFC 4648 4, padded or not; NULL for anything else.  The bytes live as long
 * as the entry. */
const void *input_body_decode(struct entry *e, const char *text, size_t len,
                              size_t *n);

#endif
