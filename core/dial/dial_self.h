/*
 * dial_self -- what the files of a dial share.
 *
 *   dial.c         its life: from the target to on_connected() or on_failed()
 *   dial_places.c  where it goes: alternatives, HTTPS records, what is broken
 *   dial_race.c    which of those is tried when, and which wins
 */
#ifndef CORE_DIAL_DIAL_SELF_H
#define CORE_DIAL_DIAL_SELF_H

#include "base/arena.h"
#include "dial/dial.h"
#include "dial/eyeballs.h"
#include "dial/lookup.h"
#include "dial/records.h"
#include "dial/route.h"

struct socks_hop;

/* One run of the route. */
struct dial_runner {
    struct dial *dial;
    struct connect_attempt_goal goal;
    bool is_broken; /* it is said to be */
    struct eyeballs eyeballs;
    struct lookup *lookup;
};

struct dial {
    const struct dial_events *events;
    void *owner;
    char *host; /* of the certificate and SNI */
    struct dial_target target;
    struct route_run alternatives[ROUTE_ALTERNATIVES_MAX]; /* to be tried */
    struct arena names;                                    /* of those */
    struct records *records; /* NULL: none are asked for */
    bool is_holding;         /* nothing runs: they may still come */
    struct loop_timer hold;
    struct route route;
    struct socks_hop *socks; /* NULL: none is gone through */
    struct connect_attempt_goal goal;
    struct conn_facts facts;
    struct lookup *lookups[ROUTE_RUNS_MAX]; /* most often one; they are large */
    size_t nlookups;
    struct dial_runner runners[ROUTE_RUNS_MAX]; /* one a run of the route */
    size_t nreleased;                           /* of them may run */
    struct loop_timer race;                     /* the next one's start */
    struct loop_timer deadline;
    bool is_over;
    struct fault early;
    struct loop_task start_task;
    struct loop_task reap_task;
};

static inline struct loop *dial_self_loop(const struct dial *d)
{
    return d->goal.dialer->loop;
}

static inline const char *dial_self_carrier(enum route_carrier carrier)
{
    return carrier == ROUTE_QUIC ? "QUIC" : "TCP";
}

static inline bool dial_self_has_run(const struct dial *d,
                                     enum route_carrier carrier)
{
    for (size_t i = 0; i < d->route.nruns; i++)
        if (d->route.runs[i].carrier == carrier)
            return true;
    return false;
}

/* dial.c: */

/* Ends the dial; its owner is told. */
void dial_fail(struct dial *d, const struct fault *why);
void dial_win(struct dial *d, struct conn *c);

/* dial_places.c: */

/* An alternative, before the route is built. */
void dial_places_add(struct dial *d, const struct route_run *run);
bool dial_places_is_broken(const struct dial *d, const struct route_run *run);
/* Asks for the records, if they could change something: then d->is_holding, and
 * dial_race_again() comes once they are known or late.  False: there is nothing
 * to wait for. */
bool dial_places_ask(struct dial *d);
/* While it holds: for no longer than this from now on. */
void dial_places_hold(struct dial *d, bool has_address);
/* What this race has shown of each run. */
void dial_places_mark(struct dial *d, const struct dial_runner *winner);

/* dial_race.c: */

/* A runner for each run of the route, with its look-up; nothing begins. */
void dial_race_prepare(struct dial *d);
/* Begins the look-ups; false: d->early. */
bool dial_race_look_up(struct dial *d);
void dial_race_start(struct dial *d);
/* The same with the alternatives that have come since. */
void dial_race_start_over(struct dial *d);

static inline bool dial_race_is_out(const struct dial_runner *r)
{
    return r->eyeballs.state == EYEBALLS_DONE;
}

#endif
