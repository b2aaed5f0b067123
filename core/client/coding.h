/*
 * coding -- one content coding as a state machine over two buffers.
 */
#ifndef CORE_CLIENT_CODING_H
#define CORE_CLIENT_CODING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

struct coding;

enum coding_result {
    CODING_MORE,  /* go on: input is used up, or output is full */
    CODING_ENDED, /* the coded data is complete; what follows is either taken
                     by the next run, as another member or frame, or never */
    CODING_BROKEN,
};

struct coding_ops {
    const char *name;
    /* Takes from the front of *in, writes to out; *n bytes were written. */
    enum coding_result (*run)(struct coding *c, struct span *in, uint8_t *out,
                              size_t cap, size_t *n);
    void (*free)(struct coding *c);
};

struct coding {
    const struct coding_ops *ops;
};

/* NULL when the name is not known.  "x-gzip" is gzip (RFC 9110 8.4.1.3). */
struct coding *coding_new(struct span name);

#endif
