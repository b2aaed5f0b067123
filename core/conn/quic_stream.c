/*
 * What an application does with its connection: its streams and their credit.
 * ngtcp2 refuses calls on streams that are gone; that is no error here, since
 * an application learns of the end of a stream one callback later than ngtcp2
 * does.
 */
#include <assert.h>

#include "conn/quic_self.h"

void quic_set_app(struct quic *q, struct quic_app *app)
{
    assert(app->ops->protocol == q->protocol);
    q->app = app;
}

void quic_wake(struct quic *q)
{
    if (!quic_is_over(q))
        loop_last(q->loop, &q->flush);
}

int64_t quic_open_bidi(struct quic *q)
{
    int64_t id;
    if (!quic_is_running(q) ||
        ngtcp2_conn_open_bidi_stream(q->conn, &id, NULL) != 0)
        return -1;
    return id;
}

int64_t quic_open_uni(struct quic *q)
{
    int64_t id;
    if (!quic_is_running(q) ||
        ngtcp2_conn_open_uni_stream(q->conn, &id, NULL) != 0)
        return -1;
    return id;
}

uint64_t quic_bidi_left(const struct quic *q)
{
    return quic_is_running(q) ? ngtcp2_conn_get_streams_bidi_left2(q->conn) : 0;
}

/* Often enough for one that is lost to be sent again. */
#define PINGS_PER_IDLE_TIMEOUT 3

/* RFC 9000 10.1: the shorter one of both sides' counts; 0 is none. */
static uint64_t idle_timeout(const struct quic *q)
{
    const ngtcp2_transport_params *theirs =
        ngtcp2_conn_get_remote_transport_params2(q->conn);
    uint64_t own = q->settings->timeouts.quic_idle;
    uint64_t peers = theirs ? theirs->max_idle_timeout : 0;
    if (own == 0 || (peers > 0 && peers < own))
        return peers;
    return own;
}

void quic_keep_alive(struct quic *q, bool is_on, uint64_t at_most)
{
    if (!quic_is_running(q))
        return;
    uint64_t interval = idle_timeout(q) / PINGS_PER_IDLE_TIMEOUT;
    if (at_most && (interval == 0 || at_most < interval))
        interval = at_most;
    q->keep_alive = is_on ? interval : 0;
    ngtcp2_conn_set_keep_alive_timeout(q->conn, q->keep_alive ? q->keep_alive
                                                              : UINT64_MAX);
    quic_wake(q);
}

/* Some of n may be allowed still; returns how many are new. */
static size_t take_surplus(size_t *surplus, size_t n)
{
    size_t taken = *surplus < n ? *surplus : n;
    *surplus -= taken;
    return n - taken;
}

void quic_allow_streams(struct quic *q, size_t n)
{
    if (!quic_is_running(q))
        return;
    size_t nbidi = take_surplus(&q->surplus[0], n);
    q->remote_bidi += nbidi;
    ngtcp2_conn_extend_max_streams_bidi(q->conn, nbidi);
    ngtcp2_conn_extend_max_streams_uni(q->conn,
                                       take_surplus(&q->surplus[1], n));
    quic_wake(q);
}

void quic_disallow_streams(struct quic *q, size_t n)
{
    q->surplus[0] += n;
    q->surplus[1] += n;
}

uint64_t quic_remote_bidi_max(const struct quic *q)
{
    return q->remote_bidi;
}

void quic_consumed(struct quic *q, int64_t id, size_t len)
{
    quic_consumed_stream(q, id, len);
    quic_consumed_conn(q, len);
}

void quic_consumed_conn(struct quic *q, size_t len)
{
    if (!quic_is_running(q))
        return;
    ngtcp2_conn_extend_max_offset(q->conn, len);
    quic_wake(q);
}

void quic_consumed_stream(struct quic *q, int64_t id, size_t len)
{
    if (!quic_is_running(q))
        return;
    ngtcp2_conn_extend_max_stream_offset(q->conn, id, len);
    quic_wake(q);
}

void quic_reset_stream(struct quic *q, int64_t id, uint64_t code)
{
    if (!quic_is_running(q))
        return;
    ngtcp2_conn_shutdown_stream(q->conn, 0, id, code);
    quic_wake(q);
}

void quic_stop_sending(struct quic *q, int64_t id, uint64_t code)
{
    if (!quic_is_running(q))
        return;
    ngtcp2_conn_shutdown_stream_read(q->conn, 0, id, code);
    quic_wake(q);
}
