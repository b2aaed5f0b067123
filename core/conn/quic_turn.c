/*
 * The turn of a connection:
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
#include "conn/quic_turn.h"

#include <stdlib.h>

#include "base/fault.h"
#include "base/xalloc.h"
#include "conn/quic_aead.h"
#include "conn/quic_close.h"
#include "conn/quic_datagram.h"
#include "conn/quic_echo.h"
#include "conn/quic_ending.h"
#include "conn/quic_keys.h"
#include "conn/quic_liveness.h"
#include "conn/quic_memory.h"
#include "conn/quic_paths.h"
#include "conn/quic_qlog.h"
#include "conn/quic_send.h"

/* Shorter datagrams are no QUIC packets: a header, an ID and a sample. */
#define PACKET_MIN 21

static void arm(struct quic *q)
{
    uint64_t expiry = ngtcp2_conn_get_expiry2(q->conn);
    if (expiry == UINT64_MAX) {
        loop_disarm(q->loop, &q->timer);
        return;
    }
    /* While the socket is full, what is due cannot be done. */
    uint64_t soon = loop_now(q->loop) + LOOP_MS;
    if (!list_is_empty(&q->held) && expiry < soon)
        expiry = soon;
    loop_arm(q->loop, &q->timer, expiry);
}

static void on_flush(struct loop_task *task)
{
    struct quic *q = container_of(task, struct quic, flush);
    if (quic_close_settle(q))
        return;
    quic_paths_settle(q);
    quic_datagram_settle(q);
    quic_keys_settle(q);
    if (q->echo)
        quic_echo_before_send(q);
    quic_liveness_before_send(q);
    quic_send(q);
    quic_liveness_after_send(q);
    if (q->echo)
        quic_echo_after_send(q);
    if (!quic_close_settle(q))
        arm(q);
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
        quic_ending_by_library(q, result);
    on_flush(&q->flush);
}

static void fail_as_flood(struct quic *q)
{
    struct fault why;
    uint64_t code = q->protocol->excessive_load;
    fault_set(&why, ERR_QUIC, code, "a flood of packets without progress");
    quic_fail(q, code, &why);
}

void quic_turn_packet(struct quic *q, const ngtcp2_path *at, struct span data,
                      uint8_t ecn)
{
    if (data.len < PACKET_MIN || quic_is_over(q) || q->ending.is_asked)
        return;
    ngtcp2_pkt_info info = {.ecn = ecn};
    if (q->echo)
        quic_echo_before_read(q);
    q->depth++;
    quic_aead_note(q->link ? NULL : &q->numbers);
    if (q->qlog)
        qlog_hold(q->qlog);
    int result = ngtcp2_conn_read_pkt(q->conn, at, &info, data.base, data.len,
                                      loop_now(q->loop));
    if (q->qlog)
        qlog_release(q->qlog);
    quic_aead_note(NULL);
    q->depth--;
    if (q->echo)
        quic_echo_after_read();
    if (result != 0)
        quic_ending_by_library(q, result);
    else if (!quic_guard_packet(&q->guard, data.len, loop_now(q->loop)))
        fail_as_flood(q);
}

static void on_reap(struct loop_task *task)
{
    quic_turn_free(container_of(task, struct quic, reap));
}

struct quic *quic_turn_new(struct loop *loop, const struct settings *s,
                           const struct quic_protocol *protocol)
{
    struct quic *q = XALLOC_NEW(struct quic);
    q->loop = loop;
    q->settings = s;
    q->protocol = protocol;
    q->start = loop_now(loop);
    quic_guard_init(&q->guard, s, q->start);
    quic_liveness_init(q);
    q->timer.on_expired = on_timer;
    q->flush.run = on_flush;
    q->end.run = quic_close_report;
    q->reap.run = on_reap;
    list_init(&q->held);
    return q;
}

void quic_turn_free(struct quic *q)
{
    if (q == NULL)
        return;
    ngtcp2_conn_del(q->conn);
    quic_qlog_close(q);
    quic_tls_fini(&q->tls);
    quic_paths_close(q);
    quic_send_drop_held(q);
    quic_memory_fini(q);
    quic_echo_free(q);
    free(q->goodbye);
    free(q);
}

void quic_turn_received(struct quic *q)
{
    if (quic_close_settle(q))
        return;
    loop_last(q->loop, &q->flush);
    if (q->echo)
        quic_echo_tell(q);
    if (q->link == NULL)
        quic_liveness_received(q);
}
