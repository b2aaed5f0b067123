/*
 * An exchange waits here until the turn and is only then given to nghttp2: so
 * all that were submitted in a round leave in one write, and one that was not
 * sent yet is given back to the pool without a trace of it on the wire.
 *
 *   submit -> waiting -> (turn) HEADERS -> response -> on_done
 *                 '-> on_returned: the peer goes, or lowered its limit
 */
#include "conn/h2.h"

#include <stdlib.h>

#include "base/fault.h"
#include "base/xalloc.h"
#include "conn/h2_call.h"
#include "conn/h2_qlog.h"
#include "conn/h2_session.h"

static struct h2 *of_conn(const struct conn *c)
{
    return container_of(c, struct h2, conn);
}

static struct h2 *of_session(const struct h2_session *s)
{
    return container_of(s, struct h2, session);
}

static size_t stream_limit(const struct h2 *h)
{
    const struct h2_session *s = &h->session;
    uint32_t own = s->settings->h2.max_streams;
    return s->peer_streams < own ? s->peer_streams : own;
}

static bool may_open(const struct h2 *h)
{
    return !h->is_drained && h2_session_may_open(&h->session);
}

static void send_waiting(struct h2 *h)
{
    while (!list_is_empty(&h->waiting)) {
        struct h2_call *call =
            container_of(h->waiting.next, struct h2_call, stream.link);
        bool has_place = h->conn.active - h->nwaiting < stream_limit(h);
        h2_call_stop_waiting(call);
        if (has_place && h2_session_may_open(&h->session)) {
            h2_call_send(call);
        } else {
            struct fault why = h->session.fault;
            if (why.code == ERR_NONE)
                fault_set(&why, ERR_RECV, 0,
                          "the connection takes no more requests");
            h2_call_return(call, CONN_RETURN_UNSENT, &why);
        }
    }
}

/* After 2^30 requests (RFC 9113 5.1.1). */
static bool has_run_out(const struct h2 *h)
{
    const struct h2_session *s = &h->session;
    return h2_session_is_open(s) && !s->is_over && !s->has_goaway &&
           !h->is_drained && !h2_session_may_open(s);
}

/* Each may end with the owner closing the connection. */
static void tell_news(struct h2 *h)
{
    bool has_features = h->has_features;
    bool has_capacity = h->has_capacity;
    h->has_features = false;
    h->has_capacity = false;
    if (has_features && may_open(h) && h->conn.events)
        h->conn.events->on_features(&h->conn);
    if (has_capacity && may_open(h) && h->conn.events)
        h->conn.events->on_capacity(&h->conn);
}

static void on_turn(struct h2_session *s)
{
    struct h2 *h = of_session(s);
    tell_news(h);
    send_waiting(h);
    if (has_run_out(h)) {
        struct fault why;
        fault_set(&why, ERR_NONE, 0, "no stream ids are left");
        h->is_drained = true;
        if (h->conn.events)
            h->conn.events->on_draining(&h->conn, &why);
    }
    if (h->is_drained && h->conn.active == 0 && h2_session_is_open(s))
        h2_session_finish(s);
}

/* ---- the connection ---- */

static void on_settings(struct h2_session *s)
{
    struct h2 *h = of_session(s);
    h->has_features |= h->conn.limit == CONN_LIMIT_UNKNOWN ||
                       h->had_connect != s->peer_connect;
    h->had_connect = s->peer_connect;
    h->conn.limit = stream_limit(h);
    h->has_capacity = true;
}

static void on_confirmed(struct h2_session *s,
                         const struct transport_confirmed *how)
{
    struct h2 *h = of_session(s);
    conn_confirm(&h->conn, how, s->loop);
    list_each (l, &s->streams)
        conn_confirm_exchange(container_of(l, struct h2_call, stream.link)->ex,
                              how);
    list_each (l, &h->waiting) /* not sent yet */
        container_of(l, struct h2_call, stream.link)->ex->early =
            EARLY_DATA_NONE;
    h->has_features = true;
}

static void on_goaway(struct h2_session *s, const struct fault *why)
{
    struct h2 *h = of_session(s);
    if (h->conn.events)
        h->conn.events->on_draining(&h->conn, why);
}

