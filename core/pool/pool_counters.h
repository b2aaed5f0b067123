/*
 * pool_counters -- what a pool has done, in numbers, and the events about it.
 *
 * The pool says what happens; here it is counted (plain increments) and, when
 * somebody listens, told.  The numbers of requests are the client's to fill in:
 * it alone knows how they ended.
 */
#ifndef CORE_POOL_POOL_COUNTERS_H
#define CORE_POOL_POOL_COUNTERS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/histogram.h"
#include "conn/conn.h"
#include "http/exchange.h"
#include "io/loop.h"

/* Why a connection was closed. */
enum pool_close {
    POOL_CLOSE_IDLE,        /* by us: no exchange for too long */
    POOL_CLOSE_AGE,         /* by us: old enough */
    POOL_CLOSE_REQUESTS,    /* by us: it has served enough */
    POOL_CLOSE_END,         /* by us: the pool is done */
    POOL_CLOSE_EVICTED,     /* by us: another origin, or pool, needs its slot */
    POOL_CLOSE_MISDIRECTED, /* by us: not for this origin (421) */
    POOL_CLOSE_MOVED,       /* by us: it cannot follow to another network */
    POOL_CLOSE_CANCEL,      /* HTTP/1: with the exchange that it carried */
    POOL_CLOSE_GOAWAY,      /* drained: the peer said GOAWAY */
    POOL_CLOSE_PEER,        /* closed by the peer, in order */
    POOL_CLOSE_ERROR,
    POOL_CLOSE_COUNT,
};

/* Stages of a handshake that led to an open connection. */
enum pool_stage {
    POOL_STAGE_DNS,
    POOL_STAGE_CONNECT, /* TCP */
    POOL_STAGE_TLS,     /* over TCP */
    POOL_STAGE_QUIC,    /* with its TLS */
    POOL_STAGE_TOTAL,
    POOL_STAGE_COUNT,
};

/* Why there is no connection. */
enum pool_failure {
    POOL_FAILURE_DNS,
    POOL_FAILURE_CONNECT,
    POOL_FAILURE_TIMEOUT,
    POOL_FAILURE_TLS, /* certificates too */
    POOL_FAILURE_QUIC,
    POOL_FAILURE_OTHER,
    POOL_FAILURE_COUNT,
};

enum pool_protocol {
    POOL_H1,
    POOL_H2,
    POOL_H3,
    POOL_NO_PROTOCOL, /* failed before there was one */
    POOL_PROTOCOL_COUNT,
};

/* 0: no answer; 1 to 5: the first digit of the status. */
#define POOL_STATUS_CLASSES 6

struct pool_counters {
    struct loop *loop;
    const char *origin; /* "https://example.com:443" */
    uint64_t dials;     /* ever begun */
    uint64_t dials_failed;
    uint64_t failures[POOL_FAILURE_COUNT]; /* the same, by reason */
    uint64_t opened[POOL_PROTOCOL_COUNT];
    uint64_t closed[POOL_CLOSE_COUNT];
    uint64_t queued;   /* exchanges that had to wait */
    uint64_t expired;  /* of them: waited too long */
    uint64_t returned; /* exchanges given back unprocessed */
    uint64_t resumed; /* connections by a ticket, from their first request on */
    uint64_t migrations;     /* connections that went over to another path */
    uint64_t early_accepted; /* requests in early data */
    uint64_t early_rejected;
    uint64_t packets_sent; /* QUIC's, of connections that are gone */
    uint64_t packets_lost;
    struct histogram stages[POOL_STAGE_COUNT];

    /* The client's. */
    uint64_t requests[POOL_PROTOCOL_COUNT][POOL_STATUS_CLASSES];
    uint64_t retries;
    uint64_t bytes_in;
    uint64_t bytes_out;
    struct histogram durations; /* of requests */
};

/* name: of the pool's origin; borrowed as long as anything is counted here. */
void pool_counters_init(struct pool_counters *l, struct loop *loop,
                        const char *name);
/* Adds the numbers of *from; loop and origin of *to stay. */
void pool_counters_merge(struct pool_counters *to,
                         const struct pool_counters *from);

enum pool_protocol pool_counters_protocol(enum http_version version);

/* A dial begins; it ends by pool_counters_dial_failed() or
 * pool_counters_opened(). */
void pool_counters_dial_started(struct pool_counters *l);
void pool_counters_dial_failed(struct pool_counters *l, const struct fault *why,
                               const struct conn_facts *facts);
void pool_counters_opened(struct pool_counters *l, const struct conn *c);

/* The connection takes no new exchange; why may be NULL. */
void pool_counters_draining(struct pool_counters *l, const struct conn *c,
                            const struct fault *why);
/*
 * The connection is gone, after nserved exchanges.  by: the pool's own reason
 * to close it; else POOL_CLOSE_GOAWAY if it was draining, or POOL_CLOSE_PEER,
 * which is counted as POOL_CLOSE_ERROR if *why (may be NULL) is an error.
 */
void pool_counters_closed(struct pool_counters *l, const struct conn *c,
                          enum pool_close by, const struct fault *why,
                          uint64_t nserved);

/* The exchange waits behind `ahead` others. */
void pool_counters_queued(struct pool_counters *l, const struct exchange *ex,
                          size_t ahead);
/* The exchange has got the connection; so many others are still queued. */
void pool_counters_assigned(struct pool_counters *l, const struct conn *c,
                            const struct exchange *ex, size_t queued);
/* The connection has given the exchange back unprocessed. */
void pool_counters_returned(struct pool_counters *l, const struct conn *c,
                            const struct exchange *ex, const struct fault *why);

/* When the handshake of this connection was done, loop clock ns. */
uint64_t pool_counters_opened_at(const struct conn_facts *f);

const char *pool_counters_close_name(enum pool_close reason); /* "max_age" */
const char *pool_counters_failure_name(enum pool_failure reason); /* "tls" */
const char *pool_counters_stage_name(enum pool_stage stage);      /* "dns" */
const char *pool_counters_protocol_name(enum pool_protocol p);    /* "h2" */

#endif
