/*
 * listen -- one TCP socket of the embedded server and the connections that
 * were accepted on it.
 *
 * Until its protocol is known a connection belongs to serve/incoming; then to
 * a codec, which is a struct peer here.
 */
#ifndef CORE_SERVE_LISTEN_H
#define CORE_SERVE_LISTEN_H

#include <stdint.h>

#include "base/err.h"
#include "io/addr.h"
#include "io/loop.h"
#include "transport/tls_context.h"

struct listen;
struct server;
struct peer;

/* Binds `at`; tls is borrowed, NULL: plain.  NULL with *fault: ERR_CONNECT
 * with the errno as wire code (EADDRINUSE: the port is taken). */
struct listen *listen_new(struct loop *loop, struct server *srv,
                          const struct addr *at, struct tls_context *tls,
                          struct fault *fault);
uint16_t listen_port(const struct listen *l);
/* Closes the socket and drains the connections. */
void listen_drain(struct listen *l);
/* Cuts what is left; frees in the reap phase.  NULL does nothing. */
void listen_close(struct listen *l);

#endif
