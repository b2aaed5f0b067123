/*
 * handover -- from an established transport or QUIC connection to the conn
 * that speaks HTTP over it.
 */
#ifndef CORE_DIAL_HANDOVER_H
#define CORE_DIAL_HANDOVER_H

#include "conn/conn.h"
#include "conn/quic.h"
#include "dial/connect_attempt.h"
#include "transport/transport.h"

/*
 * Makes the connection that ALPN (or, without TLS, the settings) asks for.
 * Takes the transport in any case; NULL with *fault when the server chose
 * what cannot be spoken.  tls: NULL for a plain transport.  base: what the
 * attempt knows of the connection; copied.
 */
struct conn *handover_stream(const struct connect_attempt *a,
                             struct transport *stream,
                             const struct tls_facts *tls,
                             const struct conn_facts *base,
                             struct fault *fault);
/* The same over QUIC, whose handshake is complete or allows early data: takes q,
 * never fails.  tunnel: the path that it goes over, if that leads through a
 * proxy. */
struct conn *handover_quic(const struct connect_attempt *a, struct quic *q,
                           const struct datagram_path *tunnel);

#endif
