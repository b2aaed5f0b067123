#include "dial/lookup.h"

#include "base/fault.h"
#include "dial/overrides.h"
#include "http/story.h"
#include "http/svcb.h"
#include "http/url_host.h"

#define RESOLUTION_DELAY (50 * LOOP_MS)

/* What has come since it was told of last. */
static void trace_resolved(struct lookup *l)
{
    struct trace *trace = loop_trace(l->loop);
    const struct candidates *c = &l->candidates;
    if (!trace_wanted(trace) || l->ntold == c->nv6 + c->nv4)
        return;
    struct str text;
    str_init(&text);
    str_printf(&text, "Host %.*s resolved to", SPAN_ARG(l->at.host));
    for (size_t i = 0; i < c->nv6 + c->nv4; i++) {
        char name[ADDR_TEXT_MAX];
        bool is_v6 = i < c->nv6;
        if (is_v6 ? i < l->ntold_v6 : i - c->nv6 < l->ntold - l->ntold_v6)
            continue;
        addr_format(is_v6 ? &c->v6[i] : &c->v4[i - c->nv6], name);
        str_printf(&text, " %s", name);
    }
    l->ntold = c->nv6 + c->nv4;
    l->ntold_v6 = c->nv6;
    trace_emit(trace, &(struct trace_event){.kind = TRACE_RESOLVED,
                                            .at = loop_now(l->loop),
                                            .xfer_id = TRACE_NO_XFER,
                                            .text = str_span(&text)});
    str_fini(&text);
}

/* ---- its story ---- */

static void story_begin(struct lookup *l, size_t family, const char *type,
                        const char *by)
{
    l->told[family] =
        story_ask(l->story, loop_now(l->loop), l->at.host, type, by);
}

static void story_addresses(struct lookup *l, size_t family,
                            const struct addr *addrs, size_t n)
{
    for (size_t i = 0; l->told[family] && i < n; i++) {
        char name[ADDR_TEXT_MAX];
        addr_format(&addrs[i], name);
        story_answer(l->story, l->told[family], name);
    }
}

static void story_over(struct lookup *l, size_t family, enum story_found found,
                       const char *why)
{
    story_end(l->story, l->told[family], loop_now(l->loop), found, why);
}

/* Addresses that nobody had to be asked for. */
static void story_given(struct lookup *l, const char *by)
{
    struct candidates_cursor at = {0};
    const struct addr *a;
    story_begin(l, 0, "A+AAAA", by);
    while ((a = candidates_next(&l->candidates, &at)) != NULL)
        if (!l->is_tunnelled)
            story_addresses(l, 0, a, 1);
    story_over(l, 0, STORY_FOUND, NULL);
}

static const char *family_type(const struct lookup *l)
{
    switch (l->settings->addresses.family) {
    case SETTINGS_FAMILY_IPV4:
        return "A";
    case SETTINGS_FAMILY_IPV6:
        return "AAAA";
    case SETTINGS_FAMILY_ANY:
        break;
    }
    return "A+AAAA";
}

/* ---- addresses come ---- */

