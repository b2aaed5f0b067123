/*
 * quic_turn -- a connection as an object, and its turn: packets in, timer,
 * everything out.
 */
#ifndef CORE_CONN_QUIC_TURN_H
#define CORE_CONN_QUIC_TURN_H

#include "conn/quic_self.h"

/* Allocated and wired up, without a conn, a session or a path. */
struct quic *quic_turn_new(struct loop *loop, const struct settings *s,
                           const struct quic_protocol *protocol);
/* Frees a connection that never started, with all it owns, at once.  NULL does
 * nothing. */
void quic_turn_free(struct quic *q);
/* Feeds one packet. */
void quic_turn_packet(struct quic *q, const ngtcp2_path *at, struct span data,
                      uint8_t ecn);
/* The last packet of a batch was fed: ends the connection if that was noted, or
 * has everything that is to be sent flushed in this turn's task phase. */
void quic_turn_received(struct quic *q);

#endif
