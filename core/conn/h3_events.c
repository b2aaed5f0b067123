/*
 * When QUIC closes a stream, nghttp3 forgets it, and with it what it could not
 * decode yet.  A response may be all here while its head still waits for the
 * encoder stream (RFC 9204 2.1.2); QUIC does not know that, so nghttp3 hears of
 * the close when the head has been decoded.
 */
#include "conn/h3_events.h"

#include <nghttp3/nghttp3.h>

#include "conn/h3_datagram.h"
#include "conn/h3_feed.h"
#include "conn/h3_protocol.h"
#include "conn/h3_qlog.h"
#include "conn/h3_receive.h"
#include "conn/h3_send.h"
#include "conn/h3_session_early.h"

static bool is_own_uni(const struct h3_session *s, int64_t id)
{
    return (id & 3) == (s->is_server ? 3 : 2); /* RFC 9000 2.1 */
}

static struct h3_session *session_of(struct quic_app *app)
{
    return container_of(app, struct h3_session, app);
}

static void on_open(struct quic_app *app)
{
    struct h3_session *s = session_of(app);
    h3_session_start(s);
    s->ops->on_capacity(s);
}

static void on_confirmed(struct quic_app *app)
{
    h3_session_early_confirm(session_of(app));
}

static bool on_stream_data(struct quic_app *app, int64_t id, struct span data,
                           bool fin)
{
    struct h3_session *s = session_of(app);
    return !s->is_failed && s->q && h3_feed_data(s, id, data, fin);
}

static void on_stream_acked(struct quic_app *app, int64_t id, uint64_t len)
{
    struct h3_session *s = session_of(app);
    if (s->is_failed || h3_substreams_acked(s, id, len))
        return;
    if (id == s->control.id)
        len = h3_control_acked(&s->control, len);
    nghttp3_conn_add_ack_offset(s->ng, id, len);
}

static void on_stream_reset(struct quic_app *app, int64_t id, uint64_t code)
{
    struct h3_session *s = session_of(app);
    if (s->is_failed || h3_substreams_reset(s, id, code))
        return;
    if (!h3_stream_is_request(id)) {
        /* Whether it was a critical one is known when it is closed. */
        return;
    }
    struct h3_stream *st = h3_stream_find(&s->streams, id);
    if (st == NULL && s->is_server && s->q) {
        /* Nothing came before: nobody else would end our side. */
        h3_gaps_seen(&s->gaps, id);
        quic_reset_stream(s->q, id, NGHTTP3_H3_REQUEST_INCOMPLETE);
    }
    if (st == NULL || st->rx == H3_STREAM_RX_ENDED ||
        st->rx == H3_STREAM_RX_CUT)
        return;
    h3_session_cut_receiving(s, st);
    h3_session_tell_cut(s, st, H3_SESSION_RESET, code, NULL);
}

/* QUIC has reset our side already. */
static void stop_sending(struct h3_session *s, struct h3_stream *st)
{
    if (st->tx == H3_STREAM_TX_CUT || st->tx == H3_STREAM_TX_ENDED)
        return;
    h3_session_cut_sending(s, st);
    if (st->owner)
        s->ops->on_stopped(s, st);
}

static void on_stop_sending(struct quic_app *app, int64_t id, uint64_t code)
{
    struct h3_session *s = session_of(app);
    if (s->is_failed || h3_substreams_stopped(s, id, code))
        return; /* HTTP's own: the response, or a reset, tells more */
    if (is_own_uni(s, id)) {
        h3_session_break(s, NGHTTP3_H3_CLOSED_CRITICAL_STREAM,
                         "control stream stopped");
        return;
    }
    struct h3_stream *st = h3_stream_find(&s->streams, id);
    if (st)
        stop_sending(s, st);
}

/* All of it is here, and nghttp3 cannot read it yet. */
static bool is_blocked(const struct h3_stream *st)
{
    return st->has_fin && st->owner &&
           (st->rx == H3_STREAM_RX_HEAD || st->rx == H3_STREAM_RX_BODY);
}

