/*
 * server_self -- the members of a server, for server.c and server_life.c.
 */
#ifndef CORE_SERVE_SERVER_SELF_H
#define CORE_SERVE_SERVER_SELF_H

#include "http/date.h"
#include "serve/quic_routes.h"
#include "serve/selfsigned.h"
#include "serve/server.h"
#include "serve/server_counters.h"
#include "serve/tunnel_allow.h"

struct ports;
struct tls_context;

struct server {
    struct loop *loop;
    struct server_options options;
    struct settings settings;
    struct selfsigned selfsigned;
    struct tls_context *tcp_tls;
    struct tls_context *quic_tls;
    struct quic_routes routes; /* of all UDP sockets */
    struct ports *secure;      /* NULL: not served, or closed */
    struct ports *plain;
    int root; /* -1: none */
    unsigned nconnections;
    struct server_counters counters;
    struct tunnel_allow allow[TUNNEL_KINDS];
    struct udp_gather_buffer *gather;
    struct list tails; /* tcp_tail.h */
    bool is_draining;
    struct list drain_watches;
    struct loop_task drained; /* no connection is left */
    struct loop_timer drain_limit;
    struct loop_task reap;
    int64_t date_of;
    char date[DATE_LEN + 1];
};

#endif
