/*
 * A dial is one race of the route's runs, most often TCP alone or QUIC against
 * TCP; each runner is a run of Happy Eyeballs over the addresses of its
 * endpoint.  Runners at one endpoint share its look-up.
 *
 * Which run:
 *   http://                 TCP
 *   https, up to HTTP/2     TCP
 *   https, HTTP/3 only      QUIC
 *   https, --http3          QUIC at once; TCP after timeouts.race, or at the
 *                           moment QUIC is out.  The first that has a usable
 *                           connection (TLS done, certificate good) wins, the
 *                           other is cancelled.
 *   alternatives            before these, each with the same head start
 *
 * Rejected: deciding at "TCP connected".  A middlebox that swallows UDP
 * answers TCP quickly, and one that breaks TLS answers it too; only a
 * finished handshake says which of the two can be used.
 */
#include "base/fault.h"
#include "base/xalloc.h"
#include "dial/dial_self.h"

/*
 * All are out.  The one that got further tells more: a refused certificate
 * first, else the last one's reason with those of the others before it.
 */
static void fail_all(struct dial *d)
{
    size_t n = d->route.nruns;
    for (size_t i = 0; i < n; i++) {
        if (n == 1 || d->runners[i].eyeballs.fault.code == ERR_TLS_VERIFY) {
            dial_fail(d, &d->runners[i].eyeballs.fault);
            return;
        }
    }
    struct fault fault = d->runners[n - 1].eyeballs.fault;
    struct str text;
    str_init(&text);
    for (size_t i = 0; i < n; i++)
        str_printf(&text, "%s%s: %.90s", i > 0 ? "; " : "",
                   dial_self_carrier(d->route.runs[i].carrier),
                   d->runners[i].eyeballs.fault.detail);
    fault_reword(&fault, "%s", str_text(&text));
    str_fini(&text);
    dial_fail(d, &fault);
}

static bool all_are_out(const struct dial *d)
{
    for (size_t i = 0; i < d->route.nruns; i++)
        if (!dial_race_is_out(&d->runners[i]))
            return false;
    return true;
}

/* Does one of those that may run still do so? */
static bool is_running(const struct dial *d)
{
    for (size_t i = 0; i < d->nreleased; i++)
        if (!dial_race_is_out(&d->runners[i]))
            return true;
    return false;
}

/* Something to try, or the news that nothing more will come. */
static void go(struct dial_runner *r)
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
        struct dial_runner *r = &d->runners[d->nreleased++];
        if (dial_race_is_out(r))
            continue;
        arm_race(d);
        go(r);
        return;
    }
}

/* One more is out. */
static void settle(struct dial *d)
{
    if (all_are_out(d))
        fail_all(d);
    else if (!is_running(d))
        release_next(d);
}

/* ---- what is told ---- */

static void on_runner_failed(struct eyeballs *e)
{
    settle(container_of(e, struct dial_runner, eyeballs)->dial);
}

