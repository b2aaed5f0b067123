/*
 * A dial is one race with up to two runners, TCP and QUIC, each of them a run
 * of Happy Eyeballs over the same candidate addresses.
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
 * IPv4 addresses that come first wait RESOLUTION_DELAY for IPv6 ones (RFC
 * 8305 3).  One timer covers name look-up to usable connection.
 */
#include "dial/dial.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/fault.h"
#include "base/xalloc.h"
#include "dial/eyeballs.h"
#include "dial/overrides.h"
#include "io/resolver.h"
#include "transport/tls_context.h"

#define RESOLUTION_DELAY (50 * LOOP_MS)

struct dial {
    const struct dial_events *events;
    void *owner;
    char *host; /* of the certificate and SNI */
    const struct settings *settings;
    struct trial_goal goal;
    struct conn_facts facts;
    struct span connect_host; /* after --connect-to */
    uint16_t connect_port;
    struct resolver_query query;
    bool is_resolving;
    struct candidates candidates;
    struct eyeballs tcp;
    struct eyeballs quic;
    bool uses_tcp;
    bool uses_quic;
    struct loop_timer race;             /* TCP's start */
    struct loop_timer resolution_delay; /* waiting for AAAA */
    struct loop_timer deadline;
    struct fault early;
    struct loop_task start_task;
    struct loop_task reap_task;
};

static struct loop *loop_of(const struct dial *d)
{
    return d->goal.dialer->loop;
}

static void reap(struct loop_task *task)
{
    struct dial *d = container_of(task, struct dial, reap_task);
    free(d->host);
    free(d);
}

/* What still runs was lost to another, or is given up. */
static void retire(struct dial *d, enum attempt_result rest)
{
    struct loop *loop = loop_of(d);
    resolver_cancel(&d->query);
    eyeballs_cancel(&d->tcp, rest);
    eyeballs_cancel(&d->quic, rest);
    loop_disarm(loop, &d->race);
    loop_disarm(loop, &d->resolution_delay);
    loop_disarm(loop, &d->deadline);
    loop_forget(loop, &d->start_task);
    loop_reap(loop, &d->reap_task);
}

static void fail(struct dial *d, const struct fault *why)
{
    struct fault fault = *why;
    retire(d, ATTEMPT_CANCELLED);
    d->events->on_failed(d, &fault, &d->facts);
}

static void on_won(struct dial *d, struct conn *c)
{
    retire(d, ATTEMPT_LOST);
    /* Only now is it known how all of them ended. */
    memcpy(c->facts.attempts, d->facts.attempts, sizeof c->facts.attempts);
    c->facts.nattempts = d->facts.nattempts;
    d->events->on_connected(d, c);
}

static void on_tcp_won(struct eyeballs *e, struct conn *c)
{
    on_won(container_of(e, struct dial, tcp), c);
}

static void on_quic_won(struct eyeballs *e, struct conn *c)
{
    on_won(container_of(e, struct dial, quic), c);
}

static bool is_out(bool used, const struct eyeballs *e)
{
    return !used || e->state == EYEBALLS_DONE;
}

/*
 * Both are out.  With two runners the one that got further tells more: a
 * refused certificate first, else TCP's reason with QUIC's before it.
 */
static void fail_both(struct dial *d)
{
    if (!d->uses_tcp || d->quic.fault.code == ERR_TLS_VERIFY) {
        fail(d, &d->quic.fault);
        return;
    }
    struct fault fault = d->tcp.fault;
    if (d->uses_quic && fault.code != ERR_TLS_VERIFY)
        fault_reword(&fault, "QUIC: %.90s; TCP: %.90s", d->quic.fault.detail,
                     d->tcp.fault.detail);
    fail(d, &fault);
}

static void on_tcp_failed(struct eyeballs *e)
{
    struct dial *d = container_of(e, struct dial, tcp);
    if (is_out(d->uses_quic, &d->quic))
        fail_both(d);
}

static void start_tcp(struct dial *d)
{
    loop_disarm(loop_of(d), &d->race);
    if (d->uses_tcp && d->tcp.state == EYEBALLS_IDLE)
        eyeballs_go(&d->tcp);
}

static void on_quic_failed(struct eyeballs *e)
{
    struct dial *d = container_of(e, struct dial, quic);
    if (is_out(d->uses_tcp, &d->tcp))
        fail_both(d);
    else
        start_tcp(d);
}

static void on_race(struct loop_timer *timer, uint64_t now)
{
    (void)now;
    start_tcp(container_of(timer, struct dial, race));
}

