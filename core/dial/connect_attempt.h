/*
 * connect_attempt -- one try at one address, over TCP (tcp_attempt) or QUIC
 * (quic_attempt).
 *
 *   started -> [reached ->] won or failed;   cancel at any time, silently
 *
 * "Reached" means that the address answers and no other has to be tried: TCP
 * is connected, but what comes after may still fail.  A QUIC attempt is reached
 * only by winning.  After won or failed the attempt frees itself in the reap
 * phase; no callback comes before the function that started it has returned.
 */
#ifndef CORE_DIAL_CONNECT_ATTEMPT_H
#define CORE_DIAL_CONNECT_ATTEMPT_H

#include <stdint.h>

#include "base/err.h"
#include "base/list.h"
#include "base/trace.h"
#include "conn/conn.h"
#include "dial/dialer.h"
#include "dial/route.h"
#include "http/facts.h"
#include "io/addr.h"

struct connect_attempt;

/* What every attempt of a dial is after.  Outlives its attempts. */
struct connect_attempt_goal {
    struct dialer *dialer;
    const struct route *route;
    struct conn_facts *facts;    /* of the dial: times, attempts */
    const char *origin;          /* its name in events */
    const struct route_run *run; /* that the attempt is of; NULL: not told */
};

struct connect_attempt_events {
    /* Not of every attempt (see above). */
    void (*on_reached)(struct connect_attempt *a);
    /* The connection is the receiver's. */
    void (*on_won)(struct connect_attempt *a, struct conn *c);
    void (*on_failed)(struct connect_attempt *a, const struct fault *fault);
};

struct connect_attempt_ops {
    const char *proto; /* "tcp", "quic" */
    /* Trace events that tell of an attempt: begun, won, and ended otherwise. */
    enum trace_kind started;
    enum trace_kind stopped;
    enum trace_kind exception;
    /* Begins an attempt; address and goal are borrowed.  Never NULL: what fails
     * at once is reported by on_failed() in a later task. */
    struct connect_attempt *(*start)(const struct connect_attempt_goal *goal,
                                     const struct addr *addr);
    /* Ends the attempt without a callback and frees it in the reap phase.  how:
     * ATTEMPT_LOST (another was reached) or ATTEMPT_CANCELLED. */
    void (*cancel)(struct connect_attempt *a, enum attempt_result how);
    /* Has anything come from the address? */
    bool (*was_heard)(const struct connect_attempt *a);
};

struct connect_attempt {
    const struct connect_attempt_ops *ops;
    const struct connect_attempt_events *events; /* set right after start() */
    void *owner;                                 /* of whoever set events */
    struct list link;                            /* its owner's */
    const struct connect_attempt_goal *goal;
    struct addr addr;
    int record; /* index into goal->facts->attempts, -1: not kept */
    uint64_t started_at;
};

extern const struct connect_attempt_ops tcp_attempt_ops;
extern const struct connect_attempt_ops quic_attempt_ops;

/* For implementations.  Fills *a, begins its record in the facts of the goal,
 * and tells it as a trace event. */
void connect_attempt_begin(struct connect_attempt *a,
                           const struct connect_attempt_ops *ops,
                           const struct connect_attempt_goal *goal,
                           const struct addr *addr);
/* TCP stood at that time: where the time of a dial went that never ends well. */
void connect_attempt_reach(const struct connect_attempt *a, uint64_t at);
/* The record of one that still runs says whether anything has come. */
void connect_attempt_note_heard(const struct connect_attempt *a);
/* Ends the record, and tells how.  fault: of ATTEMPT_FAILED, else NULL. */
void connect_attempt_end(struct connect_attempt *a, enum attempt_result result,
                         const struct fault *fault);

#endif
