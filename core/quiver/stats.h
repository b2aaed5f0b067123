/*
 * quiver/stats -- counters of a client, its pools and connections.
 */
#ifndef QUIVER_STATS_H
#define QUIVER_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct qv_client;

enum {
    QV_HISTOGRAM_BOUNDS = 16,
    QV_PROTOCOLS = 4,      /* see qv_protocol_name() */
    QV_STAGES = 5,         /* of a handshake: qv_stage_name() */
    QV_CLOSES = 11,        /* why a connection ended: qv_close_name() */
    QV_FAILURES = 6,       /* of a handshake: qv_failure_name() */
    QV_STATUS_CLASSES = 6, /* 0: no answer; 1 to 5: 1xx to 5xx */
};

const char *qv_protocol_name(int protocol); /* "h1", "h2", "h3", "none" */
const char *qv_stage_name(int stage); /* "dns", "connect", "tls", "quic", ... */
const char *qv_failure_name(int reason); /* "dns", "connect", "tls", ... */
const char *qv_close_name(int reason);   /* "idle", "goaway", "error", ... */

/* How long something took. */
struct qv_histogram {
    uint64_t count;
    uint64_t sum; /* ns */
    uint64_t max;
    /* How many took up to each bound (and longer than the one before); the
     * last one: longer than all. */
    uint64_t buckets[QV_HISTOGRAM_BOUNDS + 1];
};
const uint64_t *qv_histogram_bounds(void); /* ns, ascending */

/* Of one pool.  An origin may have several, with different settings. */
struct qv_pool_stats {
    const char
        *origin; /* "https://example.com:443"; until the client runs on */
    /* now */
    size_t queued; /* requests that wait for a connection */
    size_t active; /* requests on connections: streams */
    size_t connections;
    size_t idle; /* connections without a request */
    size_t dialling;
    /* ever */
    uint64_t dials;
    uint64_t dials_failed;
    uint64_t failures[QV_FAILURES]; /* the same, by reason */
    uint64_t opened[QV_PROTOCOLS];
    uint64_t closed[QV_CLOSES];
    uint64_t waited;     /* requests that were queued */
    uint64_t expired;    /* of them: for too long */
    uint64_t returned;   /* requests that a connection gave back unprocessed */
    uint64_t resumed;    /* connections, with a ticket of an earlier one */
    uint64_t migrations; /* of QUIC connections to another path */
    uint64_t early_accepted; /* requests that were sent as early data */
    uint64_t early_rejected; /* and once more after it */
    uint64_t packets_sent;   /* by QUIC connections, those that are open too */
    uint64_t packets_lost;
    uint64_t requests[QV_PROTOCOLS][QV_STATUS_CLASSES]; /* that are over */
    uint64_t retries;
    uint64_t bytes_in;
    uint64_t bytes_out;
    struct qv_histogram durations; /* of requests */
    struct qv_histogram stages[QV_STAGES];
};

/* Of all channels, those that are open too. */
struct qv_channels_stats {
    uint64_t open; /* now */
    uint64_t opened;
    uint64_t done; /* of those that are over, these ended well */
    uint64_t failed;
    uint64_t messages_in; /* datagrams, texts, binaries */
    uint64_t messages_out;
    uint64_t bytes_in; /* of their payloads, and of stream bytes */
    uint64_t bytes_out;
    uint64_t datagrams_sent;
    uint64_t datagrams_received;
    uint64_t datagrams_dropped; /* never sent */
    uint64_t datagrams_lost;    /* held for lost by the transport */
};

struct qv_stats {
    uint64_t waiting; /* transfers */
    uint64_t running;
    uint64_t done;
    uint64_t failed;
    uint64_t cancelled;
    uint64_t retried;
    uint64_t redirected;
    uint64_t bytes_in; /* so far, of those that run too */
    uint64_t bytes_out;
    struct qv_channels_stats channels;
    /* HTTP/3, and other places, that did not work while something else did, and
     * are left alone: so often, and so many now. */
    uint64_t marked_broken;
    size_t broken;
    size_t npools;
    struct qv_pool_stats pools; /* the sum; origin NULL */
};
/* As they are now: plain numbers, nothing to free. */
void qv_client_stats(const struct qv_client *c, struct qv_stats *stats);

/* Pools that have had nothing to do for a while are gone: what they counted is
 * shown last, all together, under this name. */
#define QV_ORIGIN_OTHER "other"
/* *stats is valid during the call. */
void qv_client_each_pool(const struct qv_client *c,
                         void (*each)(void *user,
                                      const struct qv_pool_stats *stats),
                         void *user);
/* Adds *s to *to, whose origin stays. */
void qv_pool_stats_add(struct qv_pool_stats *to, const struct qv_pool_stats *s);

struct qv_connection_stats {
    uint64_t id;
    const char *origin;
    const char *protocol;
    size_t active;     /* requests on it */
    uint64_t requests; /* ever */
    uint64_t age;      /* ns */
    bool is_draining;
    uint64_t rtt; /* smoothed, ns; this and all below 0: unknown */
    uint64_t min_rtt;
    uint64_t cwnd; /* bytes */
    uint64_t packets_sent;
    uint64_t packets_lost;
};
/* Those that are open; *stats is valid during the call.  Costs a system call for
 * each one over TCP. */
void qv_client_each_connection(
    const struct qv_client *c,
    void (*each)(void *user, const struct qv_connection_stats *stats),
    void *user);

#endif
