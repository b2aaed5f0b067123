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
 * The HTTPS records of the origin (RFC 9460) are asked for while its addresses
 * are, where they could change something: they may name other places, and say
 * that HTTP/3 is spoken.  Nothing is tried before they are known, or have been
 * late for HOLD after an address was there.  So the runs are settled once.
 * Rejected: adding runs to a race that is on.  It would hand out its winner a
 * little earlier where the record is late, and never where it is not; the next
 * dial has the record from the cache.
 *
 * A run that is said to be broken is left out, unless the user asked for HTTP/3:
 * then it has no head start.  Which runs those are is found out here: those that
 * were out, or had not been heard of, when another won.
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
#include "dial/records.h"
#include "dial/socks_hop.h"
#include "http/url_host.h"
#include "settings/proxy.h"
#include "transport/tls_context.h"

/* For records, once an address is there; and once it is known that there is
 * none, which records may change. */
#define HOLD         (50 * LOOP_MS)
#define HOLD_FOR_ANY (1000 * LOOP_MS)

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
    free(d->records);
    arena_fini(&d->names);
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
    if (d->records)
        records_cancel(d->records);
    loop_disarm(loop, &d->hold);
    for (size_t i = d->route.nruns; i > 0; i--)
        eyeballs_cancel(&d->runners[i - 1].eyeballs, rest);
    loop_disarm(loop, &d->race);
    loop_disarm(loop, &d->deadline);
    loop_forget(loop, &d->start_task);
    loop_reap(loop, &d->reap_task);
}

/* The answer of a proxy that has opened no way; no errno is as large. */
static int refusal_of(const struct dial *d, const struct fault *why)
{
    bool is_known = why->code == ERR_TUNNEL || why->code == ERR_CONNECT;
    return d->route.is_tunnelled && is_known && why->wire >= 200
               ? (int)why->wire
               : 0;
}

static void fail(struct dial *d, const struct fault *why)
{
    struct fault fault = *why;
    d->facts.proxy.status = refusal_of(d, why);
    if (d->socks && fault.code == ERR_CONNECT)
        fault_prefix(&fault, "proxy: ");
    retire(d, ATTEMPT_CANCELLED);
    d->events->on_failed(d, &fault, &d->facts);
}

static const char *carrier_name(enum route_carrier carrier)
{
    return carrier == ROUTE_QUIC ? "QUIC" : "TCP";
}

/* It had its chance: it is out, or no sign of life has come. */
static bool is_dead(const struct runner *r)
{
    const struct eyeballs *e = &r->eyeballs;
    switch (e->state) {
    case EYEBALLS_IDLE:
        return false;
    case EYEBALLS_RUNNING:
        return !list_is_empty(&e->attempts) && !eyeballs_was_heard(e);
    case EYEBALLS_DONE:
        return !fault_is_shortage(&e->fault);
    }
    return false;
}

static void mark_broken(struct dial *d, const struct runner *r)
{
    const struct route_run *run = &d->route.runs[r - d->runners];
    struct loop *loop = loop_of(d);
    uint64_t ns = d->target.marks->failed(d->target.marks, &d->target, run);
    trace_printf(loop_trace(loop), TRACE_CHOICE, loop_now(loop), 0,
                 "%s at %.*s:%u is taken to be broken for %llu s: %.120s",
                 carrier_name(run->carrier), SPAN_ARG(run->at.host),
                 run->at.port, (unsigned long long)(ns / LOOP_S),
                 r->eyeballs.state == EYEBALLS_DONE ? r->eyeballs.fault.detail
                                                    : "no answer");
}

/* What this race has shown of each run.  TCP to the origin's own place is no
 * alternative. */
static void mark(struct dial *d, const struct runner *winner)
{
    for (size_t i = 0; d->target.marks && i < d->nreleased; i++) {
        const struct runner *r = &d->runners[i];
        const struct route_run *run = &d->route.runs[i];
        if (run->carrier == ROUTE_TCP && run->source <= ROUTE_FROM_OPTION)
            continue;
        if (r == winner)
            d->target.marks->worked(d->target.marks, &d->target, run);
        else if (is_dead(r))
            mark_broken(d, r);
    }
}