static void take(struct lookup *l, const struct addr *addrs, size_t n)
{
    bool was_empty = !lookup_has_any(l);
    candidates_add(&l->candidates, addrs, n);
    trace_resolved(l);
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

static void on_addresses(struct resolver_query *q, const struct addr *addrs,
                         size_t n)
{
    struct lookup *l = container_of(q, struct lookup, query);
    story_addresses(l, 0, addrs, n);
    take(l, addrs, n);
}

static void on_delay(struct loop_timer *timer, uint64_t now)
{
    struct lookup *l = container_of(timer, struct lookup, delay);
    (void)now;
    l->on_news(l);
}

static void end(struct lookup *l, const struct fault *fault)
{
    l->is_asking = false;
    loop_disarm(l->loop, &l->delay);
    if (fault) {
        l->has_failed = true;
        l->fault = *fault;
        l->on_failed(l, &l->fault);
        return;
    }
    trace_resolved(l);
    l->on_news(l);
}

static void on_end(struct resolver_query *q, const struct fault *fault)
{
    struct lookup *l = container_of(q, struct lookup, query);
    story_over(l, 0, fault ? STORY_FAILED : STORY_FOUND,
               fault ? fault->detail : NULL);
    end(l, fault);
}

/* ---- of a name server ---- */

/* A server in trouble says more than a family without an address. */
static void note_why(struct lookup *l, const struct dns_answer *a)
{
    if (l->fault.code != ERR_NONE && !a->is_failure)
        return;
    (void)fault_set(&l->fault, ERR_HOST_NAME, 0, "could not resolve %.*s: %s",
                    SPAN_ARG(l->at.host), a->why ? a->why : "no address");
}

static void on_family(struct lookup *l, size_t family,
                      const struct dns_answer *a)
{
    struct addr addrs[DNS_RECORDS_MAX];
    bool is_last =
        l->families[0].server == NULL && l->families[1].server == NULL;
    for (size_t i = 0; i < a->naddrs; i++) {
        addrs[i] = a->addrs[i];
        addr_set_port(&addrs[i], l->at.port);
    }
    if (a->naddrs == 0)
        note_why(l, a);
    story_addresses(l, family, a->addrs, a->naddrs);
    story_over(l, family,
               a->naddrs > 0   ? STORY_FOUND
               : a->is_failure ? STORY_FAILED
                               : STORY_NOTHING,
               a->naddrs > 0 ? NULL : a->why);
    if (!is_last) {
        if (a->naddrs > 0)
            take(l, addrs, a->naddrs);
        return;
    }
    /* The last ones are told with the end. */
    candidates_add(&l->candidates, addrs, a->naddrs);
    if (l->resolved_at == 0 && a->naddrs > 0)
        l->resolved_at = loop_now(l->loop);
    struct fault none = l->fault;
    end(l, lookup_has_any(l) ? NULL : &none);
}

static void on_ipv6(struct dns_query *q, const struct dns_answer *a)
{
    on_family(container_of(q, struct lookup, families[0]), 0, a);
}

static void on_ipv4(struct dns_query *q, const struct dns_answer *a)
{
    on_family(container_of(q, struct lookup, families[1]), 1, a);
}

static void ask_server(struct lookup *l, struct dns_server *s)
{
    enum settings_family family = l->settings->addresses.family;
    const char *by = l->settings->addresses.doh_url ? "doh" : "name servers";
    if (family != SETTINGS_FAMILY_IPV4)
        story_begin(l, 0, "AAAA", by);
    if (family != SETTINGS_FAMILY_IPV6)
        story_begin(l, 1, "A", by);
    l->families[0].on_answer = on_ipv6;
    l->families[1].on_answer = on_ipv4;
    if (family != SETTINGS_FAMILY_IPV4)
        dns_ask(s, &l->families[0], l->at.host, DNS_AAAA);
    if (family != SETTINGS_FAMILY_IPV6)
        dns_ask(s, &l->families[1], l->at.host, DNS_A);
}

/* Whoever writes an address means it (curl's -4 and -6 are for names). */
static enum resolver_family family_of(const struct lookup *l)
{
    struct addr unused;
    if (addr_parse(&unused, l->at.host, 0))
        return RESOLVER_ANY;
    switch (l->settings->addresses.family) {
    case SETTINGS_FAMILY_IPV4:
        return RESOLVER_IPV4;
    case SETTINGS_FAMILY_IPV6:
        return RESOLVER_IPV6;
    case SETTINGS_FAMILY_ANY:
        break;
    }
    return RESOLVER_ANY;
}

static bool is_wanted(const struct addr *a, enum settings_family family)
{
    switch (family) {
    case SETTINGS_FAMILY_IPV4:
        return addr_family(a) == AF_INET;
    case SETTINGS_FAMILY_IPV6:
        return addr_family(a) == AF_INET6;
    case SETTINGS_FAMILY_ANY:
        break;
    }
    return true;
}

/* False with *fault: there were some, and all are of the other family. */
static bool keep_wanted(struct lookup *l, struct addr *given, size_t *n,
                        struct fault *fault)
{
    size_t kept = 0;
    for (size_t i = 0; i < *n; i++)
        if (is_wanted(&given[i], l->settings->addresses.family))
            given[kept++] = given[i];
    if (*n > 0 && kept == 0) {
        (void)fault_set(fault, ERR_HOST_NAME, 0,
                        "%.*s: --resolve gives no address of the wanted family",
                        SPAN_ARG(l->at.host));
        return false;
    }
    *n = kept;
    return true;
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
        if (!(a->is_abstract ? addr_abstract(&given[0], a->unix_socket)
                             : addr_unix(&given[0], a->unix_socket))) {
            (void)fault_set(fault, ERR_USAGE, 0,
                            "the path of the Unix socket is too long");
            return false;
        }
    } else if (!overrides_resolve(a, l->at.host, l->at.port, given,
                                  CANDIDATES_MAX, &n, fault) ||
               !keep_wanted(l, given, &n, fault)) {
        return false;
    }
    candidates_add(&l->candidates, given, n);
    return true;
}

