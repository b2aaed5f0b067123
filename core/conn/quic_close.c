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

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/xalloc.h"
#include "conn/quic_fault.h"
#include "conn/quic_self.h"
#include "conn/quic_send.h"

/* Asks for the end; NULL when that has been done before. */
static struct quic_ending *ask(struct quic *q, bool is_told)
{
    if (q->ending.is_asked || quic_is_over(q))
        return NULL;
    q->ending.is_asked = true;
    q->ending.is_told = is_told;
    ngtcp2_ccerr_default(&q->ending.error);
    loop_later(q->loop, &q->flush);
    return &q->ending;
}

void quic_fail(struct quic *q, uint64_t app_error, const struct fault *why)
{
    struct quic_ending *e = ask(q, true);
    if (e == NULL)
        return;
    ngtcp2_ccerr_set_application_error(&e->error, app_error, NULL, 0);
    e->why = *why;
}

void quic_close(struct quic *q, uint64_t app_error)
{
    /* After this the owner is gone, even if another end came first. */
    q->ending.is_quiet = true;
    q->app = NULL;
    struct quic_ending *e = ask(q, true);
    if (e)
        ngtcp2_ccerr_set_application_error(&e->error, app_error, NULL, 0);
    if (q->depth == 0)
        quic_close_settle(q);
}

void quic_close_by_path(struct quic *q, const struct fault *why)
{
    struct quic_ending *e = ask(q, false);
    if (e)
        e->why = *why;
}

void quic_close_by_tls(struct quic *q, uint8_t alert)
{
    struct quic_ending *e = ask(q, true);
    if (e == NULL)
        return;
    ngtcp2_ccerr_set_tls_alert(&e->error, alert, NULL, 0);
    e->why = q->tls.fault;
}

void quic_close_by_versions(struct quic *q, const uint32_t *versions, size_t n)
{
    struct quic_ending *e = ask(q, false);
    if (e == NULL)
        return;
    char list[100] = "";
    size_t len = 0;
    for (size_t i = 0; i < n && len < sizeof list; i++)
        len += (size_t)snprintf(list + len, sizeof list - len, "%s0x%x",
                                i ? ", " : "", (unsigned)versions[i]);
    fault_set(&e->why, ERR_QUIC, NGTCP2_VERSION_NEGOTIATION_ERROR,
              "no common QUIC version; the server offers %s",
              n ? list : "none");
}

static void by_draining(struct quic *q)
{
    struct quic_ending *e = ask(q, false);
    if (e == NULL)
        return;
    e->is_drained = !q->was_reset;
    if (q->was_reset)
        fault_set(&e->why, ERR_RECV, 0,
                  "stateless reset: the peer has lost the connection");
    else
        quic_fault_peer(&e->why, q->protocol, ngtcp2_conn_get_ccerr2(q->conn));
}

static void by_timeout(struct quic *q, uint64_t after, const char *format)
{
    struct quic_ending *e = ask(q, false);
    if (e == NULL)
        return;
    char text[FAULT_DETAIL_MAX];
    (void)snprintf(text, sizeof text, "%s %.3g s", format,
                   (double)after / (double)LOOP_S);
    fault_set(&e->why, ERR_TIMEOUT, 0, "%s", text);
}

/* The shorter of what the two sides want (RFC 9000 10.1); 0: neither does. */
static uint64_t idle_timeout(const struct quic *q)
{
    uint64_t ours = q->settings->timeouts.quic_idle;
    const ngtcp2_transport_params *theirs =
        ngtcp2_conn_get_remote_transport_params2(q->conn);
    if (theirs == NULL || theirs->max_idle_timeout == 0)
        return ours;
    bool is_shorter = ours == 0 || theirs->max_idle_timeout < ours;
    return is_shorter ? theirs->max_idle_timeout : ours;
}

static bool has_heard(const struct quic *q)
{
    ngtcp2_conn_info info;
    ngtcp2_conn_get_conn_info2(q->conn, &info);
    return info.pkt_recv > 0;
}

static void by_crypto(struct quic *q)
{
    struct quic_ending *e = ask(q, true);
    if (e == NULL)
        return;
    ngtcp2_ccerr_set_tls_alert(&e->error, ngtcp2_conn_get_tls_alert2(q->conn),
                               NULL, 0);
    quic_tls_failed(&q->tls);
    e->why = q->tls.fault;
}

void quic_close_by_library(struct quic *q, int result)
{
    switch (result) {
    case NGTCP2_ERR_DRAINING:
        by_draining(q);
        return;
    case NGTCP2_ERR_IDLE_CLOSE:
        by_timeout(q, idle_timeout(q), "no packet within");
        return;
    case NGTCP2_ERR_HANDSHAKE_TIMEOUT:
        by_timeout(q, q->settings->timeouts.handshake,
                   has_heard(q) ? "QUIC handshake not complete within"
                                : "no QUIC answer within");
        return;
    case NGTCP2_ERR_CRYPTO:
        by_crypto(q);
        return;
    default:
        break;
    }
    /* Not even a connection yet: whatever came was no Initial of ours. */
    bool is_nothing =
        result == NGTCP2_ERR_DROP_CONN || result == NGTCP2_ERR_RETRY;
    struct quic_ending *e = ask(q, !is_nothing);
    if (e == NULL)
        return;
    ngtcp2_ccerr_set_liberr(&e->error, result, NULL, 0);
    quic_fault_library(&e->why, result);
}

/* Writes the CONNECTION_CLOSE, sends it, and keeps it if a server. */
static void say_goodbye(struct quic *q)
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
    free(q->held.bytes);
    q->held = (struct quic_held){0};
}

void quic_close_finish(struct quic *q)
{
    q->state = QUIC_GONE;
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
        say_goodbye(q);
    q->state = QUIC_ENDED;
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

void quic_abandon(struct quic *q)
{
    struct quic_ending *e = ask(q, true);
    if (e) {
        ngtcp2_ccerr_set_application_error(&e->error, q->protocol->no_error,
                                           NULL, 0);
        say_goodbye(q);
    }
    q->app = NULL;
    q->link = NULL;
    quic_close_finish(q);
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
