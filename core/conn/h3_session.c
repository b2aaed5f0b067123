/*
 * The life of a connection and of its streams.
 *
 * Ends.  A stream ends for its owner when the message is whole, when the peer
 * or we give it up, or when the connection is lost; each of these is one
 * call, and the owner is forgotten with it.  When QUIC has closed the stream
 * too, it goes back to the free list.
 *
 * A connection that is lost while a whole response waits for a consumer that
 * paused is not over for it: the session lives on without QUIC until the last
 * such response was taken.
 */
#include "conn/h3_session.h"

#include <stdlib.h>

#include <nghttp3/nghttp3.h>

#include "base/random.h"
#include "conn/h3_datagram.h"
#include "conn/h3_events.h"
#include "conn/h3_qlog.h"
#include "conn/h3_receive.h"
#include "conn/h3_send.h"

/* --- streams ----------------------------------------------------------- */

static void check_over(struct h3_session *s)
{
    if (s->q || s->is_over)
        return;
    list_each (l, &s->streams.gone) {
        if (container_of(l, struct h3_stream, link)->owner)
            return;
    }
    s->is_over = true;
    s->ops->on_over(s, &s->why);
}

void h3_session_forget(struct h3_session *s, struct h3_stream *st)
{
    st->owner = NULL;
    list_remove(&st->due);
    h3_datagram_detach(st);
    h3_substreams_detach(s, st);
    h3_receive_drop(s, st);
    if (st->is_closed)
        h3_session_sweep(s); /* it may be in use right now */
}

void h3_session_abandon(struct h3_session *s, struct h3_stream *st,
                        uint64_t code)
{
    h3_session_cut_both(s, st, code);
    h3_session_forget(s, st);
}

void h3_session_resume(struct h3_session *s, struct h3_stream *st,
                       unsigned ways)
{
    if (ways & EXCHANGE_SEND)
        h3_send_resume(s, st);
    if (ways & EXCHANGE_DATAGRAM)
        h3_datagram_resume(s, st);
    if ((ways & EXCHANGE_RECEIVE) && (st->is_paused || st->held.len > 0)) {
        list_remove(&st->due);
        list_append(&s->due, &st->due);
        loop_later(s->loop, &s->task);
    }
}

struct h3_stream *h3_session_request(struct h3_session *s,
                                     const struct h3_fields_out *head,
                                     bool has_body, void *owner,
                                     struct arena *arena)
{
    if (s->q == NULL || !s->is_started || s->is_failed)
        return NULL;
    int64_t id = quic_open_bidi(s->q);
    if (id < 0)
        return NULL;
    s->opened++;
    struct h3_stream *st = h3_stream_add(&s->streams, id, owner, arena);
    st->tx = H3_STREAM_TX_OPEN;
    if (h3_session_qlog(s)) {
        h3_qlog_opened(s->qlog, id, QLOG_LOCAL, "data");
        h3_qlog_submitted(s->qlog, id, head);
    }
    if (nghttp3_conn_submit_request(s->ng, id, head->pairs, head->len,
                                    has_body ? &h3_send_reader : NULL,
                                    st) != 0) {
        quic_reset_stream(s->q, id, NGHTTP3_H3_REQUEST_CANCELLED);
        h3_stream_remove(&s->streams, st);
        return NULL;
    }
    quic_wake(s->q);
    return st;
}

void h3_session_prioritize(struct h3_session *s, const struct h3_stream *st,
                           struct span priority)
{
    (void)nghttp3_conn_set_client_stream_priority(s->ng, st->id, priority.base,
                                                  priority.len);
}

void h3_session_inform(struct h3_session *s, struct h3_stream *st,
                       const struct h3_fields_out *head)
{
    if (s->q == NULL || st->is_closed || st->tx != H3_STREAM_TX_IDLE)
        return;
    if (h3_session_qlog(s))
        h3_qlog_submitted(s->qlog, st->id, head);
    nghttp3_conn_submit_info(s->ng, st->id, head->pairs, head->len);
    quic_wake(s->q);
}

void h3_session_respond(struct h3_session *s, struct h3_stream *st,
                        const struct h3_fields_out *head, bool has_body)
{
    if (s->q == NULL || st->is_closed || st->tx != H3_STREAM_TX_IDLE)
        return;
    st->tx = H3_STREAM_TX_OPEN;
    if (h3_session_qlog(s))
        h3_qlog_submitted(s->qlog, st->id, head);
    nghttp3_conn_submit_response(s->ng, st->id, head->pairs, head->len,
                                 has_body ? &h3_send_reader : NULL);
    quic_wake(s->q);
}

/* --- the connection ---------------------------------------------------- */

void h3_session_goaway(struct h3_session *s)
{
    if (s->q == NULL || !s->is_started || s->is_failed)
        return;
    if (nghttp3_conn_shutdown(s->ng) != 0)
        return;
    if (s->next_id < s->goaway_sent)
        s->goaway_sent = s->next_id;
    quic_wake(s->q);
}

void h3_session_path(const struct h3_session *s, struct path_stats *path)
{
    struct quic_stats all;
    if (s->q == NULL) {
        *path = s->last;
        return;
    }
    quic_get_stats(s->q, &all);
    *path = all.path;
}

