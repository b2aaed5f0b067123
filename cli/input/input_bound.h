/*
 * input_bound -- how many entries an input can have at most.
 */
#ifndef CLI_INPUT_INPUT_BOUND_H
#define CLI_INPUT_INPUT_BOUND_H

#include <stddef.h>
#include <stdint.h>

#include "input/input.h"

/* Told by the sizes of the files, which are not read but for their first
 * bytes; 0: that cannot be told.  Of standard input it cannot, nor of its spool,
 * whose end a crash of the machine may have taken. */
uint64_t input_bound(const char *const *files, size_t n,
                     enum input_format format);

#endif
