/*
 * How long a datagram may be is what fits a packet that holds nothing else: a
 * longer one would never leave.  The short header has the peer's connection ID
 * as it is now; the packet number is counted with all four bytes that it can
 * take (RFC 9000 17.1), since its length changes with what is in flight, and the
 * limit must not: what was pushed when little was has to go when much is.
 */
#include "conn/quic_datagram.h"

#include "base/varint.h"
#include "conn/quic_self.h"

#define FLAGS_LEN         1
#define PACKET_NUMBER_MIN 1
#define PACKET_NUMBER_MAX 4
#define TAG_LEN           16 /* of every AEAD that TLS 1.3 has */
#define TYPE_LEN          1

static size_t header_len(const struct quic *q)
{
    return FLAGS_LEN + ngtcp2_conn_get_dcid2(q->conn)->datalen;
}

size_t quic_datagram_packet_overhead(const struct quic *q)
{
    return header_len(q) + PACKET_NUMBER_MIN + TAG_LEN;
}

/* ngtcp2 always writes the frame with a length (RFC 9221 4). */
size_t quic_datagram_frame_len(size_t payload)
{
    return TYPE_LEN + varint_len(payload) + payload;
}

/* The most that a frame of so many bytes carries. */
static size_t payload_of(size_t frame)
{
    if (frame < TYPE_LEN + 1)
        return 0;
    size_t payload = frame - TYPE_LEN - 1;
    while (payload > 0 && quic_datagram_frame_len(payload) > frame)
        payload--;
    return payload;
}

size_t quic_datagram_max(const struct quic *q)
{
    if (!quic_is_running(q))
        return 0;
    const ngtcp2_transport_params *theirs =
        ngtcp2_conn_get_remote_transport_params2(q->conn);
    if (theirs == NULL)
        return 0;
    size_t frame = ngtcp2_conn_get_path_max_tx_udp_payload_size2(q->conn) -
                   header_len(q) - PACKET_NUMBER_MAX - TAG_LEN;
    if (theirs->max_datagram_frame_size < frame)
        frame = (size_t)theirs->max_datagram_frame_size;
    return payload_of(frame);
}

void quic_datagram_settle(struct quic *q)
{
    if (!quic_is_running(q))
        return;
    size_t max = quic_datagram_max(q);
    if (max == q->datagram_max)
        return;
    q->datagram_max = max;
    q->app->ops->on_datagram_max(q->app);
}
