/*
 * A body byte is credited to its stream when the consumer has taken
 * it.  While a consumer pauses, its bytes are put aside; the connection gets
 * its credit at once, so that others go on, up to one connection window of
 * bytes put aside in all: that bounds the memory.
 */
#include "conn/h3_receive.h"

#include <nghttp3/nghttp3.h>

#include "conn/h3_datagram.h"
#include "conn/h3_qlog.h"
#include "conn/h3_session_early.h"

static bool is_heard(const struct h3_stream *st)
{
    return st && st->owner && st->rx != H3_STREAM_RX_CUT;
}

static void credit_stream(struct h3_session *s, const struct h3_stream *st,
                          size_t len)
{
    if (len > 0 && s->q && !st->is_closed)
        quic_consumed_stream(s->q, st->id, len);
}

void h3_receive_credit(struct h3_session *s, size_t len)
{
    if (len > 0 && s->q)
        quic_consumed_conn(s->q, len);
}

/* To the consumer, with the stream's credit; the connection's is not
 * touched. */
static void pass(struct h3_session *s, struct h3_stream *st, struct span data)
{
    enum sink_flow flow = s->ops->on_body(s, st, data);
    if (!is_heard(st))
        return;
    if (flow == SINK_MORE) {
        credit_stream(s, st, data.len);
        return;
    }
    st->is_paused = true;
    st->stream_debt += data.len;
}

static void hold(struct h3_session *s, struct h3_stream *st, struct span data)
{
    buf_add(&st->held, data);
    s->held += data.len;
    if (s->held <= s->settings->quic.conn_window)
        h3_receive_credit(s, data.len);
    else
        st->conn_debt += data.len;
}

/* len bytes of what was held have left it. */
static void release(struct h3_session *s, struct h3_stream *st, size_t len)
{
    s->held -= len;
    size_t owed = st->conn_debt < len ? st->conn_debt : len;
    st->conn_debt -= owed;
    h3_receive_credit(s, owed);
}

void h3_receive_drop(struct h3_session *s, struct h3_stream *st)
{
    release(s, st, st->held.len);
    buf_clear(&st->held);
    st->stream_debt = 0;
}

/* What comes after the last body byte. */
static void finish(struct h3_session *s, struct h3_stream *st)
{
    if (st->is_paused || st->held.len > 0)
        return;
    if (st->has_trailers) {
        st->has_trailers = false;
        s->ops->on_trailers(s, st);
    }
    if (is_heard(st) && st->rx == H3_STREAM_RX_ENDED)
        s->ops->on_end(s, st);
}

/* Hands over what was held.  The bytes leave the stream first: its consumer
 * may end it, or the connection, while it looks at them. */
static void pass_held(struct h3_session *s, struct h3_stream *st)
{
    struct buf held = st->held;
    buf_init(&st->held, s->streams.pool);
    while (is_heard(st) && !st->is_paused && held.len > 0) {
        struct span piece;
        (void)buf_peek(&held, &piece, 1);
        pass(s, st, piece);
        release(s, st, piece.len);
        buf_consume(&held, piece.len);
    }
    st->held = held;
}

void h3_receive_deliver(struct h3_session *s, struct h3_stream *st)
{
    st->is_paused = false;
    credit_stream(s, st, st->stream_debt);
    st->stream_debt = 0;
    pass_held(s, st);
    if (is_heard(st))
        finish(s, st);
    else
        h3_receive_drop(s, st);
}

bool h3_receive_is_complete(const struct h3_stream *st)
{
    return st->rx == H3_STREAM_RX_BODY && st->expected >= 0 &&
           st->received == (uint64_t)st->expected;
}

static int on_data(nghttp3_conn *ng, int64_t id, const uint8_t *data,
                   size_t len, void *session, void *stream)
{
    (void)ng;
    (void)id;
    struct h3_session *s = session;
    struct h3_stream *st = stream;
    s->body_read += len;
    if (!is_heard(st)) {
        h3_receive_credit(s, len);
        return 0;
    }
    st->received += len;
    if (st->is_paused || st->held.len > 0) {
        hold(s, st, span_of(data, len));
        return 0;
    }
    pass(s, st, span_of(data, len));
    h3_receive_credit(s, len);
    return 0;
}

static int on_deferred(nghttp3_conn *ng, int64_t id, size_t len, void *session,
                       void *stream)
{
    (void)ng;
    (void)stream;
    struct h3_session *s = session;
    if (s->q)
        quic_consumed(s->q, id, len);
    return 0;
}

static int on_begin(nghttp3_conn *ng, int64_t id, void *session, void *stream)
{
    (void)ng;
    (void)id;
    (void)session;
    struct h3_stream *st = stream;
    if (is_heard(st))
        h3_fields_begin(&st->in, st->arena);
    return 0;
}

static struct span span_of_rcbuf(nghttp3_rcbuf *b)
{
    nghttp3_vec v = nghttp3_rcbuf_get_buf(b);
    return span_of(v.base, v.len);
}

