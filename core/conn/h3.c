/*
 * The client's connection: capacity, drains, and its end.
 *
 *   submit -> (stream) -> head -> body -> on_done
 *      '-> no stream: on_returned, in the next task
 */
#include "conn/h3.h"

#include <stdlib.h>

#include <nghttp3/nghttp3.h>

#include "base/fault.h"
#include "base/xalloc.h"
#include "conn/h3_call.h"
#include "conn/h3_confirm.h"
#include "conn/h3_features.h"
#include "conn/h3_move.h"
#include "conn/quic_echo.h"
#include "io/qlog_files.h"

static struct h3 *of_conn(const struct conn *c)
{
    return container_of(c, struct h3, conn);
}

static struct h3 *of_session(struct h3_session *s)
{
    return container_of(s, struct h3, session);
}

static void on_goaway(struct h3_session *s, uint64_t id)
{
    struct h3 *h = of_session(s);
    struct fault why;
    fault_set(&why, ERR_RECV, NGHTTP3_H3_NO_ERROR,
              "GOAWAY: the server takes no more requests");
    if (!h->is_leaving) {
        h->is_leaving = true;
        if (h->conn.events)
            h->conn.events->on_draining(&h->conn, &why);
    }
    list_each_safe (l, &s->streams.all) {
        struct h3_stream *st = container_of(l, struct h3_stream, link);
        struct h3_call *call = st->owner;
        if (call == NULL || (uint64_t)st->id < id)
            continue;
        h3_call_abandon(call);
        h3_call_give_back(call, CONN_RETURN_GOAWAY, &why);
    }
    loop_later(s->loop, &h->turn);
}

static const struct fields *own_trailers(struct h3_session *s,
                                         struct h3_stream *st)
{
    const struct h3_call *call = st->owner;
    (void)s;
    return call ? call->ex->request->trailers : NULL;
}

static void h3_reap(struct loop_task *task)
{
    struct h3 *h = container_of(task, struct h3, reap);
    h3_session_fini(&h->session);
    conn_fini(&h->conn);
    free(h);
}

static void retire(struct h3 *h)
{
    loop_forget(h->session.loop, &h->turn);
    loop_disarm(h->session.loop, &h->confirm);
    loop_reap(h->session.loop, &h->reap);
}

static void release_unsent(struct h3 *h)
{
    while (!list_is_empty(&h->unsent)) {
        struct h3_call *call =
            container_of(h->unsent.next, struct h3_call, link);
        struct fault why = call->why;
        if (why.code != ERR_NONE) {
            h3_call_finish(call, &why);
            continue;
        }
        fault_set(&why, ERR_RECV, 0,
                  call->was_early ? "the server did not take it as early data"
                                  : "the connection takes no more requests");
        h3_call_give_back(call, CONN_RETURN_UNSENT, &why);
    }
}

static bool may_tell(const struct h3 *h)
{
    return !h->is_leaving && h->session.q && h->conn.events;
}

/* Each may end with the owner closing the connection. */
static void tell_news(struct h3 *h)
{
    bool has_features = h->has_features;
    bool has_capacity = h->has_capacity;
    h->has_features = false;
    h->has_capacity = false;
    if (has_features && may_tell(h))
        h->conn.events->on_features(&h->conn);
    if (has_capacity && may_tell(h))
        h->conn.events->on_capacity(&h->conn);
}

static void on_turn(struct loop_task *task)
{
    struct h3 *h = container_of(task, struct h3, turn);
    release_unsent(h);
    tell_news(h);
    if (!h->is_leaving || h->conn.active > 0 || h->session.q == NULL)
        return;
    struct fault why;
    fault_set(&why, ERR_NONE, 0, "drained");
    h3_session_close(&h->session, NGHTTP3_H3_NO_ERROR);
    retire(h);
    if (h->conn.events)
        h->conn.events->on_closed(&h->conn, &why);
}

/* MAX_STREAMS counts all streams there ever were (RFC 9000 4.6): how many at
 * once the peer has in mind shows when none is owed. */