static void on_alt_svc(struct h2_session *s, struct span origin,
                       struct span value)
{
    struct h2 *h = of_session(s);
    if (h->conn.events && h->conn.events->on_alt_svc)
        h->conn.events->on_alt_svc(&h->conn, origin, value);
}

static void on_gone(struct h2_session *s, const struct fault *why)
{
    struct h2 *h = of_session(s);
    h->conn.events->on_closed(&h->conn, why);
}

static void on_reap(struct h2_session *s)
{
    struct h2 *h = of_session(s);
    loop_disarm(s->loop, &h->liveness);
    h2_session_fini(s);
    conn_fini(&h->conn);
    free(h);
}

static const struct h2_role role = {
    .is_server = false,
    .on_head = h2_call_on_head,
    .on_data = h2_call_on_data,
    .on_end = h2_call_on_end,
    .on_body_sent = h2_call_on_body_sent,
    .on_sent = h2_call_on_sent,
    .on_closed = h2_call_on_closed,
    .on_dropped = h2_call_on_dropped,
    .on_turn = on_turn,
    .on_settings = on_settings,
    .on_confirmed = on_confirmed,
    .on_goaway = on_goaway,
    .on_alt_svc = on_alt_svc,
    .on_gone = on_gone,
    .on_reap = on_reap,
};

/* ---- is it still there? ---- */

static void on_liveness_expired(struct loop_timer *t, uint64_t now)
{
    struct h2 *h = container_of(t, struct h2, liveness);
    struct h2_session *s = &h->session;
    if (!h2_session_is_open(s) || s->heard_at >= h->asked_at)
        return;
    struct fault why;
    fault_set(&why, ERR_RECV, 0,
              "the connection was idle, and the peer is silent now for %llu ms",
              (unsigned long long)((now - h->asked_at) / LOOP_MS));
    h2_session_cut(s, &why);
}

/* A peer that is gone without a word, or was forgotten on the way, answers
 * nothing: not the PING that goes before the request either. */
static void ping_after_idleness(struct h2 *h)
{
    struct h2_session *s = &h->session;
    const struct settings_timeouts *t = &s->settings->timeouts;
    uint64_t now = loop_now(s->loop);
    if (h->conn.active > 0 || h->idle_since == 0 ||
        now - h->idle_since < t->ping_after)
        return;
    (void)h2_session_ping(s); /* one that is out already asks as well */
    h->asked_at = now;
    loop_arm(s->loop, &h->liveness, now + t->liveness);
}

static bool is_early(const struct h2 *h)
{
    return h->session.transport && transport_is_early(h->session.transport);
}

static void h2_submit(struct conn *c, struct exchange *ex)
{
    struct h2 *h = of_conn(c);
    ping_after_idleness(h);
    struct h2_call *call = ARENA_NEW(&ex->arena, struct h2_call);
    call->h = h;
    call->ex = ex;
    h2_stream_init(&call->stream, &h->session, &ex->arena);
    conn_take(c, ex, loop_now(h->session.loop));
    if (is_early(h))
        ex->early = EARLY_DATA_SENT;
    ex->stream = call;
    list_append(&h->waiting, &call->stream.link);
    h->nwaiting++;
    h2_session_wake(&h->session);
}

static void h2_reset(struct conn *c, struct exchange *ex, uint64_t code)
{
    struct h2_call *call = ex->stream;
    (void)c;
    if (call == NULL)
        return;
    if (call->stream.id == 0)
        h2_call_stop_waiting(call);
    h2_stream_reset(&call->stream, (uint32_t)code);
    h2_call_release(call);
    ex->state = EXCHANGE_DONE;
}

static void h2_cancel(struct conn *c, struct exchange *ex)
{
    h2_reset(c, ex, NGHTTP2_CANCEL);
}

static void h2_resume(struct conn *c, struct exchange *ex, unsigned ways)
{
    struct h2_call *call = ex->stream;
    (void)c;
    if (call && call->stream.id != 0)
        h2_stream_resume(&call->stream, ways);
}

static size_t h2_capacity(const struct conn *c)
{
    const struct h2 *h = of_conn(c);
    size_t limit = stream_limit(h);
    return may_open(h) && c->active < limit ? limit - c->active : 0;
}

