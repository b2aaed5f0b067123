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

#include "dial/dialer.h"
#include "http/exchange.h"
#include "pool/host_limit.h"
#include "pool/idle.h"
#include "pool/origin.h"
#include "pool/pool_counters.h"

struct pool;

struct pool_stats {
    size_t queued;
    size_t active;      /* exchanges on connections: streams */
    size_t idle;        /* connections without an exchange */
    size_t connections; /* draining ones too */
    size_t draining;    /* of them */
    size_t dials;       /* connections being made */
    size_t limit;       /* exchanges that one connection takes; 0: unknown */
};

/* One of its connections, as pool_each() shows it. */
struct pool_conn {
    const struct conn *conn;
    uint64_t nserved; /* exchanges ever */
    bool is_draining;
};

/* What a pool is made of.  All but the origin outlives it, and settings the
 * reap phase of pool_free(). */
struct pool_config {
    struct dialer *dialer;
    struct idle *idle;
    struct host_limit *host_limit; /* NULL: none but the pool's own */
    const struct settings *settings;
    size_t *nopen; /* connections and dials of all pools; NULL: only us */
    struct origin origin; /* copied */
    /* It has no connection, dial or exchange any more (pool_is_vacant()).  May
     * come again, and from inside its own functions: free it later.  NULL:
     * nobody cares. */
    void (*on_vacant)(struct pool *p, void *owner);
    void *owner;
};

struct pool *pool_new(const struct pool_config *config);
/* Closes every connection; no exchange may be left on it. */
void pool_free(struct pool *p);

/*
 * Queues the exchange or hands it to a connection.  Its sink's on_done comes
 * once, never before this returns; not after pool_cancel().  The pool stays
 * there until pool_release().
 */
void pool_submit(struct pool *p, struct exchange *ex);
void pool_cancel(struct exchange *ex); /* in any state; silent */
/* It is done, and so is everybody with ex->pool.  More than once does nothing
 * more. */
void pool_release(struct exchange *ex);
/* The connection that serves it is not for its origin (421, RFC 9110 15.5.20):
 * it finishes what it has, and takes nothing more. */
void pool_shun(struct exchange *ex);
/* As conn_ops.resume(), in any state. */
void pool_resume(struct exchange *ex, unsigned ways);
/* Round-trip time of its connection in ns; 0: unknown, or not on one. */
uint64_t pool_rtt(const struct exchange *ex);

/* What it has counted; the client adds its part. */
struct pool_counters *pool_counters(struct pool *p);
const struct origin *pool_origin(const struct pool *p);
/* True: it could be freed without loss, but for what it has learned. */
bool pool_is_vacant(const struct pool *p);
void pool_get_stats(const struct pool *p, struct pool_stats *stats);
void pool_each(const struct pool *p,
               void (*each)(void *user, const struct pool_conn *c), void *user);

#endif
