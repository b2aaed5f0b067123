#include "client/channel_trace.h"

#include "base/trace.h"
#include "pool/pool.h"

static bool is_wanted(const struct channel *ch)
{
    return trace_has_events(loop_trace(ch->client->loop));
}

/* One event has two names, one of them for HTTP/3. */
static void tell(struct channel *ch, enum trace_kind kind,
                 enum trace_kind http3_kind, const struct trace_fields *g)
{
    struct loop *loop = ch->client->loop;
    struct str origin;
    str_init(&origin);
    if (ch->ex.pool)
        origin_name(pool_origin(ch->ex.pool), &origin);
    trace_event(loop_trace(loop),
                &(struct trace_event){
                    .kind = ch->version == HTTP_VERSION_3 ? http3_kind : kind,
                    .at = loop_now(loop),
                    .conn_id = ch->ex.facts ? ch->ex.facts->id : 0,
                    .xfer_id = ch->id,
                    .origin = origin.len > 0 ? str_text(&origin) : NULL,
                    .fields = g->at,
                    .nfields = g->n,
                });
    str_fini(&origin);
}

void channel_trace_opened(struct channel *ch)
{
    struct trace_fields g = {.n = 0};
    if (!is_wanted(ch))
        return;
    trace_fields_add(&g, trace_span("method", ch->request.method));
    trace_fields_add(&g, trace_span("path", ch->request.target));
    if (ch->protocol)
        trace_fields_add(&g, trace_string("upgrade", ch->protocol));
    trace_fields_add(&g, trace_number("status", (uint64_t)ch->head.status));
    tell(ch, TRACE_CHANNEL_STARTED, TRACE_HTTP3_CHANNEL_STARTED, &g);
}

static const char *name_of(enum qv_channel_by by)
{
    switch (by) {
    case QV_CHANNEL_BY_US:
        return "us";
    case QV_CHANNEL_BY_PEER:
        return "peer";
    case QV_CHANNEL_BY_TRANSPORT:
        break;
    }
    return "transport";
}

void channel_trace_ended(struct channel *ch)
{
    const struct channel_end *end = &ch->end;
    const struct fault *why = &end->fault;
    struct trace_fields g = {.n = 0};
    if (!is_wanted(ch))
        return;
    uint64_t now = loop_now(ch->client->loop);
    trace_fields_add(
        &g, trace_ns("duration", ch->started_at ? now - ch->started_at : 0));
    trace_fields_add(&g, trace_number("messages_in", ch->stats.messages_in));
    trace_fields_add(&g, trace_number("messages_out", ch->stats.messages_out));
    trace_fields_add(&g, trace_string("by", name_of(end->by)));
    if (end->has_code)
        trace_fields_add(&g, trace_number("close_code", end->code));
    if (why->code == ERR_NONE) {
        tell(ch, TRACE_CHANNEL_STOPPED, TRACE_HTTP3_CHANNEL_STOPPED, &g);
        return;
    }
    trace_fields_add(
        &g, trace_string("kind", err_class_name(err_class(why->code))));
    trace_fields_add(&g, trace_string("error", err_name(why->code)));
    trace_fields_add(
        &g, trace_number("code", (uint64_t)err_exit_status(why->code)));
    trace_fields_add(&g, trace_string("detail", why->detail));
    tell(ch, TRACE_CHANNEL_EXCEPTION, TRACE_HTTP3_CHANNEL_EXCEPTION, &g);
}

/* Nobody listens as a rule, and this is asked for each datagram: before anything
 * is gathered. */
static void tell_datagram(struct channel *ch, enum trace_kind kind,
                          enum trace_kind http3_kind, struct trace_field what,
                          const char *reason)
{
    struct trace_fields g = {.n = 0};
    trace_fields_add(&g, what);
    if (reason)
        trace_fields_add(&g, trace_string("reason", reason));
    tell(ch, kind, http3_kind, &g);
}

void channel_trace_sent(struct channel *ch, size_t len)
{
    if (is_wanted(ch))
        tell_datagram(ch, TRACE_DATAGRAM_SENT, TRACE_HTTP3_DATAGRAM_SENT,
                      trace_number("bytes", len), NULL);
}

void channel_trace_received(struct channel *ch, size_t len)
{
    if (is_wanted(ch))
        tell_datagram(ch, TRACE_DATAGRAM_RECEIVED,
                      TRACE_HTTP3_DATAGRAM_RECEIVED, trace_number("bytes", len),
                      NULL);
}

void channel_trace_unsent(struct channel *ch, size_t len, const char *why)
{
    if (is_wanted(ch))
        tell_datagram(ch, TRACE_DATAGRAM_UNSENT, TRACE_HTTP3_DATAGRAM_UNSENT,
                      trace_number("bytes", len), why);
}

void channel_trace_dropped(struct channel *ch, uint64_t n, const char *why)
{
    if (is_wanted(ch))
        tell_datagram(ch, TRACE_DATAGRAM_DROPPED, TRACE_HTTP3_DATAGRAM_DROPPED,
                      trace_number("count", n), why);
}
