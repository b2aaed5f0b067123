/*
 * hdr_histogram -- how long things took, for percentiles, in constant memory.
 *
 * Log-linear buckets as in HDR histograms: a value is known to three
 * significant digits wherever it lies between a microsecond and 19 hours.  112
 * KiB: for one that stands for a whole run; a struct histogram has fixed classes,
 * for those who keep one of each connection pool.
 */
#ifndef CORE_BASE_HDR_HISTOGRAM_H
#define CORE_BASE_HDR_HISTOGRAM_H

#include <stdint.h>

enum {
    /* 2^11 steps in the first power of two, 2^10 in each after it: an error
     * of at most 1/2048. */
    HDR_HISTOGRAM_HALF = 1024,
    HDR_HISTOGRAM_POWERS = 26,
    HDR_HISTOGRAM_SLOTS = HDR_HISTOGRAM_HALF * (HDR_HISTOGRAM_POWERS + 2),
};

struct hdr_histogram {
    uint64_t n;
    uint64_t sum; /* of microseconds */
    uint64_t min;
    uint64_t max;
    uint32_t slots[HDR_HISTOGRAM_SLOTS];
};

void hdr_histogram_add(struct hdr_histogram *h,
                       double seconds); /* < 0: ignored */
void hdr_histogram_add_ns(struct hdr_histogram *h, uint64_t ns);
/* The least value that this share (0 to 1) of all does not exceed, in s; -1
 * for an empty histogram. */
double hdr_histogram_at(const struct hdr_histogram *h, double share);
double hdr_histogram_mean(const struct hdr_histogram *h);

#endif
