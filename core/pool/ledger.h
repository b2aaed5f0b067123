/*
 * ledger -- what a pool has done, in numbers, and the events about it.
 *
 * The pool says what happens; a ledger counts it (plain increments) and, when
 * somebody listens, tells it.  The numbers of requests are the client's to
 * fill in: it alone knows how they ended.
 */
#ifndef CORE_POOL_LEDGER_H
#define CORE_POOL_LEDGER_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/histogram.h"
#include "conn/conn.h"
#include "http/exchange.h"
#include "io/loop.h"

/* Why a connection was closed. */
enum ledger_close {
    LEDGER_CLOSE_IDLE,     /* by us: no exchange for too long */
    LEDGER_CLOSE_AGE,      /* by us: old enough */
    LEDGER_CLOSE_REQUESTS, /* by us: it has served enough */
    LEDGER_CLOSE_END,      /* by us: the pool is done */
    LEDGER_CLOSE_CROWDED,  /* by us: another origin, or pool, needs its slot */
    LEDGER_CLOSE_MISDIRECTED, /* by us: not for this origin (421) */
    LEDGER_CLOSE_CANCEL,      /* HTTP/1: with the exchange that it carried */
    LEDGER_CLOSE_GOAWAY,      /* drained: the peer said GOAWAY */
    LEDGER_CLOSE_PEER,        /* closed by the peer, in order */
    LEDGER_CLOSE_ERROR,
    LEDGER_CLOSE_COUNT,
};

/* Stages of a handshake that led to an open connection. */
enum ledger_stage {
    LEDGER_STAGE_DNS,
    LEDGER_STAGE_CONNECT, /* TCP */
    LEDGER_STAGE_TLS,     /* over TCP */
    LEDGER_STAGE_QUIC,    /* with its TLS */
    LEDGER_STAGE_TOTAL,
    LEDGER_STAGE_COUNT,
};

/* Why there is no connection. */
enum ledger_failure {
    LEDGER_FAILURE_DNS,
    LEDGER_FAILURE_CONNECT,
    LEDGER_FAILURE_TIMEOUT,
    LEDGER_FAILURE_TLS, /* certificates too */
    LEDGER_FAILURE_QUIC,
    LEDGER_FAILURE_OTHER,
    LEDGER_FAILURE_COUNT,
};

enum ledger_protocol {
    LEDGER_H1,
    LEDGER_H2,
    LEDGER_H3,
    LEDGER_NO_PROTOCOL, /* failed before there was one */
    LEDGER_PROTOCOL_COUNT,
};

/* 0: no answer; 1 to 5: the first digit of the status. */
#define LEDGER_STATUS_CLASSES 6

struct ledger {
    struct loop *loop;
    const char *origin; /* "https://example.com:443" */
    uint64_t dials;     /* ever begun */
    uint64_t dials_failed;
    uint64_t failures[LEDGER_FAILURE_COUNT]; /* the same, by reason */
    uint64_t opened[LEDGER_PROTOCOL_COUNT];
    uint64_t closed[LEDGER_CLOSE_COUNT];
    uint64_t queued;   /* exchanges that had to wait */
    uint64_t expired;  /* of them: waited too long */
    uint64_t returned; /* exchanges given back unprocessed */
    struct histogram stages[LEDGER_STAGE_COUNT];

    /* The client's. */
    uint64_t requests[LEDGER_PROTOCOL_COUNT][LEDGER_STATUS_CLASSES];
    uint64_t retries;
    uint64_t bytes_in;
    uint64_t bytes_out;
    struct histogram durations; /* of requests */
};

/* name: of its origin, for as long as the ledger is told things. */
void ledger_init(struct ledger *l, struct loop *loop, const char *name);
/* Adds the numbers of another one. */
void ledger_merge(struct ledger *to, const struct ledger *from);

enum ledger_protocol ledger_protocol(enum http_version version);

/* A dial begins; and ends in one of two ways. */
void ledger_dial_started(struct ledger *l);
void ledger_dial_failed(struct ledger *l, const struct fault *why,
                        const struct conn_facts *facts);
void ledger_opened(struct ledger *l, const struct conn *c);

/* It takes nothing new; why may be NULL. */
void ledger_draining(struct ledger *l, const struct conn *c,
                     const struct fault *why);
/*
 * It is gone.  by: what the pool itself had in mind, LEDGER_CLOSE_GOAWAY for
 * one that was draining, LEDGER_CLOSE_PEER for any other, which becomes
 * LEDGER_CLOSE_ERROR if *why (may be NULL) is an error.
 */
void ledger_closed(struct ledger *l, const struct conn *c, enum ledger_close by,
                   const struct fault *why, uint64_t nserved);

/* The exchange waits behind `ahead` others; and has got a connection. */
void ledger_queued(struct ledger *l, const struct exchange *ex, size_t ahead);
void ledger_assigned(struct ledger *l, const struct conn *c,
                     const struct exchange *ex, size_t queued);
void ledger_returned(struct ledger *l, const struct conn *c,
                     const struct exchange *ex, const struct fault *why);

/* When its handshake was done. */
uint64_t ledger_opened_at(const struct conn_facts *f);

const char *ledger_close_name(enum ledger_close reason);     /* "max_age" */
const char *ledger_failure_name(enum ledger_failure reason); /* "tls" */
const char *ledger_stage_name(enum ledger_stage stage);      /* "dns" */
const char *ledger_protocol_name(enum ledger_protocol p);    /* "h2" */

#endif
