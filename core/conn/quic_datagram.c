#include "conn/quic_datagram.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

#define QUEUE_MAX 32

struct datagram {
    struct list link;
    size_t len;
    uint8_t bytes[];
};

void quic_datagram_init(struct quic_datagrams *d)
{
    list_init(&d->queue);
    d->n = 0;
}

void quic_datagram_fini(struct quic_datagrams *d)
{
    while (!list_is_empty(&d->queue))
        quic_datagram_pop(d);
}

bool quic_datagram_peek(const struct quic_datagrams *d, struct span *data)
{
    if (list_is_empty(&d->queue))
        return false;
    struct datagram *first = container_of(d->queue.next, struct datagram, link);
    *data = span_of(first->bytes, first->len);
    return true;
}

void quic_datagram_pop(struct quic_datagrams *d)
{
    struct datagram *first = container_of(d->queue.next, struct datagram, link);
    list_remove(&first->link);
    d->n--;
    free(first);
}

bool quic_datagram_push(struct quic_datagrams *d, struct span data)
{
    if (d->n >= QUEUE_MAX)
        return false;
    struct datagram *last = xalloc_bytes(sizeof *last + data.len);
    last->len = data.len;
    if (data.len)
        memcpy(last->bytes, data.base, data.len);
    list_append(&d->queue, &last->link);
    d->n++;
    return true;
}
