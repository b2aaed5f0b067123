#include "pool/pool_counters.h"

#include "base/trace.h"

static void tell(const struct pool_counters *l, enum trace_kind kind,
                 uint64_t conn_id, uint64_t xfer_id,
                 const struct trace_fields *g)
{
    trace_event(loop_trace(l->loop), &(struct trace_event){
                                         .kind = kind,
                                         .at = loop_now(l->loop),
                                         .conn_id = conn_id,
                                         .xfer_id = xfer_id,
                                         .origin = l->origin,
                                         .fields = g->at,
                                         .nfields = g->n,
                                     });
}

static bool is_heard(const struct pool_counters *l)
{
    return trace_has_events(loop_trace(l->loop));
}

static void add_fault(struct trace_fields *g, const struct fault *why)
{
    if (why == NULL)
        return;
    if (why->code != ERR_NONE) {
        trace_fields_add(
            g, trace_string("kind", err_class_name(err_class(why->code))));
        trace_fields_add(g, trace_string("error", err_name(why->code)));
        trace_fields_add(
            g, trace_number("code", (uint64_t)err_exit_status(why->code)));
    }
    if (why->wire != 0)
        trace_fields_add(g, trace_number("wire", why->wire));
    if (why->detail[0])
        trace_fields_add(g, trace_string("detail", why->detail));
}

void pool_counters_init(struct pool_counters *l, struct loop *loop,
                        const char *name)
{
    *l = (struct pool_counters){.loop = loop, .origin = name};
}

static void merge_counts(uint64_t *to, const uint64_t *from, size_t n)
{
    for (size_t i = 0; i < n; i++)
        to[i] += from[i];
}

void pool_counters_merge(struct pool_counters *to,
                         const struct pool_counters *from)
{
    to->dials += from->dials;
    to->dials_failed += from->dials_failed;
    to->queued += from->queued;
    to->expired += from->expired;
    to->returned += from->returned;
    to->resumed += from->resumed;
    to->migrations += from->migrations;
    to->early_accepted += from->early_accepted;
    to->early_rejected += from->early_rejected;
    to->packets_sent += from->packets_sent;
    to->packets_lost += from->packets_lost;
    to->retries += from->retries;
    to->bytes_in += from->bytes_in;
    to->bytes_out += from->bytes_out;
    merge_counts(to->failures, from->failures, POOL_FAILURE_COUNT);
    merge_counts(to->opened, from->opened, POOL_PROTOCOL_COUNT);
    merge_counts(to->closed, from->closed, POOL_CLOSE_COUNT);
    merge_counts(to->requests[0], from->requests[0],
                 (size_t)POOL_PROTOCOL_COUNT * POOL_STATUS_CLASSES);
    histogram_merge(&to->durations, &from->durations);
    for (int i = 0; i < POOL_STAGE_COUNT; i++)
        histogram_merge(&to->stages[i], &from->stages[i]);
}

enum pool_protocol pool_counters_protocol(enum http_version version)
{
    switch (version) {
    case HTTP_VERSION_NONE:
        return POOL_NO_PROTOCOL;
    case HTTP_VERSION_1_0:
    case HTTP_VERSION_1_1:
        return POOL_H1;
    case HTTP_VERSION_2:
        return POOL_H2;
    case HTTP_VERSION_3:
        return POOL_H3;
    }
    return POOL_NO_PROTOCOL;
}

/* Dials. */

void pool_counters_dial_started(struct pool_counters *l)
{
    struct trace_fields g = {.n = 0};
    l->dials++;
    if (is_heard(l))
        tell(l, TRACE_DIAL_STARTED, 0, TRACE_NO_XFER, &g);
}

static enum pool_failure failure_of(enum err code)
{
    switch (code) {
    case ERR_HOST_NAME:
    case ERR_PROXY_NAME:
        return POOL_FAILURE_DNS;
    case ERR_CONNECT:
    case ERR_TUNNEL:
        return POOL_FAILURE_CONNECT;
    case ERR_TIMEOUT:
        return POOL_FAILURE_TIMEOUT;
    case ERR_TLS_HANDSHAKE:
    case ERR_NOT_TLS:
    case ERR_TLS_CUT_OFF:
    case ERR_TLS_VERIFY:
    case ERR_TLS_PIN:
    case ERR_TLS_STATUS:
    case ERR_ECH:
    case ERR_CRL_FILE:
    case ERR_TLS_CIPHER:
    case ERR_OWN_CERT:
    case ERR_CERT_WANTED:
    case ERR_CA_FILE:
        return POOL_FAILURE_TLS;
    case ERR_QUIC:
    case ERR_H3:
        return POOL_FAILURE_QUIC;
    default: /* most of them come later in a connection's life */
        return POOL_FAILURE_OTHER;
    }
}

