#include "conn/quic_datagram.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "conn/quic_self.h"

#define QUEUE_MAX 32

/* A packet's header with the longest ID and packet number, the frame's own
 * header, and the AEAD's tag (RFC 9000 17.3, RFC 9221 4). */
#define PACKET_OVERHEAD (1 + NGTCP2_MAX_CIDLEN + 4 + 16)
#define FRAME_OVERHEAD  3

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

size_t quic_datagram_max(const struct quic *q)
{
    if (q->state != QUIC_RUNNING)
        return 0;
    const ngtcp2_transport_params *theirs =
        ngtcp2_conn_get_remote_transport_params2(q->conn);
    if (theirs == NULL || theirs->max_datagram_frame_size <= FRAME_OVERHEAD)
        return 0;
    size_t path = ngtcp2_conn_get_path_max_tx_udp_payload_size2(q->conn) -
                  PACKET_OVERHEAD;
    uint64_t frame = theirs->max_datagram_frame_size;
    return (frame < path ? (size_t)frame : path) - FRAME_OVERHEAD;
}

enum quic_datagram quic_send_datagram(struct quic *q, struct span data)
{
    size_t max = quic_datagram_max(q);
    if (max == 0 || data.len > max)
        return QUIC_DATAGRAM_TOO_LARGE;
    if (q->datagrams.n >= QUEUE_MAX)
        return QUIC_DATAGRAM_FULL;
    struct datagram *d = xalloc_bytes(sizeof *d + data.len);
    d->len = data.len;
    if (data.len)
        memcpy(d->bytes, data.base, data.len);
    list_append(&q->datagrams.queue, &d->link);
    q->datagrams.n++;
    quic_wake(q);
    return QUIC_DATAGRAM_QUEUED;
}
