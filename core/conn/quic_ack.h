/*
 * quic_ack -- finds the ACK frame among the frames of a packet, and says which
 * packets it acknowledges (RFC 9000 19.3).
 *
 * ngtcp2 tells nobody which packets were acknowledged; whoever measures with
 * packets of its own reads the frame itself, in what was opened.
 */
#ifndef CORE_CONN_QUIC_ACK_H
#define CORE_CONN_QUIC_ACK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

struct quic_ack {
    uint64_t largest;
    uint64_t delay; /* as sent: not scaled by the peer's exponent */
    uint64_t first; /* packets below the largest that belong to it */
    uint64_t nranges;
    struct span ranges; /* gaps and lengths, of the packet's bytes */
};

/* frames: the payload of a 1-RTT packet.  False: it has no ACK frame, or frames
 * before it that cannot be understood. */
bool quic_ack_find(struct span frames, struct quic_ack *ack);
bool quic_ack_has(const struct quic_ack *ack, uint64_t packet);

#endif