void pool_counters_dial_failed(struct pool_counters *l, const struct fault *why,
                               const struct conn_facts *facts)
{
    struct trace_fields g = {.n = 0};
    l->dials_failed++;
    l->failures[failure_of(why->code)]++;
    if (!is_heard(l))
        return;
    trace_fields_add(
        &g, trace_ns("duration", loop_now(l->loop) - facts->dial_start));
    trace_fields_add(&g, trace_number("attempts", facts->nattempts));
    add_fault(&g, why);
    tell(l, TRACE_DIAL_EXCEPTION, 0, TRACE_NO_XFER, &g);
}

/* What each stage took; false: it did not happen. */
static bool stage_time(const struct conn_facts *f, enum pool_stage stage,
                       uint64_t *ns)
{
    bool is_quic = f->quic_version != NULL;
    uint64_t from = 0;
    uint64_t to = 0;
    switch (stage) {
    case POOL_STAGE_DNS:
        from = f->dial_start;
        to = f->resolved_at;
        break;
    case POOL_STAGE_CONNECT:
        from = f->resolved_at;
        to = is_quic ? 0 : f->connected_at;
        break;
    case POOL_STAGE_TLS:
        from = f->connected_at;
        to = is_quic ? 0 : f->secured_at;
        break;
    case POOL_STAGE_QUIC:
        from = f->resolved_at;
        to = is_quic ? f->connected_at : 0;
        break;
    case POOL_STAGE_TOTAL:
    case POOL_STAGE_COUNT:
        from = f->dial_start;
        to = f->secured_at > f->connected_at ? f->secured_at : f->connected_at;
        break;
    }
    if (to == 0 || from == 0 || to < from)
        return false;
    *ns = to - from;
    return true;
}

void pool_counters_opened(struct pool_counters *l, const struct conn *c)
{
    const struct conn_facts *f = &c->facts;
    struct trace_fields g = {.n = 0};
    uint64_t ns;
    l->opened[pool_counters_protocol(f->version)]++;
    for (enum pool_stage s = 0; s < POOL_STAGE_COUNT; s++)
        if (stage_time(f, s, &ns))
            histogram_add(&l->stages[s], ns);
    if (!is_heard(l))
        return;
    if (stage_time(f, POOL_STAGE_TOTAL, &ns))
        trace_fields_add(&g, trace_ns("duration", ns));
    for (enum pool_stage s = 0; s < POOL_STAGE_TOTAL; s++)
        if (stage_time(f, s, &ns))
            trace_fields_add(&g, trace_ns(pool_counters_stage_name(s), ns));
    trace_fields_add(&g, trace_string("protocol", c->ops->name));
    trace_fields_add(&g, trace_string("remote_ip", f->remote_addr));
    trace_fields_add(&g, trace_number("remote_port", f->remote_port));
    trace_fields_add(&g, trace_number("attempts", f->nattempts));
    tell(l, TRACE_DIAL_STOPPED, f->id, TRACE_NO_XFER, &g);
}

/* Connections. */

void pool_counters_draining(struct pool_counters *l, const struct conn *c,
                            const struct fault *why)
{
    struct trace_fields g = {.n = 0};
    if (!is_heard(l))
        return;
    trace_fields_add(&g, trace_string("protocol", c->ops->name));
    trace_fields_add(&g, trace_number("active", c->active));
    add_fault(&g, why);
    tell(l,
         c->facts.version == HTTP_VERSION_3 ? TRACE_HTTP3_DRAINING
                                            : TRACE_CONN_DRAINING,
         c->facts.id, TRACE_NO_XFER, &g);
}

uint64_t pool_counters_opened_at(const struct conn_facts *f)
{
    uint64_t at =
        f->secured_at > f->connected_at ? f->secured_at : f->connected_at;
    /* Early data went out, and nobody answered. */
    return at ? at : f->dial_start;
}

