/*
 * pool -- which connection of an origin serves an exchange.
 *
 *   submitted -> queued -> on a connection -> (done by the connection)
 *                  ^---------------'  given back unprocessed: no charge
 *
 * One coordinator for every protocol: a queue, and connections that say how
 * much they can take.  The data of an exchange never passes here.
 */
#ifndef CORE_POOL_POOL_H
#define CORE_POOL_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/list.h"
#include "dial/dialer.h"
#include "http/exchange.h"
#include "pool/host_limit.h"
#include "pool/idle.h"
#include "pool/origin.h"
#include "pool/pool_counters.h"

struct alternatives;
struct pool;

struct movement;

struct pool_stats {
    size_t queued;
    size_t active;      /* exchanges on connections: streams */
    size_t idle;        /* connections without an exchange */
    size_t connections; /* draining ones too */
    size_t draining;    /* of them */
    size_t dials;       /* connections being made */
    size_t limit;       /* exchanges that one connection takes; 0: unknown */
};

/* A connection of a pool, as pool_each() shows it. */
struct pool_conn {
    const struct conn *conn;
    uint64_t nserved; /* exchanges ever */
    bool is_draining;
};

/* What a pool is made of.  Everything is borrowed as long as the pool lives,
 * the settings until the reap phase after pool_free(); the origin is copied. */
struct pool_config {
    struct dialer *dialer;
    struct idle *idle;
    struct host_limit *host_limit; /* NULL: none but the pool's own */
    const struct settings *settings;
    struct alternatives *alternatives; /* of all pools; NULL: none are kept */
    /* Connections and dials of all pools, counted by each; NULL: the pool is
     * the only one. */
    size_t *nopen;
    struct movement *movement; /* NULL: nobody looks after the network */
    struct origin origin;
    /* The pool has become vacant: it has no connection, no dial, and no exchange
     * that was not released, and nothing is lost with it but what it has
     * learned, version and limit.  May come more than once, and from within the
     * pool's functions, so the owner frees the pool in a later task.  NULL: not
     * told. */
    void (*on_vacant)(struct pool *p, void *owner);
    void *owner;
};

struct pool *pool_new(const struct pool_config *config);
/* Closes every connection of the pool, which has no exchange any more. */
void pool_free(struct pool *p);

/*
 * Queues the exchange or hands it to a connection.  The exchange is borrowed
 * until its sink's on_done(), which comes once and never before this returns,
 * or until pool_cancel().  The pool is not vacant before pool_release().
 */
void pool_submit(struct pool *p, struct exchange *ex);
/* Ends the exchange in whatever state it is, without on_done(). */
void pool_cancel(struct exchange *ex);
/* Of the connection that is being made for it, while it waits for one; NULL: none
 * is. */
const struct conn_facts *pool_waits_for(const struct exchange *ex);
/* As pool_cancel(), and the peer is told this code, of the version that the
 * exchange is on (ex->facts): why a stream that was switched ends. */
void pool_reset(struct exchange *ex, uint64_t code);
/* After on_done() or pool_cancel(): the caller needs the exchange's pool no
 * more (its rtt, its counters), and ex->pool is NULL from now on.  The pool may
 * be vacant then.  On an exchange without a pool this does nothing. */
void pool_release(struct exchange *ex);
/* The connection that serves the exchange is not for its origin (421, RFC 9110
 * 15.5.20): that connection finishes what it has, and takes nothing more. */
void pool_shun(struct exchange *ex);
/* As conn_ops.resume(); does nothing if the exchange is on no connection. */
void pool_resume(struct exchange *ex, unsigned ways);
/* What the head of an answer, final and from the exchange's connection, says of
 * other places of the origin (RFC 7838) is remembered. */
void pool_learn(struct exchange *ex, const struct fields *fields);
/* Round-trip time of the exchange's connection in ns; 0: unknown, or the
 * exchange is on none. */
uint64_t pool_rtt(const struct exchange *ex);
/* As conn_ops.path_stats() of the exchange's connection; nothing if it is on
 * none. */
void pool_path_stats(const struct exchange *ex, struct path_stats *stats);
/* As conn_ops.ping() and heard() of the exchange's connection; false, and 0, if
 * it is on none. */
bool pool_ping(struct exchange *ex, uint64_t interval);
uint64_t pool_heard(const struct exchange *ex);

/* Who wants to know when the connection of an exchange takes no more of them
 * (GOAWAY), although this one may go on. */
struct pool_watch {
    struct list link;
    /* Once.  why: borrowed for the call; may end the exchange. */
    void (*on_draining)(struct pool_watch *w, const struct fault *why);
};

/* Until the event, or pool_unwatch(), which comes before the exchange has
 * ended; the exchange is on a connection, w->link in no list.  False: that one
 * takes no more already. */
bool pool_watch(struct pool_watch *w, struct exchange *ex);
/* Watching or not. */
void pool_unwatch(struct pool_watch *w);

/* What the pool has counted; the client adds the requests to it. */
struct pool_counters *pool_counters(struct pool *p);
const struct origin *pool_origin(const struct pool *p);
/* The machine may be in another network (conn_ops.migrate): connections follow,
 * and those that cannot drain.  How many have begun to. */
size_t pool_migrate(struct pool *p, bool is_forced);
void pool_get_stats(const struct pool *p, struct pool_stats *stats);
void pool_each(const struct pool *p,
               void (*each)(void *user, const struct pool_conn *c), void *user);

#endif
