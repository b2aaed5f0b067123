#include "dial/lookup.h"

#include "base/fault.h"
#include "dial/overrides.h"

#define RESOLUTION_DELAY (50 * LOOP_MS)

static void trace_resolved(const struct lookup *l)
{
    struct trace *trace = loop_trace(l->loop);
    if (!trace_wanted(trace))
        return;
    struct str text;
    struct candidates_cursor at = {0};
    str_init(&text);
    str_printf(&text, "Host %.*s resolved to", SPAN_ARG(l->at.host));
    const struct addr *a;
    while ((a = candidates_next(&l->candidates, &at)) != NULL) {
        char name[ADDR_TEXT_MAX];
        addr_format(a, name);
        str_printf(&text, " %s", name);
    }
    trace_emit(trace, TRACE_RESOLVED, loop_now(l->loop), 0, str_span(&text));
    str_fini(&text);
}

static void on_addresses(struct resolver_query *q, const struct addr *addrs,
                         size_t n)
{
    struct lookup *l = container_of(q, struct lookup, query);
    bool was_empty = !lookup_has_any(l);
    candidates_add(&l->candidates, addrs, n);
    if (l->resolved_at == 0)
        l->resolved_at = loop_now(l->loop);
    if (was_empty && l->candidates.nv6 == 0 &&
        l->settings->addresses.family == SETTINGS_FAMILY_ANY) {
        loop_arm(l->loop, &l->delay, loop_now(l->loop) + RESOLUTION_DELAY);
        return;
    }
    loop_disarm(l->loop, &l->delay);
    l->on_news(l);
}

static void on_delay(struct loop_timer *timer, uint64_t now)
{
    struct lookup *l = container_of(timer, struct lookup, delay);
    (void)now;
    l->on_news(l);
}

static void on_end(struct resolver_query *q, const struct fault *fault)
{
    struct lookup *l = container_of(q, struct lookup, query);
    l->is_asking = false;
    loop_disarm(l->loop, &l->delay);
    if (fault) {
        l->has_failed = true;
        l->on_failed(l, fault);
        return;
    }
    trace_resolved(l);
    l->on_news(l);
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

/* Addresses that need no resolver. */
static bool use_given(struct lookup *l, struct fault *fault)
{
    const struct settings_addresses *a = &l->settings->addresses;
    struct addr given[CANDIDATES_MAX];
    size_t n = 0;
    if (l->is_tunnelled) {
        n = 1;
        given[0] = (struct addr){.len = 0};
    } else if (a->unix_socket) {
        n = 1;
        if (!addr_unix(&given[0], a->unix_socket)) {
            (void)fault_set(fault, ERR_USAGE, 0,
                            "the path of the Unix socket is too long");
            return false;
        }
    } else if (!overrides_resolve(a, l->at.host, l->at.port, given,
                                  CANDIDATES_MAX, &n, fault)) {
        return false;
    }
    candidates_add(&l->candidates, given, n);
    return true;
}

bool lookup_start(struct lookup *l, struct fault *fault)
{
    l->query =
        (struct resolver_query){.on_addresses = on_addresses, .on_end = on_end};
    l->delay.on_expired = on_delay;
    if (!use_given(l, fault))
        return false;
    if (lookup_has_any(l)) {
        l->resolved_at = loop_now(l->loop);
        return true;
    }
    l->is_asking = true;
    resolver_start(l->loop, &l->query, l->at.host, l->at.port,
                   family_of(l->settings));
    return true;
}

void lookup_cancel(struct lookup *l)
{
    l->is_asking = false;
    resolver_cancel(&l->query);
    loop_disarm(l->loop, &l->delay);
}