static void on_won(struct eyeballs *e, struct conn *c)
{
    struct dial_runner *winner = container_of(e, struct dial_runner, eyeballs);
    struct dial *d = winner->dial;
    dial_places_mark(d, winner);
    dial_win(d, c);
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

static void on_news(struct lookup *l)
{
    struct dial *d = dial_of(l);
    if (d->facts.resolved_at == 0)
        d->facts.resolved_at = l->resolved_at;
    if (d->is_holding) {
        dial_places_hold(d, true);
        return;
    }
    arm_race(d);
    for (size_t i = d->nreleased; i > 0 && !d->is_over; i--)
        if (d->runners[i - 1].lookup == l &&
            !dial_race_is_out(&d->runners[i - 1]))
            go(&d->runners[i - 1]);
}

/* Whoever wanted to go there is out. */
static void on_lookup_failed(struct lookup *l, const struct fault *why)
{
    struct dial *d = dial_of(l);
    struct fault fault = *why;
    size_t nfailed = 0;
    if (d->socks) { /* its name is all that is looked up here */
        fault.code = ERR_PROXY_NAME;
        fault_prefix(&fault, "proxy: ");
    }
    if (d->is_holding) {
        dial_places_hold(d, false);
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

/* ---- runners ---- */

/* Those from the place `from` in the list on. */
static bool look_up(struct dial *d, size_t from)
{
    for (size_t i = from; i < d->nlookups; i++) {
        struct lookup *l = d->lookups[i];
        bool is_shared = false;
        for (size_t k = 0; k < i && !is_shared; k++)
            is_shared = span_equal_nocase(l->at.host, d->lookups[k]->at.host) &&
                        lookup_share(l, d->lookups[k]);
        if (!is_shared && !lookup_start(l, &d->early))
            return false;
        if (d->facts.resolved_at == 0)
            d->facts.resolved_at = l->resolved_at;
    }
    return true;
}

static struct lookup *lookup_for(struct dial *d,
                                 const struct route_endpoint *at)
{
    for (size_t i = 0; i < d->nlookups; i++)
        if (d->lookups[i]->at.port == at->port &&
            span_equal_nocase(d->lookups[i]->at.host, at->host))
            return d->lookups[i];
    struct lookup *l = XALLOC_NEW(struct lookup);
    d->lookups[d->nlookups++] = l;
    l->loop = dial_self_loop(d);
    l->names = &d->goal.dialer->names;
    l->settings = d->route.hops[0].settings;
    l->is_tunnelled = d->route.is_tunnelled;
    l->at = *at;
    l->owner = d;
    l->on_news = on_news;
    l->on_failed = on_lookup_failed;
    return l;
}

void dial_race_prepare(struct dial *d)
{
    d->race.on_expired = on_race;
    for (size_t i = 0; i < d->route.nruns; i++) {
        const struct route_run *run = &d->route.runs[i];
        struct dial_runner *r = &d->runners[i];
        r->dial = d;
        r->goal = d->goal;
        r->goal.run = run;
        r->is_broken = dial_places_is_broken(d, run);
        r->lookup = lookup_for(d, &run->at);
        r->eyeballs = (struct eyeballs){.kind = run->carrier == ROUTE_QUIC
                                                    ? &quic_attempt_ops
                                                    : &tcp_attempt_ops,
                                        .goal = &r->goal,
                                        .candidates = &r->lookup->candidates,
                                        .on_won = on_won,
                                        .on_failed = on_runner_failed};
        eyeballs_init(&r->eyeballs);
    }
}

static void trace_choice(const struct dial *d)
{
    struct loop *loop = dial_self_loop(d);
    uint64_t now = loop_now(loop);
    uint64_t race = route_origin(&d->route)->settings->timeouts.race;
    if (!dial_self_has_run(d, ROUTE_QUIC) || !trace_wanted(loop_trace(loop)))
        return;
    if (d->runners[0].is_broken)
        trace_printf(loop_trace(loop), TRACE_CHOICE, now, 0,
                     "HTTP/3 was asked for, but QUIC did not work a while ago: "
                     "TCP at the same time");
    else if (d->route.runs[0].source > ROUTE_FROM_OPTION)
        trace_printf(loop_trace(loop), TRACE_CHOICE, now, 0,
                     "%s at %.*s:%u first (%s), what follows after %llu ms",
                     dial_self_carrier(d->route.runs[0].carrier),
                     SPAN_ARG(d->route.runs[0].at.host),
                     d->route.runs[0].at.port,
                     route_source_name(d->route.runs[0].source),
                     (unsigned long long)(race / LOOP_MS));
    else
        trace_printf(loop_trace(loop), TRACE_CHOICE, now, 0,
                     dial_self_has_run(d, ROUTE_TCP)
                         ? "HTTP/3 was asked for: QUIC first, TCP "
                           "after %llu ms"
                         : "HTTP/3 only: QUIC, no TCP",
                     (unsigned long long)(race / LOOP_MS));
}

static void apply_hints(struct dial *d)
{
    for (size_t i = 0; i < d->route.nruns; i++) {
        struct lookup *l = d->runners[i].lookup;
        if (d->route.runs[i].hints)
            lookup_hint(l, d->route.runs[i].hints);
        if (d->facts.resolved_at == 0)
            d->facts.resolved_at = l->resolved_at;
    }
}

/* Names that could not be resolved meanwhile. */
static void drop_lost(struct dial *d)
{
    for (size_t i = 0; i < d->route.nruns; i++) {
        struct dial_runner *r = &d->runners[i];
        if (r->lookup->has_failed && !lookup_has_any(r->lookup))
            eyeballs_give_up(&r->eyeballs, &r->lookup->fault);
    }
}

bool dial_race_look_up(struct dial *d)
{
    return look_up(d, 0);
}

void dial_race_start(struct dial *d)
{
    trace_choice(d);
    drop_lost(d);
    if (all_are_out(d))
        fail_all(d);
    else
        release_next(d);
}

void dial_race_start_over(struct dial *d)
{
    size_t nbefore = d->nlookups;
    if (!route_build(&d->route, &d->target, &d->early)) {
        dial_fail(d, &d->early);
        return;
    }
    dial_race_prepare(d);
    apply_hints(d);
    if (look_up(d, nbefore))
        dial_race_start(d);
    else
        dial_fail(d, &d->early);
}
