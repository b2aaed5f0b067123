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

#include "conn/quic.h"
#include "transport/udp.h"

/* Connection IDs that we choose are that long: enough to be unguessable. */
#define QUIC_CID_LEN    8
#define QUIC_SECRET_LEN 32

struct quic_link;

struct quic_link_ops {
    /* Packets to this ID are the connection's.  The bytes are borrowed for
     * the call. */
    void (*add_cid)(struct quic_link *l, struct span cid);
    void (*remove_cid)(struct quic_link *l, struct span cid);
    /* Handshake complete: the client receives at its address. */
    void (*on_open)(struct quic_link *l);
    /* As datagram_path_ops.send, to and from these addresses. */
    enum io (*send)(struct quic_link *l, const struct addr *to,
                    const struct addr *from, const struct datagram_run *run,
                    size_t *sent, struct fault *fault);
    /* The socket is full: quic_unblocked() when it is writable. */
    void (*on_blocked)(struct quic_link *l);
    /* Last call: the link may go at once, the connection is freed in the
     * reap phase. */
    void (*on_gone)(struct quic_link *l);
};

/* The listener as one connection sees it; embedded in what the listener keeps
 * for that connection. */
struct quic_link {
    const struct quic_link_ops *ops;
    const uint8_t *secret; /* QUIC_SECRET_LEN bytes, for reset tokens */
};

/* A client's first packet, acceptable as ngtcp2_accept() says. */
struct quic_first {
    const ngtcp2_pkt_hd *header;
    const struct udp_packet *packet;
    /* After a Retry: the ID that the client chose first, from the token. */
    const ngtcp2_cid *original;
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
