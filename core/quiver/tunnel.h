/*
 * quiver/tunnel -- ports of this machine that lead through a proxy: TCP by
 * CONNECT, UDP by CONNECT-UDP (RFC 9298).
 *
 *   qv_tunnel_start -> on_event ... -> on_end
 *
 * What is opened at a port, and each peer of a UDP port, is a flow: a stream of
 * its own on a connection to the proxy that they share.
 */
#ifndef QUIVER_TUNNEL_H
#define QUIVER_TUNNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "quiver/channel.h"
#include "quiver/error.h"
#include "quiver/transfer.h"

struct qv_client;

enum qv_tunnel_kind {
    QV_TUNNEL_TCP,
    QV_TUNNEL_UDP,
};

struct qv_tunnel_options {
    enum qv_tunnel_kind kind;
    /* "[bind:]port:host:hostport"; "-:host:hostport": standard input and
     * output, of which there is one at most, and no other spec beside it. */
    const char *const *specs;
    size_t nspecs;
    /* An origin, or a URI template with target_host and target_port. */
    const char *via;
    /* Headers, user agent and options of what is said to the proxy.  The user's
     * name and password (options.user) go into Proxy-Authorization, and for UDP
     * into Authorization.  The URL is not looked at. */
    struct qv_request request;
    enum qv_channel_transport transport; /* of UDP */
    uint64_t flow_idle;    /* ns without a packet of a UDP flow; 0: 120 s */
    unsigned max_flows;    /* of UDP: then the longest idle goes; 0: 1024 */
    uint64_t open_timeout; /* ns for the proxy's answer; 0: none but the
                              options' */
};

enum qv_tunnel_what {
    QV_TUNNEL_LISTENING,
    QV_TUNNEL_OPENED,
    QV_TUNNEL_CLOSED,  /* after OPENED; with the error, if it was one */
    QV_TUNNEL_REFUSED, /* never opened: the error */
    QV_TUNNEL_LOST,    /* the connection to the proxy: the error */
    QV_TUNNEL_LARGE,   /* once a flow: a packet fits no datagram, and may not go
                          otherwise */
};

struct qv_tunnel_event {
    enum qv_tunnel_what what;
    uint64_t flow;         /* from 1; 0: it is about none */
    const char *local;     /* "127.0.0.1:5353": where it listens, or the peer */
    const char *target;    /* "host:port" */
    const char *transport; /* OPENED: "datagram", "capsule", "stream" */
    const char *http;      /* OPENED: "3" */
    uint64_t conn_id;      /* OPENED, LOST: of the connection to the proxy */
    const struct qv_error *error; /* NULL: none */
    /* CLOSED, REFUSED: as of a channel (qv_channel_result.how). */
    const struct qv_result *how;
    size_t len; /* LARGE: bytes of the packet, */
    size_t max; /* and of the largest that goes */
};

struct qv_tunnel_stats {
    unsigned flows; /* open now */
    uint64_t flows_opened;
    uint64_t flows_failed;
    uint64_t packets_out; /* to the proxy: handed over to be sent, */
    uint64_t packets_in;  /* from it */
    uint64_t bytes_out;   /* of packets, or of streams */
    uint64_t bytes_in;
    /* Packets that were not passed on: */
    uint64_t dropped_queue;  /* waited too long, or the queue was full */
    uint64_t dropped_large;  /* fit no datagram */
    uint64_t dropped_closed; /* the flow was not open, nor would it be */
    uint64_t dropped_local;  /* the kernel had no room, on our side */
    uint64_t lost;           /* datagrams that the transport holds for lost */
    uint64_t rtt;            /* ns to the proxy; 0: unknown */
    size_t max; /* bytes of a packet that goes in a datagram; 0: none does */
};

struct qv_tunnel;

struct qv_tunnel_ops {
    void (*on_event)(struct qv_tunnel *t, const struct qv_tunnel_event *e);
    /* Once and last: a usage error, standard input and output that are over, what
     * the proxy lacks for ever, or qv_tunnel_stop(). */
    void (*on_end)(struct qv_tunnel *t, const struct qv_error *error);
};

struct qv_tunnel {
    const struct qv_tunnel_ops *ops;
    void *state; /* the engine's */
};

/* The options are borrowed until on_end; nothing is called back before this has
 * returned. */
void qv_tunnel_start(struct qv_client *c, struct qv_tunnel *t,
                     const struct qv_tunnel_options *o);
/* Ends all flows in good order; on_end comes soon. */
void qv_tunnel_stop(struct qv_tunnel *t);
void qv_tunnel_cancel(struct qv_tunnel *t); /* no on_end comes */
/* As they are now; rtt and max are those of the connection to the proxy. */
void qv_tunnel_get_stats(const struct qv_tunnel *t,
                         struct qv_tunnel_stats *stats);

#endif
