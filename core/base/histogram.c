#include "base/histogram.h"

#include <stddef.h>

#define MS UINT64_C(1000000)

const uint64_t histogram_bounds[HISTOGRAM_BOUNDS] = {
    MS / 2,    MS,         5 * MS / 2, 5 * MS,     10 * MS,   25 * MS,
    50 * MS,   100 * MS,   250 * MS,   500 * MS,   1000 * MS, 2500 * MS,
    5000 * MS, 10000 * MS, 30000 * MS, 60000 * MS,
};

void histogram_add(struct histogram *h, uint64_t ns)
{
    size_t i = 0;
    while (i < HISTOGRAM_BOUNDS && ns > histogram_bounds[i])
        i++;
    h->buckets[i]++;
    h->count++;
    h->sum += ns;
    if (ns > h->max)
        h->max = ns;
}

void histogram_merge(struct histogram *to, const struct histogram *from)
{
    to->count += from->count;
    to->sum += from->sum;
    if (from->max > to->max)
        to->max = from->max;
    for (int i = 0; i <= HISTOGRAM_BOUNDS; i++)
        to->buckets[i] += from->buckets[i];
}
