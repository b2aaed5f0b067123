/*
 * quic_guard -- when a peer's packets only keep us busy.
 *
 * A PING, a NEW_CONNECTION_ID or a PATH_CHALLENGE costs the receiver a
 * decryption, an acknowledgement and often an answer, and carries nothing
 * (RFC 9000 21.9).  The guard counts packets; what is useful (stream bytes in
 * order, acknowledged ones, the end of a stream, a datagram) pays debt back,
 * and so does time.
 */
#ifndef CORE_CONN_QUIC_GUARD_H
#define CORE_CONN_QUIC_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "settings/settings.h"

struct quic_guard {
    uint64_t limit;
    uint64_t debt; /* packets that nothing useful paid for */
    uint64_t forgave_at;
};

void quic_guard_init(struct quic_guard *g, const struct settings *s,
                     uint64_t now);
/* A packet of so many bytes was read.  False: a flood. */
bool quic_guard_packet(struct quic_guard *g, size_t len, uint64_t now);
/* Something useful came: see above. */
void quic_guard_useful(struct quic_guard *g);

#endif
