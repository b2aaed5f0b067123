/*
 * The life of a connection.
 *
 *   app made -> attached -> open -> draining (GOAWAY) -> gone
 *
 * A drained connection is closed a little after its last request, not with
 * it: GOAWAY has to reach the client before CONNECTION_CLOSE does, so that a
 * request that was on its way is known to be unprocessed (RFC 9114 5.2).
 *
 * QUIC keeps a connection alive for as long as its client sends anything, so
 * the limits on heads and idleness are kept here.  One timer, that looks
 * again when the earliest of them could have passed, costs nothing per
 * request.
 */
#include "serve/h3_server.h"

#include <stdio.h>
#include <stdlib.h>

#include <nghttp3/nghttp3.h>

#include "base/xalloc.h"
#include "serve/h3_server_stream.h"

/* Between the last response and CONNECTION_CLOSE, beside two round trips. */
#define FAREWELL (5 * LOOP_MS)

static struct h3_server *of_session(struct h3_session *s)
{
    return container_of(s, struct h3_server, session);
}

static struct h3_server *of_peer(struct peer *p)
{
    return container_of(p, struct h3_server, peer);
}

static struct h3_server *of_app(struct quic_app *app)
{
    return of_session(container_of(app, struct h3_session, app));
}

static void reap(struct loop_task *task)
{
    struct h3_server *h = container_of(task, struct h3_server, reap);
    h3_session_fini(&h->session);
    h3_server_stream_free_all(h);
    free(h);
}

static void drop_all(struct list *jobs)
{
    while (!list_is_empty(jobs))
        h3_server_stream_drop(
            container_of(jobs->next, struct h3_server_stream, link),
            NGHTTP3_H3_REQUEST_CANCELLED);
}

/* The session is over, by itself or by h3_session_close(). */
static void retire(struct h3_server *h)
{
    drop_all(&h->jobs);
    drop_all(&h->doomed);
    loop_disarm(h->session.loop, &h->timer);
    loop_forget(h->session.loop, &h->turn);
    loop_reap(h->session.loop, &h->reap);
    if (h->is_attached && !h->is_gone && h->peer.on_gone) {
        h->is_gone = true;
        h->peer.on_gone(&h->peer);
    }
}

static void close_now(struct h3_server *h, uint64_t code)
{
    h3_session_close(&h->session, code);
    retire(h);
}

void h3_server_cut(struct h3_server *h, uint64_t code)
{
    if (h->is_cut)
        return;
    h->is_cut = true;
    h->close_code = code;
    loop_later(h->session.loop, &h->turn);
}

static bool is_idle(const struct h3_server *h)
{
    return list_is_empty(&h->jobs) && list_is_empty(&h->doomed);
}

void h3_server_drain(struct h3_server *h)
{
    if (h->is_draining)
        return;
    h->is_draining = true;
    h3_session_goaway(&h->session);
    loop_later(h->session.loop, &h->turn);
}

static void arm_farewell(struct h3_server *h)
{
    struct quic_stats stats;
    quic_get_stats(h->session.q, &stats);
    loop_arm(h->session.loop, &h->timer,
             loop_now(h->session.loop) + 2 * stats.path.rtt + FAREWELL);
}

static void on_turn(struct loop_task *task)
{
    struct h3_server *h = container_of(task, struct h3_server, turn);
    while (!list_is_empty(&h->doomed)) {
        struct h3_server_stream *job =
            container_of(h->doomed.next, struct h3_server_stream, link);
        h3_server_stream_drop(job, job->reset_code);
    }
    if (h->session.q == NULL)
        return;
    if (h->is_cut)
        close_now(h, h->close_code);
    else if (h->is_draining && is_idle(h))
        arm_farewell(h);
}

/* --- limits of time ---------------------------------------------------- */

