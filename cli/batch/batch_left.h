/*
 * batch_left -- how many entries a batch that is stopped leaves unsent.
 *
 * What the input still has is read on for that, a slice in each turn of the
 * loop: a large input takes its time, and a second signal must be heard.
 */
#ifndef CLI_BATCH_BATCH_LEFT_H
#define CLI_BATCH_BATCH_LEFT_H

#include <stdint.h>

#include "input/input.h"
#include "input/shard.h"
#include "results/results.h"

struct batch_left {
    struct input *input;
    struct results *results;
    const struct shard *shard;
    uint64_t
        n; /* so far; those that are another shard's or done are not left */
    /* private: */
    unsigned nread;
};

enum batch_left_state {
    BATCH_LEFT_MORE,    /* count on in the next turn */
    BATCH_LEFT_COUNTED, /* n are all */
    BATCH_LEFT_UNKNOWN, /* too many, or they cannot be read now: n are some */
};

/* One slice.  After anything but MORE it is not called again. */
enum batch_left_state batch_left_count(struct batch_left *l);

#endif
