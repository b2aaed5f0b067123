/*
 * dial_self -- a dial's own state, for its files:
 *
 *   dial.c          its life: look-ups, the race, its end
 *   dial_runs.c     which runs there are, and what they look up
 *   dial_records.c  HTTPS records, which may make others of them
 *   dial_marks.c    what a race has shown of each
 *   dial_proxy.c    the proxy that it goes through, or to
 *   dial_source.c   the address that it leaves from
 */
#ifndef CORE_DIAL_DIAL_SELF_H
#define CORE_DIAL_DIAL_SELF_H

#include "base/arena.h"
#include "dial/dial.h"
#include "dial/eyeballs.h"
#include "dial/lookup.h"
#include "dial/records.h"
#include "dial/socks_hop.h"

struct runner {
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
    const char *records_why; /* there are none: one line; NULL: not known */
    bool records_say_tcp;    /* there are some, without HTTP/3 */
    bool has_left_out;       /* a run, since it is broken */
    bool is_holding;         /* nothing runs: they may still come */
    struct loop_timer hold;
    struct route route;
    struct socks_hop *socks; /* NULL: none is gone through */
    struct connect_attempt_goal goal;
    struct conn_facts facts;
    struct lookup *lookups[ROUTE_RUNS_MAX]; /* most often one; they are large */
    size_t nlookups;
    struct runner runners[ROUTE_RUNS_MAX]; /* one a run of the route */
    size_t nreleased;                      /* of them may run */
    const struct route_run *run;           /* the one that won */
    struct loop_timer race;                /* the next one's start */
    struct loop_timer deadline;
    bool is_over;
    struct fault early;
    struct resolver_query source; /* the host of --interface */
    struct span source_name;
    struct loop_task start_task;
    struct loop_task reap_task;
};

static inline struct loop *dial_self_loop(const struct dial *d)
{
    return d->goal.dialer->loop;
}

/* dial.c: */

bool dial_has_run(const struct dial *d, enum route_carrier carrier);
/* It is known from where to connect: the names of the route are next. */
void dial_look_up(struct dial *d);
/* Ends the dial. */
void dial_fail(struct dial *d, const struct fault *why);
/* There are runs, and none of them is tried yet: the first that can be is, or the
 * dial ends. */
void dial_begin_race(struct dial *d);
/* As eyeballs.on_won and on_failed. */
void dial_on_won(struct eyeballs *e, struct conn *c);
void dial_on_out(struct eyeballs *e);
/* As lookup.on_news and on_failed. */
void dial_on_news(struct lookup *l);
void dial_on_lookup_failed(struct lookup *l, const struct fault *why);

/* dial_runs.c: */

/* Those of the route, which was built anew: none of them runs. */
void dial_runs_init(struct dial *d);
/* Begins the look-ups from the place `from` in the list on.  One that cannot
 * begin has failed by itself (d->early: the last such); false: all have. */
bool dial_runs_start_lookups(struct dial *d, size_t from);
/* Before the race: whoever wanted to go where a look-up has failed is out. */
void dial_runs_drop_lost(struct dial *d);
/* Another one for the route to be built, unless it is broken and nobody asked
 * for it by name.  Copied. */
void dial_runs_add(struct dial *d, const struct route_run *run);
/* Tells why what is tried first is. */
void dial_runs_trace(const struct dial *d);
const char *dial_runs_carrier(enum route_carrier carrier);

/* dial_records.c: */

/* False: nothing is asked, and there is nothing to wait for.  Otherwise the runs
 * are settled, and the race begins, by itself. */
bool dial_records_ask(struct dial *d);
/* While they are waited for: an address has come, or it is known that none will. */
void dial_records_hurry(struct dial *d, bool has_address);
void dial_records_cancel(struct dial *d);

/* dial_source.c: */

/* False: it is known from where to connect.  Otherwise a host's name is looked
 * up, and dial_look_up() follows, or the dial fails. */
bool dial_source_ask(struct dial *d);
void dial_source_cancel(struct dial *d);

/* dial_proxy.c: */

/* Before the route is built: d->target says by which proxy the origin is reached.  What
 * is wrong with it is in d->early. */
void dial_proxy_find(struct dial *d);
/* The dial has failed: says what the proxy had to do with it. */
void dial_proxy_failed(struct dial *d, struct fault *why);
void dial_proxy_fini(struct dial *d);

/* dial_marks.c: */

/* The winner has won; nothing that runs is ended yet. */
void dial_marks_set(struct dial *d, const struct runner *winner);

#endif