static void on_won(struct eyeballs *e, struct conn *c)
{
    struct runner *winner = container_of(e, struct runner, eyeballs);
    struct dial *d = winner->dial;
    mark(d, winner);
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
                   carrier_name(d->route.runs[i].carrier),
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
    if (d->nreleased > 0 && d->runners[d->nreleased - 1].is_broken)
        head_start = 0;
    if (!d->is_holding && d->facts.resolved_at != 0 &&
        d->nreleased < d->route.nruns && !heap_has(&d->race.node))
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

/* Not longer than was said before. */
static void hold_for(struct dial *d, uint64_t ns)
{
    uint64_t until = loop_now(loop_of(d)) + ns;
    if (!heap_has(&d->hold.node) || d->hold.node.key > until)
        loop_arm(loop_of(d), &d->hold, until);
}

static void on_news(struct lookup *l)
{
    struct dial *d = dial_of(l);
    if (d->facts.resolved_at == 0)
        d->facts.resolved_at = l->resolved_at;
    if (d->is_holding) {
        hold_for(d, HOLD);
        return;
    }
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
    if (d->is_holding) {
        hold_for(d, HOLD_FOR_ANY);
        return;
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

/* From the place `from` in the list on. */
static bool start_lookups(struct dial *d, size_t from)
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

/* ---- what is tried ---- */

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
    l->names = &d->goal.dialer->names;
    l->settings = d->route.hops[0].settings;
    l->is_tunnelled = d->route.is_tunnelled;
    l->at = *at;
    l->owner = d;
    l->on_news = on_news;
    l->on_failed = on_lookup_failed;
    return l;
}

static bool is_said_broken(const struct dial *d, const struct route_run *run)
{
    struct dial_marks *marks = d->target.marks;
    return marks && d->target.settings->http != SETTINGS_HTTP_3_ONLY &&
           marks->broken_for(marks, &d->target, run) > 0;
}

static void init_runners(struct dial *d)
{
    for (size_t i = 0; i < d->route.nruns; i++) {
        const struct route_run *run = &d->route.runs[i];
        struct runner *r = &d->runners[i];
        r->dial = d;
        r->goal = d->goal;
        r->goal.run = run;
        r->is_broken = is_said_broken(d, run);
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
    struct loop *loop = loop_of(d);
    uint64_t now = loop_now(loop);
    uint64_t race = route_origin(&d->route)->settings->timeouts.race;
    if (!has_run(d, ROUTE_QUIC) || !trace_wanted(loop_trace(loop)))
        return;
    if (d->runners[0].is_broken)
        trace_printf(loop_trace(loop), TRACE_CHOICE, now, 0,
                     "HTTP/3 was asked for, but QUIC did not work a while ago: "
                     "TCP at the same time");
    else if (d->route.runs[0].source > ROUTE_FROM_OPTION)
        trace_printf(loop_trace(loop), TRACE_CHOICE, now, 0,
                     "%s at %.*s:%u first (%s), what follows after %llu ms",
                     carrier_name(d->route.runs[0].carrier),
                     SPAN_ARG(d->route.runs[0].at.host),
                     d->route.runs[0].at.port,
                     route_source_name(d->route.runs[0].source),
                     (unsigned long long)(race / LOOP_MS));
    else
        trace_printf(loop_trace(loop), TRACE_CHOICE, now, 0,
                     has_run(d, ROUTE_TCP)
                         ? "HTTP/3 was asked for: QUIC first, TCP "
                           "after %llu ms"
                         : "HTTP/3 only: QUIC, no TCP",
                     (unsigned long long)(race / LOOP_MS));
}

/* Does the origin lie behind an HTTP proxy?  False with *fault: what is said of
 * the proxy cannot be understood. */
static bool find_tunnel(const struct dialer *dialer, struct dial_target *target,
                        struct fault *fault)
{
    struct arena arena;
    struct proxy proxy = {.kind = PROXY_NONE};
    if (target->settings->proxy.url == NULL || dialer->tunnels == NULL)
        return true;
    arena_init(&arena);
    bool is_sound = proxy_of(&proxy, target->settings, &arena, fault);
    target->is_tunnelled = is_sound && proxy_is_http(&proxy);
    target->lacks_udp =
        target->is_tunnelled && dialer->tunnels->lacks_udp(dialer, &proxy);
    arena_fini(&arena);
    return is_sound;
}

/* What is known before: which proxy the connection goes through, or to.  The
 * way to one may lead through another, which nobody asks about. */
static void note_proxy(struct dial *d, const struct settings *s)
{
    struct proxy_facts *facts = &d->facts.proxy;
    const char *url = s->proxy.of_url ? s->proxy.of_url : s->proxy.url;
    struct arena arena;
    struct proxy proxy;
    struct fault ignored;
    struct str name;
    if (url == NULL)
        return;
    arena_init(&arena);
    str_init(&name);
    facts->is_end = s->proxy.of_url != NULL;
    if (proxy_parse(&proxy, url, &arena, &ignored))
        proxy_name(&proxy, &name);
    (void)snprintf(facts->url, sizeof facts->url, "%s", str_text(&name));
    (void)snprintf(facts->why, sizeof facts->why, "%s",
                   s->proxy.why ? s->proxy.why : "-x");
    trace_printf(loop_trace(loop_of(d)), TRACE_CHOICE, loop_now(loop_of(d)), 0,
                 "%s the proxy %s (%s)",
                 facts->is_end ? "Connecting to" : "Going through", facts->url,
                 facts->why);
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

/* Unless it is broken and nobody asked for it by name. */
static void add_alternative(struct dial *d, const struct route_run *run)
{
    struct loop *loop = loop_of(d);
    if (d->target.nalternatives == ROUTE_ALTERNATIVES_MAX)
        return;
    if (d->target.settings->http == SETTINGS_HTTP_AUTO &&
        is_said_broken(d, run)) {
        uint64_t ns =
            d->target.marks->broken_for(d->target.marks, &d->target, run);
        trace_printf(loop_trace(loop), TRACE_CHOICE, loop_now(loop), 0,
                     "%s at %.*s:%u (%s) is left out: it did not work, and is "
                     "tried again in %llu s",
                     carrier_name(run->carrier), SPAN_ARG(run->at.host),
                     run->at.port, route_source_name(run->source),
                     (unsigned long long)(ns / LOOP_S));
        return;
    }
    struct route_run *kept = &d->alternatives[d->target.nalternatives++];
    *kept = *run;
    kept->at.host = arena_copy(&d->names, run->at.host);
}

/* ---- HTTPS records ---- */

/* Only where their answer could be used: the name is looked up, no option says
 * where the origin is, and HTTP/3 is possible.  Alt-Svc says the same, and is
 * there already. */
static bool wants_records(const struct dial *d)
{
    const struct settings *s = d->target.settings;
    const struct route_endpoint *at = &route_origin(&d->route)->at;
    struct addr unused;
    bool may_3 = s->http == SETTINGS_HTTP_AUTO || s->http == SETTINGS_HTTP_3 ||
                 s->http == SETTINGS_HTTP_3_ONLY;
    return may_3 && d->target.is_secure && d->route.nhops == 1 &&
           !d->route.is_tunnelled && d->target.nalternatives == 0 &&
           s->addresses.https_rr && s->tls.alpn &&
           s->tls.max >= SETTINGS_TLS_1_3 && at->port == d->target.port &&
           span_equal_nocase(at->host, d->target.host) &&
           !addr_parse(&unused, at->host, 0) &&
           !url_host_is_localhost(at->host) && d->lookups[0]->is_asking;
}

static void add_service(struct dial *d, const struct svcb *s)
{
    struct route_run run = {
        .at = {span_str(s->target[0] ? s->target : d->records->name),
               s->port ? s->port : d->target.port},
        .source = ROUTE_FROM_HTTPS_RR,
        .hints = s,
    };
    run.carrier = ROUTE_QUIC;
    if (s->alpn & SVCB_H3)
        add_alternative(d, &run);
    run.carrier = ROUTE_TCP;
    if (s->alpn & (SVCB_H1 | SVCB_H2))
        add_alternative(d, &run);
}

static void trace_service(const struct dial *d, const struct svcb *s)
{
    struct loop *loop = loop_of(d);
    trace_printf(
        loop_trace(loop), TRACE_RESOLVED, loop_now(loop), 0,
        "HTTPS record of %s: priority %u, %s:%u,%s%s%s%s", d->records->name,
        s->priority, s->target[0] ? s->target : d->records->name,
        s->port ? s->port : d->target.port, s->alpn & SVCB_H3 ? " h3" : "",
        s->alpn & SVCB_H2 ? " h2" : "", s->alpn & SVCB_H1 ? " http/1.1" : "",
        s->has_ech ? " (ECH is not used)" : "");
}

static void use_records(struct dial *d)
{
    const struct records *r = d->records;
    struct loop *loop = loop_of(d);
    for (size_t i = 0; i < r->set.n; i++) {
        trace_service(d, &r->set.records[i]);
        add_service(d, &r->set.records[i]);
    }
    if (r->set.n == 0) {
        trace_printf(loop_trace(loop), TRACE_RESOLVED, loop_now(loop), 0,
                     "HTTPS record of %s: %s", r->name,
                     r->is_asking ? "none came in time" : r->why);
        /* An alias whose end has no record is reached there as the origin
         * itself would be (RFC 9460 3). */
        const struct route_run run = {
            .carrier = ROUTE_TCP,
            .at = {span_str(r->name), d->target.port},
            .source = ROUTE_FROM_HTTPS_RR,
        };
        if (r->is_alias && !r->is_asking)
            add_alternative(d, &run);
    }
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
        struct runner *r = &d->runners[i];
        if (r->lookup->has_failed && !lookup_has_any(r->lookup))
            eyeballs_give_up(&r->eyeballs, &r->lookup->fault);
    }
}

/* All that could be known of where to go is known. */
static void settle_runs(struct dial *d)
{
    size_t nbefore = d->nlookups;
    d->is_holding = false;
    loop_disarm(loop_of(d), &d->hold);
    use_records(d);
    records_cancel(d->records);
    if (d->target.nalternatives > 0) {
        if (!route_build(&d->route, &d->target, &d->early)) {
            fail(d, &d->early);
            return;
        }
        init_runners(d);
        apply_hints(d);
        if (!start_lookups(d, nbefore)) {
            fail(d, &d->early);
            return;
        }
    }
    trace_choice(d);
    drop_lost(d);
    if (all_are_out(d))
        fail_all(d);
    else
        release_next(d);
}

static void on_records(struct records *r)
{
    settle_runs(r->owner);
}

static void on_hold(struct loop_timer *timer, uint64_t now)
{
    (void)now;
    settle_runs(container_of(timer, struct dial, hold));
}

/* False: there is nothing to wait for. */
static bool ask_records(struct dial *d)
{
    if (!wants_records(d))
        return false;
    struct dns_server *from =
        name_servers_for_records(&d->goal.dialer->names, d->target.settings);
    if (from == NULL)
        return false;
    d->records = XALLOC_NEW(struct records);
    d->records->loop = loop_of(d);
    d->records->from = from;
    d->records->owner = d;
    d->records->on_done = on_records;
    d->is_holding = true;
    records_start(d->records, d->target.host, d->target.port);
    return true;
}

/* In the first task of the dial, so that nothing calls back too early. */
static void start(struct loop_task *task)
{
    struct dial *d = container_of(task, struct dial, start_task);
    uint64_t patience = route_origin(&d->route)->settings->timeouts.connect;
    trace_trust(d);
    if (d->early.code != ERR_NONE || !start_lookups(d, 0)) {
        fail(d, &d->early);
        return;
    }
    if (patience)
        loop_arm(loop_of(d), &d->deadline, d->facts.dial_start + patience);
    if (ask_records(d))
        return;
    trace_choice(d);
    release_next(d);
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
    d->race.on_expired = on_race;
    d->deadline.on_expired = on_deadline;
    d->hold.on_expired = on_hold;
    d->reap_task.run = reap;
    d->start_task.run = start;
    if (find_tunnel(dialer, &d->target, &d->early) && !d->target.is_tunnelled &&
        target->settings->proxy.url)
        add_socks(d, &d->target);
    note_proxy(d, target->settings);
    for (size_t i = 0; i < target->nalternatives; i++)
        add_alternative(d, &target->alternatives[i]);
    struct fault late;
    (void)route_build(&d->route, &d->target,
                      d->early.code == ERR_NONE ? &d->early : &late);
    init_runners(d);
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
