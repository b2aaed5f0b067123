/*
 * ngtcp2 tells nobody that keys have changed.  But it asks for the next ones once
 * when the handshake is complete, and then whenever a change is behind it: so
 * each question but the first tells of one change.
 */
#include "conn/quic_keys.h"

#include "base/trace.h"
#include "conn/quic_self.h"
#include "conn/quic_tls.h"

static void note_update(struct quic *q)
{
    struct quic_keys *k = &q->keys;
    k->updates++;
    trace_printf(loop_trace(q->loop), TRACE_TLS, loop_now(q->loop), 0,
                 "QUIC keys changed by %s (%llu)",
                 k->is_ours ? "us" : "the peer",
                 (unsigned long long)k->updates);
    k->is_ours = false;
}

static int on_next_keys(ngtcp2_conn *conn, uint8_t *rx_secret,
                        uint8_t *tx_secret, ngtcp2_crypto_aead_ctx *rx,
                        uint8_t *rx_iv, ngtcp2_crypto_aead_ctx *tx,
                        uint8_t *tx_iv, const uint8_t *current_rx,
                        const uint8_t *current_tx, size_t secret_len,
                        void *user_data)
{
    struct quic *q = user_data;
    if (q->keys.is_known)
        note_update(q);
    q->keys.is_known = true;
    q->keys.is_ready = true;
    return quic_tls_update_key(conn, rx_secret, tx_secret, rx, rx_iv, tx, tx_iv,
                               current_rx, current_tx, secret_len, user_data);
}

void quic_keys_settle(struct quic *q)
{
    struct quic_keys *k = &q->keys;
    uint64_t interval = q->settings->quic.key_update;
    ngtcp2_conn_info info;
    if (interval == 0 || !k->is_ready || q->state != QUIC_RUNNING)
        return;
    ngtcp2_conn_get_conn_info2(q->conn, &info);
    if (info.pkt_sent < (k->next_at ? k->next_at : interval) ||
        ngtcp2_conn_initiate_key_update(q->conn, loop_now(q->loop)) != 0)
        return;
    k->is_ready = false;
    k->is_ours = true;
    k->next_at = info.pkt_sent + interval;
}

void quic_keys_set_callbacks(ngtcp2_callbacks *callbacks)
{
    callbacks->update_key = on_next_keys;
}
