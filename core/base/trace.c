#include "base/trace.h"

#include <stdarg.h>

#include "base/str.h"

static const char *const names[TRACE_KIND_COUNT] = {
    [TRACE_RESOLVED] = "resolved",
    [TRACE_ATTEMPT_START] = "attempt_start",
    [TRACE_ATTEMPT_END] = "attempt_end",
    [TRACE_TLS] = "tls",
    [TRACE_QUIC] = "quic",
    [TRACE_CHOICE] = "choice",
    [TRACE_REQUEST_HEAD] = "request_head",
    [TRACE_RESPONSE_HEAD] = "response_head",
    [TRACE_TRAILERS] = "trailers",
    [TRACE_CONN_OPEN] = "connection_open",
    [TRACE_CONN_FEATURES] = "connection_features",
    [TRACE_CONN_DRAIN] = "connection_drain",
    [TRACE_CONN_CLOSE] = "connection_close",
    [TRACE_DATA_SENT] = "data_sent",
    [TRACE_DATA_RECEIVED] = "data_received",
    [TRACE_TLS_SENT] = "tls_sent",
    [TRACE_TLS_RECEIVED] = "tls_received",
    [TRACE_RETRY] = "retry",
    [TRACE_REDIRECT] = "redirect",
    [TRACE_DECISION] = "decision",
    [TRACE_QLOG] = "qlog",
    [TRACE_LEARNED] = "learned",

    [TRACE_REQUEST_STARTED] = "quiver.request.start",
    [TRACE_REQUEST_STOPPED] = "quiver.request.stop",
    [TRACE_REQUEST_EXCEPTION] = "quiver.request.exception",
    [TRACE_REQUEST_RETRIED] = "quiver.request.retry",
    [TRACE_REQUEST_REDIRECTED] = "quiver.request.redirect",
    [TRACE_REQUEST_RETURNED] = "quiver.request.returned",
    [TRACE_REQUEST_WAITING] = "quiver.request.waiting",
    [TRACE_POOL_QUEUE] = "quiver.pool.queue",
    [TRACE_POOL_CHECKOUT] = "quiver.pool.checkout",
    [TRACE_DIAL_STARTED] = "quiver.conn.start",
    [TRACE_DIAL_STOPPED] = "quiver.conn.stop",
    [TRACE_DIAL_EXCEPTION] = "quiver.conn.exception",
    [TRACE_CONN_DRAINING] = "quiver.conn.draining",
    [TRACE_CONN_CLOSED] = "quiver.conn.close",
    [TRACE_TCP_STARTED] = "quiver.connection.tcp.start",
    [TRACE_TCP_STOPPED] = "quiver.connection.tcp.stop",
    [TRACE_TCP_EXCEPTION] = "quiver.connection.tcp.exception",
    [TRACE_HTTP3_STARTED] = "quiver.connection.http3.start",
    [TRACE_HTTP3_STOPPED] = "quiver.connection.http3.stop",
    [TRACE_HTTP3_EXCEPTION] = "quiver.connection.http3.exception",
    [TRACE_HTTP3_DRAINING] = "quiver.connection.http3.draining",
    [TRACE_CHANNEL_STARTED] = "quiver.connection.channel.start",
    [TRACE_CHANNEL_STOPPED] = "quiver.connection.channel.stop",
    [TRACE_CHANNEL_EXCEPTION] = "quiver.connection.channel.exception",
    [TRACE_HTTP3_CHANNEL_STARTED] = "quiver.connection.http3.channel.start",
    [TRACE_HTTP3_CHANNEL_STOPPED] = "quiver.connection.http3.channel.stop",
    [TRACE_HTTP3_CHANNEL_EXCEPTION] =
        "quiver.connection.http3.channel.exception",
    [TRACE_DATAGRAM_SENT] = "quiver.connection.datagram.sent",
    [TRACE_DATAGRAM_RECEIVED] = "quiver.connection.datagram.received",
    [TRACE_DATAGRAM_UNSENT] = "quiver.connection.datagram.send_failed",
    [TRACE_DATAGRAM_DROPPED] = "quiver.connection.datagram.dropped",
    [TRACE_HTTP3_DATAGRAM_SENT] = "quiver.connection.http3.datagram.sent",
    [TRACE_HTTP3_DATAGRAM_RECEIVED] =
        "quiver.connection.http3.datagram.received",
    [TRACE_HTTP3_DATAGRAM_UNSENT] =
        "quiver.connection.http3.datagram.send_failed",
    [TRACE_HTTP3_DATAGRAM_DROPPED] = "quiver.connection.http3.datagram.dropped",
};

const char *trace_name(enum trace_kind kind)
{
    return names[kind];
}

bool trace_is_note(enum trace_kind kind)
{
    return kind < TRACE_REQUEST_STARTED;
}

void trace_emit(struct trace *t, const struct trace_event *note)
{
    if (trace_wanted(t))
        t->on_event(t, note);
}

void trace_printf(struct trace *t, enum trace_kind kind, uint64_t at,
                  uint64_t conn_id, const char *format, ...)
{
    if (!trace_wanted(t))
        return;
    struct str text;
    str_init(&text);
    va_list args;
    va_start(args, format);
    str_vprintf(&text, format, args);
    va_end(args);
    trace_emit(t, &(struct trace_event){.kind = kind,
                                        .at = at,
                                        .conn_id = conn_id,
                                        .xfer_id = TRACE_NO_XFER,
                                        .text = str_span(&text)});
    str_fini(&text);
}

void trace_event(struct trace *t, const struct trace_event *event)
{
    if (trace_has_events(t))
        t->on_event(t, event);
}
