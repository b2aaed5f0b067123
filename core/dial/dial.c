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
#include "dial/eyeballs.h"
#include "dial/lookup.h"
#include "dial/socks_hop.h"
#include "settings/proxy.h"
#include "transport/tls_context.h"

struct runner {
    struct dial *dial;
    struct eyeballs eyeballs;
    struct lookup *lookup;
};

struct dial {
    const struct dial_events *events;
    void *owner;
    char *host; /* of the certificate and SNI */
    struct route route;
    struct socks_hop *socks; /* NULL: none is gone through */
    struct connect_attempt_goal goal;
    struct conn_facts facts;
    struct lookup *lookups[ROUTE_RUNS_MAX]; /* most often one; they are large */
    size_t nlookups;
    struct runner runners[ROUTE_RUNS_MAX]; /* one a run of the route */
    size_t nreleased;                      /* of them may run */
    struct loop_timer race;                /* the next one's start */
    struct loop_timer deadline;
    bool is_over;
    struct fault early;
    struct loop_task start_task;
    struct loop_task reap_task;
};

static struct loop *loop_of(const struct dial *d)
{
    return d->goal.dialer->loop;
}

static bool has_run(const struct dial *d, enum route_carrier carrier)
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
    if (d->socks)
        socks_hop_fini(d->socks);
    free(d->socks);
    free(d->host);
    free(d);
}

/* What still runs was lost to another, or is given up. */
static void retire(struct dial *d, enum attempt_result rest)
{
    struct loop *loop = loop_of(d);
    d->is_over = true;
    for (size_t i = 0; i < d->nlookups; i++)
        lookup_cancel(d->lookups[i]);
    for (size_t i = d->route.nruns; i > 0; i--)
        eyeballs_cancel(&d->runners[i - 1].eyeballs, rest);
    loop_disarm(loop, &d->race);
    loop_disarm(loop, &d->deadline);
    loop_forget(loop, &d->start_task);
    loop_reap(loop, &d->reap_task);
}

static void fail(struct dial *d, const struct fault *why)
{
    struct fault fault = *why;
    if (d->socks && fault.code == ERR_CONNECT)
        fault_prefix(&fault, "proxy: ");
    retire(d, ATTEMPT_CANCELLED);
    d->events->on_failed(d, &fault, &d->facts);
}

static void on_won(struct eyeballs *e, struct conn *c)
{
    struct dial *d = container_of(e, struct runner, eyeballs)->dial;
    retire(d, ATTEMPT_LOST);
    /* Only now is it known how all of them ended. */
    memcpy(c->facts.attempts, d->facts.attempts, sizeof c->facts.attempts);
    c->facts.nattempts = d->facts.nattempts;
    d->events->on_connected(d, c);
}

/*
 * All are out.  The one that got further tells more: a refused certificate
 * first, else the last one's reason with those of the others before it.
 */
static void fail_all(struct dial *d)
{
    size_t n = d->route.nruns;
    for (size_t i = 0; i < n; i++) {
        if (n == 1 || d->runners[i].eyeballs.fault.code == ERR_TLS_VERIFY) {
            fail(d, &d->runners[i].eyeballs.fault);
            return;
        }
    }
    struct fault fault = d->runners[n - 1].eyeballs.fault;
    struct str text;
    str_init(&text);
    for (size_t i = 0; i < n; i++)
        str_printf(&text, "%s%s: %.90s", i > 0 ? "; " : "",
                   d->route.runs[i].carrier == ROUTE_QUIC ? "QUIC" : "TCP",
                   d->runners[i].eyeballs.fault.detail);
    fault_reword(&fault, "%s", str_text(&text));
    str_fini(&text);
    fail(d, &fault);
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
    struct loop *loop = loop_of(d);
    uint64_t head_start = route_origin(&d->route)->settings->timeouts.race;
    if (d->facts.resolved_at != 0 && d->nreleased < d->route.nruns &&
        !heap_has(&d->race.node))
        loop_arm(loop, &d->race, loop_now(loop) + head_start);
}

