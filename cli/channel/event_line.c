#include "channel/event_line.h"

#include <string.h>

#include "base/jsonl.h"
#include "core/base/varint.h"
#include "record/record_fields.h"

static const char *const kinds[] = {
    [QV_CHANNEL_DATAGRAM] = "datagram",
    [QV_CHANNEL_TEXT] = "text",
    [QV_CHANNEL_BINARY] = "binary",
    [QV_CHANNEL_STREAM] = "stream",
    [QV_CHANNEL_CAPSULE] = "capsule",
    [QV_CHANNEL_PING] = "ping",
    [QV_CHANNEL_PONG] = "pong",
    [QV_CHANNEL_TRAILERS] = "trailers",
    [QV_CHANNEL_DROP] = "drop",
    [QV_CHANNEL_MAX] = "max",
    [QV_CHANNEL_STREAM_OPEN] = "stream_open",
    [QV_CHANNEL_STREAM_RESET] = "stream_reset",
    [QV_CHANNEL_STREAM_STOP] = "stream_stop",
    [QV_CHANNEL_DRAIN] = "drain",
    [QV_CHANNEL_END] = "end",
};

static const char *const bys[] = {
    [QV_CHANNEL_BY_US] = "us",
    [QV_CHANNEL_BY_PEER] = "peer",
    [QV_CHANNEL_BY_TRANSPORT] = "transport",
};

bool event_line_has_contexts(const char *protocol)
{
    static const char *const names[] = {"connect-udp", "connect-ip"};
    for (size_t i = 0; protocol && i < sizeof names / sizeof names[0]; i++)
        if (strcmp(protocol, names[i]) == 0)
            return true;
    return false;
}

const char *event_line_by(enum qv_channel_by by)
{
    return bys[by];
}

static void begin(struct str *out, double t, bool is_in, const char *kind)
{
    jsonl_put(out, "{" JSONL_FIRST("t"));
    jsonl_seconds(out, t);
    str_add_text(out, is_in ? JSONL_KEY("dir") "\"in\""
                            : JSONL_KEY("dir") "\"out\"");
    jsonl_put(out, JSONL_KEY("kind") "\"");
    str_add_text(out, kind);
    str_add_char(out, '"');
}

static void end(struct str *out)
{
    jsonl_put(out, "}\n");
}

/* "" is null. */
static void add_text(struct str *out, const char *text)
{
    jsonl_string(out, text != NULL && *text != '\0' ? text : NULL);
}

static void add_headers(struct str *out, const struct qv_field *fields,
                        size_t n, bool show_secrets)
{
    jsonl_put(out, JSONL_KEY("headers") "{");
    record_fields_add(
        out, &(struct record_fields){
                 .fields = fields, .n = n, .show_secrets = show_secrets});
    str_add_char(out, '}');
}

static void add_payload(struct str *out, const void *data, size_t len)
{
    jsonl_put(out, JSONL_KEY("len"));
    jsonl_number(out, len);
    jsonl_put(out, JSONL_KEY("text"));
    if (jsonl_utf8(out, data, len)) {
        jsonl_put(out, JSONL_KEY("base64") "null");
        return;
    }
    jsonl_put(out, "null" JSONL_KEY("base64"));
    jsonl_base64(out, data, len);
}

static void add_stream(struct str *out, int64_t stream)
{
    jsonl_put(out, JSONL_KEY("stream"));
    if (stream >= 0)
        jsonl_number(out, (uint64_t)stream);
    else
        jsonl_put(out, "null");
}

/* Cuts the context id off a datagram that has one. */
static void add_context(struct str *out, struct span *payload,
                        const struct event_line_form *form, bool is_datagram)
{
    uint64_t context;
    jsonl_put(out, JSONL_KEY("ctx"));
    if (is_datagram && form->has_contexts && varint_take(payload, &context))
        jsonl_number(out, context);
    else
        jsonl_put(out, "null");
}

static void add_message(struct str *out, const struct qv_channel_message *m,
                        bool is_end, const struct event_line_form *form)
{
    struct span payload = span_of(m->len > 0 ? m->data : "", m->len);
    add_context(out, &payload, form, m->what == QV_CHANNEL_DATAGRAM);
    add_stream(out, m->stream);
    if (m->what == QV_CHANNEL_CAPSULE) {
        jsonl_put(out, JSONL_KEY("type"));
        jsonl_number(out, m->type);
    }
    if (is_end)
        jsonl_put(out, JSONL_KEY("end") "true");
    add_payload(out, payload.base, payload.len);
}

