/*
 * nghttp2 keeps the protocol's rules: frame order, lengths, windows, HPACK,
 * pseudo fields, content-length against DATA.  What it would do silently is
 * made an error here: fields it drops (on_invalid_header), sections over our
 * limits, promises we never asked for (h2_guard sees them).
 *
 * No callback returns an error that is fatal to nghttp2: what goes wrong with
 * a stream ends that stream, what goes wrong with the connection is left to
 * the turn.
 */
#include "conn/h2_frames.h"

#include <string.h>

#include "base/fault.h"
#include "conn/h2_body.h"
#include "conn/h2_errors.h"
#include "conn/h2_output.h"
#include "conn/h2_qlog.h"
#include "conn/h2_stream.h"
#include "conn/meter.h"

static struct h2_stream *stream_of(struct h2_session *s, int32_t id)
{
    if (s->state != H2_SESSION_OPEN)
        return NULL; /* its memory may be gone */
    return nghttp2_session_get_stream_user_data(s->ng, id);
}

static void note_progress(struct h2_session *s)
{
    h2_guard_useful(&s->guard);
    s->progress_at = loop_now(s->loop);
}

/* A head, or the end of a message.  A server gains nothing by requests: what
 * it answers counts (on_frame_send). */
static void note_message(struct h2_session *s)
{
    if (s->role->is_server)
        s->progress_at = loop_now(s->loop);
    else
        note_progress(s);
}

/* ---- heads ---- */

static int on_begin_headers(nghttp2_session *ng, const nghttp2_frame *frame,
                            void *user)
{
    struct h2_session *s = user;
    if (s->state != H2_SESSION_OPEN || frame->hd.type != NGHTTP2_HEADERS)
        return 0;
    int32_t id = frame->hd.stream_id;
    struct h2_stream *st = NULL;
    if (frame->headers.cat == NGHTTP2_HCAT_REQUEST) {
        st = s->role->on_open ? s->role->on_open(s) : NULL;
        if (st == NULL) {
            (void)nghttp2_submit_rst_stream(ng, NGHTTP2_FLAG_NONE, id,
                                            NGHTTP2_REFUSED_STREAM);
            return 0;
        }
        st->id = id;
        list_append(&s->streams, &st->link);
        (void)nghttp2_session_set_stream_user_data(ng, id, st);
    } else {
        st = stream_of(s, id);
    }
    if (st && st->in == H2_IN_HEAD) {
        /* Fresh ones: an earlier head's may still be looked at. */
        fields_init(&st->fields, st->arena);
        st->pseudo = (struct h2_pseudo){.status = 0};
        /* ":status: 200" stands for "HTTP/2 200 " and the empty line. */
        st->head_len = 1;
    }
    return 0;
}

static bool is_over_limits(const struct h2_session *s,
                           const struct h2_stream *st,
                           const struct fields *section, size_t more)
{
    const struct settings_limits *l = &s->limits;
    size_t sum = st->in == H2_IN_HEAD ? st->head_sum : section->bytes + more;
    return sum > l->head || section->len >= l->fields;
}

static int on_header(nghttp2_session *ng, const nghttp2_frame *frame,
                     nghttp2_rcbuf *name_buf, nghttp2_rcbuf *value_buf,
                     uint8_t flags, void *user)
{
    (void)ng;
    (void)flags;
    struct h2_session *s = user;
    struct h2_stream *st = stream_of(s, frame->hd.stream_id);
    if (st == NULL)
        return 0;
    nghttp2_vec n = nghttp2_rcbuf_get_buf(name_buf);
    nghttp2_vec v = nghttp2_rcbuf_get_buf(value_buf);
    struct fields *section = st->in == H2_IN_HEAD ? &st->fields : &st->trailers;
    st->head_sum += n.len + v.len + 32; /* RFC 9113 6.5.2 */
    st->head_len += n.len + v.len + 4;  /* ": " and CRLF */
    if (is_over_limits(s, st, section, n.len + v.len)) {
        struct fault why;
        fault_set(&why, ERR_HEAD_TOO_LARGE, NGHTTP2_ENHANCE_YOUR_CALM,
                  "a field section is over the limit of %zu fields and "
                  "%zu bytes",
                  s->limits.fields, s->limits.head);
        h2_stream_fail(st, NGHTTP2_ENHANCE_YOUR_CALM, &why);
        return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    }
    h2_fields_take(section, &st->pseudo, span_of(n.base, n.len),
                   span_of(v.base, v.len));
    return 0;
}

