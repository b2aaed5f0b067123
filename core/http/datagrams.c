/*
 * Records lie one behind the other in one piece of memory, each in one piece
 * itself, so that it goes into a packet as it is.  One that does not fit before
 * the end begins anew at the front, and a head without payload tells to pass
 * over what is left there.  The memory grows by doubling until the records that
 * the limits allow fit; it is as large as was once needed.
 */
#include "http/datagrams.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

#define CAP_MIN ((size_t)4096)

struct record {
    uint64_t pushed_at;
    size_t len; /* of the payload behind it, or SKIP */
};

/* Nothing but the end of the memory follows. */
#define SKIP SIZE_MAX

/* Records are as long as a multiple of their heads: there is room for one head
 * wherever there is room at all, and every head is aligned. */
static size_t size_of(size_t payload)
{
    return (sizeof(struct record) + payload + sizeof(struct record) - 1) /
           sizeof(struct record) * sizeof(struct record);
}

static struct record *record_at(const struct datagrams *d, size_t at)
{
    return (struct record *)(void *)(d->ring + at);
}

void datagrams_init(struct datagrams *d, const struct datagrams_limits *limits)
{
    d->max = 0;
    d->counters = (struct datagrams_counters){0};
    d->limits = *limits;
    if (d->limits.count == 0)
        d->limits.count = DATAGRAMS_COUNT;
    d->ring = NULL;
    d->cap = 0;
    d->head = 0;
    d->len = 0;
    d->n = 0;
    d->was_full = false;
    d->has_news = false;
}

void datagrams_fini(struct datagrams *d)
{
    free(d->ring);
    d->ring = NULL;
    d->cap = 0;
    d->head = 0;
    d->len = 0;
    d->n = 0;
}

static void drop_oldest(struct datagrams *d)
{
    size_t size = size_of(record_at(d, d->head)->len);
    d->head += size;
    d->len -= size;
    d->n--;
    if (d->n == 0) {
        d->head = 0;
        d->len = 0;
        return;
    }
    size_t behind = d->cap - d->head;
    if (behind > 0 && record_at(d, d->head)->len != SKIP)
        return;
    d->head = 0;
    d->len -= behind;
}

static bool is_old(const struct datagrams *d, uint64_t now)
{
    return d->limits.age > 0 &&
           now - record_at(d, d->head)->pushed_at > d->limits.age;
}

/* Puts everything at the front of a memory with room for `size` more. */
static void grow(struct datagrams *d, size_t size)
{
    size_t cap = d->cap ? d->cap : CAP_MIN;
    while (cap < d->len + size)
        cap *= 2;
    if (cap == d->cap) /* room enough, but in two pieces */
        cap *= 2;
    uint8_t *ring = xalloc_bytes(cap);
    size_t at = 0;
    size_t from = d->head;
    for (size_t i = 0; i < d->n; i++) {
        if (from == d->cap || record_at(d, from)->len == SKIP)
            from = 0;
        size_t one = size_of(record_at(d, from)->len);
        memcpy(ring + at, d->ring + from, one);
        at += one;
        from += one;
    }
    free(d->ring);
    d->ring = ring;
    d->cap = cap;
    d->head = 0;
    d->len = at;
}

/* Where a record of this size begins; there is room behind it. */
static struct record *place(struct datagrams *d, size_t size)
{
    size_t end = d->head + d->len;
    if (d->len == d->cap || end >= d->cap) {
        /* In use up to the end: what is free is one piece. */
        if (d->cap - d->len < size)
            return NULL;
        return record_at(d, end - d->cap);
    }
    size_t behind = d->cap - end;
    if (behind >= size)
        return record_at(d, end);
    if (d->head < size)
        return NULL;
    record_at(d, end)->len = SKIP;
    d->len += behind;
    return record_at(d, 0);
}

bool datagrams_push(struct datagrams *d, struct span payload, uint64_t now)
{
    return datagrams_push_behind(d, span_of(NULL, 0), payload, now);
}

bool datagrams_push_behind(struct datagrams *d, struct span head,
                           struct span payload, uint64_t now)
{
    size_t len = head.len + payload.len;
    bool was_empty = d->n == 0;
    if (datagrams_is_full(d)) {
        if (is_old(d, now))
            d->counters.dropped_old++;
        else
            d->counters.dropped_full++;
        drop_oldest(d);
    }
    size_t size = size_of(len);
    struct record *r = place(d, size);
    if (r == NULL) {
        grow(d, size);
        r = place(d, size);
    }
    *r = (struct record){.pushed_at = now, .len = len};
    uint8_t *to = (uint8_t *)(r + 1);
    if (head.len > 0)
        memcpy(to, head.base, head.len);
    if (payload.len > 0)
        memcpy(to + head.len, payload.base, payload.len);
    d->len += size;
    d->n++;
    d->was_full = d->was_full || datagrams_is_full(d);
    return was_empty;
}

bool datagrams_is_full(const struct datagrams *d)
{
    return d->n >= d->limits.count;
}

bool datagrams_peek(struct datagrams *d, uint64_t now, struct span *payload)
{
    while (d->n > 0 && is_old(d, now)) {
        d->counters.dropped_old++;
        drop_oldest(d);
    }
    if (d->n == 0)
        return false;
    const struct record *r = record_at(d, d->head);
    *payload = span_of(r + 1, r->len);
    return true;
}

void datagrams_pop(struct datagrams *d)
{
    d->counters.sent++;
    drop_oldest(d);
}

void datagrams_drop_large(struct datagrams *d)
{
    d->counters.dropped_large++;
    drop_oldest(d);
}

void datagrams_set_max(struct datagrams *d, size_t max)
{
    d->has_news = d->has_news || max != d->max;
    d->max = max;
}

static bool has_room_again(const struct datagrams *d)
{
    return d->was_full && d->n <= d->limits.count / 2;
}

bool datagrams_has_news(const struct datagrams *d)
{
    return d->has_news || has_room_again(d);
}

void datagrams_settle(struct datagrams *d)
{
    if (!datagrams_has_news(d))
        return;
    if (has_room_again(d))
        d->was_full = false;
    d->has_news = false;
    if (d->on_drain)
        d->on_drain(d);
}