static void note_limit(struct h3 *h)
{
    uint64_t own = h->session.settings->quic.max_streams;
    uint64_t peers =
        h->conn.active + (h->session.q ? quic_bidi_left(h->session.q) : 0);
    size_t limit = (size_t)(peers < own ? peers : own);
    if (limit > h->conn.limit)
        h->conn.limit = limit;
}

static void on_capacity(struct h3_session *s)
{
    struct h3 *h = of_session(s);
    note_limit(h);
    h->has_capacity = true;
    loop_later(s->loop, &h->turn);
}

static void on_settings(struct h3_session *s)
{
    struct h3 *h = of_session(s);
    h->has_features = true;
    loop_later(s->loop, &h->turn);
}

static void on_alive(struct h3_session *s)
{
    h3_call_trust(of_session(s));
}

static void on_confirmed(struct h3_session *s)
{
    struct h3 *h = of_session(s);
    h3_confirm_heard(h);
    note_limit(h);
    h->has_features = true;
    h->has_capacity = true;
    loop_later(s->loop, &h->turn);
}

static void on_path(struct h3_session *s)
{
    h3_move_done(of_session(s));
}

/* A link that has come up may take a moment until it carries anything. */
static void on_path_failed(struct h3_session *s)
{
    (void)h3_move(&of_session(s)->conn, false);
}

static void on_over(struct h3_session *s, const struct fault *why)
{
    struct h3 *h = of_session(s);
    list_splice(&h->unsent, &h->doubting);
    release_unsent(h);
    retire(h);
    if (h->conn.events)
        h->conn.events->on_closed(&h->conn, why);
}

static void on_stream_gone(struct h3_session *s, struct h3_stream *st)
{
    /* The response waits for its consumer. */
    (void)s;
    (void)st;
}

static const struct h3_session_ops session_ops = {
    .on_head = h3_call_head,
    .on_body = h3_call_body,
    .on_trailers = h3_call_trailers,
    .on_end = h3_call_end,
    .on_cut = h3_call_cut,
    .pull = h3_call_pull,
    .trailers = own_trailers,
    .on_sent = h3_call_sent,
    .on_stopped = h3_call_stopped,
    .on_stream_gone = on_stream_gone,
    .on_goaway = on_goaway,
    .on_capacity = on_capacity,
    .on_confirmed = on_confirmed,
    .on_settings = on_settings,
    .on_alive = on_alive,
    .on_path = on_path,
    .on_path_failed = on_path_failed,
    .on_over = on_over,
};

/* Idle for so long that what lies between may have forgotten it. */
static bool is_in_doubt(const struct h3 *h)
{
    const struct h3_session *s = &h->session;
    if (s->q == NULL)
        return false;
    return !list_is_empty(&h->doubting) ||
           (h->conn.active == 0 &&
            quic_silence(s->q) >= s->settings->timeouts.ping_after);
}

static void h3_submit(struct conn *c, struct exchange *ex)
{
    struct h3 *h = of_conn(c);
    struct h3_call *call = ARENA_NEW(&ex->arena, struct h3_call);
    call->h = h;
    call->ex = ex;
    call->expect.on_expired = h3_call_on_expect;
    list_init(&call->link);
    bool is_doubtful = is_in_doubt(h);
    conn_take(c, ex, loop_now(h->session.loop));
    ex->stream = call;
    if (h->session.q)
        quic_expect(h->session.q, true);
    if (is_doubtful)
        h3_call_send_doubtfully(call);
    else
        h3_call_send(call);
}

static void h3_reset(struct conn *c, struct exchange *ex, uint64_t code)
{
    struct h3_call *call = ex->stream;
    (void)c;
    if (call == NULL)
        return;
    if (call->stream)
        h3_session_abandon(&call->h->session, call->stream, code);
    h3_call_release(call);
    ex->state = EXCHANGE_DONE;
}

static void h3_cancel(struct conn *c, struct exchange *ex)
{
    h3_reset(c, ex, NGHTTP3_H3_REQUEST_CANCELLED);
}

