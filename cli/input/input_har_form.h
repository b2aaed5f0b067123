/*
 * input_har_form -- the body of a form, from its fields in a HAR.
 */
#ifndef CLI_INPUT_INPUT_HAR_FORM_H
#define CLI_INPUT_INPUT_HAR_FORM_H

#include <stdbool.h>
#include <stdint.h>
#include <yyjson.h>

#include "core/base/str.h"

/* Writes the postData.params of a request as
 * application/x-www-form-urlencoded; false when one has no name.  body_size:
 * bytes that the body had, -1: unknown. */
bool input_har_form(struct str *out, yyjson_val *params, int64_t body_size);

#endif
