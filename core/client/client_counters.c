#include "client/client_counters.h"

#include "base/trace.h"
#include "client/flight.h"
#include "http/story.h"
#include "pool/pool.h"

static struct trace *trace_of(const struct transfer *t)
{
    return loop_trace(t->client->loop);
}

static uint64_t now_of(const struct transfer *t)
{
    return loop_now(t->client->loop);
}

/* A bad one has no host. */
static bool has_url(const struct transfer *t)
{
    const struct flight *f = t->flight;
    return f && f->url.scheme && f->url.port > 0;
}

/* Empty while no URL is known. */
static void add_origin(struct transfer *t, struct str *to)
{
    struct flight *f = t->flight;
    if (!has_url(t))
        return;
    struct origin origin = {.is_secure = f->url.scheme->is_secure,
                            .host = url_address(&f->url, &f->arena),
                            .port = f->url.port};
    origin_name(&origin, to);
}

static void tell(struct transfer *t, enum trace_kind kind,
                 const struct trace_fields *g)
{
    const struct flight *f = t->flight;
    struct str origin;
    str_init(&origin);
    add_origin(t, &origin);
    trace_event(trace_of(t),
                &(struct trace_event){
                    .kind = kind,
                    .at = now_of(t),
                    .conn_id = f && f->facts ? f->facts->id : 0,
                    .xfer_id = t->id,
                    .origin = origin.len > 0 ? str_text(&origin) : NULL,
                    .fields = g->at,
                    .nfields = g->n,
                });
    str_fini(&origin);
}

static void add_fault(struct trace_fields *g, const struct fault *why)
{
    if (why == NULL || why->code == ERR_NONE)
        return;
    trace_fields_add(
        g, trace_string("kind", err_class_name(err_class(why->code))));
    trace_fields_add(g, trace_string("error", err_name(why->code)));
    trace_fields_add(
        g, trace_number("code", (uint64_t)err_exit_status(why->code)));
    trace_fields_add(g, trace_string("detail", why->detail));
}

void client_counters_started(struct transfer *t)
{
    struct trace_fields g = {.n = 0};
    t->client->counters.started++;
    if (!trace_has_events(trace_of(t)))
        return;
    trace_fields_add(&g, trace_span("method", flight_method(t->flight)));
    if (has_url(t))
        trace_fields_add(&g, trace_span("url", url_text(&t->flight->url, 0,
                                                        &t->flight->arena)));
    tell(t, TRACE_REQUEST_STARTED, &g);
}

static void add_end(const struct transfer *t, struct trace_fields *g)
{
    const struct hop *h = t->flight ? &t->flight->hop : NULL;
    trace_fields_add(
        g, trace_ns("duration", t->started_at ? now_of(t) - t->started_at : 0));
    if (h && h->has_head)
        trace_fields_add(g, trace_number("status", (uint64_t)h->status));
    if (h && h->version != HTTP_VERSION_NONE)
        trace_fields_add(
            g,
            trace_string("protocol", pool_counters_protocol_name(
                                         pool_counters_protocol(h->version))));
    trace_fields_add(g, trace_number("bytes_in", t->totals.bytes_in));
    trace_fields_add(g, trace_number("bytes_out", t->totals.bytes_out));
    trace_fields_add(g,
                     trace_number("attempts", 1 + (uint64_t)t->totals.retries));
    trace_fields_add(g, trace_number("redirects", t->totals.redirects));
}

void client_counters_ended(struct transfer *t, const struct fault *fault)
{
    struct trace_fields g = {.n = 0};
    if (fault)
        t->client->counters.failed++;
    else
        t->client->counters.done++;
    if (!trace_has_events(trace_of(t)))
        return;
    add_end(t, &g);
    add_fault(&g, fault);
    tell(t, fault ? TRACE_REQUEST_EXCEPTION : TRACE_REQUEST_STOPPED, &g);
}

void client_counters_cancelled(struct transfer *t)
{
    struct trace_fields g = {.n = 0};
    t->client->counters.cancelled++;
    if (!t->is_announced || !trace_has_events(trace_of(t)))
        return;
    add_end(t, &g);
    trace_fields_add(&g, trace_string("kind", "cancelled"));
    tell(t, TRACE_REQUEST_EXCEPTION, &g);
}

/* What was never handed to a pool counts in none. */
void client_counters_hop(struct transfer *t)
{
    struct flight *f = t->flight;
    const struct exchange *ex = &f->ex;
    t->totals.header_bytes += ex->bytes_head_received;
    t->totals.request_bytes += ex->bytes_head_sent + ex->bytes_body_sent;
    t->totals.connects +=
        ex->submitted_at != 0 && ex->is_first && ex->facts != NULL;
    f->facts = ex->facts;
    story_absorb(t->story, ex->facts);
    uint64_t in = ex->bytes_head_received + ex->bytes_body_received;
    uint64_t out = ex->bytes_head_sent + ex->bytes_body_sent;
    t->totals.bytes_in += in;
    t->totals.bytes_out += out;
    t->client->counters.bytes_in += in;
    t->client->counters.bytes_out += out;
    if (ex->pool == NULL)
        return;
    struct pool_counters *l = pool_counters(ex->pool);
    int status = f->hop.has_head ? f->hop.status / 100 : 0;
    if (status >= POOL_STATUS_CLASSES)
        status = 0;
    l->requests[pool_counters_protocol(
        ex->facts ? ex->facts->version : HTTP_VERSION_NONE)][status]++;
    l->bytes_in += in;
    l->bytes_out += out;
    l->resumed += ex->is_first && ex->facts && ex->facts->tls.resumed;
    l->early_accepted += ex->early == EARLY_DATA_ACCEPTED;
    l->early_rejected += ex->early == EARLY_DATA_REJECTED;
    histogram_add(&l->durations, now_of(t) - f->hop_at);
}

void client_counters_retried(struct transfer *t, const char *reason,
                             uint64_t delay, const struct fault *why)
{
    struct trace_fields g = {.n = 0};
    t->client->counters.retried++;
    const struct flight *f = t->flight;
    if (f->ex.pool)
        pool_counters(f->ex.pool)->retries++;
    if (!trace_has_events(trace_of(t)))
        return;
    trace_fields_add(&g, trace_number("attempt", t->totals.retries));
    trace_fields_add(&g, trace_string("reason", reason));
    trace_fields_add(&g, trace_ns("delay", delay));
    if (t->flight->hop.has_head)
        trace_fields_add(
            &g, trace_number("status", (uint64_t)t->flight->hop.status));
    add_fault(&g, why);
    tell(t, TRACE_REQUEST_RETRIED, &g);
}

void client_counters_redirected(struct transfer *t, struct span url)
{
    struct trace_fields g = {.n = 0};
    t->client->counters.redirected++;
    if (!trace_has_events(trace_of(t)))
        return;
    trace_fields_add(&g,
                     trace_number("status", (uint64_t)t->flight->hop.status));
    trace_fields_add(&g, trace_span("url", url));
    tell(t, TRACE_REQUEST_REDIRECTED, &g);
}

void client_counters_waiting(struct transfer *t, const char *reason,
                             uint64_t delay)
{
    struct trace_fields g = {.n = 0};
    if (!trace_has_events(trace_of(t)))
        return;
    trace_fields_add(&g, trace_string("reason", reason));
    trace_fields_add(&g, trace_ns("delay", delay));
    tell(t, TRACE_REQUEST_WAITING, &g);
}
