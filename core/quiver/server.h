/*
 * quiver/server -- the embedded server.
 */
#ifndef QUIVER_SERVER_H
#define QUIVER_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "quiver/error.h"
#include "quiver/options.h"
#include "quiver/page.h"
#include "quiver/stats.h"

struct qv_qlog;
struct qv_server;

struct qv_server_options {
    const char *bind; /* numeric; NULL: loopback, both families */
    bool has_tls;     /* TLS and QUIC on `port` */
    bool has_plain;
    uint16_t port;              /* 0: any free one */
    uint16_t plain_port;        /* 0: any free one */
    const uint16_t *more_ports; /* likewise; borrowed for the call */
    size_t nmore_ports;
    const uint16_t *more_plain_ports;
    size_t nmore_plain_ports;
    const char *root;
    const char *cert_file;   /* NULL: throw-away certificate */
    bool raw_key;            /* show the certificate's key alone (RFC 7250) */
    const char *staple_file; /* an OCSP answer to send along, DER; NULL: none */
    const char *key_file;
    bool retry;
    bool early_data;
    struct qv_options how; /* of QUIC, HTTP/3 and HTTP/2; the rest of it, no
                              matter */
    uint64_t max_requests;
    unsigned max_connections;
    /* "HOST:PORT" (serve --allow-tcp says what that may be) of targets that
     * tunnels may go to; NULL: none. */
    const char *const *allow_tcp;
    size_t nallow_tcp;
    const char *const *allow_udp;
    size_t nallow_udp;
    uint64_t flow_idle; /* ns without a packet of a UDP tunnel; 0: 120 s */
    const struct qv_qlog *qlog; /* copied; NULL: none */
    bool log_json;
    void (*on_request)(void *user, const char *line); /* NULL: no log */
    void *user;
};

/* Listens, and serves once it runs.  What the options point to is borrowed until
 * qv_server_free(), but for qlog.  NULL with *error filled. */
struct qv_server *qv_server_new(const struct qv_server_options *o,
                                struct qv_error *error);
/* The first port of each kind, TLS and plain; 0: there is none. */
uint16_t qv_server_port(const struct qv_server *s);
uint16_t qv_server_plain_port(const struct qv_server *s);
/* Of several, from 0 on; 0: no more. */
uint16_t qv_server_port_at(const struct qv_server *s, size_t i);
uint16_t qv_server_plain_port_at(const struct qv_server *s, size_t i);
/* The certificate that its own one is to be verified by; NULL: it was given one, or
 * has no TLS.  The server's. */
const char *qv_server_ca_file(const struct qv_server *s);

/* Streams that have become another protocol's. */
struct qv_server_switched {
    unsigned open;   /* now */
    uint64_t opened; /* ever */
};

struct qv_server_stats {
    unsigned connections;            /* now */
    uint64_t accepted[QV_PROTOCOLS]; /* ever; "none": ended before */
    uint64_t requests[QV_PROTOCOLS][QV_STATUS_CLASSES];
    uint64_t incomplete; /* responses that did not reach their end */
    uint64_t bytes_in;   /* bodies */
    uint64_t bytes_out;
    struct qv_histogram durations; /* of requests */
    /* QUIC, before there is a connection */
    uint64_t handshakes; /* begun */
    uint64_t handshakes_failed;
    uint64_t retries;  /* Retry packets */
    uint64_t versions; /* Version Negotiation packets */
    uint64_t refused;  /* clients turned away */
    uint64_t resets;   /* stateless ones */
    /* [0] /datagram, [1] /ws, [2] /wt */
    struct qv_server_switched channels[3];
    uint64_t messages; /* of WebSocket, that were sent back */
    uint64_t datagrams_in;
    uint64_t datagrams_out;
    uint64_t datagrams_dropped; /* of those that came */
    uint64_t datagrams_lost;    /* QUIC holds them for lost; tunnels' too */
    /* [0] to TCP targets, [1] to UDP ones */
    struct qv_server_switched tunnels[2];
    uint64_t tunnels_refused;
    uint64_t packets_out;     /* to UDP targets, */
    uint64_t packets_in;      /* from them, */
    uint64_t packets_dropped; /* and those that were not passed on */
};
/* As they are now: plain numbers, nothing to free. */
void qv_server_stats(struct qv_server *s, struct qv_server_stats *stats);
/* As qv_client_serve_page(), to be closed before qv_server_free(). */
struct qv_page_port *qv_server_serve_page(struct qv_server *s,
                                          const struct qv_page *page,
                                          struct qv_error *error);
/* Serves until SIGINT or SIGTERM, then drains: 0.  A second signal, or another
 * one that ends programs, ends it at once: the signal's number.  They are
 * caught from qv_server_new() on. */
int qv_server_run(struct qv_server *s);
/* Whatever is open is cut.  NULL: nothing. */
void qv_server_free(struct qv_server *s);

#endif
