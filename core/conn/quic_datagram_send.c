/*
 * What the application sends unreliably: as long as one packet carries it.
 */
#include "conn/quic_self.h"

/* A packet's header with the longest ID and packet number, the frame's own
 * header, and the AEAD's tag (RFC 9000 17.3, RFC 9221 4). */
#define PACKET_OVERHEAD (1 + NGTCP2_MAX_CIDLEN + 4 + 16)
#define FRAME_OVERHEAD  3

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
    if (!quic_datagram_push(&q->datagrams, data))
        return QUIC_DATAGRAM_FULL;
    quic_wake(q);
    return QUIC_DATAGRAM_QUEUED;
}
