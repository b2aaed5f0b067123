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
 * Cutting a stream cancels its QPACK references, which must not overtake the
 * acknowledgement of a section that is just being decoded (RFC 9204 4.4.1):
 * a cut inside a read waits until that has returned.
 */
#include "conn/h3_feed.h"

#include <nghttp3/nghttp3.h>

#include "conn/h3_errors.h"
#include "conn/h3_qlog.h"
#include "conn/h3_receive.h"

static const bool may_isolate = NGHTTP3_VERSION_NUM == 0x010f00;

static bool is_uni_id(int64_t id)
{
    return (id & 2) != 0; /* RFC 9000 2.1 */
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
    return h3_errors_code(error, h3_stream_is_request(id));
}

static bool read_failed(struct h3_session *s, struct h3_stream *st, int64_t id,
                        struct span data, int error)
{
    if (st && is_message_error(error) && may_isolate) {
        /* No telling how far it got: what was no body is given back here. */
        h3_receive_credit(s, data.len - s->body_read);
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
        if (h3_session_qlog(s))
            h3_qlog_frame(s->qlog, st->id, type, st->frames.left);
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
           st->frames.number.wanted == 0;
}

static bool read_request(struct h3_session *s, struct h3_stream *st,
                         struct span data, bool fin)
{
    bool is_failed = false;
    if (!is_clean(s, st, data, &is_failed)) {
        h3_receive_credit(s, data.len);
        return !is_failed;
    }
    if (fin && is_empty_message(st)) {
        h3_receive_credit(s, data.len);
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
    /* Reading nothing makes nghttp3's stream. */
    nghttp3_conn_read_stream2(s->ng, id, NULL, 0, 0, loop_now(s->loop));
    if (id >= s->next_id)
        s->next_id = id + 4;
    struct h3_stream *st = h3_stream_add(&s->streams, id, NULL, NULL);
    nghttp3_conn_set_stream_user_data(s->ng, id, st);
    if (h3_session_qlog(s))
        h3_qlog_opened(s->qlog, id, QLOG_REMOTE, "data");
    s->ops->on_request(s, st);
    return st;
}

/* RFC 9114 5.2: after our GOAWAY. */
static bool reject(struct h3_session *s, int64_t id, size_t len)
{
    h3_receive_credit(s, len);
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
    if (st && h3_session_qlog(s))
        h3_qlog_settle(s->qlog, id);
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

static bool feed_http(struct h3_session *s, int64_t id, struct span data,
                      bool fin)
{
    if (!h3_stream_is_request(id)) {
        if (!h3_guard_junk(&s->guard, data.len))
            return fail_by(s, NULL, ERR_H3, NGHTTP3_H3_EXCESSIVE_LOAD,
                           "flood on a control stream");
        h3_settings_feed(&s->peer, id, data);
        return feed(s, NULL, id, data, fin);
    }
    struct h3_stream *st = h3_stream_find(&s->streams, id);
    if (st == NULL && s->is_server) {
        if (id >= s->goaway_sent)
            return reject(s, id, data.len);
        st = open_request(s, id);
    }
    if (st == NULL || st->rx == H3_STREAM_RX_CUT) {
        h3_receive_credit(s, data.len);
        return true;
    }
    if (!read_request(s, st, data, fin))
        return false;
    return st->rx == H3_STREAM_RX_CUT || feed(s, st, id, data, fin);
}

/* A stream of the client's, a request or not, makes room for another behind it
 * (RFC 9218 7.2: which may be named before it comes). */
static void see_stream(struct h3_session *s, int64_t id)
{
    uint64_t allowed = ((uint64_t)id >> 2) + 1 + s->settings->quic.max_streams;
    h3_gaps_seen(&s->gaps, id);
    if (allowed <= s->allowed)
        return;
    s->allowed = allowed;
    nghttp3_conn_set_max_client_streams_bidi(s->ng, allowed);
}

bool h3_feed_data(struct h3_session *s, int64_t id, struct span data, bool fin)
{
    struct span before;
    if (s->is_server && h3_stream_is_request(id))
        see_stream(s, id);
    if (h3_session_qlog(s) && is_uni_id(id))
        h3_qlog_uni(s->qlog, id, data);
    switch (h3_substreams_feed(s, id, data, fin, &before)) {
    case H3_SUBSTREAMS_OURS:
        return !s->is_failed;
    case H3_SUBSTREAMS_HTTPS:
        break;
    }
    if (before.len > 0 && !feed_http(s, id, before, false))
        return false;
    return feed_http(s, id, data, fin);
}
