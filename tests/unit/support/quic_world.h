/*
 * quic_world -- a client and a server over QUIC in one process, with a relay
 * between them when a test wants one.
 */
#ifndef TESTS_QUIC_WORLD_H
#define TESTS_QUIC_WORLD_H

#include "serve/quic_router.h"
#include "serve/selfsigned.h"
#include "support/quic_toy.h"
#include "support/udp_relay.h"

#define QUIC_WORLD_PEERS 64

struct quic_world {
    struct loop *loop;
    struct selfsigned files;
    struct settings client_settings;
    struct settings server_settings;
    struct tls_context *client_tls;
    struct tls_context *server_tls;
    struct quic_router_options options;
    struct quic_router router;
    struct addr at;   /* the server's */
    bool is_refusing; /* the server admits nobody */
    bool is_shut;     /* the server is gone */
    size_t nreleased;
    struct quic_toy client;
    struct quic_toy peers[QUIC_WORLD_PEERS]; /* the server's, in order */
    size_t npeers;
    bool are_stingy; /* what new peers will be */
    bool are_keeping;
    struct udp_relay relay;
    bool has_relay;
    struct loop_timer limit;
    bool (*is_done)(struct quic_world *w);
    struct fault fault;
};

/* Settings and options may be changed between the two. */
void quic_world_init(struct quic_world *w);
void quic_world_open(struct quic_world *w);
void quic_world_close(struct quic_world *w);

/* The server goes away. */
void quic_world_shut(struct quic_world *w);

/* Puts the relay between client and server; before quic_world_connect(). */
void quic_world_relay(struct quic_world *w);
/* The client, to "localhost" unless a host is given. */
void quic_world_connect(struct quic_world *w, const char *host);
/* Until is_done() says so after some news; fails after 20 seconds. */
void quic_world_until(struct quic_world *w,
                      bool (*is_done)(struct quic_world *w));
/* For quic_world_until(): the client; or it and its first peer. */
bool quic_world_client_open(struct quic_world *w);
bool quic_world_client_closed(struct quic_world *w);
bool quic_world_both_open(struct quic_world *w);

/* Fills bytes that look random, and are the same each time. */
void quic_world_fill(uint8_t *bytes, size_t len);
/* The server's end of the client's connection. */
struct quic_toy *quic_world_peer(struct quic_world *w);

#endif