static void release_next(struct dial *d)
{
    loop_disarm(loop_of(d), &d->race);
    while (d->nreleased < d->route.nruns) {
        struct runner *r = &d->runners[d->nreleased++];
        if (is_out(r))
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

static void on_runner_failed(struct eyeballs *e)
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

static void on_news(struct lookup *l)
{
    struct dial *d = dial_of(l);
    if (d->facts.resolved_at == 0)
        d->facts.resolved_at = l->resolved_at;
    arm_race(d);
    for (size_t i = d->nreleased; i > 0 && !d->is_over; i--)
        if (d->runners[i - 1].lookup == l && !is_out(&d->runners[i - 1]))
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
    for (size_t i = 0; i < d->nlookups; i++)
        nfailed += d->lookups[i]->has_failed;
    if (nfailed == d->nlookups) { /* and nothing was ever tried */
        fail(d, &fault);
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
                  "connecting timed out after %llu ms%s",
                  (unsigned long long)ms,
                  has_run(d, ROUTE_TCP) ? "" : ": no QUIC answer");
    fail(d, &fault);
}

/* Before anything can fail over it. */
static void trace_trust(const struct dial *d)
{
    struct loop *loop = loop_of(d);
    const struct route_hop *origin = route_origin(&d->route);
    enum tls_carrier carrier =
        has_run(d, ROUTE_TCP) ? TLS_CARRIER_TCP : TLS_CARRIER_QUIC;
    if (!origin->is_secure || !trace_wanted(loop_trace(loop)))
        return;
    struct fault fault;
    const struct tls_context *c =
        dialer_tls(d->goal.dialer, origin->settings, carrier, &fault);
    if (c)
        trace_printf(loop_trace(loop), TRACE_TLS, loop_now(loop), 0,
                     "Trusted certificates: %s", tls_context_trust(c));
}

static bool start_lookups(struct dial *d)
{
    for (size_t i = 0; i < d->nlookups; i++) {
        struct lookup *l = d->lookups[i];
        if (!lookup_start(l, &d->early))
            return false;
        if (d->facts.resolved_at == 0)
            d->facts.resolved_at = l->resolved_at;
    }
    return true;
}

/* In the first task of the dial, so that nothing calls back too early. */
static void start(struct loop_task *task)
{
    struct dial *d = container_of(task, struct dial, start_task);
    uint64_t patience = route_origin(&d->route)->settings->timeouts.connect;
    trace_trust(d);
    if (d->early.code != ERR_NONE || !start_lookups(d)) {
        fail(d, &d->early);
        return;
    }
    if (patience)
        loop_arm(loop_of(d), &d->deadline, d->facts.dial_start + patience);
    release_next(d);
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
    l->loop = loop_of(d);
    l->settings = d->route.hops[0].settings;
    l->is_tunnelled = d->route.is_tunnelled;
    l->at = *at;
    l->owner = d;
    l->on_news = on_news;
    l->on_failed = on_lookup_failed;
    return l;
}

static void init_runners(struct dial *d)
{
    for (size_t i = 0; i < d->route.nruns; i++) {
        const struct route_run *run = &d->route.runs[i];
        struct runner *r = &d->runners[i];
        r->dial = d;
        r->lookup = lookup_for(d, &run->at);
        r->eyeballs = (struct eyeballs){.kind = run->carrier == ROUTE_QUIC
                                                    ? &quic_attempt_ops
                                                    : &tcp_attempt_ops,
                                        .goal = &d->goal,
                                        .candidates = &r->lookup->candidates,
                                        .on_won = on_won,
                                        .on_failed = on_runner_failed};
        eyeballs_init(&r->eyeballs);
    }
}

static void trace_choice(const struct dial *d)
{
    struct loop *loop = loop_of(d);
    uint64_t race = route_origin(&d->route)->settings->timeouts.race;
    if (has_run(d, ROUTE_QUIC))
        trace_printf(loop_trace(loop), TRACE_CHOICE, loop_now(loop), 0,
                     has_run(d, ROUTE_TCP)
                         ? "HTTP/3 was asked for: QUIC first, TCP "
                           "after %llu ms"
                         : "HTTP/3 only: QUIC, no TCP",
                     (unsigned long long)(race / LOOP_MS));
}

/* Does the origin lie behind an HTTP proxy?  False with *fault: what is said of
 * the proxy cannot be understood. */
static bool is_tunnelled(const struct dialer *dialer, const struct settings *s,
                         bool *is, struct fault *fault)
{
    struct arena arena;
    struct proxy proxy = {.kind = PROXY_NONE};
    *is = false;
    if (s->proxy.url == NULL || dialer->tunnels == NULL)
        return true;
    arena_init(&arena);
    bool is_sound = proxy_of(&proxy, s, &arena, fault);
    *is = is_sound && proxy_is_http(&proxy);
    arena_fini(&arena);
    return is_sound;
}

/* What is known before: which proxy the connection goes through, or to. */
static void note_proxy(struct dial *d, const struct settings *s)
{
    struct proxy_facts *facts = &d->facts.proxy;
    struct arena arena;
    struct proxy proxy;
    struct fault ignored;
    struct str name;
    if (s->proxy.of_url == NULL && d->socks == NULL)
        return;
    arena_init(&arena);
    str_init(&name);
    facts->is_end = d->socks == NULL;
    if (d->socks)
        proxy_name(&d->socks->proxy, &name);
    else if (proxy_parse(&proxy, s->proxy.of_url, &arena, &ignored))
        proxy_name(&proxy, &name);
    (void)snprintf(facts->url, sizeof facts->url, "%s", str_text(&name));
    (void)snprintf(facts->why, sizeof facts->why, "%s",
                   s->proxy.why ? s->proxy.why : "-x");
    trace_printf(loop_trace(loop_of(d)), TRACE_CHOICE, loop_now(loop_of(d)), 0,
                 "Proxy %s (%s)", facts->url, facts->why);
    str_fini(&name);
    arena_fini(&arena);
}

/* Through a SOCKS proxy the dial goes itself. */
static void add_socks(struct dial *d, struct dial_target *target)
{
    struct socks_hop *h = XALLOC_NEW(struct socks_hop);
    if (socks_hop_init(h, target->settings, &d->early)) {
        d->socks = h;
        target->proxy = &h->hop;
    } else {
        free(h);
    }
}

struct dial *dial_start(struct dialer *dialer, const struct dial_target *target,
                        const struct dial_events *events, void *owner)
{
    struct dial *d = XALLOC_NEW(struct dial);
    struct dial_target kept = *target;
    d->events = events;
    d->owner = owner;
    d->host = xalloc_copy(target->host.base, target->host.len);
    kept.host = span_str(d->host);
    d->goal = (struct connect_attempt_goal){.dialer = dialer,
                                            .route = &d->route,
                                            .facts = &d->facts,
                                            .origin = target->origin};
    d->facts.dial_start = loop_now(dialer->loop);
    d->race.on_expired = on_race;
    d->deadline.on_expired = on_deadline;
    d->reap_task.run = reap;
    d->start_task.run = start;
    if (is_tunnelled(dialer, target->settings, &kept.is_tunnelled, &d->early) &&
        !kept.is_tunnelled && target->settings->proxy.url)
        add_socks(d, &kept);
    note_proxy(d, target->settings);
    struct fault late;
    (void)route_build(&d->route, &kept,
                      d->early.code == ERR_NONE ? &d->early : &late);
    init_runners(d);
    trace_choice(d);
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
