/*
 * The problem: the end of a connection is decided in many places, and most of
 * them are callbacks of ngtcp2, in which neither a CONNECTION_CLOSE may be
 * written nor the object freed.  So deciding and doing are apart.  Whoever
 * decides fills q->ending; every entry into the connection (a batch of
 * packets, the timer, the flush) ends with quic_close_settle(), which does it:
 *
 *              decided                       settled
 *   RUNNING ------------> RUNNING, asked ------------> ENDED --report--> GONE
 *                                                        |          client
 *                                       server: report   v
 *                                              CLOSING or SILENT --3 PTO--> GONE
 *
 * A client says goodbye once and is gone: a process that is about to exit does
 * not wait three round trips to repeat itself.  A server keeps the packet and
 * repeats it ever more rarely for peers that missed it (RFC 9000 10.2.1).
 */
#include "conn/quic_close.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "conn/quic_echo.h"
#include "conn/quic_ending.h"
#include "conn/quic_link.h"
#include "conn/quic_memory.h"
#include "conn/quic_paths.h"
#include "conn/quic_qlog.h"
#include "conn/quic_send.h"

void quic_close(struct quic *q, uint64_t app_error)
{
    /* After this the owner is gone, even if another end came first. */
    q->ending.is_quiet = true;
    q->app = NULL;
    (void)quic_ending_by_owner(q, app_error);
    if (q->depth == 0)
        quic_close_settle(q);
}

void quic_close_say_goodbye(struct quic *q)
{
    uint8_t packet[NGTCP2_MAX_UDP_PAYLOAD_SIZE];
    ngtcp2_path_storage ps;
    ngtcp2_pkt_info info = {0};
    ngtcp2_path_storage_zero(&ps);
    ngtcp2_ssize n = ngtcp2_conn_write_connection_close(
        q->conn, &ps.path, &info, packet, sizeof packet, &q->ending.error,
        loop_now(q->loop));
    if (n <= 0)
        return;
    struct datagram_run run = {.data = span_of(packet, (size_t)n),
                               .segment = (size_t)n};
    size_t sent;
    (void)quic_paths_send(q, &ps.path, &run, &sent);
    if (q->link == NULL)
        return;
    q->goodbye = XALLOC_NEW(struct quic_goodbye);
    q->goodbye->answer_at = 1;
    q->goodbye->len = (size_t)n;
    memcpy(q->goodbye->packet, packet, (size_t)n);
}

static void release_paths(struct quic *q)
{
    quic_paths_close(q);
    quic_send_drop_held(q);
}

void quic_close_finish(struct quic *q)
{
    q->state = QUIC_GONE;
    quic_liveness_stop(q);
    quic_echo_stop(q);
    loop_disarm(q->loop, &q->timer);
    loop_forget(q->loop, &q->flush);
    loop_forget(q->loop, &q->end);
    if (q->link)
        q->link->ops->on_gone(q->link);
    q->link = NULL;
    loop_reap(q->loop, &q->reap);
}

/* A server's, and somebody at the other end may still send: not after a
 * timeout, and not for what never was a connection. */
static bool must_linger(const struct quic *q)
{
    return q->link && (q->goodbye || q->ending.is_drained);
}

/* RFC 9000 10.2: long enough for what is still under way to arrive. */
static void linger(struct quic *q)
{
    q->state = q->goodbye ? QUIC_CLOSING : QUIC_SILENT;
    loop_arm(q->loop, &q->timer,
             loop_now(q->loop) + 3 * ngtcp2_conn_get_pto2(q->conn));
}

void quic_close_report(struct loop_task *task)
{
    struct quic *q = container_of(task, struct quic, end);
    struct quic_app *app = q->app;
    q->app = NULL;
    quic_memory_end(q);
    if (app)
        app->ops->on_closed(app, &q->ending.why);
    if (must_linger(q))
        linger(q);
    else
        quic_close_finish(q);
}

bool quic_close_settle(struct quic *q)
{
    if (quic_is_over(q))
        return true;
    if (!q->ending.is_asked)
        return false;
    if (q->ending.is_told)
        quic_close_say_goodbye(q);
    quic_qlog_ended(q);
    q->state = QUIC_ENDED;
    quic_liveness_stop(q);
    quic_echo_stop(q);
    loop_disarm(q->loop, &q->timer);
    loop_forget(q->loop, &q->flush);
    if (q->link == NULL)
        release_paths(q);
    if (q->ending.is_quiet)
        quic_close_report(&q->end);
    else
        loop_later(q->loop, &q->end);
    return true;
}

void quic_close_answer(struct quic *q, const struct udp_packet *p)
{
    struct quic_goodbye *g = q->goodbye;
    if (q->state != QUIC_CLOSING || g == NULL)
        return;
    if (++g->nreceived < g->answer_at)
        return;
    g->answer_at *= 2;
    /* Never more than it sent, who may have borrowed its address. */
    struct datagram_run run = {.data = span_of(g->packet, g->len),
                               .segment = g->len};
    size_t sent;
    struct fault ignored;
    if (p->data.len >= g->len / 3)
        q->link->ops->send(q->link, &p->remote, &p->local, &run, &sent,
                           &ignored);
}
