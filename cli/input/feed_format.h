/*
 * feed_format -- tells what a file of a batch is by its first bytes.
 */
#ifndef CLI_INPUT_FEED_FORMAT_H
#define CLI_INPUT_FEED_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

#include "input/feed.h"

/* False: these bytes are too few to tell; not when they are all. */
bool feed_format_guess(const char *bytes, size_t len, bool is_all,
                       enum feed_format *format);

#endif
