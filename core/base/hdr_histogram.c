#include "base/hdr_histogram.h"

/*
 * A value of v microseconds below 2048 has a slot of its own.  Above, the
 * slots of a power of two are 1024, each twice as wide as those of the power
 * before:
 *
 *   power p:  v in [1024 * 2^p, 2048 * 2^p)   slot 1024 * (p + 1) + v / 2^p
 *                                                  - 1024
 *
 * 112 KiB hold every latency that a batch can have; a sorted array of all
 * values would grow with the input.
 */

static unsigned power_of(uint64_t v)
{
    unsigned p = 0;
    while (v >> p >= UINT64_C(2) * HDR_HISTOGRAM_HALF)
        p++;
    return p;
}

static unsigned slot_of(uint64_t v)
{
    unsigned p = power_of(v);
    uint64_t slot = (uint64_t)HDR_HISTOGRAM_HALF * p + (v >> p);
    return slot < HDR_HISTOGRAM_SLOTS ? (unsigned)slot
                                      : HDR_HISTOGRAM_SLOTS - 1;
}

/* The middle of a slot. */
static uint64_t value_of(unsigned slot)
{
    unsigned p =
        slot < 2 * HDR_HISTOGRAM_HALF ? 0 : slot / HDR_HISTOGRAM_HALF - 1;
    uint64_t low = (uint64_t)(slot - HDR_HISTOGRAM_HALF * p) << p;
    return low + (UINT64_C(1) << p) / 2;
}

static void add_us(struct hdr_histogram *h, uint64_t v)
{
    if (!h->n || v < h->min)
        h->min = v;
    if (v > h->max)
        h->max = v;
    h->n++;
    h->sum += v;
    h->slots[slot_of(v)]++;
}

void hdr_histogram_add(struct hdr_histogram *h, double seconds)
{
    if (seconds >= 0)
        add_us(h, (uint64_t)(seconds * 1e6 + 0.5));
}

void hdr_histogram_add_ns(struct hdr_histogram *h, uint64_t ns)
{
    add_us(h, (ns + 500) / 1000);
}

double hdr_histogram_at(const struct hdr_histogram *h, double share)
{
    double want = share * (double)h->n;
    uint64_t seen = 0;
    if (!h->n)
        return -1;
    for (unsigned i = 0; i < HDR_HISTOGRAM_SLOTS; i++) {
        uint64_t v;
        seen += h->slots[i];
        if (!h->slots[i] || (double)seen < want)
            continue;
        /* The last one has what is beyond it as well. */
        v = i + 1 < HDR_HISTOGRAM_SLOTS ? value_of(i) : h->max;
        return (double)(v > h->max ? h->max : v < h->min ? h->min : v) / 1e6;
    }
    return (double)h->max / 1e6;
}

double hdr_histogram_mean(const struct hdr_histogram *h)
{
    return h->n ? (double)h->sum / (double)h->n / 1e6 : -1;
}