static int on_field(nghttp3_conn *ng, int64_t id, int32_t token,
                    nghttp3_rcbuf *name, nghttp3_rcbuf *value, uint8_t flags,
                    void *session, void *stream)
{
    (void)ng;
    (void)id;
    (void)flags;
    struct h3_session *s = session;
    struct h3_stream *st = stream;
    if (is_heard(st))
        h3_fields_take(&st->in, token, span_of_rcbuf(name),
                       span_of_rcbuf(value), &s->limits);
    return 0;
}

static bool is_refused(struct h3_session *s, struct h3_stream *st)
{
    if (st->in.is_too_large) {
        h3_session_refuse(s, st, ERR_HEAD_TOO_LARGE, NGHTTP3_H3_EXCESSIVE_LOAD,
                          "field section over the limit");
        return true;
    }
    if (st->interim > s->limits.interim) {
        h3_session_refuse(s, st, ERR_HEAD_TOO_LARGE, NGHTTP3_H3_EXCESSIVE_LOAD,
                          "too many interim responses");
        return true;
    }
    return false;
}

static int on_head(nghttp3_conn *ng, int64_t id, int fin, void *session,
                   void *stream)
{
    (void)ng;
    struct h3_session *s = session;
    struct h3_stream *st = stream;
    if (!is_heard(st))
        return 0;
    if (h3_session_qlog(s))
        h3_qlog_section(s->qlog, id, &st->in);
    st->is_only_head = fin != 0;
    bool is_interim = !s->is_server && st->in.status < 200;
    if (is_interim)
        st->interim++;
    if (is_refused(s, st))
        return 0;
    if (!is_interim) {
        st->rx = H3_STREAM_RX_BODY;
        st->expected = st->in.content_length;
    }
    s->ops->on_head(s, st);
    return 0;
}

static int on_trailers(nghttp3_conn *ng, int64_t id, int fin, void *session,
                       void *stream)
{
    (void)ng;
    (void)fin;
    struct h3_session *s = session;
    struct h3_stream *st = stream;
    if (!is_heard(st))
        return 0;
    if (h3_session_qlog(s))
        h3_qlog_section(s->qlog, id, &st->in);
    if (is_refused(s, st))
        return 0;
    st->has_trailers = st->in.fields->len > 0;
    finish(s, st);
    return 0;
}

static int on_end(nghttp3_conn *ng, int64_t id, void *session, void *stream)
{
    (void)ng;
    (void)id;
    struct h3_stream *st = stream;
    if (st == NULL || st->rx == H3_STREAM_RX_CUT)
        return 0;
    st->rx = H3_STREAM_RX_ENDED;
    if (st->owner)
        finish(session, st);
    if (st->is_undecoded)
        h3_session_sweep(session);
    return 0;
}

static int on_stop(nghttp3_conn *ng, int64_t id, uint64_t code, void *session,
                   void *stream)
{
    (void)ng;
    (void)stream;
    struct h3_session *s = session;
    if (s->q)
        quic_stop_sending(s->q, id, code);
    return 0;
}

static int on_reset(nghttp3_conn *ng, int64_t id, uint64_t code, void *session,
                    void *stream)
{
    (void)ng;
    (void)stream;
    struct h3_session *s = session;
    if (s->q)
        quic_reset_stream(s->q, id, code);
    return 0;
}

/* nghttp3 has checked that the id is a request's and does not grow. */
static int on_goaway(nghttp3_conn *ng, int64_t id, void *session)
{
    (void)ng;
    struct h3_session *s = session;
    if (!s->is_server)
        s->ops->on_goaway(s, (uint64_t)id);
    return 0;
}

static int on_settings(nghttp3_conn *ng, const nghttp3_proto_settings *settings,
                       void *session)
{
    (void)ng;
    struct h3_session *s = session;
    if (!h3_session_early_settings(s, settings))
        return NGHTTP3_ERR_CALLBACK_FAILURE;
    s->has_settings = true;
    s->peer_section = settings->max_field_section_size;
    s->peer_table = settings->qpack_max_dtable_capacity;
    s->peer_blocked = settings->qpack_blocked_streams;
    s->peer_connect = settings->enable_connect_protocol;
    s->peer_datagrams = settings->h3_datagram;
    h3_datagram_update(s);
    if (s->ops->on_settings)
        s->ops->on_settings(s);
    return 0;
}

void h3_receive_callbacks(struct nghttp3_callbacks *callbacks)
{
    callbacks->recv_data = on_data;
    callbacks->deferred_consume = on_deferred;
    callbacks->begin_headers = on_begin;
    callbacks->recv_header = on_field;
    callbacks->end_headers = on_head;
    callbacks->begin_trailers = on_begin;
    callbacks->recv_trailer = on_field;
    callbacks->end_trailers = on_trailers;
    callbacks->end_stream = on_end;
    callbacks->stop_sending = on_stop;
    callbacks->reset_stream = on_reset;
    callbacks->shutdown = on_goaway;
    callbacks->recv_settings2 = on_settings;
}
