/*
 * tls -- a transport over another transport, by wolfSSL.
 *
 * Ciphertext is read into one buffer of up to 64 KiB at a time and written
 * gathered, once a turn; a record costs no system call of its own.
 */
#ifndef CORE_TRANSPORT_TLS_H
#define CORE_TRANSPORT_TLS_H

#include "http/facts.h"
#include "transport/tickets.h"
#include "transport/tls_context.h"
#include "transport/transport.h"

/*
 * A client session over a connected transport, which is taken.  on_connected
 * (after verification) or on_failed follows, never before this returns.
 * host: the name to verify and to send as SNI; copied.
 */
struct transport *tls_client(struct loop *loop, struct transport *below,
                             struct tls_context *c, struct span host,
                             const struct span *alpn, int nalpn);

/* For a client session, in the turn in which it was made: resumes an earlier one
 * by what the store has under this key, and keeps there what the server gives
 * it.  The store outlives the session. */
void tls_remember(struct transport *t, struct tickets *store,
                  const uint8_t key[TICKETS_KEY_LEN]);

/* After tls_remember(): bytes may go out with the first packet, if the server that
 * is known takes some.  Then on_connected() comes at once, with facts that are
 * remembered, and the transport is early (transport.h).  What the server does
 * not take is sent again after the handshake. */
void tls_allow_early(struct transport *t);

/* For a client session, in the turn in which it was made, and without
 * tls_remember(): what wolfSSL offers of a ticket behind a hidden name is refused by
 * others (Go).  The name goes out hidden; a server that cannot read it: ERR_ECH,
 * REMEDY_ECH.  wish->keys outlives the session. */
struct tls_ech_wish;
void tls_hide_name(struct transport *t, const struct tls_ech_wish *wish);

/* A server session; alpn: what it may choose.  The client's first that is in
 * the list is chosen (wolfSSL knows no other order); no overlap fails with
 * no_application_protocol (RFC 7301 3.2), no ALPN extension is fine. */
struct transport *tls_server(struct loop *loop, struct transport *below,
                             struct tls_context *c, const struct span *alpn,
                             int nalpn);

/* Once connected.  facts->alpn is "" when none was negotiated. */
const struct tls_facts *tls_get_facts(const struct transport *t);

#endif
