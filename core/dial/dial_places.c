/*
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
 */
#include "base/fault.h"
#include "base/xalloc.h"
#include "dial/dial_self.h"
#include "http/url_host.h"

/* For records, once an address is there; and once it is known that there is
 * none, which records may change. */
#define HOLD         (50 * LOOP_MS)
#define HOLD_FOR_ANY (1000 * LOOP_MS)

/* ---- what is broken ---- */

bool dial_places_is_broken(const struct dial *d, const struct route_run *run)
{
    struct dial_marks *marks = d->target.marks;
    return marks && d->target.settings->http != SETTINGS_HTTP_3_ONLY &&
           marks->broken_for(marks, &d->target, run) > 0;
}

/* It had its chance: it is out, or no sign of life has come. */
static bool is_dead(const struct dial_runner *r)
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

static void mark_broken(struct dial *d, const struct dial_runner *r)
{
    const struct route_run *run = &d->route.runs[r - d->runners];
    struct loop *loop = dial_self_loop(d);
    uint64_t ns = d->target.marks->failed(d->target.marks, &d->target, run);
    trace_printf(loop_trace(loop), TRACE_CHOICE, loop_now(loop), 0,
                 "%s at %.*s:%u is taken to be broken for %llu s: %.120s",
                 dial_self_carrier(run->carrier), SPAN_ARG(run->at.host),
                 run->at.port, (unsigned long long)(ns / LOOP_S),
                 r->eyeballs.state == EYEBALLS_DONE ? r->eyeballs.fault.detail
                                                    : "no answer");
}

/* TCP to the origin's own place is no alternative. */
void dial_places_mark(struct dial *d, const struct dial_runner *winner)
{
    for (size_t i = 0; d->target.marks && i < d->nreleased; i++) {
        const struct dial_runner *r = &d->runners[i];
        const struct route_run *run = &d->route.runs[i];
        if (run->carrier == ROUTE_TCP && run->source <= ROUTE_FROM_OPTION)
            continue;
        if (r == winner)
            d->target.marks->worked(d->target.marks, &d->target, run);
        else if (is_dead(r))
            mark_broken(d, r);
    }
}

/* ---- other places ---- */

/* Unless it is broken and nobody asked for it by name. */
void dial_places_add(struct dial *d, const struct route_run *run)
{
    struct loop *loop = dial_self_loop(d);
    if (d->target.nalternatives == ROUTE_ALTERNATIVES_MAX)
        return;
    if (d->target.settings->http == SETTINGS_HTTP_AUTO &&
        dial_places_is_broken(d, run)) {
        uint64_t ns =
            d->target.marks->broken_for(d->target.marks, &d->target, run);
        trace_printf(loop_trace(loop), TRACE_CHOICE, loop_now(loop), 0,
                     "%s at %.*s:%u (%s) is left out: it did not work, and is "
                     "tried again in %llu s",
                     dial_self_carrier(run->carrier), SPAN_ARG(run->at.host),
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
        dial_places_add(d, &run);
    run.carrier = ROUTE_TCP;
    if (s->alpn & (SVCB_H1 | SVCB_H2))
        dial_places_add(d, &run);
}

static void trace_service(const struct dial *d, const struct svcb *s)
{
    struct loop *loop = dial_self_loop(d);
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
    struct loop *loop = dial_self_loop(d);
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
            dial_places_add(d, &run);
    }
}

/* All that could be known of where to go is known. */
static void settle_runs(struct dial *d)
{
    d->is_holding = false;
    loop_disarm(dial_self_loop(d), &d->hold);
    use_records(d);
    records_cancel(d->records);
    if (d->target.nalternatives > 0)
        dial_race_start_over(d);
    else
        dial_race_start(d);
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

void dial_places_hold(struct dial *d, bool has_address)
{
    uint64_t ns = has_address ? HOLD : HOLD_FOR_ANY;
    uint64_t until = loop_now(dial_self_loop(d)) + ns;
    if (!heap_has(&d->hold.node) || d->hold.node.key > until)
        loop_arm(dial_self_loop(d), &d->hold, until);
}

bool dial_places_ask(struct dial *d)
{
    if (!wants_records(d))
        return false;
    struct dns_server *from =
        name_servers_for_records(&d->goal.dialer->names, d->target.settings);
    if (from == NULL)
        return false;
    d->records = XALLOC_NEW(struct records);
    d->records->loop = dial_self_loop(d);
    d->records->from = from;
    d->records->owner = d;
    d->records->on_done = on_records;
    d->hold.on_expired = on_hold;
    d->is_holding = true;
    records_start(d->records, d->target.host, d->target.port);
    return true;
}