void event_line_open(struct str *out, double t,
                     const struct qv_channel_opened *o,
                     const struct event_line_form *form)
{
    begin(out, t, true, "open");
    jsonl_put(out, JSONL_KEY("status"));
    jsonl_number(out, (uint64_t)o->head.status);
    jsonl_put(out, JSONL_KEY("version"));
    jsonl_string(out, o->head.version);
    jsonl_put(out, JSONL_KEY("transport"));
    jsonl_string(out, o->transport);
    jsonl_put(out, JSONL_KEY("why"));
    add_text(out, o->why);
    jsonl_put(out, JSONL_KEY("protocol"));
    add_text(out, o->protocol);
    jsonl_put(out, JSONL_KEY("subprotocol"));
    add_text(out, o->subprotocol);
    jsonl_put(out, JSONL_KEY("extensions"));
    add_text(out, o->extensions);
    jsonl_put(out, JSONL_KEY("max"));
    jsonl_number(out, o->max);
    jsonl_put(out, JSONL_KEY("remote_ip"));
    add_text(out, o->remote_ip);
    jsonl_put(out, JSONL_KEY("remote_port"));
    jsonl_number(out, o->remote_port);
    jsonl_put(out, JSONL_KEY("conn_id"));
    jsonl_number(out, o->conn_id);
    jsonl_put(out, JSONL_KEY("conn_reused"));
    jsonl_bool(out, o->conn_reused);
    add_headers(out, o->head.fields, o->head.nfields, form->show_secrets);
    end(out);
}

void event_line_received(struct str *out, double t,
                         const struct qv_channel_event *e,
                         const struct event_line_form *form)
{
    begin(out, t, e->what != QV_CHANNEL_DROP, kinds[e->what]);
    switch (e->what) {
    case QV_CHANNEL_DATAGRAM:
    case QV_CHANNEL_TEXT:
    case QV_CHANNEL_BINARY:
    case QV_CHANNEL_STREAM:
    case QV_CHANNEL_CAPSULE:
    case QV_CHANNEL_PING:
    case QV_CHANNEL_PONG:
        add_message(out,
                    &(struct qv_channel_message){.what = e->what,
                                                 .data = e->data,
                                                 .len = e->len,
                                                 .stream = e->stream,
                                                 .type = e->type},
                    e->is_end, form);
        break;
    case QV_CHANNEL_TRAILERS:
        add_headers(out, e->fields, e->nfields, form->show_secrets);
        break;
    case QV_CHANNEL_DROP:
        jsonl_put(out, JSONL_KEY("count"));
        jsonl_number(out, e->count);
        jsonl_put(out, JSONL_KEY("why"));
        add_text(out, e->text);
        break;
    case QV_CHANNEL_MAX:
        jsonl_put(out, JSONL_KEY("max"));
        jsonl_number(out, e->count);
        break;
    case QV_CHANNEL_STREAM_OPEN:
        add_stream(out, e->stream);
        jsonl_put(out, JSONL_KEY("uni"));
        jsonl_bool(out, e->is_end);
        break;
    case QV_CHANNEL_STREAM_RESET:
    case QV_CHANNEL_STREAM_STOP:
        add_stream(out, e->stream);
        jsonl_put(out, JSONL_KEY("code"));
        jsonl_number(out, e->count);
        break;
    case QV_CHANNEL_DRAIN:
    case QV_CHANNEL_END:
        break;
    }
    end(out);
}

void event_line_sent(struct str *out, double t,
                     const struct qv_channel_message *m,
                     const struct event_line_form *form)
{
    begin(out, t, false, kinds[m->what]);
    add_message(out, m, false, form);
    end(out);
}

static void add_code(struct str *out, bool has_code, uint64_t code,
                     const char *reason)
{
    jsonl_put(out, JSONL_KEY("code"));
    if (has_code)
        jsonl_number(out, code);
    else
        jsonl_put(out, "null");
    jsonl_put(out, JSONL_KEY("reason"));
    add_text(out, reason);
}

void event_line_ended(struct str *out, double t, uint64_t code,
                      const char *reason)
{
    begin(out, t, false, "close");
    add_code(out, code != 0, code, reason);
    jsonl_put(out, JSONL_KEY("by") "\"us\"");
    end(out);
}

void event_line_closed(struct str *out, double t,
                       const struct qv_channel_result *r)
{
    begin(out, t, true, "close");
    add_code(out, r->has_code, r->code, r->reason);
    jsonl_put(out, JSONL_KEY("by"));
    jsonl_string(out, bys[r->by]);
    jsonl_put(out, JSONL_KEY("error"));
    add_text(out, r->error.status != 0 ? r->error.text : NULL);
    end(out);
}
