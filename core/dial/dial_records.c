/*
 * The HTTPS records of the origin (RFC 9460) are asked for while its addresses
 * are, where they could change something: they may name other places, and say
 * that HTTP/3 is spoken.  Nothing is tried before they are known, or have been
 * late for HOLD after an address was there.  So the runs are settled once.
 * Rejected: adding runs to a race that is on.  It would hand out its winner a
 * little earlier where the record is late, and never where it is not; the next
 * dial has the record from the cache.
 */
#include "base/trace.h"
#include "base/xalloc.h"
#include "dial/dial_self.h"
#include "dial/dial_story.h"
#include "dial/hidden_name.h"
#include "http/url_host.h"

/* For records, once an address is there; and once it is known that there is
 * none, which records may change. */
#define HOLD         (50 * LOOP_MS)
#define HOLD_FOR_ANY (1000 * LOOP_MS)

/* Who is late so often in a row is asked still, but not waited for: an answer
 * that comes after all is in the cache for the next dial, which hears it at
 * once. */
#define LATE_MAX 3

static const char *why_unwanted_by(const struct settings *s)
{
    bool may_3 = s->http == SETTINGS_HTTP_AUTO || s->http == SETTINGS_HTTP_3 ||
                 s->http == SETTINGS_HTTP_3_ONLY;
    if (!may_3 && !hidden_name_is_wanted(s))
        return "the options ask for another version than HTTP/3";
    if (!s->addresses.https_rr)
        return "the options forbid it";
    if (hidden_name_is_wanted(s))
        return NULL;
    if (!s->tls.alpn || s->tls.max < SETTINGS_TLS_1_3)
        return "the options leave no way to HTTP/3";
    return NULL;
}

/* Only where their answer could be used: the name is looked up, no option says
 * where the origin is, and HTTP/3 is possible.  Alt-Svc says the same, and is
 * there already.  NULL: they are wanted. */
static const char *why_unwanted(const struct dial *d)
{
    const struct route_endpoint *at = &route_origin(&d->route)->at;
    const char *why = why_unwanted_by(d->target.settings);
    struct addr unused;
    if (!d->target.is_secure)
        return "an http:// URL has no use for them";
    if (why)
        return why;
    if (d->route.nhops > 1 || d->route.is_tunnelled)
        return "the proxy says where the origin is";
    if (d->target.nalternatives > 0)
        return "Alt-Svc has named places already";
    if (at->port != d->target.port ||
        !span_equal_nocase(at->host, d->target.host))
        return "an option says where the origin is";
    if (addr_parse(&unused, at->host, 0))
        return "the URL has an address, not a name";
    if (url_host_is_localhost(at->host))
        return "localhost has none";
    if (!d->lookups[0]->is_asking)
        return "an option gives its addresses";
    return NULL;
}

/* It may be reached with a hidden name alone. */
static bool is_out_of_reach(const struct dial *d, const struct svcb *s)
{
    return s->needs_ech &&
           (!hidden_name_is_wanted(d->target.settings) || s->ech_len == 0);
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
        dial_runs_add(d, &run);
    run.carrier = ROUTE_TCP;
    if (s->alpn & (SVCB_H1 | SVCB_H2))
        dial_runs_add(d, &run);
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
        s->ech_len == 0                             ? ""
        : hidden_name_is_wanted(d->target.settings) ? " ech"
                                                    : " (ECH is not used)");
}

static void use_records(struct dial *d)
{
    const struct records *r = d->records;
    struct loop *loop = dial_self_loop(d);
    dial_story_records(d);
    d->records_say_tcp = r->set.n > 0;
    for (size_t i = 0; i < r->set.n; i++) {
        trace_service(d, &r->set.records[i]);
        if (!is_out_of_reach(d, &r->set.records[i]))
            add_service(d, &r->set.records[i]);
    }
    if (r->set.n == 0) {
        d->records_why = r->is_asking ? "they did not come in time" : r->why;
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
            dial_runs_add(d, &run);
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

/* All that could be known of where to go is known. */
static void settle_runs(struct dial *d)
{
    size_t nbefore = d->nlookups;
    d->is_holding = false;
    loop_disarm(dial_self_loop(d), &d->hold);
    use_records(d);
    records_cancel(d->records);
    if (d->target.nalternatives > 0) {
        if (!route_build(&d->route, &d->target, &d->early)) {
            dial_fail(d, &d->early);
            return;
        }
        dial_runs_init(d);
        apply_hints(d);
        /* Whatever was lost, of it and of those before, is out of the race. */
        (void)dial_runs_start_lookups(d, nbefore);
    }
    dial_runs_trace(d);
    dial_runs_drop_lost(d);
    dial_begin_race(d);
}

static struct name_servers *names_of(const struct dial *d)
{
    return &d->goal.dialer->names;
}

static void on_records(struct records *r)
{
    struct dial *d = r->owner;
    names_of(d)->nlate = 0;
    settle_runs(d);
}

static void on_hold(struct loop_timer *timer, uint64_t now)
{
    struct dial *d = container_of(timer, struct dial, hold);
    (void)now;
    names_of(d)->nlate++;
    settle_runs(d);
}

bool dial_records_ask(struct dial *d)
{
    struct dns_server *from = NULL;
    d->records_why = why_unwanted(d);
    if (d->records_why == NULL) {
        from = name_servers_for_records(names_of(d), d->target.settings);
        d->records_why = from ? NULL : "no name server is known";
    }
    if (from == NULL) {
        dial_story_unasked(d);
        return false;
    }
    d->records = XALLOC_NEW(struct records);
    d->records->loop = dial_self_loop(d);
    d->records->from = from;
    d->records->story = d->facts.story;
    d->records->by =
        d->target.settings->addresses.doh_url ? "doh" : "name servers";
    d->records->owner = d;
    d->records->on_done = on_records;
    d->is_holding = true;
    d->hold.on_expired = on_hold;
    records_start(d->records, d->target.host, d->target.port);
    return true;
}

/* Not longer than was said before. */
void dial_records_hurry(struct dial *d, bool has_address)
{
    uint64_t hold = has_address ? HOLD : HOLD_FOR_ANY;
    if (has_address && names_of(d)->nlate >= LATE_MAX)
        hold = 0;
    uint64_t until = loop_now(dial_self_loop(d)) + hold;
    if (!heap_has(&d->hold.node) || d->hold.node.key > until)
        loop_arm(dial_self_loop(d), &d->hold, until);
}

void dial_records_cancel(struct dial *d)
{
    if (d->records)
        records_cancel(d->records);
    loop_disarm(dial_self_loop(d), &d->hold);
}
