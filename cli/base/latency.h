/*
 * latency -- how long things took, in constant memory.
 *
 * Log-linear buckets as in HDR histograms: a value is known to three
 * significant digits wherever it lies between a microsecond and 19 hours.
 */
#ifndef CLI_BASE_LATENCY_H
#define CLI_BASE_LATENCY_H

#include <stdint.h>

enum {
    /* 2^11 steps in the first power of two, 2^10 in each after it: an error
     * of at most 1/2048. */
    LATENCY_HALF = 1024,
    LATENCY_POWERS = 26,
    LATENCY_SLOTS = LATENCY_HALF * (LATENCY_POWERS + 2),
};

struct latency {
    uint64_t n;
    uint64_t sum; /* of microseconds */
    uint64_t min;
    uint64_t max;
    uint32_t slots[LATENCY_SLOTS];
};

void latency_add(struct latency *h, double seconds); /* < 0: ignored */
/* The least value that this share (0 to 1) of all does not exceed, in s; -1
 * for an empty histogram. */
double latency_at(const struct latency *h, double share);
double latency_mean(const struct latency *h);

#endif
