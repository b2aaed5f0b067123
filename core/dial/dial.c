/*
 * A dial is one race of the route's runs, most often TCP alone or QUIC against
 * TCP; each runner is a run of Happy Eyeballs over the addresses of its
 * endpoint.  Runners at one endpoint share its look-up.
 *
 * Which run:
 *   http://                 TCP
 *   https, up to HTTP/2     TCP
 *   https, any version      what Alt-Svc or HTTPS records name, then TCP
 *   https, HTTP/3 only      QUIC
 *   https, --http3          QUIC, then TCP
 *
 * Each begins timeouts.race after the one before, or at the moment that one is
 * out.  The first that has a usable connection (TLS done, certificate good)
 * wins, the others are cancelled.
 *
 * Rejected: deciding at "TCP connected".  A middlebox that swallows UDP
 * answers TCP quickly, and one that breaks TLS answers it too; only a
 * finished handshake says which of the two can be used.
 *
 * One timer covers name look-up to usable connection.
 */
#include "dial/dial.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/fault.h"
#include "base/xalloc.h"
#include "dial/dial_self.h"
#include "dial/dial_story.h"
#include "transport/tls_context.h"

bool dial_has_run(const struct dial *d, enum route_carrier carrier)
{
    for (size_t i = 0; i < d->route.nruns; i++)
        if (d->route.runs[i].carrier == carrier)
            return true;
    return false;
}

static void reap(struct loop_task *task)
{
    struct dial *d = container_of(task, struct dial, reap_task);
    for (size_t i = 0; i < d->nlookups; i++)
        free(d->lookups[i]);
    dial_proxy_fini(d);
    free(d->records);
    story_free(d->facts.story);
    arena_fini(&d->names);
    free(d->host);
    free(d);
}

/* What still runs was lost to another, or is given up. */
static void retire(struct dial *d, enum attempt_result rest)
{
    struct loop *loop = dial_self_loop(d);
    d->is_over = true;
    for (size_t i = 0; i < d->nlookups; i++)
        lookup_cancel(d->lookups[i]);
    dial_records_cancel(d);
    for (size_t i = d->route.nruns; i > 0; i--)
        eyeballs_cancel(&d->runners[i - 1].eyeballs, rest);
    loop_disarm(loop, &d->race);
    loop_disarm(loop, &d->deadline);
    dial_source_cancel(d);
    loop_forget(loop, &d->start_task);
    loop_reap(loop, &d->reap_task);
}

void dial_fail(struct dial *d, const struct fault *why)
{
    struct fault fault = *why;
    dial_proxy_failed(d, &fault);
    retire(d, ATTEMPT_CANCELLED);
    d->events->on_failed(d, &fault, &d->facts);
}

const struct conn_facts *dial_facts(const struct dial *d)
{
    for (size_t i = 0; i < d->route.nruns; i++)
        eyeballs_note_heard(&d->runners[i].eyeballs);
    return &d->facts;
}

const struct route_run *dial_run(const struct dial *d)
{
    return d->run;
}

/* Of a race, which takes two. */
static void trace_winner(const struct dial *d, const struct runner *winner,
                         const struct conn *c)
{
    struct loop *loop = dial_self_loop(d);
    uint64_t now = loop_now(loop);
    if (d->nreleased > 1)
        trace_printf(
            loop_trace(loop), TRACE_CHOICE, now, c->facts.id,
            "%s by %s has won the race after %llu ms", c->ops->title,
            dial_runs_carrier(winner->goal.run->carrier),
            (unsigned long long)((now - d->facts.dial_start) / LOOP_MS));
}

void dial_on_won(struct eyeballs *e, struct conn *c)
{
    struct runner *winner = container_of(e, struct runner, eyeballs);
    struct dial *d = winner->dial;
    dial_marks_set(d, winner);
    d->run = &d->route.runs[winner - d->runners];
    trace_winner(d, winner, c);
    retire(d, ATTEMPT_LOST);
    dial_story_won(d, winner, c);
    /* Only now is it known how all of them ended. */
    memcpy(c->facts.attempts, d->facts.attempts, sizeof c->facts.attempts);
    c->facts.nattempts = d->facts.nattempts;
    c->facts.story = d->facts.story; /* the connection's now */
    d->facts.story = NULL;
    d->events->on_connected(d, c);
}

/* Which trust store is missing, for instance, is not the carrier's doing. */
static bool have_same_reason(const struct dial *d)
{
    const struct fault *first = &d->runners[0].eyeballs.fault;
    for (size_t i = 1; i < d->route.nruns; i++) {
        const struct fault *f = &d->runners[i].eyeballs.fault;
        if (f->code != first->code || strcmp(f->detail, first->detail) != 0)
            return false;
    }
    return true;
}

