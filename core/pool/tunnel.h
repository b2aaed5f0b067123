/*
 * tunnel -- an exchange with an HTTP proxy that becomes a way through it.
 *
 *   ASKING ----> OPEN ----> OVER        close at any time, silently
 *     ^ |                    ^
 *     | `----> REFUSED ------'
 *     `-----------'  407, and we have an answer to it
 *
 * The exchange is one of the proxy's own pool, so whatever is spoken with the
 * proxy carries it: a connection of HTTP/1.1 becomes the tunnel, one of HTTP/2 or
 * HTTP/3 has many.  What the bytes mean is its owner's: a transport
 * (tunnel_stream.h) or datagrams (tunnel_datagrams.h).
 *
 * Bytes out wait in a queue until the connection pulls them; the owner looks at
 * its length, and on_drain tells when it is short again.  Bytes in are pushed
 * to the owner, who may have them stop.
 *
 * Embedded in its owner, who lives until on_closed().
 */
#ifndef CORE_POOL_TUNNEL_H
#define CORE_POOL_TUNNEL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "http/datagrams.h"
#include "http/exchange.h"
#include "http/facts.h"
#include "http/refusal.h"
#include "io/loop.h"
#include "pool/tunnel_lacks.h"
#include "pool/tunnel_request.h"
#include "settings/proxy.h"
#include "settings/settings.h"

struct origin;
struct pool;
struct tunnel;

/* Who has the pools of proxies, and knows which tunnels there are: the
 * manager. */
struct tunnel_host {
    struct loop *loop;
    struct list tunnels; /* abandoned before their pools are freed */
    struct list auths;   /* proxy_auth.h */
    struct tunnel_lacks lacks;
    /* The pool that keeps connections to this proxy for what leads through it;
     * the exchange is submitted to it at once. */
    struct pool *(*pool)(struct tunnel_host *h, const struct origin *proxy,
                         const struct settings *s);
};

enum tunnel_state {
    TUNNEL_ASKING,
    TUNNEL_REFUSED, /* what the proxy says about it is read */
    TUNNEL_OPEN,
    TUNNEL_OVER,    /* t->fault tells why; ERR_NONE: both sides have ended */
    TUNNEL_CLOSING, /* by its owner: what is queued may still leave */
    TUNNEL_CLOSED,
};

struct tunnel_events {
    void (*on_open)(struct tunnel *t, const struct response_head *head);
    enum sink_flow (*on_bytes)(struct tunnel *t, struct span bytes);
    /* The proxy's side has ended, in good order. */
    void (*on_end)(struct tunnel *t);
    /* The queue is at most half as long as TUNNEL_OUT_HIGH again, after it had
     * been full. */
    void (*on_drain)(struct tunnel *t);
    /* Nothing more comes, nor goes.  Without on_open the tunnel never was. */
    void (*on_over)(struct tunnel *t);
    /* The tunnel is closed, as its owner wished, and nobody looks at it any more:
     * the owner is freed in the reap phase.  From tunnel_close() or later. */
    void (*on_closed)(struct tunnel *t);
};

/* Bytes that may wait to be sent, before the owner stops. */
#define TUNNEL_OUT_HIGH ((size_t)256 * 1024)

/* What a tunnel is made of; strings are copied, the settings outlive it. */
struct tunnel_config {
    struct tunnel_host *host;
    const struct settings *settings; /* of the origin */
    struct tunnel_goal goal;
    struct datagrams *datagrams; /* NULL: bytes alone */
    const struct tunnel_events *events;
};

struct tunnel {
    const struct tunnel_events *events;
    struct loop *loop;
    struct tunnel_host *host;
    const struct settings *settings;
    struct list link; /* of its host's tunnels */
    enum tunnel_state state;
    struct fault fault;
    struct buf out;
    /* private: */
    struct tunnel_goal goal;
    struct arena arena;
    struct proxy proxy;
    struct settings hop; /* those of the way to the proxy */
    struct exchange ex;
    struct request request;
    struct body_source source;
    struct refusal refusal;
    const struct conn_facts *facts; /* tunnel_facts.h; the arena's */
    size_t nrefused;                /* bytes of a refusal's body */
    bool was_open;
    unsigned nanswers;      /* to the proxy's challenges */
    bool wants_credentials; /* 407: they will be in the next request */
    bool is_fresh;          /* only a new connection to the proxy will do */
    bool was_full;
    bool is_out_done; /* nothing is added to `out` any more */
    unsigned rounds;  /* of the closing task */
    struct loop_timer patience;
    struct loop_task ask_task;
    struct loop_task close_task;
};

/* Zeroes *t.  Nothing is called back before this has returned. */
void tunnel_start(struct tunnel *t, const struct tunnel_config *config);
/* In any state.  What is queued leaves as far as it does without waiting; no
 * event comes but on_closed(). */
void tunnel_close(struct tunnel *t);
/* What comes makes no sense: it is OVER, for this reason. */
void tunnel_end(struct tunnel *t, const struct fault *why);
/* The pools are freed: the tunnel loses its exchange at once, and is OVER for
 * its owner. */
void tunnel_abandon(struct tunnel *t);

/* After bytes were added to t->out. */
void tunnel_send(struct tunnel *t);
/* No bytes follow those in t->out. */
void tunnel_shut(struct tunnel *t);
/* After datagrams_push() said so. */
void tunnel_send_datagrams(struct tunnel *t);
/* After on_bytes() said SINK_PAUSE. */
void tunnel_receive(struct tunnel *t);

/* Addresses, and facts->proxy: once it is open. */
void tunnel_facts(const struct tunnel *t, struct conn_facts *facts);
uint64_t tunnel_rtt(const struct tunnel *t); /* ns; 0: unknown */
void tunnel_path_stats(const struct tunnel *t, struct path_stats *stats);

#endif
