#include "conn/h3_session_self.h"

#include "conn/h3_errors.h"
#include "conn/h3_qlog.h"

/* --- streams ----------------------------------------------------------- */

/* RFC 9114 4.1.1: what arrives is of no interest any more. */
void h3_session_cut_receiving(struct h3_session *s, struct h3_stream *st)
{
    if (st->rx == H3_STREAM_RX_CUT || st->rx == H3_STREAM_RX_ENDED)
        return;
    st->rx = H3_STREAM_RX_CUT;
    if (st->is_closed || s->q == NULL)
        return;
    if (s->is_reading)
        list_append(&s->cut, &st->cut);
    else
        nghttp3_conn_shutdown_stream_read(s->ng, st->id);
}

void h3_session_cut_sending(struct h3_session *s, struct h3_stream *st)
{
    if (st->tx == H3_STREAM_TX_CUT || st->tx == H3_STREAM_TX_ENDED)
        return;
    st->tx = H3_STREAM_TX_CUT;
    /* Only flags and a queue: safe at any time, nghttp3's own included. */
    if (!st->is_closed)
        nghttp3_conn_shutdown_stream_write(s->ng, st->id);
}

void h3_session_cut_both(struct h3_session *s, struct h3_stream *st,
                         uint64_t code)
{
    bool is_open = s->q && !st->is_closed;
    if (is_open && st->rx != H3_STREAM_RX_ENDED && st->rx != H3_STREAM_RX_CUT)
        quic_stop_sending(s->q, st->id, code);
    if (is_open && st->tx != H3_STREAM_TX_ENDED && st->tx != H3_STREAM_TX_CUT)
        quic_reset_stream(s->q, st->id, code);
    h3_session_cut_receiving(s, st);
    h3_session_cut_sending(s, st);
}

void h3_session_unread(struct h3_session *s, struct h3_stream *st,
                       uint64_t code)
{
    if (st->rx == H3_STREAM_RX_ENDED || st->rx == H3_STREAM_RX_CUT)
        return;
    if (s->q && !st->is_closed)
        quic_stop_sending(s->q, st->id, code);
    h3_session_cut_receiving(s, st);
}

void h3_session_tell_cut(struct h3_session *s, struct h3_stream *st,
                         enum h3_session_how how, uint64_t code,
                         const struct fault *fault)
{
    if (st->owner == NULL)
        return;
    s->ops->on_cut(s, st, &(struct h3_session_cut){how, code, fault});
}

void h3_session_refuse(struct h3_session *s, struct h3_stream *st, enum err err,
                       uint64_t code, const char *what)
{
    struct fault fault;
    h3_errors_fault(&fault, err, code, what);
    h3_session_cut_both(s, st, code);
    h3_session_tell_cut(s, st, H3_SESSION_REFUSED, code, &fault);
}

void h3_session_sweep(struct h3_session *s)
{
    loop_later(s->loop, &s->task);
}

/* --- the connection ---------------------------------------------------- */

void h3_session_fail(struct h3_session *s, const struct h3_stream *blamed,
                     uint64_t code, const struct fault *why)
{
    if (s->is_failed || s->q == NULL)
        return;
    s->is_failed = true;
    s->is_broken = blamed == NULL;
    quic_fail(s->q, code, why);
}

void h3_session_break(struct h3_session *s, uint64_t code, const char *what)
{
    struct fault why;
    h3_errors_fault(&why, ERR_H3, code, what);
    h3_session_fail(s, NULL, code, &why);
}

void h3_session_start(struct h3_session *s)
{
    if (s->is_started || s->q == NULL)
        return;
    int64_t control = quic_open_uni(s->q);
    int64_t encoder = quic_open_uni(s->q);
    int64_t decoder = quic_open_uni(s->q);
    if (control < 0 || encoder < 0 || decoder < 0 ||
        nghttp3_conn_bind_control_stream(s->ng, control) != 0 ||
        nghttp3_conn_bind_qpack_streams(s->ng, encoder, decoder) != 0) {
        h3_session_break(s, NGHTTP3_H3_GENERAL_PROTOCOL_ERROR,
                         "no room for the control streams");
        return;
    }
    s->control.id = control;
    s->is_started = true;
    if (h3_session_qlog(s)) {
        h3_qlog_opened(s->qlog, control, QLOG_LOCAL, "control");
        h3_qlog_opened(s->qlog, encoder, QLOG_LOCAL, "qpack_encode");
        h3_qlog_opened(s->qlog, decoder, QLOG_LOCAL, "qpack_decode");
    }
    quic_wake(s->q);
}