/*
 * All are out.  The one that got further tells more: a refused certificate
 * first, else the last one's reason with those of the others before it.
 */
static void fail_all(struct dial *d)
{
    size_t n = d->route.nruns;
    bool is_one = have_same_reason(d);
    for (size_t i = 0; i < n; i++) {
        if (is_one || err_is_distrust(d->runners[i].eyeballs.fault.code)) {
            dial_fail(d, &d->runners[i].eyeballs.fault);
            return;
        }
    }
    struct fault fault = d->runners[n - 1].eyeballs.fault;
    struct str text;
    str_init(&text);
    for (size_t i = 0; i < n; i++)
        str_printf(&text, "%s%s: %.90s", i > 0 ? "; " : "",
                   dial_runs_carrier(d->route.runs[i].carrier),
                   d->runners[i].eyeballs.fault.detail);
    fault_reword(&fault, "%s", str_text(&text));
    str_fini(&text);
    dial_fail(d, &fault);
}

static bool is_out(const struct runner *r)
{
    return r->eyeballs.state == EYEBALLS_DONE;
}

static bool all_are_out(const struct dial *d)
{
    for (size_t i = 0; i < d->route.nruns; i++)
        if (!is_out(&d->runners[i]))
            return false;
    return true;
}

/* Does one of those that may run still do so? */
static bool is_running(const struct dial *d)
{
    for (size_t i = 0; i < d->nreleased; i++)
        if (!is_out(&d->runners[i]))
            return true;
    return false;
}

/* Something to try, or the news that nothing more will come. */
static void go(struct runner *r)
{
    if (!lookup_has_any(r->lookup) && r->lookup->is_asking)
        return;
    r->eyeballs.more_expected = r->lookup->is_asking;
    eyeballs_go(&r->eyeballs); /* may end the dial */
}

/* The next one gets its turn in a while, but not for the time that names take:
 * that is lost to all. */
static void arm_race(struct dial *d)
{
    struct loop *loop = dial_self_loop(d);
    uint64_t head_start = route_origin(&d->route)->settings->timeouts.race;
    if (d->nreleased > 0 && d->runners[d->nreleased - 1].is_broken)
        head_start = 0;
    if (!d->is_holding && d->facts.resolved_at != 0 &&
        d->nreleased < d->route.nruns && !heap_has(&d->race.node))
        loop_arm(loop, &d->race, loop_now(loop) + head_start);
}

static void release_next(struct dial *d)
{
    loop_disarm(dial_self_loop(d), &d->race);
    while (d->nreleased < d->route.nruns) {
        struct runner *r = &d->runners[d->nreleased++];
        if (is_out(r))
            continue;
        dial_story_turn(d, r);
        arm_race(d);
        go(r);
        return;
    }
}

void dial_begin_race(struct dial *d)
{
    if (all_are_out(d))
        fail_all(d);
    else
        release_next(d);
}

/* One more is out. */
static void settle(struct dial *d)
{
    if (all_are_out(d))
        fail_all(d);
    else if (!is_running(d))
        release_next(d);
}

void dial_on_out(struct eyeballs *e)
{
    settle(container_of(e, struct runner, eyeballs)->dial);
}

static void on_race(struct loop_timer *timer, uint64_t now)
{
    (void)now;
    release_next(container_of(timer, struct dial, race));
}

static struct dial *dial_of(const struct lookup *l)
{
    return l->owner;
}

void dial_on_news(struct lookup *l)
{
    struct dial *d = dial_of(l);
    if (d->facts.resolved_at == 0)
        d->facts.resolved_at = l->resolved_at;
    if (d->is_holding) {
        dial_records_hurry(d, true);
        return;
    }
    arm_race(d);
    for (size_t i = d->nreleased; i > 0 && !d->is_over; i--)
        if (d->runners[i - 1].lookup == l && !is_out(&d->runners[i - 1]))
            go(&d->runners[i - 1]);
}

/* Whoever wanted to go there is out. */
void dial_on_lookup_failed(struct lookup *l, const struct fault *why)
{
    struct dial *d = dial_of(l);
    struct fault fault = *why;
    size_t nfailed = 0;
    if (d->socks) { /* its name is all that is looked up here */
        fault.code = ERR_PROXY_NAME;
        fault_prefix(&fault, "proxy: ");
    }
    if (d->is_holding) {
        dial_records_hurry(d, false);
        return;
    }
    for (size_t i = 0; i < d->nlookups; i++)
        nfailed += d->lookups[i]->has_failed;
    if (nfailed == d->nlookups) { /* and nothing was ever tried */
        dial_fail(d, &fault);
        return;
    }
    for (size_t i = 0; i < d->route.nruns; i++)
        if (d->runners[i].lookup == l)
            eyeballs_give_up(&d->runners[i].eyeballs, &fault);
    settle(d);
}

