/*
 * Each callback is thin: find the application, pass on, and say whether the
 * connection goes on.  The application may have ended it meanwhile (quic_fail,
 * quic_close); then ngtcp2 is told that the callback failed, which unwinds to
 * the entry point, and quic_close.c does the rest.
 */
#include "conn/quic_callbacks.h"

#include "base/fault.h"
#include "conn/quic_cid.h"
#include "conn/quic_ending.h"
#include "conn/quic_keys.h"
#include "conn/quic_link.h"
#include "conn/quic_memory.h"
#include "conn/quic_paths.h"

static int outcome(const struct quic *q)
{
    return q->ending.is_asked ? NGTCP2_ERR_CALLBACK_FAILURE : 0;
}

static int on_handshake_completed(ngtcp2_conn *conn, void *user_data)
{
    struct quic *q = user_data;
    (void)conn;
    uint8_t alert;
    if (!quic_tls_check(&q->tls, &alert)) {
        quic_ending_by_tls(q, alert);
        return NGTCP2_ERR_CALLBACK_FAILURE;
    }
    bool was_early = quic_is_early(q);
    q->state = QUIC_RUNNING;
    q->opened_at = loop_now(q->loop);
    quic_memory_confirm(q);
    if (q->link)
        q->link->ops->on_open(q->link);
    if (was_early && q->app->ops->on_confirmed)
        q->app->ops->on_confirmed(q->app);
    else
        q->app->ops->on_open(q->app);
    return outcome(q);
}

static int on_version_negotiation(ngtcp2_conn *conn, const ngtcp2_pkt_hd *hd,
                                  const uint32_t *versions, size_t n,
                                  void *user_data)
{
    struct quic *q = user_data;
    (void)conn;
    (void)hd;
    quic_ending_by_versions(q, versions, n);
    return 0;
}

static int on_stateless_reset(ngtcp2_conn *conn,
                              const ngtcp2_pkt_stateless_reset2 *reset,
                              void *user_data)
{
    struct quic *q = user_data;
    (void)conn;
    (void)reset;
    q->was_reset = true;
    return 0;
}

static int on_stream_data(ngtcp2_conn *conn, uint32_t flags, int64_t id,
                          uint64_t offset, const uint8_t *data, size_t len,
                          void *user_data, void *stream)
{
    struct quic *q = user_data;
    (void)conn;
    (void)offset;
    (void)stream;
    quic_guard_useful(&q->guard);
    if (flags & NGTCP2_STREAM_DATA_FLAG_0RTT)
        quic_memory_serve_early(q);
    if (!quic_is_running(q))
        return outcome(q);
    bool fin = flags & NGTCP2_STREAM_DATA_FLAG_FIN;
    bool goes_on =
        q->app->ops->on_stream_data(q->app, id, span_of(data, len), fin);
    if (!goes_on && !q->ending.is_asked) {
        struct fault why;
        uint64_t code = q->protocol->internal_error;
        fault_set(&why, ERR_QUIC, code,
                  "the application stopped without a reason");
        quic_fail(q, code, &why);
    }
    return outcome(q);
}

static int on_acked(ngtcp2_conn *conn, int64_t id, uint64_t offset,
                    uint64_t len, void *user_data, void *stream)
{
    struct quic *q = user_data;
    (void)conn;
    (void)offset;
    (void)stream;
    quic_guard_useful(&q->guard);
    if (quic_is_running(q) && len)
        q->app->ops->on_stream_acked(q->app, id, len);
    return outcome(q);
}

/* The peer may open another for each that is over, but for a surplus. */
static void replace_remote_stream(struct quic *q, int64_t id)
{
    if (ngtcp2_conn_is_local_stream2(q->conn, id))
        return;
    size_t *surplus = &q->surplus[!ngtcp2_is_bidi_stream(id)];
    if (*surplus > 0) {
        (*surplus)--;
        return;
    }
    if (!ngtcp2_is_bidi_stream(id)) {
        ngtcp2_conn_extend_max_streams_uni(q->conn, 1);
        return;
    }
    ngtcp2_conn_extend_max_streams_bidi(q->conn, 1);
    q->remote_bidi++;
}

