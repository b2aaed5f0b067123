#include "conn/h2_qlog.h"

#include <string.h>

#include "conn/h2_stream.h"
#include "conn/tcp_qlog.h"
#include "io/qlog_files.h"

#define FRAME_HEAD 9 /* RFC 9113 4.1 */

/* RFC 9113 6, RFC 7838 4, RFC 9218 7.1; those without a name are "unknown". */
static const char *const frame_names[] = {
    [NGHTTP2_DATA] = "data",
    [NGHTTP2_HEADERS] = "headers",
    [NGHTTP2_PRIORITY] = "priority",
    [NGHTTP2_RST_STREAM] = "reset_stream",
    [NGHTTP2_SETTINGS] = "settings",
    [NGHTTP2_PUSH_PROMISE] = "push_promise",
    [NGHTTP2_PING] = "ping",
    [NGHTTP2_GOAWAY] = "go_away",
    [NGHTTP2_WINDOW_UPDATE] = "window_update",
    [NGHTTP2_CONTINUATION] = "continuation",
    [NGHTTP2_ALTSVC] = "altsvc",
    [NGHTTP2_PRIORITY_UPDATE] = "priority_update",
};

/* RFC 9113 6.5.2, RFC 8441 3, RFC 9218 2.1 */
static const char *const setting_names[] = {
    [NGHTTP2_SETTINGS_HEADER_TABLE_SIZE] = "header_table_size",
    [NGHTTP2_SETTINGS_ENABLE_PUSH] = "enable_push",
    [NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS] = "max_concurrent_streams",
    [NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE] = "initial_window_size",
    [NGHTTP2_SETTINGS_MAX_FRAME_SIZE] = "max_frame_size",
    [NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE] = "max_header_list_size",
    [NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL] = "enable_connect_protocol",
    [NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES] = "no_rfc7540_priorities",
};

#define NAME_IN(table, i)                                                      \
    ((size_t)(i) < sizeof(table) / sizeof *(table) && (table)[i] ? (table)[i]  \
                                                                 : "unknown")

void h2_qlog_open(struct h2_session *s)
{
    s->qlog = tcp_qlog_open(s->loop, "HTTP2", s->role->is_server);
}

void h2_qlog_close(struct h2_session *s)
{
    qlog_files_close(s->qlog);
    s->qlog = NULL;
}

void h2_qlog_started(struct h2_session *s, const struct conn_facts *facts)
{
    tcp_qlog_started(s->qlog, facts);
}

void h2_qlog_ended(struct h2_session *s)
{
    const struct fault *why = &s->fault;
    qlog_begin(s->qlog, "connectivity:connection_closed");
    if (s->has_goaway)
        qlog_string(s->qlog, "owner", "remote");
    if (why->code != ERR_NONE) {
        qlog_number(s->qlog, "application_code", why->wire);
        qlog_string(s->qlog, "reason", why->detail);
    }
    qlog_string(s->qlog, "trigger", s->has_failed ? "error" : "clean");
    qlog_end(s->qlog);
}

const struct qlog_stream *h2_qlog_stream(const struct h2_stream *st)
{
    struct qlog_stream *s = ARENA_NEW(st->arena, struct qlog_stream);
    *s =
        (struct qlog_stream){.log = &st->session->qlog, .id = (uint64_t)st->id};
    return s;
}

/* ---- frames ---- */

static void add_pseudo(struct qlog *q, const char *name, struct span value)
{
    if (value.base)
        qlog_field(q, span_str(name), value);
}

static void add_received(struct qlog *q, const struct h2_stream *st)
{
    bool is_head = st->in == H2_IN_HEAD;
    const struct fields *f = is_head ? &st->fields : &st->trailers;
    if (is_head && st->pseudo.status > 0) {
        struct str status = {0};
        str_add_u64(&status, (uint64_t)st->pseudo.status);
        add_pseudo(q, ":status", str_span(&status));
        str_fini(&status);
    }
    if (is_head) {
        add_pseudo(q, ":method", st->pseudo.method);
        add_pseudo(q, ":protocol", st->pseudo.protocol);
        add_pseudo(q, ":scheme", st->pseudo.scheme);
        add_pseudo(q, ":authority", st->pseudo.authority);
        add_pseudo(q, ":path", st->pseudo.path);
    }
    for (size_t i = 0; i < f->len; i++)
        qlog_field(q, f->items[i].name, f->items[i].value);
}

