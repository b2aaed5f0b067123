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
/* A client's that is in use; NULL: it has just been lost. */
struct quic_path *quic_paths_active(struct quic *q);
/* Closes the path and takes it out of its connection. */
void quic_paths_remove(struct quic_path *path);
/* Closes all paths of a client; of a server's connection there are none. */
void quic_paths_close(struct quic *q);

/* Reads a batch of what has arrived; the path's events get it. */
void quic_paths_receive(struct quic_path *path);

/*
 * Sends the run of packets that ngtcp2 wrote, along the path that it named.
 * False when that path is full: *sent bytes went, and quic_paths_want() tells
 * when to go on.  A run whose path is gone counts as sent, and is lost.
 */
bool quic_paths_send(struct quic *q, const ngtcp2_path *at,
                     const struct datagram_run *run, size_t *sent);
/* Flushes the connection when this path takes packets again, or no longer. */
void quic_paths_want(struct quic *q, const ngtcp2_path *at, bool wanted);

/* What happened to paths takes effect: one that did not answer is closed, and the
 * connection ends if it was the last; one whose address the machine has lost is
 * left at once; the application hears of a new one, or of one that failed.  Not
 * from within ngtcp2. */
void quic_paths_settle(struct quic *q);

/* Does a migration from that address, whatever the port, wait for its answer? */
bool quic_paths_tries(const struct quic *q, const struct addr *from);
/* The same address, whatever the ports. */
bool quic_paths_same_host(const struct addr *a, const struct addr *b);
/* ngtcp2's address as ours. */
void quic_paths_addr(struct addr *to, const ngtcp2_addr *from);

/* The part of the callbacks that concerns paths. */
void quic_paths_set_callbacks(ngtcp2_callbacks *callbacks);

#endif