static void h3_resume(struct conn *c, struct exchange *ex, unsigned ways)
{
    struct h3_call *call = ex->stream;
    if (call && call->stream)
        h3_session_resume(&of_conn(c)->session, call->stream, ways);
}

static size_t h3_capacity(const struct conn *c)
{
    const struct h3 *h = of_conn(c);
    const struct h3_session *s = &h->session;
    if (h->is_leaving || s->q == NULL || !s->is_started || s->is_failed)
        return 0;
    uint64_t own = s->settings->quic.max_streams;
    if (c->active >= own)
        return 0;
    uint64_t left = quic_bidi_left(s->q);
    return (size_t)(left < own - c->active ? left : own - c->active);
}

static void h3_drain(struct conn *c)
{
    struct h3 *h = of_conn(c);
    if (h->is_leaving)
        return;
    h->is_leaving = true;
    h3_session_goaway(&h->session);
    loop_later(h->session.loop, &h->turn);
}

static void drop_calls(struct list *streams)
{
    list_each (l, streams) {
        struct h3_call *call = container_of(l, struct h3_stream, link)->owner;
        if (call)
            h3_call_release(call);
    }
}

static void h3_close(struct conn *c)
{
    struct h3 *h = of_conn(c);
    drop_calls(&h->session.streams.all);
    drop_calls(&h->session.streams.gone);
    list_splice(&h->unsent, &h->doubting);
    while (!list_is_empty(&h->unsent))
        h3_call_release(container_of(h->unsent.next, struct h3_call, link));
    h3_session_close(&h->session, NGHTTP3_H3_NO_ERROR);
    retire(h);
}

static void h3_path_stats(const struct conn *c, struct path_stats *stats)
{
    h3_session_path(&of_conn(c)->session, stats);
}

/* QUIC sends a PING by itself when nothing else has gone out for so long. */
static bool h3_ping(struct conn *c, uint64_t interval)
{
    struct h3 *h = of_conn(c);
    if (h->ping_interval == 0 || interval < h->ping_interval)
        h->ping_interval = interval;
    h3_call_keep_alive(h);
    return true;
}

static bool h3_measure(struct conn *c, struct meter *m, uint64_t seq)
{
    struct quic *q = of_conn(c)->session.q;
    return q && quic_measure(q, m, seq);
}

static uint64_t h3_heard(const struct conn *c)
{
    const struct h3_session *s = &of_conn(c)->session;
    struct quic_stats stats = {.packets_received = 0};
    if (s->q)
        quic_get_stats(s->q, &stats);
    return stats.packets_received;
}

static uint64_t h3_rtt(const struct conn *c)
{
    struct path_stats stats = {0};
    h3_path_stats(c, &stats);
    return stats.rtt;
}

static const struct conn_ops conn_ops = {
    .name = "h3",
    .title = "HTTP/3",
    .submit = h3_submit,
    .cancel = h3_cancel,
    .reset = h3_reset,
    .resume = h3_resume,
    .capacity = h3_capacity,
    .features = h3_features,
    .drain = h3_drain,
    .close = h3_close,
    .ping = h3_ping,
    .measure = h3_measure,
    .heard = h3_heard,
    .migrate = h3_move,
    .rtt = h3_rtt,
    .path_stats = h3_path_stats,
    .allowed = h3_features_allowed,
};

struct conn *h3_new(struct loop *loop, struct quic *q, const struct settings *s,
                    const struct conn_facts *facts)
{
    struct h3 *h = XALLOC_NEW(struct h3);
    h->conn.ops = &conn_ops;
    h->conn.facts = *facts;
    h->conn.facts.version = HTTP_VERSION_3;
    h->turn.run = on_turn;
    h->reap.run = h3_reap;
    list_init(&h->conn.link);
    list_init(&h->unsent);
    list_init(&h->doubting);
    h3_session_init(&h->session, &session_ops, loop, s, false);
    qlog_files_name(quic_qlog(q), facts->id);
    h3_session_attach(&h->session, q);
    quic_set_app(q, &h->session.app);
    if (quic_is_early(q))
        h3_confirm_begin(h);
    h3_session_start(&h->session);
    note_limit(h);
    return &h->conn;
}