static void fail_malformed(struct h2_stream *st, const char *what,
                           struct span name)
{
    if (name.len > 60)
        name.len = 60;
    struct fault why;
    fault_set(&why, ERR_H2_STREAM, NGHTTP2_PROTOCOL_ERROR,
              "malformed message: %s%.*s", what, SPAN_ARG(name));
    h2_stream_fail(st, NGHTTP2_PROTOCOL_ERROR, &why);
}

/* nghttp2 would drop this field and go on (RFC 9113 8.2.1 wants the message
 * refused). */
static int on_invalid_header(nghttp2_session *ng, const nghttp2_frame *frame,
                             nghttp2_rcbuf *name, nghttp2_rcbuf *value,
                             uint8_t flags, void *user)
{
    (void)ng;
    (void)value;
    (void)flags;
    struct h2_stream *st = stream_of(user, frame->hd.stream_id);
    if (st) {
        nghttp2_vec n = nghttp2_rcbuf_get_buf(name);
        fail_malformed(st, "illegal field ", span_of(n.base, n.len));
    }
    return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
}

static const char *what_is_malformed(const nghttp2_frame *frame, int error)
{
    if (error == NGHTTP2_ERR_HTTP_HEADER)
        return "a field that must not be there";
    if (frame->hd.type == NGHTTP2_DATA)
        return "content-length does not match the body";
    return "a head without its pseudo fields, an unfinished trailer section "
           "or a content-length that does not match";
}

/* Tells errors of the message apart from errors of the connection: those end
 * everything anyway. */
static int on_invalid_frame(nghttp2_session *ng, const nghttp2_frame *frame,
                            int error, void *user)
{
    (void)ng;
    bool is_of_stream =
        error == NGHTTP2_ERR_HTTP_HEADER ||
        error == NGHTTP2_ERR_HTTP_MESSAGING ||
        (error == NGHTTP2_ERR_PROTO && frame->hd.type == NGHTTP2_DATA);
    if (!is_of_stream)
        return 0;
    struct h2_stream *st = stream_of(user, frame->hd.stream_id);
    if (st)
        fail_malformed(st, what_is_malformed(frame, error), span_str(""));
    return 0;
}

static void recv_headers(struct h2_session *s, const nghttp2_frame *frame)
{
    int32_t id = frame->hd.stream_id;
    struct h2_stream *st = stream_of(s, id);
    if (st == NULL)
        return;
    note_message(s);
    if (st->in == H2_IN_HEAD) {
        bool is_interim = !s->role->is_server && st->pseudo.status < 200;
        if (is_interim && ++st->interim > s->limits.interim) {
            struct fault why;
            fault_set(&why, ERR_HEAD_TOO_LARGE, NGHTTP2_ENHANCE_YOUR_CALM,
                      "more than %u interim responses", s->limits.interim);
            h2_stream_fail(st, NGHTTP2_ENHANCE_YOUR_CALM, &why);
            return;
        }
        if (!is_interim)
            st->in = H2_IN_BODY;
        st->is_bodyless = frame->hd.flags & NGHTTP2_FLAG_END_STREAM;
        s->current = st;
        s->role->on_head(st);
        if (s->current != st)
            return;
        s->current = NULL;
    } else {
        st->has_trailers = st->trailers.len > 0;
    }
    if (frame->hd.flags & NGHTTP2_FLAG_END_STREAM)
        h2_stream_ended(st);
}

/* ---- data ---- */

