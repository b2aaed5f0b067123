/*
 * quic_memory -- what a client's connection knows from those before it: a
 * session to resume, the transport parameters that go with it, a token; and what
 * it keeps for the next one.
 *
 * Early data (RFC 9001 4.6): when the server said that it takes some, streams may
 * be opened before the handshake is complete, within the limits that it had
 * then.  quic_is_running() is true from quic_memory_start() on; whether the
 * server took it shows when the handshake is complete (quic_memory_confirm()).
 */
#ifndef CORE_CONN_QUIC_MEMORY_H
#define CORE_CONN_QUIC_MEMORY_H

#include "conn/quic_early.h"
#include "conn/quic_self.h"

/* After the TLS session is made, and before ngtcp2's connection.  Sets the
 * token of *settings; what it returns is freed by the caller when the
 * connection has copied it. */
struct ticket *quic_memory_begin(struct quic *q, const struct quic_store *store,
                                 ngtcp2_settings *settings);
/* The connection is made, and nothing has been sent. */
void quic_memory_start(struct quic *q, const struct quic_store *store);
/* The handshake is complete, and the peer is who it should be. */
void quic_memory_confirm(struct quic *q);
/* A server's has early data from its client: its application hears on_open()
 * now, and on_confirmed() later. */
void quic_memory_serve_early(struct quic *q);
/* The connection has ended: early data that nobody confirmed is not tried again
 * at once. */
void quic_memory_end(struct quic *q);

void quic_memory_fini(struct quic *q);
void quic_memory_set_callbacks(ngtcp2_callbacks *callbacks);

#endif
