/*
 * feed_multipart -- the field `multipart`: a form with files (RFC 7578).
 */
#ifndef CLI_INPUT_FEED_MULTIPART_H
#define CLI_INPUT_FEED_MULTIPART_H

#include "input/feed_fields.h"

bool feed_multipart_read(struct feed_fields *f, yyjson_val *v);

#endif
