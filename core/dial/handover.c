#include "dial/handover.h"

#include <stdio.h>

#include "base/fault.h"
#include "base/trace.h"
#include "conn/h1.h"
#include "conn/h2.h"
#include "conn/h3.h"
#include "settings/http_bounds.h"

/* Plain: the settings decide.  TLS: ALPN; without an answer HTTP/1.1
 * (RFC 7301 3.2), unless HTTP/2 was demanded beforehand. */
static bool is_h2(const struct settings *s, const struct tls_facts *tls)
{
    if (tls == NULL || tls->alpn[0] == '\0')
        return s->http == SETTINGS_HTTP_2_PRIOR;
    return strcmp(tls->alpn, "h2") == 0;
}

static void trace_tls(const struct connect_attempt *a,
                      const struct conn_facts *facts)
{
    struct loop *loop = a->goal->dialer->loop;
    struct trace *trace = loop_trace(loop);
    const struct tls_facts *tls = &facts->tls;
    if (!trace_wanted(trace))
        return;
    uint64_t now = loop_now(loop);
    trace_printf(trace, TRACE_TLS, now, facts->id, "%s, %s, %s", tls->version,
                 tls->cipher, tls->group);
    if (tls->alpn[0])
        trace_printf(trace, TRACE_TLS, now, facts->id,
                     "ALPN: server accepted %s", tls->alpn);
    else
        trace_printf(trace, TRACE_TLS, now, facts->id,
                     "ALPN: server did not agree on a protocol");
    if (tls->resumed) {
        trace_printf(trace, TRACE_TLS, now, facts->id,
                     "TLS session resumed; the certificate is that of the "
                     "session before");
        trace_printf(trace, TRACE_TLS, now, facts->id,
                     "Server certificate: subject %s", tls->subject);
        trace_printf(trace, TRACE_TLS, now, facts->id,
                     "Server certificate: issuer %s, expires %s", tls->issuer,
                     tls->expires);
    }
    trace_printf(trace, TRACE_TLS, now, facts->id,
                 "Server certificate: verification: %s",
                 tls->verified ? "ok" : tls->verify);
}

/* A connection to a proxy, which forwards requests. */
static void note_end(struct conn_facts *facts)
{
    if (!facts->proxy.is_end)
        return;
    facts->proxy.version = facts->version;
    facts->proxy.is_tls = facts->is_tls;
    facts->proxy.verified = facts->tls.verified;
}

static void trace_open(const struct connect_attempt *a, const struct conn *c)
{
    struct loop *loop = a->goal->dialer->loop;
    const struct conn_facts *f = &c->facts;
    trace_printf(loop_trace(loop), TRACE_CONN_OPEN, loop_now(loop), f->id,
                 "Connected to %.*s (%s) port %u, using %s, connection #%llu",
                 SPAN_ARG(route_origin(a->goal->route)->host), f->remote_addr,
                 f->remote_port, c->ops->title, (unsigned long long)f->id);
}

/* For Alt-Used (RFC 7838 5). */
static void note_alternative(const struct connect_attempt *a,
                             struct conn_facts *facts)
{
    const struct route_run *run = a->goal->run;
    if (run == NULL || run->source != ROUTE_FROM_ALT_SVC)
        return;
    bool is_v6 = memchr(run->at.host.base, ':', run->at.host.len) != NULL;
    (void)snprintf(facts->alt_used, sizeof facts->alt_used,
                   is_v6 ? "[%.*s]:%u" : "%.*s:%u", SPAN_ARG(run->at.host),
                   run->at.port);
}

struct conn *handover_stream(const struct connect_attempt *a,
                             struct transport *stream,
                             const struct tls_facts *tls,
                             const struct conn_facts *base, struct fault *fault)
{
    const struct settings *s = route_origin(a->goal->route)->settings;
    struct dialer *dialer = a->goal->dialer;
    struct conn_facts facts = *base;
    note_alternative(a, &facts);
    facts.is_tls = tls != NULL;
    if (tls)
        facts.tls = *tls;
    bool wants_h2 = is_h2(s, tls);
    if (s->http == SETTINGS_HTTP_2_PRIOR && !wants_h2) {
        transport_close(stream);
        fault_set(fault, ERR_TLS_HANDSHAKE, 0,
                  "the server does not speak HTTP/2 (ALPN chose '%s')",
                  tls ? tls->alpn : "");
        return NULL;
    }
    facts.version = wants_h2 ? HTTP_VERSION_2 : HTTP_VERSION_1_1;
    if (!http_bounds_allow(s, facts.version, fault)) {
        transport_close(stream);
        return NULL;
    }
    facts.id = dialer_conn_id(dialer);
    note_end(&facts);
    if (tls && transport_is_early(stream))
        trace_printf(loop_trace(dialer->loop), TRACE_TLS,
                     loop_now(dialer->loop), facts.id,
                     "TLS session known: requests may go out as early data");
    else if (tls)
        trace_tls(a, &facts);
    struct conn *c = wants_h2 ? h2_new(dialer->loop, stream, s, &facts)
                              : h1_new(dialer->loop, stream, s, &facts);
    trace_open(a, c);
    return c;
}

struct conn *handover_quic(const struct connect_attempt *a, struct quic *q,
                           const struct datagram_path *tunnel)
{
    struct dialer *dialer = a->goal->dialer;
    struct conn_facts facts = *a->goal->facts;
    quic_facts(q, &facts);
    if (tunnel)
        dialer->tunnels->path_facts(tunnel, &facts);
    facts.id = dialer_conn_id(dialer);
    note_alternative(a, &facts);
    facts.version = HTTP_VERSION_3;
    facts.is_tls = true;
    note_end(&facts);
    if (quic_is_early(q)) {
        trace_printf(loop_trace(dialer->loop), TRACE_QUIC,
                     loop_now(dialer->loop), facts.id,
                     "QUIC session known: requests may go out as early data");
    } else {
        trace_printf(loop_trace(dialer->loop), TRACE_QUIC,
                     loop_now(dialer->loop), facts.id, "QUIC %s established",
                     facts.quic_version ? facts.quic_version : "");
        trace_tls(a, &facts);
    }
    const struct settings *s = route_origin(a->goal->route)->settings;
    struct conn *c = h3_new(dialer->loop, q, s, &facts);
    trace_open(a, c);
    return c;
}