static bool has_addresses(const struct dial *d)
{
    for (size_t i = 0; i < d->nlookups; i++)
        if (lookup_has_any(d->lookups[i]))
            return true;
    return false;
}

static void on_deadline(struct loop_timer *timer, uint64_t now)
{
    struct dial *d = container_of(timer, struct dial, deadline);
    uint64_t ms = (now - d->facts.dial_start) / LOOP_MS;
    struct fault fault;
    struct str how_far;
    str_init(&how_far);
    facts_add_standstill(dial_facts(d), &how_far);
    if (d->route.is_tunnelled)
        fault_set(&fault, ERR_TIMEOUT, 0,
                  "connecting through the proxy timed out after %llu ms",
                  (unsigned long long)ms);
    else if (!has_addresses(d))
        fault_set(&fault, ERR_TIMEOUT, 0,
                  "resolving the name timed out after %llu ms",
                  (unsigned long long)ms);
    else
        fault_set(&fault, ERR_TIMEOUT, 0,
                  "connecting timed out after %llu ms: %s",
                  (unsigned long long)ms, str_text(&how_far));
    str_fini(&how_far);
    dial_fail(d, &fault);
}

/* Before anything can fail over it. */
static void trace_trust(const struct dial *d)
{
    struct loop *loop = dial_self_loop(d);
    const struct route_hop *origin = route_origin(&d->route);
    enum tls_carrier carrier =
        dial_has_run(d, ROUTE_TCP) ? TLS_CARRIER_TCP : TLS_CARRIER_QUIC;
    if (!origin->is_secure ||
        (!trace_wanted(loop_trace(loop)) && d->facts.story == NULL))
        return;
    struct fault fault;
    const struct tls_context *c =
        dialer_tls(d->goal.dialer, origin->settings, carrier, &fault);
    if (c == NULL)
        return;
    trace_printf(loop_trace(loop), TRACE_TLS, loop_now(loop), 0,
                 "Trusted certificates: %s", tls_context_trust(c));
    dial_story_tell(d, STORY_TRUST, "certificates", tls_context_trust(c), "%s",
                    origin->settings->tls.verify
                        ? ""
                        : "the options do not ask for a check");
}

void dial_look_up(struct dial *d)
{
    if (!dial_runs_start_lookups(d, 0)) {
        dial_fail(d, &d->early);
        return;
    }
    if (dial_records_ask(d))
        return;
    dial_runs_trace(d);
    dial_runs_drop_lost(d);
    dial_begin_race(d);
}

/* In the first task of the dial, so that nothing calls back too early. */
static void start(struct loop_task *task)
{
    struct dial *d = container_of(task, struct dial, start_task);
    uint64_t patience = route_origin(&d->route)->settings->timeouts.connect;
    trace_trust(d);
    if (d->early.code != ERR_NONE) {
        dial_fail(d, &d->early);
        return;
    }
    if (patience)
        loop_arm(dial_self_loop(d), &d->deadline,
                 d->facts.dial_start + patience);
    if (!dial_source_ask(d))
        dial_look_up(d);
}

struct dial *dial_start(struct dialer *dialer, const struct dial_target *target,
                        const struct dial_events *events, void *owner)
{
    struct dial *d = XALLOC_NEW(struct dial);
    arena_init(&d->names);
    d->events = events;
    d->owner = owner;
    d->host = xalloc_copy(target->host.base, target->host.len);
    d->target = *target;
    d->target.host = span_str(d->host);
    d->target.alternatives = d->alternatives;
    d->target.nalternatives = 0;
    d->goal = (struct connect_attempt_goal){.dialer = dialer,
                                            .route = &d->route,
                                            .facts = &d->facts,
                                            .origin = target->origin};
    d->facts.dial_start = loop_now(dialer->loop);
    if (dialer->explains)
        d->facts.story = story_new(loop_trace(dialer->loop));
    d->race.on_expired = on_race;
    d->deadline.on_expired = on_deadline;
    d->reap_task.run = reap;
    d->start_task.run = start;
    dial_proxy_find(d);
    for (size_t i = 0; i < target->nalternatives; i++) {
        dial_story_alternative(d, &target->alternatives[i]);
        dial_runs_add(d, &target->alternatives[i]);
    }
    struct fault late;
    (void)route_build(&d->route, &d->target,
                      d->early.code == ERR_NONE ? &d->early : &late);
    dial_runs_init(d);
    loop_later(dialer->loop, &d->start_task);
    return d;
}

void *dial_owner(const struct dial *d)
{
    return d->owner;
}

void dial_cancel(struct dial *d)
{
    retire(d, ATTEMPT_CANCELLED);
}
