/*
 * codecs -- how a listener hands a connection to the protocol that was
 * negotiated.  Each codec owns its transport from then on, reports its end
 * once through on_gone, and is ended early by ops->close.
 */
#ifndef CORE_SERVE_CODECS_H
#define CORE_SERVE_CODECS_H

#include <stdbool.h>

#include "base/list.h"
#include "transport/transport.h"

struct server;
struct peer;

struct peer_ops {
    void (*drain)(struct peer *p); /* finish what runs, then on_gone */
    void (*close)(struct peer *p); /* now; no on_gone; freed by reap */
};

/* One client connection of the server, embedded in the codec's own struct. */
struct peer {
    const struct peer_ops *ops;
    struct list link;                /* in the listener */
    void (*on_gone)(struct peer *p); /* set by the listener; last call */
    struct server *server;
    bool is_secure;
    char remote[48];
};

/* remote: address text, copied. */
struct peer *h1_server_new(struct server *srv, struct transport *t,
                           bool is_secure, const char *remote);
struct peer *h2_server_new(struct server *srv, struct transport *t,
                           bool is_secure, const char *remote);

struct quic;
struct quic_app;
/* The application for a server's QUIC connection: made with the first packet
 * of an accepted connection, given to it, frees itself after on_closed. */
struct quic_app *h3_server_app(struct server *srv);
/* Called once the quic object exists.  The peer is the same object as the
 * application: drain it with a GOAWAY, close it, be told when it is gone. */
struct peer *h3_server_attach(struct quic_app *app, struct quic *q,
                              const char *remote);

#endif