/* New candidates, or the news that no more will come. */
static void go(struct dial *d)
{
    struct loop *loop = loop_of(d);
    d->tcp.more_expected = d->is_resolving;
    d->quic.more_expected = d->is_resolving;
    if (!d->uses_quic) {
        eyeballs_go(&d->tcp);
        return;
    }
    if (d->quic.state == EYEBALLS_IDLE && d->uses_tcp)
        loop_arm(loop, &d->race, loop_now(loop) + d->settings->timeouts.race);
    if (d->tcp.state == EYEBALLS_RUNNING)
        eyeballs_go(&d->tcp);
    if (d->quic.state != EYEBALLS_DONE)
        eyeballs_go(&d->quic); /* may end the dial */
}

static void trace_resolved(struct dial *d)
{
    struct trace *trace = loop_trace(loop_of(d));
    if (!trace_wanted(trace))
        return;
    struct str text;
    struct candidates_cursor at = {0};
    const struct addr *a;
    str_init(&text);
    str_printf(&text, "Host %.*s resolved to", SPAN_ARG(d->connect_host));
    while ((a = candidates_next(&d->candidates, &at)) != NULL) {
        char name[ADDR_TEXT_MAX];
        addr_format(a, name);
        str_printf(&text, " %s", name);
    }
    trace_emit(trace, TRACE_RESOLVED, loop_now(loop_of(d)), 0, str_span(&text));
    str_fini(&text);
}

static void on_addresses(struct resolver_query *q, const struct addr *addrs,
                         size_t n)
{
    struct dial *d = container_of(q, struct dial, query);
    struct loop *loop = loop_of(d);
    bool was_empty = d->candidates.nv6 + d->candidates.nv4 == 0;
    candidates_add(&d->candidates, addrs, n);
    if (d->facts.resolved_at == 0)
        d->facts.resolved_at = loop_now(loop);
    if (was_empty && d->candidates.nv6 == 0 &&
        d->settings->addresses.family == SETTINGS_FAMILY_ANY) {
        loop_arm(loop, &d->resolution_delay, loop_now(loop) + RESOLUTION_DELAY);
        return;
    }
    loop_disarm(loop, &d->resolution_delay);
    go(d);
}

static void on_resolution_delay(struct loop_timer *timer, uint64_t now)
{
    (void)now;
    go(container_of(timer, struct dial, resolution_delay));
}

static void on_resolved(struct resolver_query *q, const struct fault *fault)
{
    struct dial *d = container_of(q, struct dial, query);
    d->is_resolving = false;
    loop_disarm(loop_of(d), &d->resolution_delay);
    if (fault) {
        fail(d, fault);
        return;
    }
    trace_resolved(d);
    go(d);
}

static void on_deadline(struct loop_timer *timer, uint64_t now)
{
    struct dial *d = container_of(timer, struct dial, deadline);
    uint64_t ms = (now - d->facts.dial_start) / LOOP_MS;
    struct fault fault;
    if (d->candidates.nv4 + d->candidates.nv6 == 0)
        fault_set(&fault, ERR_TIMEOUT, 0,
                  "resolving the name timed out after %llu ms",
                  (unsigned long long)ms);
    else
        fault_set(&fault, ERR_TIMEOUT, 0,
                  "connecting timed out after %llu ms%s",
                  (unsigned long long)ms,
                  d->uses_quic && !d->uses_tcp ? ": no QUIC answer" : "");
    fail(d, &fault);
}

static enum resolver_family family_of(const struct settings *s)
{
    switch (s->addresses.family) {
    case SETTINGS_FAMILY_IPV4:
        return RESOLVER_IPV4;
    case SETTINGS_FAMILY_IPV6:
        return RESOLVER_IPV6;
    case SETTINGS_FAMILY_ANY:
        break;
    }
    return RESOLVER_ANY;
}

/* Addresses that need no look-up; false when the dial has failed. */
static bool use_given_addresses(struct dial *d)
{
    const struct settings_addresses *a = &d->settings->addresses;
    struct addr given[CANDIDATES_MAX];
    size_t n = 0;
    if (a->unix_socket) {
        n = 1;
        if (!addr_unix(&given[0], a->unix_socket)) {
            fault_set(&d->early, ERR_USAGE, 0,
                      "the path of the Unix socket is too long");
            return false;
        }
    } else if (!overrides_resolve(a, d->connect_host, d->connect_port, given,
                                  CANDIDATES_MAX, &n, &d->early)) {
        return false;
    }
    candidates_add(&d->candidates, given, n);
    return true;
}

