/*
 * quic_paths -- the ways of a connection's packets.
 *
 * A client has up to QUIC_PATHS_MAX paths, each a datagram_path of its own:
 * the active one, and while it migrates the one that is being validated, or
 * the one that it came from.  Which is active is ngtcp2's to say; a path that
 * fails leaves the connection to the other.  A server has none: it answers by
 * its listener's socket from and to the addresses that ngtcp2 names.
 */
#ifndef CORE_CONN_QUIC_PATHS_H
#define CORE_CONN_QUIC_PATHS_H

#include <ngtcp2/ngtcp2.h>

#include "base/err.h"
#include "conn/quic_self.h"
#include "io/addr.h"
#include "transport/datagram_path.h"

/* Takes the path in any case; its owner, for the events, is what is returned.
 * NULL with *fault: no QUIC goes over it. */
struct quic_path *quic_paths_add(struct quic *q, struct datagram_path *path,
                                 const struct datagram_path_events *events,
                                 struct fault *fault);
/* Closes this one. */
void quic_paths_remove(struct quic_path *path);
/* All of them; none of the listener's. */
void quic_paths_close(struct quic *q);

/* A batch of what has arrived, to the events. */
void quic_paths_receive(struct quic_path *path);

/*
 * Sends what ngtcp2 wrote, the way that it said.  False when that is full:
 * *sent bytes went, and quic_paths_want() is to be asked.  What has no path any
 * more is lost.
 */
bool quic_paths_send(struct quic *q, const ngtcp2_path *at,
                     const struct datagram_run *run, size_t *sent);
/* The connection is to be flushed when there is room again, or need not be. */
void quic_paths_want(struct quic *q, const ngtcp2_path *at, bool wanted);

/* Does what the outcome of a validation asks for; outside of ngtcp2. */
void quic_paths_settle(struct quic *q);

/* ngtcp2's address as ours. */
void quic_paths_addr(struct addr *to, const ngtcp2_addr *from);

/* The part of the callbacks that concerns paths. */
void quic_paths_set_callbacks(ngtcp2_callbacks *callbacks);

#endif
