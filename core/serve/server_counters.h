/*
 * server_counters -- what a server has served, in numbers: plain increments.
 */
#ifndef CORE_SERVE_SERVER_COUNTERS_H
#define CORE_SERVE_SERVER_COUNTERS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/histogram.h"
#include "http/message.h"
#include "serve/quic_router_counters.h"

enum {
    SERVER_COUNTERS_PROTOCOLS = 3,      /* HTTP/1, 2, 3 */
    SERVER_COUNTERS_STATUS_CLASSES = 6, /* 0: no response; 1 to 5 */
};

enum channel_kind_served {
    CHANNEL_DATAGRAM, /* /datagram, */
    CHANNEL_WEBSOCKET,
    CHANNEL_WEBTRANSPORT,
    CHANNEL_KINDS,
};

enum tunnel_kind {
    TUNNEL_TCP,
    TUNNEL_UDP,
    TUNNEL_KINDS,
};

/* Streams that have become another protocol's. */
struct server_counters_switched {
    unsigned open;   /* now */
    uint64_t opened; /* ever */
};

struct server_counters {
    uint64_t requests[SERVER_COUNTERS_PROTOCOLS]
                     [SERVER_COUNTERS_STATUS_CLASSES];
    uint64_t incomplete; /* responses that did not reach their end */
    uint64_t bytes_in;   /* bodies */
    uint64_t bytes_out;
    struct histogram durations;
    /* Ever, once the protocol shows; those of HTTP/3 are quic.opened. */
    uint64_t connections[SERVER_COUNTERS_PROTOCOLS - 1];
    uint64_t unknown; /* TCP connections that ended before that */
    struct quic_router_counters quic;
    struct server_counters_switched channels[CHANNEL_KINDS];
    uint64_t messages;     /* of WebSocket, that were sent back */
    uint64_t datagrams_in; /* in QUIC's own and in capsules */
    uint64_t datagrams_out;
    uint64_t datagrams_dropped; /* of those that came */
    uint64_t datagrams_lost;    /* of QUIC's own, tunnels' too */
    struct server_counters_switched tunnels[TUNNEL_KINDS];
    uint64_t tunnels_refused;
    uint64_t packets_out;     /* of UDP tunnels: to targets, */
    uint64_t packets_in;      /* from them, */
    uint64_t packets_dropped; /* and of either, those that were not passed on */
};

/* A request that is over. */
struct server_counters_exchange {
    enum http_version version;
    int status; /* 0: no response was sent */
    uint64_t bytes_in;
    uint64_t bytes_out;
    uint64_t duration; /* ns */
    bool is_complete;  /* the response reached its end */
};

void server_counters_connection(struct server_counters *c, bool is_h2);
/* One more, and one fewer. */
void server_counters_opened(struct server_counters_switched *s);
void server_counters_closed(struct server_counters_switched *s);
void server_counters_request(struct server_counters *c,
                             const struct server_counters_exchange *e);

#endif
