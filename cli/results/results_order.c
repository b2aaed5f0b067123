#include "results/results_order.h"

#include <assert.h>
#include <stdlib.h>

#include "core/base/xalloc.h"

static struct results_waiting *at(const struct results_order *o, size_t i)
{
    return &o->ring[(o->first + i) & (o->cap - 1)];
}

void results_order_fini(struct results_order *o)
{
    for (size_t i = 0; i < o->len; i++)
        free(at(o, i)->line);
    free(o->ring);
    *o = (struct results_order){0};
}

static void grow(struct results_order *o)
{
    size_t cap = o->cap ? 2 * o->cap : 64;
    struct results_waiting *ring = xalloc_zeroed(cap, sizeof *ring);
    for (size_t i = 0; i < o->len; i++)
        ring[i] = *at(o, i);
    free(o->ring);
    o->ring = ring;
    o->first = 0;
    o->cap = cap;
}

void results_order_expect(struct results_order *o, uint64_t seq)
{
    assert(!o->len || at(o, o->len - 1)->seq < seq);
    if (o->len == o->cap)
        grow(o);
    *at(o, o->len++) = (struct results_waiting){.seq = seq};
}

static struct results_waiting *find(const struct results_order *o, uint64_t seq)
{
    size_t low = 0;
    size_t high = o->len;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (at(o, middle)->seq < seq)
            low = middle + 1;
        else
            high = middle;
    }
    return low < o->len && at(o, low)->seq == seq ? at(o, low) : NULL;
}

void results_order_put(struct results_order *o, uint64_t seq, const char *line,
                       size_t len)
{
    struct results_waiting *w = find(o, seq);
    assert(w && !w->line);
    if (!w || w->line)
        return;
    w->line = xalloc_copy(line, len);
    w->len = len;
    o->bytes += len;
}

const struct results_waiting *results_order_head(const struct results_order *o)
{
    return o->len && at(o, 0)->line ? at(o, 0) : NULL;
}

bool results_order_is_head(const struct results_order *o, uint64_t seq)
{
    return o->len && at(o, 0)->seq == seq;
}

void results_order_pop(struct results_order *o)
{
    struct results_waiting *w = at(o, 0);
    o->bytes -= w->len;
    free(w->line);
    *w = (struct results_waiting){0};
    o->first = (o->first + 1) & (o->cap - 1);
    o->len--;
}
