#include "base/trace.h"

#include "api/client_self.h"

/* More than any event has. */
#define VALUES_MAX 16

static enum qv_event_kind public_kind(enum trace_kind kind)
{
    if (!trace_is_note(kind))
        return QV_EVENT_TELEMETRY;
    if (kind == TRACE_REQUEST_HEAD)
        return QV_EVENT_REQUEST_HEAD;
    if (kind == TRACE_RESPONSE_HEAD)
        return QV_EVENT_RESPONSE_HEAD;
    if (kind == TRACE_DATA_SENT)
        return QV_EVENT_DATA_SENT;
    if (kind == TRACE_DATA_RECEIVED)
        return QV_EVENT_DATA_RECEIVED;
    if (kind == TRACE_TLS_SENT)
        return QV_EVENT_TLS_SENT;
    if (kind == TRACE_TLS_RECEIVED)
        return QV_EVENT_TLS_RECEIVED;
    return kind == TRACE_TRAILERS ? QV_EVENT_TRAILERS : QV_EVENT_NOTE;
}

static struct qv_value public_value(const struct trace_field *f)
{
    struct qv_value v = {.key = f->key, .number = f->number};
    switch (f->type) {
    case TRACE_NUMBER:
        v.type = QV_VALUE_NUMBER;
        break;
    case TRACE_NS:
        v.type = QV_VALUE_NS;
        break;
    case TRACE_TEXT:
        v.type = QV_VALUE_TEXT;
        v.text = (const char *)f->text.base;
        v.len = f->text.len;
        break;
    }
    return v;
}

static bool is_wanted(const struct qv_listener *l, enum qv_event_kind kind)
{
    switch (kind) {
    case QV_EVENT_TELEMETRY:
        return l->wants_telemetry;
    case QV_EVENT_DATA_SENT:
    case QV_EVENT_DATA_RECEIVED:
    case QV_EVENT_TLS_SENT:
    case QV_EVENT_TLS_RECEIVED:
        return l->wants_data;
    case QV_EVENT_NOTE:
    case QV_EVENT_REQUEST_HEAD:
    case QV_EVENT_RESPONSE_HEAD:
    case QV_EVENT_TRAILERS:
        break;
    }
    return l->wants_notes;
}

static void on_trace(struct trace *trace, const struct trace_event *event)
{
    struct qv_client *c = container_of(trace, struct qv_client, trace);
    struct qv_value values[VALUES_MAX];
    struct qv_event public = {
        .kind = public_kind(event->kind),
        .name = trace_name(event->kind),
        .at = event->at,
        .conn_id = event->conn_id,
        .text = (const char *)event->text.base,
        .len = event->text.len,
        .xfer_id = event->xfer_id,
        .origin = event->origin,
        .values = values,
    };
    while (public.nvalues < event->nfields && public.nvalues < VALUES_MAX) {
        values[public.nvalues] = public_value(&event->fields[public.nvalues]);
        public.nvalues++;
    }
    for (struct qv_listener *l = c->listeners; l; l = l->next)
        if (is_wanted(l, public.kind))
            l->on_event(l, &public);
}

/* What nobody wants is not even made. */
static void attend(struct qv_client *c)
{
    c->trace = (struct trace){.on_event = on_trace};
    for (const struct qv_listener *l = c->listeners; l; l = l->next) {
        c->trace.wants_notes |= l->wants_notes || l->wants_data;
        c->trace.wants_data |= l->wants_data;
        c->trace.wants_events |= l->wants_telemetry;
    }
    loop_set_trace(c->client.loop, c->listeners ? &c->trace : NULL);
}

void qv_client_listen(struct qv_client *c, struct qv_listener *l)
{
    l->next = c->listeners;
    c->listeners = l;
    attend(c);
}

void qv_client_unlisten(struct qv_client *c, struct qv_listener *l)
{
    struct qv_listener **at = &c->listeners;
    while (*at && *at != l)
        at = &(*at)->next;
    if (*at)
        *at = l->next;
    attend(c);
}
