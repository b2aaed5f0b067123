/*
 * tcp -- a transport over a connected stream socket (TCP or AF_UNIX).
 */
#ifndef CORE_TRANSPORT_TCP_H
#define CORE_TRANSPORT_TCP_H

#include "io/addr.h"
#include "settings/settings.h"
#include "transport/transport.h"

/*
 * Starts a non-blocking connect.  on_connected or on_failed (ERR_CONNECT, the
 * errno as wire code) follows, never before this returns.  Nothing is sent
 * but the handshake.
 */
struct transport *tcp_connect(struct loop *loop, const struct addr *to,
                              const struct settings *s);

/* Takes an accepted socket: connected already, on_connected never comes. */
struct transport *tcp_accepted(struct loop *loop, int fd);

/* Closes as transport_close() does, but with a reset: the peer learns that what
 * it has got is not all. */
void tcp_reset(struct transport *t);

/* Both ends, once connected; false when the socket does not know. */
bool tcp_addresses(const struct transport *t, struct addr *local,
                   struct addr *remote);

#endif
