/*
 * trial -- one try at one address, over TCP (stream_trial) or QUIC
 * (quic_trial).
 *
 *   started -> [reached ->] won or failed;   cancel at any time, silently
 *
 * "Reached" means that the address answers and no other has to be tried: TCP
 * is connected, but what comes after may still fail.  A QUIC trial is reached only by
 * winning.  After won or failed the trial frees itself in the reap phase; no
 * callback comes before the function that started it has returned.
 */
#ifndef CORE_DIAL_TRIAL_H
#define CORE_DIAL_TRIAL_H

#include <stdint.h>

#include "base/err.h"
#include "base/list.h"
#include "base/trace.h"
#include "conn/conn.h"
#include "dial/dialer.h"
#include "dial/route.h"
#include "http/facts.h"
#include "io/addr.h"

struct trial;

/* What every trial of a dial is after.  Outlives its trials. */
struct trial_goal {
    struct dialer *dialer;
    const struct route *route;
    struct conn_facts *facts; /* of the dial: times, attempts */
    const char *origin;       /* its name in events */
};

struct trial_events {
    void (*on_reached)(struct trial *t);
    void (*on_won)(struct trial *t, struct conn *c);
    void (*on_failed)(struct trial *t, const struct fault *fault);
};

struct trial_ops {
    const char *proto; /* "tcp", "quic" */
    /* The events that tell of it: begun, won, and ended otherwise. */
    enum trace_kind started;
    enum trace_kind stopped;
    enum trace_kind exception;
    /* A quick failure is reported through on_failed as well. */
    struct trial *(*start)(const struct trial_goal *goal,
                           const struct addr *addr);
    /* ATTEMPT_LOST or ATTEMPT_CANCELLED; frees it in the reap phase. */
    void (*cancel)(struct trial *t, enum attempt_result how);
};

struct trial {
    const struct trial_ops *ops;
    const struct trial_events *events; /* set right after start() */
    void *owner;                       /* of whoever set events */
    struct list link;                  /* its owner's */
    const struct trial_goal *goal;
    struct addr addr;
    int record; /* index into goal->facts->attempts, -1: not kept */
    uint64_t started_at;
};

extern const struct trial_ops stream_trial_ops;
extern const struct trial_ops quic_trial_ops;

/* Shared by the implementations: fills *t, opens the record, traces. */
void trial_begin(struct trial *t, const struct trial_ops *ops,
                 const struct trial_goal *goal, const struct addr *addr);
/* Closes the record; why is for a failure alone. */
void trial_end(struct trial *t, enum attempt_result result, const char *why);

#endif
