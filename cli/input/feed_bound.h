/*
 * feed_bound -- how many entries an input can have at most.
 */
#ifndef CLI_INPUT_FEED_BOUND_H
#define CLI_INPUT_FEED_BOUND_H

#include <stddef.h>
#include <stdint.h>

#include "input/feed.h"

/* Told by the sizes of the files, which are not read but for their first
 * bytes; 0: that cannot be told.  Of standard input it cannot, nor of its spool,
 * whose end a crash of the machine may have taken. */
uint64_t feed_bound(const char *const *files, size_t n,
                    enum feed_format format);

#endif
