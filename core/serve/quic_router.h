/*
 * quic_router -- one bound UDP socket, and to whom its packets go.
 *
 * Those that share their quic_routes know each other's connections: one that
 * began at this socket gets what arrives at another, and answers from there.
 * A packet belongs to the connection that its destination connection ID leads
 * to; an Initial of nobody's begins one, if the owner admits it; everything
 * else gets a stateless answer or none.  Connections of any application can
 * stand on it: what they are is the owner's matter.
 */
#ifndef CORE_SERVE_QUIC_ROUTER_H
#define CORE_SERVE_QUIC_ROUTER_H

#include "conn/quic_accept.h"
#include "serve/quic_router_counters.h"
#include "serve/quic_routes.h"

struct quic_router;

struct quic_router_ops {
    /* One more?  False: the client is refused.  True: on_accepted or
     * on_released follows. */
    bool (*admit)(struct quic_router *r);
    /* Gives the connection its application, with quic_set_app(). */
    void (*on_accepted)(struct quic_router *r, struct quic *q,
                        const struct addr *remote);
    /* An admitted one is gone, its memory follows in the reap phase. */
    void (*on_released)(struct quic_router *r);
};

struct quic_router_options {
    const struct settings *settings; /* borrowed */
    struct tls_context *tls;         /* borrowed */
    const struct quic_protocol
        *protocol;        /* that on_accepted() gives an app of */
    uint64_t max_streams; /* requests of one client at a time */
    bool wants_retry;     /* of every client, not only under load */
    struct quic_router_counters *counters; /* borrowed; NULL: nobody counts */
    struct quic_routes *routes;            /* borrowed; NULL: its own */
};

/* Embedded in its owner. */
struct quic_router {
    const struct quic_router_ops *ops;
    struct quic_router_options options;
    struct loop *loop;
    struct udp *udp;
    struct udp_events events;
    struct udp_reader reader;
    struct addr at;             /* where it is bound */
    struct quic_routes *routes; /* of the server, or its own */
    struct quic_routes own;
    struct list in_routers;
    struct list members; /* that began here */
    struct list blocked; /* members with packets that the socket refused */
    struct quic_router_counters uncounted; /* where they go then */
    size_t nhandshakes;                    /* members that are not open yet */
    bool is_refusing;
};

/* False with *fault. */
bool quic_router_open(struct quic_router *r, struct loop *loop,
                      const struct addr *at, const struct quic_router_ops *ops,
                      const struct quic_router_options *options,
                      struct fault *fault);
/* No new connections from now on; old ones go on. */
void quic_router_refuse(struct quic_router *r);
/* Says goodbye on every connection left, calls on_released for each, and closes
 * the socket.  The memory stays the owner's, until the reap phase at least. */
void quic_router_close(struct quic_router *r);

#endif
