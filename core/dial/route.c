#include "dial/route.h"

#include "base/fault.h"
#include "dial/haproxy_step.h"
#include "dial/overrides.h"
#include "dial/step.h"

static void add_step(struct route *r, const struct step_ops *ops,
                     const struct route_hop *from, const struct route_hop *to)
{
    r->steps[r->nsteps++] =
        (struct route_step){.ops = ops, .from = from, .to = to};
}

/* To a hop: by TCP or a tunnel if it is the first, by what the hop before
 * offers if not; then TLS with it.  A PROXY line is the origin's. */
static void add_steps(struct route *r)
{
    const struct step_ops *first = r->is_tunnelled ? &step_tunnel : &step_tcp;
    for (size_t i = 0; i < r->nhops; i++) {
        const struct route_hop *from = i > 0 ? &r->hops[i - 1] : NULL;
        const struct route_hop *to = &r->hops[i];
        add_step(r, from ? from->onward : first, from, to);
        if (i + 1 == r->nhops && to->settings->socket.haproxy)
            add_step(r, &haproxy_step, from, to);
        if (to->is_secure)
            add_step(r, &step_tls, from, to);
    }
}

static bool may_tcp(const struct settings *s)
{
    return s->http != SETTINGS_HTTP_3_ONLY;
}

/* A proxy that speaks HTTP/1.1 seldom has CONNECT-UDP: it is asked for that if
 * there is no other way; so is one that was found to have none. */
static bool may_tunnel_quic(const struct route *r, const struct settings *s)
{
    bool is_likely = s->proxy.http == SETTINGS_PROXY_HTTP_2 ||
                     s->proxy.http == SETTINGS_PROXY_HTTP_3;
    return s->http == SETTINGS_HTTP_3_ONLY || (is_likely && !r->lacks_udp);
}

/* QUIC has TLS 1.3 in it, no way through a byte stream, and no place for a
 * PROXY line. */
static bool may_quic(const struct route *r)
{
    const struct route_hop *origin = route_origin(r);
    return origin->is_secure && r->nhops == 1 &&
           (!r->is_tunnelled || may_tunnel_quic(r, origin->settings)) &&
           origin->settings->addresses.unix_socket == NULL &&
           !origin->settings->socket.haproxy &&
           origin->settings->tls.max >= SETTINGS_TLS_1_3;
}

/* The user's word on versions goes before the origin's. */
static bool may_offer(enum settings_http http, enum route_carrier carrier)
{
    switch (http) {
    case SETTINGS_HTTP_AUTO:
    case SETTINGS_HTTP_3:
        return true;
    case SETTINGS_HTTP_3_ONLY:
        return carrier == ROUTE_QUIC;
    case SETTINGS_HTTP_1_0:
    case SETTINGS_HTTP_1_1:
    case SETTINGS_HTTP_2:
    case SETTINGS_HTTP_2_PRIOR:
        return carrier == ROUTE_TCP;
    }
    return false;
}

static bool has_run(const struct route *r, enum route_carrier carrier,
                    const struct route_endpoint *at)
{
    for (size_t i = 0; i < r->nruns; i++) {
        const struct route_run *run = &r->runs[i];
        if (run->carrier == carrier && run->at.port == at->port &&
            span_equal_nocase(run->at.host, at->host))
            return true;
    }
    return false;
}

/* Once: an origin says of itself, most often, that QUIC goes to its own
 * port. */
static void add_run(struct route *r, const struct route_run *run)
{
    if (!has_run(r, run->carrier, &run->at))
        r->runs[r->nruns++] = *run;
}

static void add_alternative(struct route *r, const struct dial_target *target,
                            const struct route_run *a)
{
    bool is_usable = may_offer(target->settings->http, a->carrier) &&
                     (a->carrier == ROUTE_TCP || may_quic(r));
    if (is_usable)
        add_run(r, a);
}

/* Is the origin dialled where an option says? */
static bool is_moved(const struct route *r, const struct dial_target *target)
{
    return target->settings->addresses.unix_socket ||
           r->hops[0].at.port != target->port ||
           !span_equal_nocase(r->hops[0].at.host, target->host);
}

/* None where an option or a proxy says where the origin is. */
static size_t nalternatives(const struct route *r,
                            const struct dial_target *target)
{
    if (r->nhops > 1 || r->is_tunnelled || is_moved(r, target))
        return 0;
    return target->nalternatives < ROUTE_ALTERNATIVES_MAX
               ? target->nalternatives
               : ROUTE_ALTERNATIVES_MAX;
}

static const char *why_no_quic(const struct dial_target *target)
{
    if (target->proxy)
        return "HTTP/3 does not go through the proxy";
    if (target->settings->socket.haproxy && target->is_secure)
        return "--haproxy-protocol: HTTP/3 has no place for it";
    return "HTTP/3 needs an https:// URL";
}

static bool add_runs(struct route *r, const struct dial_target *target,
                     struct fault *fault)
{
    const struct settings *s = target->settings;
    bool wants_quic =
        s->http == SETTINGS_HTTP_3 || s->http == SETTINGS_HTTP_3_ONLY;
    size_t n = nalternatives(r, target);
    struct route_run own = {.carrier = ROUTE_QUIC,
                            .at = r->hops[0].at,
                            .source = ROUTE_FROM_OPTION};
    for (size_t i = 0; i < n; i++)
        if (!wants_quic || target->alternatives[i].carrier == ROUTE_QUIC)
            add_alternative(r, target, &target->alternatives[i]);
    if (wants_quic && may_quic(r))
        add_run(r, &own);
    for (size_t i = 0; wants_quic && i < n; i++)
        add_alternative(r, target, &target->alternatives[i]);
    own.carrier = ROUTE_TCP;
    if (!is_moved(r, target))
        own.source = ROUTE_FROM_DNS;
    if (may_tcp(s))
        add_run(r, &own);
    if (r->nruns > 0)
        return true;
    (void)fault_set(fault, ERR_PROTOCOL_UNSUPPORTED, 0, "%s",
                    why_no_quic(target));
    return false;
}

/* Never directly when a proxy was named. */
static bool is_way_there(const struct dial_target *target, struct fault *fault)
{
    if (target->settings->proxy.url == NULL || target->proxy ||
        target->is_tunnelled)
        return true;
    fault_set(fault, ERR_NOT_BUILT_IN, 0,
              "nobody here opens tunnels through an HTTP proxy");
    return false;
}

const char *route_source_name(enum route_source source)
{
    switch (source) {
    case ROUTE_FROM_DNS:
        return "dns";
    case ROUTE_FROM_OPTION:
        return "option";
    case ROUTE_FROM_HTTPS_RR:
        return "https-rr";
    case ROUTE_FROM_ALT_SVC:
        return "alt-svc";
    }
    return NULL;
}

bool route_build(struct route *r, const struct dial_target *target,
                 struct fault *fault)
{
    struct route_hop origin = {.host = target->host,
                               .at = {target->host, target->port},
                               .is_secure = target->is_secure,
                               .settings = target->settings};
    *r = (struct route){.is_tunnelled = target->is_tunnelled,
                        .lacks_udp = target->lacks_udp};
    if (target->proxy)
        r->hops[r->nhops++] = *target->proxy;
    bool is_sound = overrides_connect_to(
        &target->settings->addresses, &origin.at.host, &origin.at.port, fault);
    r->hops[r->nhops++] = origin;
    add_steps(r);
    return is_sound && is_way_there(target, fault) &&
           add_runs(r, target, fault);
}