/* Before anything can fail over it. */
static void trace_trust(const struct dial *d)
{
    struct loop *loop = loop_of(d);
    enum tls_carrier carrier = d->uses_tcp ? TLS_CARRIER_TCP : TLS_CARRIER_QUIC;
    struct fault fault;
    if (!d->goal.is_secure || !trace_wanted(loop_trace(loop)))
        return;
    const struct tls_context *c =
        dialer_tls(d->goal.dialer, d->settings, carrier, &fault);
    if (c)
        trace_printf(loop_trace(loop), TRACE_TLS, loop_now(loop), 0,
                     "Trusted certificates: %s", tls_context_trust(c));
}

/* In the first task of the dial, so that nothing calls back too early. */
static void start(struct loop_task *task)
{
    struct dial *d = container_of(task, struct dial, start_task);
    struct loop *loop = loop_of(d);
    trace_trust(d);
    if (d->early.code != ERR_NONE || !use_given_addresses(d)) {
        fail(d, &d->early);
        return;
    }
    if (d->settings->timeouts.connect)
        loop_arm(loop, &d->deadline,
                 d->facts.dial_start + d->settings->timeouts.connect);
    if (d->candidates.nv4 + d->candidates.nv6 > 0) {
        d->facts.resolved_at = loop_now(loop);
        go(d);
        return;
    }
    d->is_resolving = true;
    resolver_start(loop, &d->query, d->connect_host, d->connect_port,
                   family_of(d->settings));
}

static void init_eyeballs(struct dial *d)
{
    d->tcp = (struct eyeballs){.kind = &stream_trial_ops,
                               .goal = &d->goal,
                               .candidates = &d->candidates,
                               .on_won = on_tcp_won,
                               .on_failed = on_tcp_failed};
    d->quic = (struct eyeballs){.kind = &quic_trial_ops,
                                .goal = &d->goal,
                                .candidates = &d->candidates,
                                .on_won = on_quic_won,
                                .on_failed = on_quic_failed};
    eyeballs_init(&d->tcp);
    eyeballs_init(&d->quic);
}

static void choose_runners(struct dial *d, bool is_secure)
{
    const struct settings *s = d->settings;
    bool may_quic = is_secure && s->addresses.unix_socket == NULL &&
                    s->tls.max >= SETTINGS_TLS_1_3;
    d->uses_quic = may_quic && (s->http == SETTINGS_HTTP_3 ||
                                s->http == SETTINGS_HTTP_3_ONLY);
    d->uses_tcp = s->http != SETTINGS_HTTP_3_ONLY;
    if (!d->uses_tcp && !d->uses_quic)
        fault_set(&d->early, ERR_PROTOCOL_UNSUPPORTED, 0,
                  "HTTP/3 needs an https:// URL");
    struct loop *loop = loop_of(d);
    if (d->uses_quic)
        trace_printf(loop_trace(loop), TRACE_CHOICE, loop_now(loop), 0,
                     d->uses_tcp ? "HTTP/3 was asked for: QUIC first, TCP "
                                   "after %llu ms"
                                 : "HTTP/3 only: QUIC, no TCP",
                     (unsigned long long)(s->timeouts.race / LOOP_MS));
}

struct dial *dial_start(struct dialer *dialer, const struct dial_target *target,
                        const struct dial_events *events, void *owner)
{
    struct dial *d = XALLOC_NEW(struct dial);
    d->events = events;
    d->owner = owner;
    d->settings = target->settings;
    d->host = xalloc_copy(target->host.base, target->host.len);
    d->goal = (struct trial_goal){.dialer = dialer,
                                  .settings = target->settings,
                                  .host = span_str(d->host),
                                  .is_secure = target->is_secure,
                                  .facts = &d->facts,
                                  .origin = target->origin};
    d->facts.dial_start = loop_now(dialer->loop);
    d->query = (struct resolver_query){.on_addresses = on_addresses,
                                       .on_end = on_resolved};
    d->race.on_expired = on_race;
    d->resolution_delay.on_expired = on_resolution_delay;
    d->deadline.on_expired = on_deadline;
    d->reap_task.run = reap;
    d->start_task.run = start;
    init_eyeballs(d);
    choose_runners(d, target->is_secure);
    d->connect_host = d->goal.host;
    d->connect_port = target->port;
    if (d->early.code == ERR_NONE)
        (void)overrides_connect_to(&d->settings->addresses, &d->connect_host,
                                   &d->connect_port, &d->early);
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
