/*
 * histogram -- how long something took, in fixed classes.
 *
 * The bounds are the same everywhere, so that histograms can be added up:
 * from 0.5 ms to 60 s.  Plain numbers, zeroed at the start.  Percentiles need
 * a struct hdr_histogram.
 */
#ifndef CORE_BASE_HISTOGRAM_H
#define CORE_BASE_HISTOGRAM_H

#include <stdint.h>

#define HISTOGRAM_BOUNDS 16

/* Upper bounds, ns, inclusive, ascending. */
extern const uint64_t histogram_bounds[HISTOGRAM_BOUNDS];

struct histogram {
    uint64_t count;
    uint64_t sum; /* ns */
    uint64_t max;
    /* Not cumulative; the last one has what is above all bounds. */
    uint64_t buckets[HISTOGRAM_BOUNDS + 1];
};

void histogram_add(struct histogram *h, uint64_t ns);
/* Adds what another one has counted. */
void histogram_merge(struct histogram *to, const struct histogram *from);

#endif