/* SETTINGS tell the only one that is negotiated (RFC 8441 3).  Datagrams there
 * are none: what HTTP/2 has for them are capsules on a stream. */
static void h2_features(const struct conn *c, struct conn_features *f)
{
    const unsigned connect = FEATURE_EXTENDED_CONNECT | FEATURE_PROTOCOL;
    if (is_early(of_conn(c)))
        f->pending = FEATURE_REPLAY_SAFE;
    else
        f->has = FEATURE_REPLAY_SAFE;
    if (c->limit == CONN_LIMIT_UNKNOWN)
        f->pending |= connect;
    else if (of_conn(c)->session.peer_connect)
        f->has |= connect;
}

static void h2_drain(struct conn *c)
{
    struct h2 *h = of_conn(c);
    h->is_drained = true;
    h2_session_wake(&h->session);
}

static void h2_close(struct conn *c)
{
    struct h2 *h = of_conn(c);
    while (!list_is_empty(&h->waiting)) {
        struct h2_call *call =
            container_of(h->waiting.next, struct h2_call, stream.link);
        h2_call_stop_waiting(call);
        h2_call_release(call);
    }
    h2_session_close(&h->session);
}

/* One that is out already does as well. */
static bool h2_ping(struct conn *c, uint64_t interval)
{
    (void)interval;
    (void)h2_session_ping(&of_conn(c)->session);
    return true;
}

static bool h2_measure(struct conn *c, struct meter *m, uint64_t seq)
{
    return h2_session_measure(&of_conn(c)->session, m, seq);
}

static uint64_t h2_heard(const struct conn *c)
{
    return of_conn(c)->session.heard_at;
}

static uint64_t h2_rtt(const struct conn *c)
{
    return of_conn(c)->session.rtt;
}

static void h2_path_stats(const struct conn *c, struct path_stats *stats)
{
    const struct h2_session *s = &of_conn(c)->session;
    if (s->transport)
        transport_path_stats(s->transport, stats);
    if (stats->rtt == 0)
        stats->rtt = s->rtt;
}

static void h2_allowed(const struct conn *c, struct allowed *a)
{
    static const struct {
        nghttp2_settings_id id;
        const char *name;
    } all[] = {
        {NGHTTP2_SETTINGS_HEADER_TABLE_SIZE, "h2.header_table_size"},
        {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, "h2.max_concurrent_streams"},
        {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, "h2.initial_window_size"},
        {NGHTTP2_SETTINGS_MAX_FRAME_SIZE, "h2.max_frame_size"},
        {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, "h2.max_header_list_size"},
        {NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL,
         "h2.enable_connect_protocol"},
    };
    const struct h2_session *s = &of_conn(c)->session;
    if (c->limit == CONN_LIMIT_UNKNOWN || s->ng == NULL)
        return;
    a->connect = allowed_known(s->peer_connect != 0);
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        uint32_t value = nghttp2_session_get_remote_settings(s->ng, all[i].id);
        if (value != UINT32_MAX) /* that is: nothing was said */
            allowed_add(a, all[i].name, value);
    }
}

static const struct conn_ops ops = {
    .name = "h2",
    .title = "HTTP/2",
    .submit = h2_submit,
    .cancel = h2_cancel,
    .reset = h2_reset,
    .resume = h2_resume,
    .capacity = h2_capacity,
    .features = h2_features,
    .drain = h2_drain,
    .close = h2_close,
    .ping = h2_ping,
    .measure = h2_measure,
    .heard = h2_heard,
    .rtt = h2_rtt,
    .path_stats = h2_path_stats,
    .allowed = h2_allowed,
};

struct conn *h2_new(struct loop *loop, struct transport *t,
                    const struct settings *s, const struct conn_facts *facts)
{
    struct h2 *h = XALLOC_NEW(struct h2);
    h->conn.ops = &ops;
    h->conn.facts = *facts;
    h->conn.facts.version = HTTP_VERSION_2;
    list_init(&h->conn.link);
    list_init(&h->waiting);
    h->conn.limit = CONN_LIMIT_UNKNOWN;
    h->liveness.on_expired = on_liveness_expired;
    h2_session_init(&h->session, loop, t, s, &role, 0);
    if (h->session.qlog)
        h2_qlog_started(&h->session, facts);
    return &h->conn;
}
