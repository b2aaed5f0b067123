/*
 * quic_accept -- the server's side of quic: connections on a shared socket.
 *
 * The listener owns the socket, finds the connection that a packet is for and
 * hands it over.  A connection tells it which IDs lead to it, and stays
 * reachable for a while after its end (RFC 9000 10.2), without application.
 */
#ifndef CORE_CONN_QUIC_ACCEPT_H
#define CORE_CONN_QUIC_ACCEPT_H

#include <ngtcp2/ngtcp2.h>

#include "conn/quic_link.h"
#include "conn/quic_protocol.h"
#include "io/loop.h"
#include "settings/settings.h"
#include "transport/tls_context.h"
#include "transport/udp.h"

struct quic;

/* A client's first packet, acceptable as ngtcp2_accept() says. */
struct quic_first {
    const ngtcp2_pkt_hd *header;
    const struct udp_packet *packet;
    /* After a Retry: the ID that the client chose first, from the token. */
    const ngtcp2_cid *original;
    bool is_known;        /* its token is of an earlier connection of ours */
    uint64_t max_streams; /* requests that the client may have open */
};

/*
 * NULL with *fault.  The caller gives the first packet itself to
 * quic_receive() afterwards, and an application of that protocol to
 * quic_set_app() when the handshake is complete (quic_link_ops.on_open), or
 * before.  Settings and context are borrowed.
 */
struct quic *quic_accept(struct loop *loop, struct quic_link *link,
                         const struct settings *s, struct tls_context *tls,
                         const struct quic_protocol *protocol,
                         const struct quic_first *first, struct fault *fault);
void quic_receive(struct quic *q, const struct udp_packet *p);
void quic_unblocked(struct quic *q);

/* Says goodbye to the peer and is gone, without a closing period: neither the
 * application nor the listener hears of it.  For a listener that goes away. */
void quic_abandon(struct quic *q);

#endif
