/*
 * quic_listen -- one UDP socket of the embedded server and the QUIC
 * connections on it, routed by connection ID.
 *
 * Each connection is admitted with server_admit() and given back with
 * server_release().
 */
#ifndef CORE_SERVE_QUIC_LISTEN_H
#define CORE_SERVE_QUIC_LISTEN_H

#include "base/err.h"
#include "io/addr.h"
#include "io/loop.h"
#include "transport/tls_context.h"

struct quic_listen;
struct server;

/* Binds `at`; tls (of TLS_CARRIER_QUIC) is borrowed.  NULL with *fault:
 * ERR_CONNECT with the errno as wire code (EADDRINUSE: the port is taken). */
struct quic_listen *quic_listen_new(struct loop *loop, struct server *srv,
                                    const struct addr *at,
                                    struct tls_context *tls,
                                    struct fault *fault);
/* No new connections, GOAWAY on those that are open; the socket stays. */
void quic_listen_drain(struct quic_listen *l);
/* CONNECTION_CLOSE on what is left, each released; frees in the reap phase.
 * NULL does nothing. */
void quic_listen_close(struct quic_listen *l);

#endif
