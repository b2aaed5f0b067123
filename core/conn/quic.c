/*
 * The life of a connection and its turn:
 *
 *     readable -> a batch of packets -> ngtcp2 -> application
 *     timer    -> ngtcp2 -> application           } each asks for a flush
 *     the application wants to send               }
 *     flush    -> everything that is to be sent -> timer for what comes next
 *
 * A batch is bounded (READ_BUDGET), so that a fast peer gets acknowledged and
 * other connections get their turn; the descriptor is still readable and the
 * next turn goes on.  ngtcp2 decides about loss, retransmission, pacing and
 * idleness; it is asked for its next deadline and gets one timer.
 */
#include "conn/quic.h"

#include <assert.h>
#include <errno.h>
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

/* Messages of one batch: at 64 datagrams each, 1,024 packets at most. */
#define READ_BUDGET 16
/* Shorter datagrams are no QUIC packets: a header, an ID and a sample. */
#define PACKET_MIN 21
/* A port that was open refuses: so many times, with nothing in between, and
 * the peer is gone rather than disturbed. */
#define REFUSALS_MAX 3

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

void quic_read_packet(struct quic *q, const struct udp_packet *p)
{
    if (p->data.len < PACKET_MIN || quic_is_over(q) || q->ending.is_asked)
        return;
    q->refusals = 0;
    ngtcp2_path path = {
        .local = {(ngtcp2_sockaddr *)(uintptr_t)&p->local.sa, p->local.len},
        .remote = {(ngtcp2_sockaddr *)(uintptr_t)&p->remote.sa, p->remote.len},
    };
    ngtcp2_pkt_info info = {.ecn = p->ecn};
    q->depth++;
    int result = ngtcp2_conn_read_pkt(q->conn, &path, &info, p->data.base,
                                      p->data.len, loop_now(q->loop));
    q->depth--;
    if (result != 0)
        quic_close_by_library(q, result);
    else if (!quic_guard_packet(&q->guard, p->data.len, loop_now(q->loop)))
        fail_as_flood(q);
}

static void on_packet(struct udp_reader *r, const struct udp_packet *p)
{
    struct quic_path *path = container_of(r, struct quic_path, reader);
    quic_read_packet(path->quic, p);
}

void quic_path_failed(struct quic *q, const struct fault *why)
{
    struct fault fault;
    if (q->state == QUIC_HANDSHAKE) {
        char text[ADDR_TEXT_MAX];
        addr_format(&q->path.remote, text);
        fault_set_errno(&fault, ERR_CONNECT, (int)why->wire,
                        "QUIC to %s port %u", text, addr_port(&q->path.remote));
        quic_close_by_socket(q, &fault);
        return;
    }
    if (why->wire != ECONNREFUSED || ++q->refusals < REFUSALS_MAX)
        return;
    fault_set(&fault, ERR_RECV, why->wire,
              "the peer's port is closed now; the connection is lost");
    quic_close_by_socket(q, &fault);
}

static void on_readable(struct udp_events *e)
{
    struct quic_path *path = container_of(e, struct quic_path, events);
    struct quic *q = path->quic;
    struct fault fault;
    if (udp_read(path->udp, &path->reader, READ_BUDGET, &fault) == IO_FAILED)
        quic_path_failed(q, &fault);
    if (!quic_close_settle(q))
        loop_later(q->loop, &q->flush);
}

static void on_writable(struct udp_events *e)
{
    struct quic_path *path = container_of(e, struct quic_path, events);
    loop_later(path->quic->loop, &path->quic->flush);
}

void quic_receive(struct quic *q, const struct udp_packet *p)
{
    if (quic_is_over(q)) {
        quic_close_answer(q, p);
        return;
    }
    quic_read_packet(q, p);
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
    q->path.quic = q;
    q->path.events = (struct udp_events){on_readable, on_writable};
    q->path.reader.on_packet = on_packet;
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
    if (q->link == NULL && q->path.udp)
        udp_close(q->path.udp);
    free(q->held.bytes);
    free(q->goodbye);
    free(q);
}

static int new_client_conn(struct quic *q)
{
    ngtcp2_callbacks callbacks;
    ngtcp2_settings settings;
    ngtcp2_transport_params params;
    quic_callbacks_set(&callbacks);
    quic_config_settings(q->settings, loop_now(q->loop), &settings);
    quic_config_params(q->settings, &params);
    quic_config_client_streams(&params);
    ngtcp2_cid dcid;
    ngtcp2_cid scid;
    quic_cid_make(&dcid, NGTCP2_MIN_INITIAL_DCIDLEN);
    quic_cid_make(&scid, QUIC_CID_LEN);
    ngtcp2_path path = {
        .local = {(ngtcp2_sockaddr *)&q->path.local.sa, q->path.local.len},
        .remote = {(ngtcp2_sockaddr *)&q->path.remote.sa, q->path.remote.len},
    };
    return ngtcp2_conn_client_new(&q->conn, &dcid, &scid, &path,
                                  NGTCP2_PROTO_VER_V1, &callbacks, &settings,
                                  &params, NULL, q);
}

static bool start_client(struct quic *q, const struct addr *to,
                         struct span host, struct tls_context *tls,
                         struct fault *fault)
{
    if (!quic_tls_client(&q->tls, tls, q->protocol->alpn, host, fault))
        return false;
    q->path.udp = udp_connect(q->loop, to, q->settings->addresses.interface,
                              &q->path.events, fault);
    if (q->path.udp == NULL)
        return false;
    q->path.remote = *to;
    udp_local(q->path.udp, &q->path.local);
    int result = new_client_conn(q);
    if (result != 0) {
        quic_fault_library(fault, result);
        return false;
    }
    quic_tls_attach(&q->tls, &q->conn);
    loop_later(q->loop, &q->flush);
    return true;
}

struct quic *quic_connect(struct loop *loop, const struct addr *to,
                          struct span host, const struct settings *s,
                          struct tls_context *tls, struct quic_app *app,
                          struct fault *fault)
{
    struct quic *q = quic_new(loop, s, app->ops->protocol);
    q->app = app;
    if (start_client(q, to, host, tls, fault))
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