static void on_stream_closed(struct quic_app *app, int64_t id, bool has_code,
                             uint64_t code)
{
    struct h3_session *s = session_of(app);
    uint64_t reason = has_code ? code : NGHTTP3_H3_NO_ERROR;
    if (h3_session_qlog(s))
        h3_qlog_closed(s->qlog, id);
    if (s->is_failed || h3_substreams_closed(s, id))
        return;
    struct h3_stream *st = h3_stream_find(&s->streams, id);
    if (st && is_blocked(st)) {
        st->is_closed = true;
        st->is_undecoded = true;
        list_remove(&st->link);
        list_append(&s->streams.gone, &st->link);
        return;
    }
    int rv = nghttp3_conn_close_stream(s->ng, id, reason);
    if (rv == NGHTTP3_ERR_H3_CLOSED_CRITICAL_STREAM) {
        h3_session_break(s, NGHTTP3_H3_CLOSED_CRITICAL_STREAM,
                         "control stream closed");
        return;
    }
    if (st == NULL)
        return;
    st->is_closed = true;
    list_remove(&st->cut);
    if (st->rx != H3_STREAM_RX_ENDED)
        h3_session_tell_cut(s, st, H3_SESSION_RESET, reason, NULL);
    st->rx = st->rx == H3_STREAM_RX_ENDED ? st->rx : H3_STREAM_RX_CUT;
    if (st->owner)
        s->ops->on_stream_gone(s, st);
    if (st->owner == NULL) {
        h3_stream_remove(&s->streams, st);
        return;
    }
    list_remove(&st->link);
    list_append(&s->streams.gone, &st->link);
}

static void on_streams_allowed(struct quic_app *app)
{
    struct h3_session *s = session_of(app);
    s->ops->on_capacity(s);
}

static void on_stream_unblocked(struct quic_app *app, int64_t id)
{
    struct h3_session *s = session_of(app);
    if (s->is_failed || h3_substreams_unblocked(s, id))
        return;
    const struct h3_stream *st = h3_stream_find(&s->streams, id);
    /* nghttp3 would write on a stream that was shut. */
    if (st == NULL || st->tx != H3_STREAM_TX_CUT)
        nghttp3_conn_unblock_stream(s->ng, id);
}

static bool on_datagram(struct quic_app *app, struct span data)
{
    struct h3_session *s = session_of(app);
    return !s->is_failed && s->q && h3_datagram_receive(s, data);
}

static void on_datagram_max(struct quic_app *app)
{
    h3_datagram_update(session_of(app));
}

static int next_send(struct quic_app *app, int64_t *id, struct span *spans,
                     int cap, bool *fin)
{
    struct h3_session *s = session_of(app);
    if (!s->is_started || s->is_failed || s->q == NULL)
        return -1;
    /* HTTP's streams and the others take turns. */
    s->substreams.has_turn = !s->substreams.has_turn;
    int n = -1;
    if (s->substreams.has_turn)
        n = h3_substreams_next(s, id, spans, cap, fin);
    if (n < 0)
        n = h3_send_next(s, id, spans, cap, fin);
    if (n < 0 && !s->is_failed)
        n = h3_substreams_next(s, id, spans, cap, fin);
    return n;
}

static void sent(struct quic_app *app, int64_t id, size_t len)
{
    struct h3_session *s = session_of(app);
    if (!h3_substreams_sent(s, id, len))
        h3_send_taken(s, id, len);
}

static void blocked(struct quic_app *app, int64_t id)
{
    struct h3_session *s = session_of(app);
    if (!h3_substreams_blocked(s, id))
        nghttp3_conn_block_stream(s->ng, id);
}

static void write_closed(struct quic_app *app, int64_t id)
{
    struct h3_session *s = session_of(app);
    if (h3_substreams_stopped(s, id, 0))
        return;
    struct h3_stream *st = h3_stream_find(&s->streams, id);
    if (st)
        stop_sending(s, st);
    else
        nghttp3_conn_shutdown_stream_write(s->ng, id);
}

