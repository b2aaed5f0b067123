/*
 * pool -- which connection of an origin serves an exchange.
 *
 *   submitted -> queued -> on a connection -> (done by the connection)
 *                  ^---------------'  given back unprocessed: no charge
 *
 * One coordinator for every protocol: a queue, and connections that say how
 * much room they have.  The data of an exchange never passes here.
 */
#ifndef CORE_POOL_POOL_H
#define CORE_POOL_POOL_H

#include <stddef.h>

#include "dial/dialer.h"
#include "http/exchange.h"
#include "pool/ledger.h"
#include "pool/origin.h"

struct pool;

struct pool_stats {
    size_t queued;
    size_t active; /* exchanges on connections */
    size_t idle;   /* connections without an exchange */
    size_t connections;
    size_t dials;  /* connections being made */
    size_t opened; /* ever */
};

/* How a pool is asked to run what it queues.  settings are copied. */
struct pool *pool_new(struct dialer *dialer, const struct origin *o,
                      const struct settings *s);
/* Closes every connection; no exchange may be left on it. */
void pool_free(struct pool *p);

/*
 * Queues the exchange or hands it to a connection.  Its sink's on_done comes
 * once, never before this returns; not after pool_cancel().
 */
void pool_submit(struct pool *p, struct exchange *ex);
void pool_cancel(struct exchange *ex);
/* After SINK_PAUSE, or when its body source has bytes again. */
void pool_resume(struct exchange *ex);
/* Round-trip time of its connection in ns; 0: unknown, or not on one. */
uint64_t pool_rtt(const struct exchange *ex);

/* What it has counted; the client adds its part. */
struct ledger *pool_ledger(struct pool *p);

/* One of its connections, as pool_each() shows it. */
struct pool_conn {
    const struct conn *conn;
    uint64_t nserved; /* exchanges ever */
    bool is_draining;
};
void pool_each(const struct pool *p,
               void (*each)(void *user, const struct pool_conn *c), void *user);
void pool_get_stats(const struct pool *p, struct pool_stats *stats);

#endif
