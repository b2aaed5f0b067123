/*
 * The life of a connection and its turn:
 *
 *     readable -> a batch of packets -> ngtcp2 -> application
 *     timer    -> ngtcp2 -> application           } each asks for a flush
 *     the application wants to send               }
 *     flush    -> everything that is to be sent -> timer for what comes next
 *
 * A batch is bounded (quic_paths.c), so that a fast peer gets acknowledged and
 * other connections get their turn; the path is still readable and the next
 * turn goes on.  ngtcp2 decides about loss, retransmission, pacing and
 * idleness; it is asked for its next deadline and gets one timer.
 */
#include "conn/quic.h"

#include <assert.h>
#include <stdlib.h>

#include "base/fault.h"
#include "base/xalloc.h"
#include "conn/quic_callbacks.h"
#include "conn/quic_cid.h"
#include "conn/quic_close.h"
#include "conn/quic_config.h"
#include "conn/quic_fault.h"
#include "conn/quic_self.h"
#include "conn/quic_send.h"

/* Shorter datagrams are no QUIC packets: a header, an ID and a sample. */
#define PACKET_MIN 21

void quic_arm(struct quic *q)
{
    uint64_t expiry = ngtcp2_conn_get_expiry2(q->conn);
    if (expiry == UINT64_MAX) {
        loop_disarm(q->loop, &q->timer);
        return;
    }
    /* While the socket is full, what is due cannot be done. */
    uint64_t soon = loop_now(q->loop) + LOOP_MS;
    if (q->held.bytes && expiry < soon)
        expiry = soon;
    loop_arm(q->loop, &q->timer, expiry);
}

static void on_flush(struct loop_task *task)
{
    struct quic *q = container_of(task, struct quic, flush);
    if (quic_close_settle(q))
        return;
    quic_paths_settle(q);
    quic_send(q);
    if (!quic_close_settle(q))
        quic_arm(q);
}

static void on_timer(struct loop_timer *t, uint64_t now)
{
    struct quic *q = container_of(t, struct quic, timer);
    if (quic_is_over(q)) {
        quic_close_finish(q);
        return;
    }
    q->depth++;
    int result = ngtcp2_conn_handle_expiry(q->conn, now);
    q->depth--;
    if (result != 0)
        quic_close_by_library(q, result);
    on_flush(&q->flush);
}

static void fail_as_flood(struct quic *q)
{
    struct fault why;
    uint64_t code = q->protocol->excessive_load;
    fault_set(&why, ERR_QUIC, code, "a flood of packets without progress");
    quic_fail(q, code, &why);
}

void quic_read_packet(struct quic *q, const ngtcp2_path *at, struct span data,
                      uint8_t ecn)
{
    if (data.len < PACKET_MIN || quic_is_over(q) || q->ending.is_asked)
        return;
    ngtcp2_pkt_info info = {.ecn = ecn};
    q->depth++;
    int result = ngtcp2_conn_read_pkt(q->conn, at, &info, data.base, data.len,
                                      loop_now(q->loop));
    q->depth--;
    if (result != 0)
        quic_close_by_library(q, result);
    else if (!quic_guard_packet(&q->guard, data.len, loop_now(q->loop)))
        fail_as_flood(q);
}

void quic_receive(struct quic *q, const struct udp_packet *p)
{
    if (quic_is_over(q)) {
        quic_close_answer(q, p);
        return;
    }
    ngtcp2_path at = {
        .local = {(ngtcp2_sockaddr *)(uintptr_t)&p->local.sa, p->local.len},
        .remote = {(ngtcp2_sockaddr *)(uintptr_t)&p->remote.sa, p->remote.len},
    };
    quic_read_packet(q, &at, p->data, p->ecn);
    if (!quic_close_settle(q))
        loop_later(q->loop, &q->flush);
}

void quic_unblocked(struct quic *q)
{
    if (!quic_is_over(q))
        loop_later(q->loop, &q->flush);
}

static void on_reap(struct loop_task *task)
{
    quic_free(container_of(task, struct quic, reap));
}

struct quic *quic_new(struct loop *loop, const struct settings *s,
                      const struct quic_protocol *protocol)
{
    struct quic *q = XALLOC_NEW(struct quic);
    q->loop = loop;
    q->settings = s;
    q->protocol = protocol;
    q->start = loop_now(loop);
    quic_guard_init(&q->guard, s, q->start);
    q->timer.on_expired = on_timer;
    q->flush.run = on_flush;
    q->end.run = quic_close_report;
    q->reap.run = on_reap;
    quic_datagram_init(&q->datagrams);
    return q;
}

void quic_free(struct quic *q)
{
    if (q == NULL)
        return;
    ngtcp2_conn_del(q->conn);
    quic_tls_fini(&q->tls);
    quic_datagram_fini(&q->datagrams);
    quic_paths_close(q);
    free(q->held.bytes);
    free(q->goodbye);
    free(q);
}

static int new_client_conn(struct quic *q, const struct quic_path *path)
{
    ngtcp2_callbacks callbacks;
    ngtcp2_settings settings;
    ngtcp2_transport_params params;
    quic_callbacks_set(&callbacks);
    quic_config_settings(q->settings, loop_now(q->loop), &settings);
    quic_config_params(q->settings, &params);
    quic_config_client_streams(&params);
    if (path->datagrams->max_payload < settings.max_tx_udp_payload_size)
        settings.max_tx_udp_payload_size = path->datagrams->max_payload;
    ngtcp2_cid dcid;
    ngtcp2_cid scid;
    quic_cid_make(&dcid, NGTCP2_MIN_INITIAL_DCIDLEN);
    quic_cid_make(&scid, QUIC_CID_LEN);
    return ngtcp2_conn_client_new(&q->conn, &dcid, &scid, &path->at,
                                  NGTCP2_PROTO_VER_V1, &callbacks, &settings,
                                  &params, NULL, q);
}

static bool start_client(struct quic *q, struct datagram_path *datagrams,
                         struct span host, struct tls_context *tls,
                         struct fault *fault)
{
    const struct quic_path *path = quic_paths_add(q, datagrams, fault);
    if (path == NULL ||
        !quic_tls_client(&q->tls, tls, q->protocol->alpn, host, fault))
        return false;
    int result = new_client_conn(q, path);
    if (result != 0) {
        quic_fault_library(fault, result);
        return false;
    }
    quic_tls_attach(&q->tls, &q->conn);
    loop_later(q->loop, &q->flush);
    return true;
}

struct quic *quic_connect(struct loop *loop, struct datagram_path *path,
                          struct span host, const struct settings *s,
                          struct tls_context *tls, struct quic_app *app,
                          struct fault *fault)
{
    struct quic *q = quic_new(loop, s, app->ops->protocol);
    q->app = app;
    if (start_client(q, path, host, tls, fault))
        return q;
    quic_free(q);
    return NULL;
}

void quic_set_app(struct quic *q, struct quic_app *app)
{
    assert(app->ops->protocol == q->protocol);
    q->app = app;
}

void quic_wake(struct quic *q)
{
    if (!quic_is_over(q))
        loop_later(q->loop, &q->flush);
}