static bool next_datagram(struct quic_app *app, struct quic_datagram *d)
{
    struct h3_session *s = session_of(app);
    return !s->is_failed && h3_datagram_next(s, d);
}

static void datagram_sent(struct quic_app *app, uint64_t id)
{
    h3_datagram_sent(session_of(app), id);
}

static void datagram_too_large(struct quic_app *app, uint64_t id)
{
    h3_datagram_too_large(session_of(app), id);
}

static void on_datagram_acked(struct quic_app *app, uint64_t id)
{
    h3_datagram_acked(session_of(app), id);
}

static void on_datagram_lost(struct quic_app *app, uint64_t id)
{
    h3_datagram_lost(session_of(app), id);
}

static void lose_stream(struct h3_session *s, struct h3_stream *st,
                        const struct fault *why)
{
    if (st->is_closed && st->rx == H3_STREAM_RX_ENDED)
        return; /* its consumer has yet to take it */
    st->is_closed = true;
    if (st->rx == H3_STREAM_RX_ENDED) {
        /* Its consumer may have yet to take it. */
        stop_sending(s, st);
        if (st->owner)
            s->ops->on_stream_gone(s, st);
        return;
    }
    if (st->owner && why->code == ERR_NONE && h3_receive_is_complete(st)) {
        /* An orderly end, and nothing is missing (RFC 9114 5.3). */
        st->rx = H3_STREAM_RX_ENDED;
        if (!st->is_paused && st->held.len == 0)
            s->ops->on_end(s, st);
        return;
    }
    st->rx = H3_STREAM_RX_CUT;
    h3_session_tell_cut(s, st,
                        s->is_broken ? H3_SESSION_BROKEN : H3_SESSION_LOST,
                        why->wire, why);
}

static void on_path(struct quic_app *app)
{
    struct h3_session *s = session_of(app);
    if (s->ops->on_path)
        s->ops->on_path(s);
}

static void on_path_failed(struct quic_app *app)
{
    struct h3_session *s = session_of(app);
    if (s->ops->on_path_failed)
        s->ops->on_path_failed(s);
}

static void on_alive(struct quic_app *app)
{
    struct h3_session *s = session_of(app);
    if (s->ops->on_alive)
        s->ops->on_alive(s);
}

static void on_closed(struct quic_app *app, const struct fault *why)
{
    struct h3_session *s = session_of(app);
    s->why = *why;
    h3_session_path(s, &s->last);
    s->q = NULL;
    if (s->qlog)
        h3_qlog_end(s->qlog);
    h3_datagram_update(s);
    list_splice(&s->streams.all, &s->streams.gone);
    /* Owners may cancel others while they are told. */
    while (!list_is_empty(&s->streams.all)) {
        struct h3_stream *st =
            container_of(s->streams.all.next, struct h3_stream, link);
        list_remove(&st->link);
        list_append(&s->streams.gone, &st->link);
        lose_stream(s, st, why);
    }
    loop_later(s->loop, &s->task);
}

const struct quic_app_ops h3_events_ops = {
    .protocol = &h3_protocol,
    .on_open = on_open,
    .on_confirmed = on_confirmed,
    .on_stream_data = on_stream_data,
    .on_stream_acked = on_stream_acked,
    .on_stream_reset = on_stream_reset,
    .on_stop_sending = on_stop_sending,
    .on_stream_closed = on_stream_closed,
    .on_streams_allowed = on_streams_allowed,
    .on_stream_unblocked = on_stream_unblocked,
    .on_datagram = on_datagram,
    .on_datagram_max = on_datagram_max,
    .next_send = next_send,
    .sent = sent,
    .blocked = blocked,
    .write_closed = write_closed,
    .next_datagram = next_datagram,
    .datagram_sent = datagram_sent,
    .datagram_too_large = datagram_too_large,
    .on_datagram_acked = on_datagram_acked,
    .on_datagram_lost = on_datagram_lost,
    .on_alive = on_alive,
    .on_path = on_path,
    .on_path_failed = on_path_failed,
    .on_closed = on_closed,
};
