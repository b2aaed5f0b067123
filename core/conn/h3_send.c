/*
 * Bodies are pulled when nghttp3 wants to write, that is when QUIC has room
 * for a packet.  The bytes go into the stream's own chunks and stay there
 * until they are acknowledged, because neither nghttp3 nor ngtcp2 copies
 * them.  So the memory of an upload follows the congestion window; the bound
 * below is for a window that grows without one.
 */
#include "conn/h3_send.h"

#include <inttypes.h>

#include <nghttp3/nghttp3.h>

#include "base/fault.h"
#include "conn/h3_datagram.h"
#include "conn/h3_errors.h"
#include "conn/h3_qlog.h"

/* Not acknowledged, of one stream: 2 MiB fill 160 Mbit/s at 100 ms. */
#define UNACKED_MAX ((size_t)2 << 20)

/* The least room worth a call of the body source. */
#define PULL_MIN 2048

enum io h3_send_pull(struct h3_stream *st, uint8_t *buf, size_t cap, size_t *n,
                     struct fault *why)
{
    struct body_source *body = st->body;
    if (st->body_left == 0)
        return IO_EOF;
    if (st->body_left > 0 && cap > (uint64_t)st->body_left)
        cap = (size_t)st->body_left;
    enum io io = body->read(body, buf, cap, n);
    if (st->owner == NULL)
        return IO_FAILED;
    if (io == IO_FAILED)
        *why = body->fault;
    if (io == IO_EOF && st->body_left > 0)
        return fault_set(why, ERR_READ, 0,
                         "the body ended %" PRId64 " bytes before its length",
                         st->body_left);
    if (io == IO_OK && st->body_left > 0)
        st->body_left -= (int64_t)*n;
    return io;
}

static nghttp3_ssize at_end(struct h3_session *s, struct h3_stream *st,
                            uint32_t *flags)
{
    *flags = NGHTTP3_DATA_FLAG_EOF;
    const struct fields *trailers = s->ops->trailers(s, st);
    if (trailers && trailers->len > 0) {
        struct h3_fields_out out;
        h3_fields_trailers(&out, trailers, st->arena);
        if (h3_session_qlog(s))
            h3_qlog_submitted(s->qlog, st->id, &out);
        if (nghttp3_conn_submit_trailers(s->ng, st->id, out.pairs, out.len) !=
            0)
            return NGHTTP3_ERR_CALLBACK_FAILURE;
        *flags |= NGHTTP3_DATA_FLAG_NO_END_STREAM;
    }
    return 0;
}

static nghttp3_ssize dry(struct h3_session *s)
{
    s->was_dry = true;
    return NGHTTP3_ERR_WOULDBLOCK;
}

static nghttp3_ssize read_data(nghttp3_conn *ng, int64_t id, nghttp3_vec *vec,
                               size_t nvec, uint32_t *flags, void *session,
                               void *stream)
{
    (void)ng;
    (void)id;
    (void)nvec;
    struct h3_session *s = session;
    struct h3_stream *st = stream;
    if (st->tx == H3_STREAM_TX_CUT || st->owner == NULL)
        return dry(s);
    if (st->unacked.len >= UNACKED_MAX) {
        st->tx = H3_STREAM_TX_FULL;
        return dry(s);
    }
    size_t room = 0;
    uint8_t *to = buf_reserve(&st->unacked, PULL_MIN, &room);
    size_t n = 0;
    switch (s->ops->pull(s, st, to, room, &n)) {
    case IO_OK:
        buf_commit(&st->unacked, n);
        vec[0] = (nghttp3_vec){to, n};
        return 1;
    case IO_EOF:
        if (!h3_datagram_waits(st))
            return at_end(s, st, flags);
        st->tx = H3_STREAM_TX_DRY;
        st->holds_end = true;
        return dry(s);
    case IO_AGAIN:
        st->tx = H3_STREAM_TX_DRY;
        return dry(s);
    case IO_FAILED:
        return dry(s);
    }
    return NGHTTP3_ERR_CALLBACK_FAILURE;
}

const struct nghttp3_data_reader h3_send_reader = {.read_data = read_data};

static int on_acked(nghttp3_conn *ng, int64_t id, uint64_t len, void *session,
                    void *stream)
{
    (void)ng;
    (void)id;
    struct h3_session *s = session;
    struct h3_stream *st = stream;
    buf_consume(&st->unacked, (size_t)len);
    if (st->tx == H3_STREAM_TX_FULL && st->unacked.len <= UNACKED_MAX / 2)
        h3_send_resume(s, st);
    return 0;
}

void h3_send_callbacks(struct nghttp3_callbacks *callbacks)
{
    callbacks->acked_stream_data = on_acked;
}

void h3_send_resume(struct h3_session *s, struct h3_stream *st)
{
    if (st->tx != H3_STREAM_TX_DRY && st->tx != H3_STREAM_TX_FULL)
        return;
    st->tx = H3_STREAM_TX_OPEN;
    if (s->q == NULL || st->is_closed)
        return;
    nghttp3_conn_resume_stream(s->ng, st->id);
    quic_wake(s->q);
}

int h3_send_next(struct h3_session *s, int64_t *id, struct span *spans, int cap,
                 bool *fin)
{
    nghttp3_vec vec[QUIC_SPANS_MAX];
    size_t nvec = cap < QUIC_SPANS_MAX ? (size_t)cap : QUIC_SPANS_MAX;
    nghttp3_ssize n = 0;
    int is_fin = 0;
    do {
        /* A stream whose source turned out dry hides those behind it. */
        s->was_dry = false;
        n = nghttp3_conn_writev_stream(s->ng, id, &is_fin, vec, nvec);
    } while (n == 0 && *id == -1 && s->was_dry && !s->is_failed);
    if (n < 0) {
        struct fault why;
        uint64_t code = h3_errors_code((int)n, false);
        h3_errors_fault(&why, ERR_H3, code, nghttp3_strerror((int)n));
        h3_session_fail(s, NULL, code, &why);
        return -1;
    }
    if (*id == -1)
        return -1;
    s->offered_id = *id;
    s->offered_len = 0;
    s->offered_fin = is_fin != 0;
    for (nghttp3_ssize i = 0; i < n; i++) {
        spans[i] = span_of(vec[i].base, vec[i].len);
        s->offered_len += vec[i].len;
    }
    *fin = s->offered_fin;
    int nspans = (int)n;
    if (*id == s->control.id)
        nspans = h3_control_replace(&s->control, spans, nspans, cap);
    if (h3_session_qlog(s))
        h3_qlog_offered(s->qlog, spans, nspans);
    return nspans;
}

void h3_send_taken(struct h3_session *s, int64_t id, size_t len)
{
    if (h3_session_qlog(s))
        h3_qlog_sent(s->qlog, id, len);
    if (id == s->control.id)
        len = h3_control_sent(&s->control, len);
    if (len > 0 || id != s->control.id)
        nghttp3_conn_add_write_offset(s->ng, id, len);
    struct h3_stream *st = h3_stream_find(&s->streams, id);
    if (st == NULL)
        return;
    st->is_handed = true;
    if (id != s->offered_id || !s->offered_fin || len != s->offered_len)
        return;
    if (st->tx == H3_STREAM_TX_CUT)
        return;
    st->tx = H3_STREAM_TX_ENDED;
    if (st->owner)
        s->ops->on_sent(s, st);
}
