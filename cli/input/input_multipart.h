/*
 * input_multipart -- the field `multipart`: a form with files (RFC 7578).
 */
#ifndef CLI_INPUT_INPUT_MULTIPART_H
#define CLI_INPUT_INPUT_MULTIPART_H

#include "input/input_fields.h"

bool input_multipart_read(struct input_fields *f, yyjson_val *v);

#endif