static void add_headers(struct h2_session *s, const nghttp2_frame *frame,
                        enum qlog_owner owner)
{
    struct qlog *q = s->qlog;
    qlog_open(q, "headers", '[');
    if (owner == QLOG_LOCAL) {
        for (size_t i = 0; i < frame->headers.nvlen; i++) {
            const nghttp2_nv *nv = &frame->headers.nva[i];
            qlog_field(q, span_of(nv->name, nv->namelen),
                       span_of(nv->value, nv->valuelen));
        }
    } else {
        const struct h2_stream *st =
            nghttp2_session_get_stream_user_data(s->ng, frame->hd.stream_id);
        if (st)
            add_received(q, st);
    }
    qlog_close(q, ']');
}

static void add_settings(struct qlog *q, const nghttp2_frame *frame)
{
    if (frame->hd.flags & NGHTTP2_FLAG_ACK)
        qlog_bool(q, "ack", true);
    qlog_open(q, "settings", '[');
    for (size_t i = 0; i < frame->settings.niv; i++) {
        const nghttp2_settings_entry *e = &frame->settings.iv[i];
        qlog_open(q, NULL, '{');
        qlog_string(q, "name", NAME_IN(setting_names, e->settings_id));
        qlog_number(q, "value", e->value);
        qlog_close(q, '}');
    }
    qlog_close(q, ']');
}

static void add_goaway(struct qlog *q, const nghttp2_goaway *g)
{
    qlog_number(q, "last_stream_id", (uint64_t)g->last_stream_id);
    qlog_number(q, "error_code", g->error_code);
    if (g->opaque_data_len > 0)
        qlog_text(q, "debug_data", span_of(g->opaque_data, g->opaque_data_len));
}

static void add_payload(struct h2_session *s, const nghttp2_frame *frame,
                        enum qlog_owner owner)
{
    struct qlog *q = s->qlog;
    switch (frame->hd.type) {
    case NGHTTP2_HEADERS:
        add_headers(s, frame, owner);
        break;
    case NGHTTP2_SETTINGS:
        add_settings(q, frame);
        break;
    case NGHTTP2_GOAWAY:
        add_goaway(q, &frame->goaway);
        break;
    case NGHTTP2_RST_STREAM:
        qlog_number(q, "error_code", frame->rst_stream.error_code);
        break;
    case NGHTTP2_WINDOW_UPDATE:
        qlog_number(q, "increment",
                    (uint64_t)frame->window_update.window_size_increment);
        break;
    case NGHTTP2_PING:
        qlog_bool(q, "ack", frame->hd.flags & NGHTTP2_FLAG_ACK);
        qlog_hex(
            q, "opaque",
            span_of(frame->ping.opaque_data, sizeof frame->ping.opaque_data));
        break;
    default:
        break;
    }
}

void h2_qlog_frame(struct h2_session *s, const nghttp2_frame *frame,
                   enum qlog_owner owner)
{
    struct qlog *q = s->qlog;
    uint8_t type = frame->hd.type;
    qlog_begin(q, owner == QLOG_LOCAL ? "http2:frame_created"
                                      : "http2:frame_parsed");
    qlog_number(q, "stream_id", (uint64_t)frame->hd.stream_id);
    qlog_number(q, "header_length", FRAME_HEAD);
    qlog_number(q, "payload_length", frame->hd.length);
    qlog_open(q, "frame", '{');
    qlog_string(q, "frame_type", NAME_IN(frame_names, type));
    qlog_number(q, "byte_length", frame->hd.length);
    if (type == NGHTTP2_DATA || type == NGHTTP2_HEADERS)
        qlog_bool(q, "stream_end", frame->hd.flags & NGHTTP2_FLAG_END_STREAM);
    add_payload(s, frame, owner);
    qlog_close(q, '}');
    qlog_end(q);
}