/* The resolver answers for itself: an address, or localhost. */
static bool needs_nobody(struct span host)
{
    struct addr unused;
    return addr_parse(&unused, host, 0) || url_host_is_localhost(host);
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
        story_given(l, l->is_tunnelled                      ? "proxy"
                       : l->settings->addresses.unix_socket ? "unix socket"
                                                            : "option");
        return true;
    }
    struct dns_server *server = NULL;
    if (!needs_nobody(l->at.host) &&
        !name_servers_for_addresses(l->names, l->settings, &server, fault))
        return false;
    l->is_asking = true;
    if (server) {
        ask_server(l, server);
    } else {
        story_begin(l, 0, family_type(l),
                    needs_nobody(l->at.host) ? "numeric" : "system");
        resolver_start(l->loop, &l->query, l->at.host, l->at.port,
                       family_of(l));
    }
    return true;
}

bool lookup_share(struct lookup *l, const struct lookup *other)
{
    struct fault fault;
    struct candidates_cursor at = {0};
    const struct addr *a;
    if (other->is_asking || !lookup_has_any(other) || !use_given(l, &fault) ||
        lookup_has_any(l))
        return false;
    while ((a = candidates_next(&other->candidates, &at)) != NULL) {
        struct addr own = *a;
        addr_set_port(&own, l->at.port);
        candidates_add(&l->candidates, &own, 1);
    }
    l->resolved_at = other->resolved_at;
    return true;
}

static void add_hint(struct lookup *l, const void *bytes, size_t len)
{
    struct addr a;
    addr_from_bytes(&a, span_of(bytes, len), l->at.port);
    candidates_add(&l->candidates, &a, 1);
}

void lookup_hint(struct lookup *l, const struct svcb *hints)
{
    enum settings_family family = l->settings->addresses.family;
    bool wants_ipv6 = family != SETTINGS_FAMILY_IPV4 && l->candidates.nv6 == 0;
    bool wants_ipv4 = family != SETTINGS_FAMILY_IPV6 && l->candidates.nv4 == 0;
    for (size_t i = 0; wants_ipv6 && i < hints->nipv6; i++)
        add_hint(l, hints->ipv6[i], sizeof hints->ipv6[i]);
    for (size_t i = 0; wants_ipv4 && i < hints->nipv4; i++)
        add_hint(l, hints->ipv4[i], sizeof hints->ipv4[i]);
    if (l->resolved_at == 0 && lookup_has_any(l))
        l->resolved_at = loop_now(l->loop);
}

void lookup_cancel(struct lookup *l)
{
    story_over(l, 0, STORY_CANCELLED, NULL);
    story_over(l, 1, STORY_CANCELLED, NULL);
    l->is_asking = false;
    resolver_cancel(&l->query);
    dns_cancel(&l->families[0]);
    dns_cancel(&l->families[1]);
    loop_disarm(l->loop, &l->delay);
}