static int on_data_chunk(nghttp2_session *ng, uint8_t flags, int32_t id,
                         const uint8_t *data, size_t len, void *user)
{
    (void)flags;
    struct h2_session *s = user;
    struct h2_stream *st = stream_of(s, id);
    if (st == NULL) {
        (void)nghttp2_session_consume(ng, id, len);
        return 0;
    }
    note_progress(s);
    h2_stream_data(st, span_of(data, len));
    return 0;
}

/* ---- the other frames ---- */

static void recv_settings(struct h2_session *s, const nghttp2_frame *frame)
{
    uint64_t now = loop_now(s->loop);
    if (frame->hd.flags & NGHTTP2_FLAG_ACK) {
        s->rtt = now - s->settings_at;
        s->rtt_at = now;
        return;
    }
    s->peer_streams = nghttp2_session_get_remote_settings(
        s->ng, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);
    s->peer_head_max = nghttp2_session_get_remote_settings(
        s->ng, NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE);
    s->peer_connect = nghttp2_session_get_remote_settings(
        s->ng, NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL);
    if (s->role->on_settings)
        s->role->on_settings(s);
}

static bool tell_meter(struct h2_session *s, const uint8_t *opaque)
{
    struct meter_answer answer = {.seq = 0};
    if (s->meter == NULL)
        return false;
    memcpy(&answer.seq, opaque, sizeof answer.seq);
    if (answer.seq) {
        note_progress(s);
        s->meter->on_answer(s->meter, &answer);
    }
    return answer.seq != 0;
}

static void recv_ping(struct h2_session *s, const nghttp2_frame *frame)
{
    if ((frame->hd.flags & NGHTTP2_FLAG_ACK) == 0 ||
        tell_meter(s, frame->ping.opaque_data) || s->ping_at == 0)
        return;
    uint64_t now = loop_now(s->loop);
    s->rtt = now - s->ping_at;
    s->rtt_at = now;
    s->ping_at = 0;
    if (s->role->on_ping)
        s->role->on_ping(s);
}

static void recv_goaway(struct h2_session *s, const nghttp2_frame *frame)
{
    struct fault why;
    struct span debug =
        span_of(frame->goaway.opaque_data, frame->goaway.opaque_data_len);
    h2_errors_goaway(&why, frame->goaway.error_code, debug);
    s->has_goaway = true;
    /* One in good order takes no error back. */
    if (!s->has_failed && (why.code != ERR_NONE || s->fault.code == ERR_NONE))
        s->fault = why;
    if (s->role->on_goaway)
        s->role->on_goaway(s, &why);
}

/* Its length is bounded as that of any frame, and many of them are a flood like
 * others (h2_guard).  One of a stream is of the origin that the stream is for.
 */
static void recv_alt_svc(struct h2_session *s, const nghttp2_frame *frame)
{
    const nghttp2_ext_altsvc *a = frame->ext.payload;
    if (s->role->on_alt_svc == NULL ||
        (frame->hd.stream_id == 0) == (a->origin_len == 0))
        return;
    s->role->on_alt_svc(s, span_of(a->origin, a->origin_len),
                        span_of(a->field_value, a->field_value_len));
}

static int on_frame_recv(nghttp2_session *ng, const nghttp2_frame *frame,
                         void *user)
{
    (void)ng;
    struct h2_session *s = user;
    if (s->state != H2_SESSION_OPEN)
        return 0;
    if (s->qlog)
        h2_qlog_frame(s, frame, QLOG_REMOTE);
    switch (frame->hd.type) {
    case NGHTTP2_HEADERS:
        recv_headers(s, frame);
        break;
    case NGHTTP2_DATA:
        if (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) {
            struct h2_stream *st = stream_of(s, frame->hd.stream_id);
            if (st) {
                note_message(s);
                h2_stream_ended(st);
            }
        }
        break;
    case NGHTTP2_SETTINGS:
        recv_settings(s, frame);
        break;
    case NGHTTP2_PING:
        recv_ping(s, frame);
        break;
    case NGHTTP2_GOAWAY:
        recv_goaway(s, frame);
        break;
    case NGHTTP2_ALTSVC:
        recv_alt_svc(s, frame);
        break;
    default:
        break;
    }
    return 0;
}

