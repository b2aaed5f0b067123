/*
 * input_format -- tells what a file of a batch is by its first bytes.
 */
#ifndef CLI_INPUT_INPUT_FORMAT_H
#define CLI_INPUT_INPUT_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

#include "input/input.h"

/* False: these bytes are too few to tell; not when they are all. */
bool input_format_guess(const char *bytes, size_t len, bool is_all,
                        enum input_format *format);

#endif
