/*
 * feed_body -- the fields of a line that are the body of its request; one of
 * them at most.
 */
#ifndef CLI_INPUT_FEED_BODY_H
#define CLI_INPUT_FEED_BODY_H

#include "input/feed_fields.h"

/* Notes which field is the body; false when another one was it. */
bool feed_body_claim(struct feed_fields *f);

bool feed_body_text(struct feed_fields *f, yyjson_val *v);
bool feed_body_base64(struct feed_fields *f, yyjson_val *v);
bool feed_body_file(struct feed_fields *f, yyjson_val *v);
bool feed_body_json(struct feed_fields *f, yyjson_val *v);
bool feed_body_form(struct feed_fields *f, yyjson_val *v);

/* RFC 4648 4, padded or not; NULL for anything else.  The bytes live as long
 * as the entry. */
const void *feed_body_decode(struct entry *e, const char *text, size_t len,
                             size_t *n);

#endif
