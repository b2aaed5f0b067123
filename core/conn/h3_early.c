#include "conn/h3_early.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

void h3_early_init(struct h3_early *e)
{
    list_init(&e->kept);
    e->n = 0;
    e->bytes = 0;
}

static void leave(struct h3_early *e, struct h3_early_datagram *d)
{
    list_remove(&d->link);
    e->n--;
    e->bytes -= d->len;
}

static struct h3_early_datagram *oldest(const struct h3_early *e)
{
    return container_of(e->kept.next, struct h3_early_datagram, link);
}

static void drop_oldest(struct h3_early *e)
{
    struct h3_early_datagram *d = oldest(e);
    leave(e, d);
    free(d);
}

static void drop_old(struct h3_early *e, uint64_t since)
{
    while (e->n > 0 && oldest(e)->came_at < since)
        drop_oldest(e);
}

void h3_early_fini(struct h3_early *e)
{
    while (e->n > 0)
        drop_oldest(e);
}

void h3_early_add(struct h3_early *e, int64_t id, struct span payload,
                  uint64_t now, uint64_t since)
{
    drop_old(e, since);
    if (payload.len > H3_EARLY_BYTES)
        return;
    while (e->n == H3_EARLY_COUNT || e->bytes + payload.len > H3_EARLY_BYTES)
        drop_oldest(e);
    struct h3_early_datagram *d = xalloc_bytes(sizeof *d + payload.len);
    d->id = id;
    d->came_at = now;
    d->len = payload.len;
    if (payload.len > 0)
        memcpy(d->bytes, payload.base, payload.len);
    list_append(&e->kept, &d->link);
    e->n++;
    e->bytes += d->len;
}

struct h3_early_datagram *h3_early_take(struct h3_early *e, int64_t id,
                                        uint64_t since)
{
    drop_old(e, since);
    list_each (l, &e->kept) {
        struct h3_early_datagram *d =
            container_of(l, struct h3_early_datagram, link);
        if (d->id != id)
            continue;
        leave(e, d);
        return d;
    }
    return NULL;
}