static int on_stream_close(ngtcp2_conn *conn, uint32_t flags, int64_t id,
                           uint64_t code, void *user_data, void *stream)
{
    struct quic *q = user_data;
    (void)conn;
    (void)stream;
    replace_remote_stream(q, id);
    bool has_code = flags & NGTCP2_STREAM_CLOSE_FLAG_APP_ERROR_CODE_SET;
    quic_guard_useful(&q->guard);
    if (quic_is_running(q))
        q->app->ops->on_stream_closed(q->app, id, has_code,
                                      has_code ? code : 0);
    return outcome(q);
}

static int on_stream_reset(ngtcp2_conn *conn, int64_t id, uint64_t final_size,
                           uint64_t code, void *user_data, void *stream)
{
    struct quic *q = user_data;
    (void)conn;
    (void)final_size;
    (void)stream;
    quic_guard_useful(&q->guard);
    if (quic_is_running(q))
        q->app->ops->on_stream_reset(q->app, id, code);
    return outcome(q);
}

static int on_stop_sending(ngtcp2_conn *conn, int64_t id, uint64_t code,
                           void *user_data, void *stream)
{
    struct quic *q = user_data;
    (void)conn;
    (void)stream;
    if (quic_is_running(q))
        q->app->ops->on_stop_sending(q->app, id, code);
    return outcome(q);
}

static int on_streams_allowed(ngtcp2_conn *conn, uint64_t max, void *user_data)
{
    struct quic *q = user_data;
    (void)conn;
    (void)max;
    if (quic_is_running(q))
        q->app->ops->on_streams_allowed(q->app);
    return outcome(q);
}

static int on_unblocked(ngtcp2_conn *conn, int64_t id, uint64_t max,
                        void *user_data, void *stream)
{
    struct quic *q = user_data;
    (void)conn;
    (void)max;
    (void)stream;
    if (quic_is_running(q))
        q->app->ops->on_stream_unblocked(q->app, id);
    return outcome(q);
}

static int on_datagram(ngtcp2_conn *conn, uint32_t flags, const uint8_t *data,
                       size_t len, void *user_data)
{
    struct quic *q = user_data;
    (void)conn;
    (void)flags;
    if (quic_is_running(q) &&
        q->app->ops->on_datagram(q->app, span_of(data, len)))
        quic_guard_useful(&q->guard);
    return outcome(q);
}

static int on_datagram_acked(ngtcp2_conn *conn, uint64_t id, void *user_data)
{
    struct quic *q = user_data;
    (void)conn;
    quic_guard_useful(&q->guard);
    if (quic_is_running(q))
        q->app->ops->on_datagram_acked(q->app, id);
    return outcome(q);
}

static int on_datagram_lost(ngtcp2_conn *conn, uint64_t id, void *user_data)
{
    struct quic *q = user_data;
    (void)conn;
    if (quic_is_running(q))
        q->app->ops->on_datagram_lost(q->app, id);
    return outcome(q);
}

void quic_callbacks_set(ngtcp2_callbacks *callbacks)
{
    *callbacks = (ngtcp2_callbacks){
        .handshake_completed = on_handshake_completed,
        .recv_version_negotiation = on_version_negotiation,
        .recv_stateless_reset2 = on_stateless_reset,
        .recv_stream_data = on_stream_data,
        .acked_stream_data_offset = on_acked,
        .stream_close = on_stream_close,
        .stream_reset = on_stream_reset,
        .recv_stop_sending = on_stop_sending,
        .extend_max_local_streams_bidi = on_streams_allowed,
        .extend_max_local_streams_uni = on_streams_allowed,
        .extend_max_stream_data = on_unblocked,
        .recv_datagram = on_datagram,
        .ack_datagram = on_datagram_acked,
        .lost_datagram = on_datagram_lost,
    };
    quic_tls_set_callbacks(callbacks);
    quic_cid_set_callbacks(callbacks);
    quic_paths_set_callbacks(callbacks);
    quic_keys_set_callbacks(callbacks);
    quic_memory_set_callbacks(callbacks);
}
