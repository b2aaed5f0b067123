/*
 * quic_link -- the listener of a server as one QUIC connection on it sees it.
 */
#ifndef CORE_CONN_QUIC_LINK_H
#define CORE_CONN_QUIC_LINK_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "io/addr.h"
#include "transport/datagram_path.h"

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
    /* Last call: the link may be freed within it; the connection is freed in
     * the reap phase. */
    void (*on_gone)(struct quic_link *l);
};

/* Embedded in what the listener keeps for that connection. */
struct quic_link {
    const struct quic_link_ops *ops;
    const uint8_t *secret; /* QUIC_SECRET_LEN bytes, for reset tokens */
};

#endif
