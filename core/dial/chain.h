/*
 * chain -- takes the steps of a route one after the other, for one address.
 *
 *   started -> [on_step ->]* on_done or on_failed;  cancel at any time
 *
 * Embedded in its owner, who lives until the reap phase of the turn in which
 * the chain ended.
 */
#ifndef CORE_DIAL_CHAIN_H
#define CORE_DIAL_CHAIN_H

#include "dial/route.h"
#include "dial/step.h"

struct chain;

struct chain_events {
    /* Step c->at is done and another follows; c->top is what it made, still
     * without anything over it.  The chain may be cancelled here. */
    void (*on_step)(struct chain *c);
    /* All steps are done.  The top transport becomes the receiver's, who sets
     * its events. */
    void (*on_done)(struct chain *c, struct transport *top);
    /* Step c->at failed; every transport that was made is closed. */
    void (*on_failed)(struct chain *c, const struct fault *fault);
};

/* Loop clock ns; 0: not yet. */
struct chain_times {
    uint64_t begun_at;
    uint64_t done_at; /* done or failed */
};

struct chain {
    const struct chain_events *events;
    const struct route *route;
    struct dialer *dialer;
    const struct addr *addr;
    const struct svcb *service;
    size_t at;                     /* the step that is being taken */
    struct transport *top;         /* of that step; NULL: not begun, or over */
    const struct conn_facts *ends; /* for the steps after the first */
    struct chain_times times[ROUTE_STEPS_MAX];
    struct fault fault; /* why a step could not even begin */
    struct loop_task fail_task;
};

/* Zeroes *c and begins with the first step.  Route, address, the HTTPS record that
 * has named it (or NULL) and events are borrowed until the chain has ended.
 * Nothing is called back before this has returned. */
void chain_start(struct chain *c, struct dialer *dialer,
                 const struct route *route, const struct addr *addr,
                 const struct svcb *service, const struct chain_events *events);
/* In on_step() of the first: what is known of its two ends, from now on. */
void chain_tell_ends(struct chain *c, const struct conn_facts *ends);
/* Ends the chain in any state, without a callback; closes what was made. */
void chain_cancel(struct chain *c);

#endif