void pool_counters_closed(struct pool_counters *l, const struct conn *c,
                          enum pool_close by, const struct fault *why,
                          uint64_t nserved)
{
    struct trace_fields g = {.n = 0};
    if (by == POOL_CLOSE_PEER && why != NULL && why->code != ERR_NONE)
        by = POOL_CLOSE_ERROR;
    l->closed[by]++;
    if (c->facts.version == HTTP_VERSION_3) { /* no system call */
        struct path_stats path = {0};
        c->ops->path_stats(c, &path);
        l->packets_sent += path.packets_sent;
        l->packets_lost += path.packets_lost;
    }
    if (!is_heard(l))
        return;
    trace_fields_add(&g, trace_string("reason", pool_counters_close_name(by)));
    trace_fields_add(
        &g, trace_ns("lifetime",
                     loop_now(l->loop) - pool_counters_opened_at(&c->facts)));
    trace_fields_add(&g, trace_number("requests", nserved));
    trace_fields_add(&g, trace_string("protocol", c->ops->name));
    add_fault(&g, why);
    tell(l, TRACE_CONN_CLOSED, c->facts.id, TRACE_NO_XFER, &g);
}

/* Exchanges. */

void pool_counters_queued(struct pool_counters *l, const struct exchange *ex,
                          size_t ahead)
{
    struct trace_fields g = {.n = 0};
    l->queued++;
    if (!is_heard(l))
        return;
    trace_fields_add(&g, trace_number("queue_length", ahead + 1));
    tell(l, TRACE_POOL_QUEUE, 0, ex->xfer_id, &g);
}

void pool_counters_assigned(struct pool_counters *l, const struct conn *c,
                            const struct exchange *ex, size_t queued)
{
    struct trace_fields g = {.n = 0};
    if (!is_heard(l))
        return;
    trace_fields_add(&g, trace_ns("wait", loop_now(l->loop) - ex->queued_at));
    trace_fields_add(&g, trace_number("queue_length", queued));
    trace_fields_add(&g, trace_number("active", c->active));
    trace_fields_add(&g, trace_string("protocol", c->ops->name));
    tell(l, TRACE_POOL_CHECKOUT, c->facts.id, ex->xfer_id, &g);
}

void pool_counters_returned(struct pool_counters *l, const struct conn *c,
                            const struct exchange *ex, const struct fault *why)
{
    struct trace_fields g = {.n = 0};
    l->returned++;
    if (!is_heard(l))
        return;
    trace_fields_add(&g, trace_number("times", ex->returned));
    add_fault(&g, why);
    tell(l, TRACE_REQUEST_RETURNED, c->facts.id, ex->xfer_id, &g);
}

/* Names. */

const char *pool_counters_close_name(enum pool_close reason)
{
    static const char *const names[POOL_CLOSE_COUNT] = {
        [POOL_CLOSE_IDLE] = "idle",
        [POOL_CLOSE_AGE] = "max_age",
        [POOL_CLOSE_REQUESTS] = "max_requests",
        [POOL_CLOSE_END] = "end",
        [POOL_CLOSE_EVICTED] = "crowded",
        [POOL_CLOSE_MISDIRECTED] = "misdirected",
        [POOL_CLOSE_MOVED] = "moved",
        [POOL_CLOSE_CANCEL] = "cancelled",
        [POOL_CLOSE_GOAWAY] = "goaway",
        [POOL_CLOSE_PEER] = "peer",
        [POOL_CLOSE_ERROR] = "error",
    };
    return names[reason];
}

const char *pool_counters_failure_name(enum pool_failure reason)
{
    static const char *const names[POOL_FAILURE_COUNT] = {
        [POOL_FAILURE_DNS] = "dns",         [POOL_FAILURE_CONNECT] = "connect",
        [POOL_FAILURE_TIMEOUT] = "timeout", [POOL_FAILURE_TLS] = "tls",
        [POOL_FAILURE_QUIC] = "quic",       [POOL_FAILURE_OTHER] = "other",
    };
    return names[reason];
}

const char *pool_counters_stage_name(enum pool_stage stage)
{
    static const char *const names[POOL_STAGE_COUNT] = {
        [POOL_STAGE_DNS] = "dns",     [POOL_STAGE_CONNECT] = "connect",
        [POOL_STAGE_TLS] = "tls",     [POOL_STAGE_QUIC] = "quic",
        [POOL_STAGE_TOTAL] = "total",
    };
    return names[stage];
}

const char *pool_counters_protocol_name(enum pool_protocol p)
{
    static const char *const names[POOL_PROTOCOL_COUNT] = {
        [POOL_H1] = "h1",
        [POOL_H2] = "h2",
        [POOL_H3] = "h3",
        [POOL_NO_PROTOCOL] = "none",
    };
    return names[p];
}
