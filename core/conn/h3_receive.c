/*
 * Malformed messages.  RFC 9114 4.1.2 makes them errors of their stream;
 * nghttp3 reports them as errors of the connection, and its manual wants the
 * connection deleted then.  That would let one bad response end every other
 * request.  In the version that is pinned, these two errors leave everything
 * but the stream itself as it was: the message state, the frame state and the
 * QPACK context are the stream's, the dynamic table only changes on the
 * encoder stream, and no more is read from a stream that is shut.  So for that
 * version the stream alone is cut, its QPACK references are cancelled, and
 * the others go on; any other version ends the connection with the RFC's
 * code.  The rest of nghttp3's errors are connection errors in the RFC too.
 *
 * Credit.  A body byte is credited to its stream when the consumer has taken
 * it.  While a consumer pauses, its bytes are put aside; the connection gets
 * its credit at once, so that others go on, up to one connection window of
 * bytes put aside in all: that bounds the memory.
 *
 * Cutting a stream cancels its QPACK references, which must not overtake the
 * acknowledgement of a section that is just being decoded (RFC 9204 4.4.1):
 * a cut inside a read waits until that has returned.
 */
#include "conn/h3_receive.h"

#include <nghttp3/nghttp3.h>

#include "conn/h3_errors.h"

static const bool may_isolate = NGHTTP3_VERSION_NUM == 0x010f00;

static bool is_request_id(int64_t id)
{
    return (id & 3) == 0; /* RFC 9000 2.1 */
}

static bool is_uni_id(int64_t id)
{
    return (id & 2) != 0;
}

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

static void credit_conn(struct h3_session *s, size_t len)
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
        credit_conn(s, data.len);
    else
        st->conn_debt += data.len;
}

static void release(struct h3_session *s, struct h3_stream *st, size_t len)
{
    buf_consume(&st->held, len);
    s->held -= len;
    size_t owed = st->conn_debt < len ? st->conn_debt : len;
    st->conn_debt -= owed;
    credit_conn(s, owed);
}

void h3_receive_drop(struct h3_session *s, struct h3_stream *st)
{
    release(s, st, st->held.len);
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

void h3_receive_deliver(struct h3_session *s, struct h3_stream *st)
{
    st->is_paused = false;
    credit_stream(s, st, st->stream_debt);
    st->stream_debt = 0;
    while (is_heard(st) && !st->is_paused && st->held.len > 0) {
        struct span piece;
        buf_peek(&st->held, &piece, 1);
        pass(s, st, piece);
        release(s, st, piece.len);
    }
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
        credit_conn(s, len);
        return 0;
    }
    st->received += len;
    if (st->is_paused || st->held.len > 0) {
        hold(s, st, span_of(data, len));
        return 0;
    }
    pass(s, st, span_of(data, len));
    credit_conn(s, len);
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
                       span_of_rcbuf(value), &s->settings->limits);
    return 0;
}