static int on_stream_close(nghttp2_session *ng, int32_t id, uint32_t code,
                           void *user)
{
    (void)ng;
    struct h2_stream *st = stream_of(user, id);
    if (st)
        h2_stream_closed(st, code);
    return 0;
}

/* ---- sending ---- */

static int send_data(nghttp2_session *ng, nghttp2_frame *frame,
                     const uint8_t *head, size_t len,
                     nghttp2_data_source *source, void *user)
{
    (void)ng;
    (void)frame;
    (void)source;
    struct h2_session *s = user;
    h2_body_frame(s, head, len);
    if (s->out.len < H2_OUTPUT_MAX)
        return 0;
    s->is_full = true;
    return NGHTTP2_ERR_PAUSE;
}

/* We end the connection because of an error that nghttp2 saw. */
static void sent_goaway(struct h2_session *s, const nghttp2_frame *frame)
{
    if (frame->goaway.error_code == NGHTTP2_NO_ERROR || s->has_failed)
        return;
    struct span reason =
        span_of(frame->goaway.opaque_data, frame->goaway.opaque_data_len);
    if (s->nfirst >= 7 && memcmp(s->first, "HTTP/1.", 7) == 0)
        fault_set(&s->fault, ERR_WEIRD_REPLY, frame->goaway.error_code,
                  "an HTTP/1 answer to an HTTP/2 connection");
    else
        h2_errors_violation(&s->fault, frame->goaway.error_code, reason);
    s->has_failed = true;
    s->is_over = true;
}

static int on_frame_send(nghttp2_session *ng, const nghttp2_frame *frame,
                         void *user)
{
    (void)ng;
    struct h2_session *s = user;
    struct h2_stream *st = NULL;
    if (s->qlog)
        h2_qlog_frame(s, frame, QLOG_LOCAL);
    switch (frame->hd.type) {
    case NGHTTP2_SETTINGS:
        if ((frame->hd.flags & NGHTTP2_FLAG_ACK) == 0)
            s->settings_at = loop_now(s->loop);
        return 0;
    case NGHTTP2_GOAWAY:
        sent_goaway(s, frame);
        return 0;
    case NGHTTP2_HEADERS:
        st = stream_of(s, frame->hd.stream_id);
        if (st) {
            if (st->out_head == 0)
                st->first_byte = s->out_total;
            st->out_head += H2_BODY_FRAME_HEAD + frame->hd.length;
        }
        break;
    case NGHTTP2_DATA:
        st = stream_of(s, frame->hd.stream_id);
        if (st)
            st->out_body += frame->hd.length;
        if (st && s->role->on_body_sent)
            s->role->on_body_sent(st);
        /* What the peer answers to data (WINDOW_UPDATE) is no flood. */
        if (frame->hd.length > 0)
            note_progress(s);
        break;
    default:
        return 0;
    }
    if (st && (frame->hd.flags & NGHTTP2_FLAG_END_STREAM)) {
        st->out = H2_OUT_DONE;
        if (s->role->is_server)
            note_progress(s);
        s->role->on_sent(st);
    }
    return 0;
}

/* ---- all of them ---- */

void h2_frames_set_callbacks(nghttp2_session_callbacks *c)
{
    nghttp2_session_callbacks_set_on_begin_headers_callback(c,
                                                            on_begin_headers);
    nghttp2_session_callbacks_set_on_header_callback2(c, on_header);
    nghttp2_session_callbacks_set_on_invalid_header_callback2(
        c, on_invalid_header);
    nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(
        c, on_invalid_frame);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(c, on_data_chunk);
    nghttp2_session_callbacks_set_on_frame_recv_callback(c, on_frame_recv);
    nghttp2_session_callbacks_set_on_stream_close_callback(c, on_stream_close);
    nghttp2_session_callbacks_set_send_data_callback(c, send_data);
    nghttp2_session_callbacks_set_on_frame_send_callback(c, on_frame_send);
}