void h3_session_close(struct h3_session *s, uint64_t code)
{
    if (s->q) {
        h3_session_path(s, &s->last);
        quic_close(s->q, code);
    }
    s->q = NULL;
    if (s->qlog)
        h3_qlog_end(s->qlog);
    s->is_over = true;
    loop_forget(s->loop, &s->task);
    list_splice(&s->streams.all, &s->streams.gone);
    list_each (l, &s->streams.all) {
        struct h3_stream *st = container_of(l, struct h3_stream, link);
        st->owner = NULL;
        h3_datagram_detach(st);
        h3_substreams_detach(s, st);
    }
}

static void leave_nghttp3(struct h3_session *s, struct h3_stream *st)
{
    if (!st->is_undecoded || (st->owner && st->rx != H3_STREAM_RX_ENDED))
        return;
    st->is_undecoded = false;
    if (s->is_failed)
        return;
    nghttp3_conn_close_stream(s->ng, st->id, NGHTTP3_H3_NO_ERROR);
}

/* Owners of datagrams and of streams beside HTTP's; streams that were resumed,
 * and those that only waited to be removed. */
static void run_task(struct loop_task *task)
{
    struct h3_session *s = container_of(task, struct h3_session, task);
    h3_datagram_settle(s);
    h3_substreams_settle(s);
    while (!list_is_empty(&s->due)) {
        struct h3_stream *st = container_of(s->due.next, struct h3_stream, due);
        list_remove(&st->due);
        h3_receive_deliver(s, st);
    }
    list_each_safe (l, &s->streams.gone) {
        struct h3_stream *st = container_of(l, struct h3_stream, link);
        leave_nghttp3(s, st);
        if (st->owner == NULL)
            h3_stream_remove(&s->streams, st);
    }
    check_over(s);
}

/* --- set-up ------------------------------------------------------------ */

static void fill_random(uint8_t *to, size_t len)
{
    random_bytes(to, len);
}

static void make_nghttp3(struct h3_session *s)
{
    const struct settings *settings = s->settings;
    nghttp3_callbacks callbacks = {.rand = fill_random};
    h3_receive_callbacks(&callbacks);
    h3_send_callbacks(&callbacks);
    nghttp3_settings own;
    nghttp3_settings_default(&own);
    own.max_field_section_size = s->limits.head;
    own.qpack_max_dtable_capacity = (size_t)settings->quic.qpack_table;
    own.qpack_encoder_max_dtable_capacity = (size_t)settings->quic.qpack_table;
    own.qpack_blocked_streams = settings->quic.qpack_blocked;
    own.h3_datagram = settings->quic.h3_datagrams;
    own.enable_connect_protocol = s->is_server; /* RFC 9220 3 */
    s->mem = (nghttp3_mem){&s->memory, slab_malloc, slab_free, slab_calloc,
                           slab_realloc};
    int rv =
        s->is_server
            ? nghttp3_conn_server_new(&s->ng, &callbacks, &own, &s->mem, s)
            : nghttp3_conn_client_new(&s->ng, &callbacks, &own, &s->mem, s);
    if (rv != 0)
        abort(); /* out of memory is its only failure, and never comes */
    if (!s->is_server)
        return;
    /* A priority may be told before its request (RFC 9218 7.2). */
    s->allowed = settings->quic.max_streams;
    nghttp3_conn_set_max_client_streams_bidi(s->ng, s->allowed);
}

static void renew(struct h3_session *s)
{
    nghttp3_conn_del(s->ng);
    slab_fini(&s->memory);
    if (s->qlog)
        h3_qlog_renew(s->qlog);
    h3_control_init(&s->control);
    make_nghttp3(s);
}

void h3_session_init(struct h3_session *s, const struct h3_session_ops *ops,
                     struct loop *loop, const struct settings *settings,
                     bool is_server)
{
    *s = (struct h3_session){
        .app = {.ops = &h3_events_ops},
        .ops = ops,
        .settings = settings,
        .renew = renew,
        .limits = settings->limits,
        .loop = loop,
        .is_server = is_server,
        .peer_section = UINT64_MAX,
        .goaway_sent = INT64_MAX,
        .task = {.run = run_task},
    };
    if (settings->quic.max_head)
        s->limits.head = (size_t)settings->quic.max_head;
    list_init(&s->due);
    list_init(&s->cut);
    h3_datagram_init(s);
    h3_control_init(&s->control);
    h3_substreams_init(s);
    h3_stream_table_init(&s->streams, loop_buffers(loop));
    h3_guard_init(&s->guard, &settings->limits);
    make_nghttp3(s);
}

void h3_session_attach(struct h3_session *s, struct quic *q)
{
    s->q = q;
    s->qlog = h3_qlog_new(quic_qlog(q));
}

void h3_session_fini(struct h3_session *s)
{
    loop_forget(s->loop, &s->task);
    nghttp3_conn_del(s->ng);
    slab_fini(&s->memory);
    h3_datagram_fini(s);
    h3_substreams_fini(s);
    h3_qlog_free(s->qlog);
    h3_stream_table_fini(&s->streams);
}