static bool is_refused(struct h3_session *s, struct h3_stream *st)
{
    if (st->in.is_too_large) {
        h3_session_refuse(s, st, ERR_HEAD_TOO_LARGE, NGHTTP3_H3_EXCESSIVE_LOAD,
                          "field section over the limit");
        return true;
    }
    if (st->interim > s->settings->limits.interim) {
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
    (void)id;
    struct h3_session *s = session;
    struct h3_stream *st = stream;
    if (!is_heard(st))
        return 0;
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
    (void)id;
    (void)fin;
    struct h3_session *s = session;
    struct h3_stream *st = stream;
    if (!is_heard(st) || is_refused(s, st))
        return 0;
    st->has_trailers = true;
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
    s->peer_section = settings->max_field_section_size;
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

/* The connection is failed because of what came on this stream, if on one. */
static bool fail_by(struct h3_session *s, struct h3_stream *st, enum err err,
                    uint64_t code, const char *what)
{
    struct fault why;
    h3_errors_fault(&why, err, code, what);
    if (st && st->owner) {
        st->rx = H3_STREAM_RX_CUT;
        s->ops->on_cut(s, st,
                       &(struct h3_session_cut){
                           .how = H3_SESSION_REFUSED,
                           .code = code,
                           .fault = &why,
                       });
    }
    h3_session_fail(s, st, code, &why);
    return false;
}

static bool is_message_error(int error)
{
    return error == NGHTTP3_ERR_MALFORMED_HTTP_HEADER ||
           error == NGHTTP3_ERR_MALFORMED_HTTP_MESSAGING;
}

/* A push stream that we did not allow is an error of its id (RFC 9114
 * 4.6); nghttp3 calls it one of its creation. */
static uint64_t code_of(const struct h3_session *s, int64_t id,
                        struct span data, int error)
{
    if (!s->is_server && is_uni_id(id) &&
        error == NGHTTP3_ERR_H3_STREAM_CREATION_ERROR && data.len > 0 &&
        data.base[0] == 0x01)
        return NGHTTP3_H3_ID_ERROR;
    return h3_errors_code(error, is_request_id(id));
}

static bool read_failed(struct h3_session *s, struct h3_stream *st, int64_t id,
                        struct span data, int error)
{
    if (st && is_message_error(error) && may_isolate) {
        /* No telling how far it got: what was no body is given back here. */
        credit_conn(s, data.len - s->body_read);
        h3_session_refuse(s, st, ERR_H3, NGHTTP3_H3_MESSAGE_ERROR,
                          "malformed message");
        return true;
    }
    enum err err = error == NGHTTP3_ERR_QPACK_HEADER_TOO_LARGE
                       ? ERR_HEAD_TOO_LARGE
                       : ERR_H3;
    return fail_by(s, st, err, code_of(s, id, data, error), "broken HTTP/3");
}

/* True: nghttp3 may read the bytes. */
static bool is_clean(struct h3_session *s, struct h3_stream *st,
                     struct span data, bool *is_failed)
{
    while (h3_frames_next(&st->frames, &data)) {
        uint64_t type = st->frames.type;
        if (type == H3_FRAMES_DATA || type == H3_FRAMES_HEADERS)
            st->has_frames = true;
        switch (h3_guard_frame(&s->guard, type, st->frames.left)) {
        case H3_GUARD_FINE:
            break;
        case H3_GUARD_TOO_LARGE:
            h3_session_refuse(s, st, ERR_HEAD_TOO_LARGE,
                              NGHTTP3_H3_EXCESSIVE_LOAD,
                              "field section over the limit");
            return false;
        case H3_GUARD_ENDLESS:
            h3_session_refuse(s, st, ERR_H3, NGHTTP3_H3_EXCESSIVE_LOAD,
                              "endless frame of an unknown type");
            return false;
        case H3_GUARD_FLOOD:
            *is_failed = true;
            return fail_by(s, st, ERR_H3, NGHTTP3_H3_EXCESSIVE_LOAD,
                           "flood of useless frames");
        case H3_GUARD_PUSH:
            if (s->is_server)
                break; /* nghttp3 has the right code */
            *is_failed = true;
            return fail_by(s, st, ERR_H3, NGHTTP3_H3_ID_ERROR,
                           "push not allowed");
        }
    }
    return true;
}

/* A stream that ends where a frame could begin, with no message on it. */
static bool is_empty_message(const struct h3_stream *st)
{
    return !st->has_frames && st->frames.left == 0 && !st->frames.has_type &&
           st->frames.wanted == 0;
}

static bool read_request(struct h3_session *s, struct h3_stream *st,
                         struct span data, bool fin)
{
    bool is_failed = false;
    if (!is_clean(s, st, data, &is_failed)) {
        credit_conn(s, data.len);
        return !is_failed;
    }
    if (fin && is_empty_message(st)) {
        credit_conn(s, data.len);
        h3_session_refuse(s, st, ERR_H3,
                          s->is_server ? NGHTTP3_H3_REQUEST_INCOMPLETE
                                       : NGHTTP3_H3_MESSAGE_ERROR,
                          "no message");
        return true;
    }
    return true;
}

static struct h3_stream *open_request(struct h3_session *s, int64_t id)
{
    uint64_t allowed = ((uint64_t)id >> 2) + 1 + s->settings->quic.max_streams;
    if (allowed > s->allowed) {
        s->allowed = allowed;
        nghttp3_conn_set_max_client_streams_bidi(s->ng, allowed);
    }
    /* Reading nothing makes nghttp3's stream. */
    nghttp3_conn_read_stream2(s->ng, id, NULL, 0, 0, loop_now(s->loop));
    if (id >= s->next_id)
        s->next_id = id + 4;
    struct h3_stream *st = h3_stream_add(&s->streams, id, NULL, NULL);
    nghttp3_conn_set_stream_user_data(s->ng, id, st);
    s->ops->on_request(s, st);
    return st;
}

/* RFC 9114 5.2: after our GOAWAY. */
static bool reject(struct h3_session *s, int64_t id, size_t len)
{
    credit_conn(s, len);
    quic_stop_sending(s->q, id, NGHTTP3_H3_REQUEST_REJECTED);
    quic_reset_stream(s->q, id, NGHTTP3_H3_REQUEST_REJECTED);
    nghttp3_conn_shutdown_stream_read(s->ng, id);
    return true;
}

static void flush_cuts(struct h3_session *s)
{
    while (!list_is_empty(&s->cut)) {
        struct h3_stream *st = container_of(s->cut.next, struct h3_stream, cut);
        list_remove(&st->cut);
        nghttp3_conn_shutdown_stream_read(s->ng, st->id);
    }
}

static bool feed(struct h3_session *s, struct h3_stream *st, int64_t id,
                 struct span data, bool fin)
{
    s->body_read = 0;
    s->is_reading = true;
    nghttp3_ssize n = nghttp3_conn_read_stream2(s->ng, id, data.base, data.len,
                                                fin, loop_now(s->loop));
    s->is_reading = false;
    if (st && fin)
        st->has_fin = true;
    bool is_fine = n >= 0 || read_failed(s, st, id, data, (int)n);
    if (is_fine && s->q) {
        flush_cuts(s);
        if (n > 0)
            quic_consumed(s->q, id, (size_t)n);
    }
    return is_fine && !s->is_failed;
}

bool h3_receive_data(struct h3_session *s, int64_t id, struct span data,
                     bool fin)
{
    if (!is_request_id(id)) {
        if (!h3_guard_junk(&s->guard, data.len))
            return fail_by(s, NULL, ERR_H3, NGHTTP3_H3_EXCESSIVE_LOAD,
                           "flood on a control stream");
        return feed(s, NULL, id, data, fin);
    }
    struct h3_stream *st = h3_stream_find(&s->streams, id);
    if (st == NULL && s->is_server) {
        if (id >= s->goaway_sent)
            return reject(s, id, data.len);
        st = open_request(s, id);
    }
    if (st == NULL || st->rx == H3_STREAM_RX_CUT) {
        credit_conn(s, data.len);
        return true;
    }
    if (!read_request(s, st, data, fin))
        return false;
    return st->rx == H3_STREAM_RX_CUT || feed(s, st, id, data, fin);
}
