/*
 * quic_early -- what a client's connection remembers of those before it, and the
 * data that it may send before the handshake is complete.
 */
#ifndef CORE_CONN_QUIC_EARLY_H
#define CORE_CONN_QUIC_EARLY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "http/facts.h"
#include "transport/tickets.h"

struct quic;

/* Where a client looks for what it is known by, and keeps what it is given. */
struct quic_store {
    struct tickets *tickets; /* borrowed for the life of the connection */
    const uint8_t *key;  /* TICKETS_KEY_LEN bytes (transport/ticket_key.h) */
    const char *address; /* of the peer, numeric: what came from there */
    bool may_be_early;   /* early data, if the server takes it */
};

/*
 * Early data: true from quic_connect() until the handshake is complete or the
 * connection is over, if the server of an earlier connection allowed it.
 * Streams may be opened then, within the limits of that connection.  Whoever is
 * the application when the handshake completes hears on_confirmed() in place of
 * on_open().  What was sent can be read by nobody but that server; it can be
 * replayed, though (RFC 9001 9.2).
 *
 * A server's is early while it has early data from its client, and the handshake
 * is not complete.
 */
bool quic_is_early(const struct quic *q);
/* What became of it; the bytes of streams that were sent so. */
enum early_data quic_early_outcome(const struct quic *q);
uint64_t quic_early_bytes(const struct quic *q);

/* A server's: gives its client a token for the next connection (RFC 9000
 * 8.1.3). */
void quic_give_token(struct quic *q, struct span token);

/* What the application wants to be reminded of, once, when an early connection
 * to this peer is made; copied. */
void quic_remember(struct quic *q, struct span settings);
/* Of the connection that this one resumes; empty: it said nothing. */
struct span quic_remembered(const struct quic *q);
/* A round trip of that, ns; 0: unknown. */
uint64_t quic_remembered_rtt(const struct quic *q);

#endif
