/*
 * quic -- the I/O of one QUIC connection: packets, timers, paths.
 *
 * It knows streams, not HTTP: what they mean, what that is called in ALPN and
 * which error codes it has are the application's (struct quic_app; h3 is one,
 * on either side).  One turn of a connection is always: receive a bounded
 * batch, let the application act, send everything in one go.
 *
 *   HANDSHAKE -> RUNNING -> CLOSING (close sent) / DRAINING -> gone
 *
 * A client's connection owns the paths that its packets take, one unless it
 * migrates.  A server's shares its listener's socket: packets come through
 * quic_receive() and leave through quic_link_ops (quic_accept.h).
 */
#ifndef CORE_CONN_QUIC_H
#define CORE_CONN_QUIC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "conn/quic_app.h"
#include "conn/quic_early.h"
#include "http/allowed.h"
#include "http/facts.h"
#include "io/loop.h"
#include "settings/settings.h"
#include "transport/datagram_path.h"
#include "transport/tls_context.h"

/* A client.  Starts the handshake; on_open or on_closed follows, never before
 * this returns.  The path is taken in any case.  `host` is verified and sent as
 * SNI; copied.  store NULL: nobody remembers anything.  NULL: *fault. */
struct quic *quic_connect(struct loop *loop, struct datagram_path *path,
                          struct span host, const struct settings *s,
                          struct tls_context *tls,
                          const struct quic_store *store, struct quic_app *app,
                          struct fault *fault);

/* A client's, in the turn in which it was made and with no store: the server's name
 * goes out hidden (RFC 9849).  One that cannot read it: ERR_ECH, REMEDY_ECH.  False
 * with *fault: it cannot be hidden with these keys. */
struct tls_ech_wish;
bool quic_hide_name(struct quic *q, const struct tls_ech_wish *wish,
                    struct fault *fault);

/*
 * A client's goes over to another path, from another local address, once it is
 * shown that the peer answers there (RFC 9000 9); until then, and when that
 * fails, it stays where it is.  The path is taken in any case; the one before
 * stays open for what is under way, until it fails or its place is needed.
 * False with *fault: not before the handshake is confirmed, when the peer has
 * no connection ID left, or does not want it.  Not from a callback of the
 * application.
 */
bool quic_migrate(struct quic *q, struct datagram_path *path,
                  struct fault *fault);

enum quic_move {
    QUIC_MOVE_NEEDLESS,   /* it is where it would go to, nothing is there, or it
                             is too early */
    QUIC_MOVE_STARTED,    /* on_path() follows when the peer has agreed */
    QUIC_MOVE_IMPOSSIBLE, /* *fault says why: it stays where it is */
};

/* The machine may be in another network: the connection goes where a new one
 * would be, by quic_migrate(); is_forced: even if that is from the same address,
 * but another port. */
enum quic_move quic_move(struct quic *q, bool is_forced, struct fault *fault);

/* addresses, version, TLS facts, secured_at; valid from on_open. */
void quic_facts(const struct quic *q, struct conn_facts *facts);
/* Of its transport parameters, and the path. */
void quic_allowed(const struct quic *q, struct allowed *a);
struct quic_stats {
    struct path_stats path;
    uint64_t bytes_in_flight;
    uint64_t bytes_sent;
    uint64_t bytes_received;
    uint64_t packets_received;
};
void quic_get_stats(const struct quic *q, struct quic_stats *stats);

#endif