/* Refuses heads that are late; returns when the next could be. */
static uint64_t check_heads(struct h3_server *h, uint64_t now)
{
    uint64_t limit = h->options->head_timeout;
    list_each (l, &h->jobs) {
        struct h3_server_stream *job =
            container_of(l, struct h3_server_stream, link);
        if (job->is_routed)
            continue;
        if (job->opened_at + limit > now)
            return job->opened_at + limit;
        h3_server_cut(h, NGHTTP3_H3_EXCESSIVE_LOAD);
    }
    return now + limit;
}

static uint64_t active_at(const struct h3_server *h)
{
    uint64_t datagram_at = h->session.datagram_at;
    return datagram_at > h->active_at ? datagram_at : h->active_at;
}

static void on_timer(struct loop_timer *t, uint64_t now)
{
    struct h3_server *h = container_of(t, struct h3_server, timer);
    if (h->is_draining && is_idle(h)) {
        close_now(h, NGHTTP3_H3_NO_ERROR);
        return;
    }
    uint64_t next = check_heads(h, now);
    uint64_t idle_at =
        active_at(h) + (h->nswitched > 0
                            ? server_options_switched_limit(h->options)
                            : h->options->idle_timeout);
    if (idle_at <= now)
        h3_server_cut(h, NGHTTP3_H3_NO_ERROR);
    loop_arm(h->session.loop, &h->timer, idle_at < next ? idle_at : next);
}

/* --- h3_session_ops ---------------------------------------------------- */

static void on_goaway(struct h3_session *s, uint64_t id)
{
    (void)s;
    (void)id;
}

static void on_capacity(struct h3_session *s)
{
    (void)s;
}

static void on_over(struct h3_session *s, const struct fault *why)
{
    (void)why;
    retire(of_session(s));
}

static const struct h3_session_ops session_ops = {
    .on_request = h3_server_stream_open,
    .on_head = h3_server_stream_head,
    .on_body = h3_server_stream_body,
    .on_trailers = h3_server_stream_trailers,
    .on_end = h3_server_stream_end,
    .on_cut = h3_server_stream_broken,
    .pull = h3_server_stream_pull,
    .trailers = h3_server_stream_own_trailers,
    .on_sent = h3_server_stream_sent,
    .on_stopped = h3_server_stream_stopped,
    .on_stream_gone = h3_server_stream_gone,
    .on_goaway = on_goaway,
    .on_capacity = on_capacity,
    .on_over = on_over,
};

/* --- peer_ops ---------------------------------------------------------- */

static void peer_drain(struct peer *p)
{
    h3_server_drain(of_peer(p));
}

static void peer_close(struct peer *p)
{
    struct h3_server *h = of_peer(p);
    h->is_gone = true;
    close_now(h, NGHTTP3_H3_NO_ERROR);
}

static const struct peer_ops peer_ops = {
    .drain = peer_drain,
    .close = peer_close,
};

struct quic_app *h3_server_app(struct server *srv)
{
    struct h3_server *h = XALLOC_NEW(struct h3_server);
    struct loop *loop = server_loop(srv);
    h->peer.ops = &peer_ops;
    h->peer.server = srv;
    h->peer.is_secure = true;
    list_init(&h->peer.link);
    h->options = server_get_options(srv);
    list_init(&h->jobs);
    list_init(&h->doomed);
    h->turn.run = on_turn;
    h->reap.run = reap;
    h->timer.on_expired = on_timer;
    h3_session_init(&h->session, &session_ops, loop, server_settings(srv),
                    true);
    h->session.nlost = &server_counters(srv)->datagrams_lost;
    return &h->session.app;
}

struct peer *h3_server_attach(struct quic_app *app, struct quic *q,
                              const char *remote)
{
    struct h3_server *h = of_app(app);
    (void)snprintf(h->peer.remote, sizeof h->peer.remote, "%s", remote);
    h->is_attached = true;
    h3_session_attach(&h->session, q);
    h->active_at = loop_now(h->session.loop);
    loop_arm(h->session.loop, &h->timer,
             h->active_at + h->options->head_timeout);
    return &h->peer;
}
