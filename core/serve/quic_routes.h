/*
 * quic_routes -- what the UDP sockets of a server have in common: connection IDs
 * lead to a connection at whichever of them a packet arrives (a client moves, or
 * is moved, to another of the server's addresses), and the secrets of stateless
 * answers are good at all.
 *
 * Embedded in its owner, which outlives the sockets.
 */
#ifndef CORE_SERVE_QUIC_ROUTES_H
#define CORE_SERVE_QUIC_ROUTES_H

#include "base/list.h"
#include "base/map.h"
#include "conn/quic_link.h"
#include "serve/quic_stateless.h"

struct quic_router;

struct quic_routes {
    struct map by_cid; /* connection ID -> struct route of a router */
    struct list routers;
    struct quic_stateless stateless;
    uint8_t secret[QUIC_SECRET_LEN]; /* of stateless reset tokens */
};

void quic_routes_init(struct quic_routes *r, uint64_t now);
/* After all its routers were closed. */
void quic_routes_fini(struct quic_routes *r);
/* The socket that sends from that address, `usual` if it does or if none does. */
struct quic_router *quic_routes_from(const struct quic_routes *r,
                                     struct quic_router *usual,
                                     const struct addr *from);

#endif
