/*
 * The one place where the crypto of a connection is chosen.  Packets are
 * sealed and opened by conn/quic_aead; the rest are ngtcp2's own callbacks over
 * wolfSSL.
 *
 * A certificate that is wrong in wolfSSL's eyes fails inside its handshake and
 * is asked for afterwards (quic_tls_failed); one that is wrong in ours fails
 * when the handshake completes (quic_tls_check), before anything but the
 * handshake has been sent.  Both ways end in the same fault as over TCP.
 */
#include "conn/quic_tls.h"

#include <stdlib.h>

#include <ngtcp2/ngtcp2_crypto_wolfssl.h>
#include <wolfssl/options.h>
#include <wolfssl/ssl.h>

#include "base/fault.h"
#include "base/xalloc.h"
#include "conn/quic_aead.h"
#include "transport/tls_alert.h"
#include "transport/tls_peer.h"

/* The TLS extension number of RFC 9001 8.2's transport parameters. */
#define TRANSPORT_PARAMETERS 0x39

static ngtcp2_conn *get_conn(ngtcp2_crypto_conn_ref *ref)
{
    return *(ngtcp2_conn **)ref->user_data;
}

static bool make_session(struct quic_tls *t, struct tls_context *c,
                         const char *alpn, struct fault *fault)
{
    *t = (struct quic_tls){
        .context = c, .alpn = alpn, .ref = {.get_conn = get_conn}};
    t->ssl = wolfSSL_new(tls_context_wolfssl(c));
    if (t->ssl == NULL) {
        fault_set(fault, ERR_TLS_HANDSHAKE, 0, "no TLS session");
        return false;
    }
    wolfSSL_set_quic_transport_version(t->ssl, TRANSPORT_PARAMETERS);
    return true;
}

bool quic_tls_client(struct quic_tls *t, struct tls_context *c,
                     const char *alpn, struct span host, struct fault *fault)
{
    struct span name = span_str(alpn);
    ngtcp2_crypto_wolfssl_configure_client_context(tls_context_wolfssl(c));
    if (!make_session(t, c, alpn, fault))
        return false;
    t->host = xalloc_copy(host.base, host.len);
    wolfSSL_set_connect_state(t->ssl);
    t->expected.host = span_str(t->host);
    return tls_peer_expect(t->ssl, c, &t->expected, &name, 1, fault);
}

bool quic_tls_hide_name(struct quic_tls *t, const struct tls_ech_wish *wish,
                        struct fault *fault)
{
    if (!tls_ech_begin(&t->ech, t->ssl, wish, fault))
        return false;
    t->expected.outer = tls_ech_list(&t->ech);
    return true;
}

bool quic_tls_server(struct quic_tls *t, struct tls_context *c,
                     const char *alpn, struct fault *fault)
{
    struct span name = span_str(alpn);
    ngtcp2_crypto_wolfssl_configure_server_context(tls_context_wolfssl(c));
    if (!make_session(t, c, alpn, fault))
        return false;
    wolfSSL_set_accept_state(t->ssl);
    if (tls_context_settings(c)->tls.early_data)
        wolfSSL_set_quic_early_data_enabled(t->ssl, 1);
    return tls_peer_use_alpn(t->ssl, &name, 1, fault);
}

void quic_tls_attach(struct quic_tls *t, ngtcp2_conn **conn)
{
    t->ref.user_data = conn;
    wolfSSL_set_app_data(t->ssl, &t->ref);
    ngtcp2_conn_set_tls_native_handle(*conn, t->ssl);
}

void quic_tls_fini(struct quic_tls *t)
{
    if (t->ssl)
        wolfSSL_free(t->ssl);
    tls_memory_fini(&t->memory);
    tls_expected_fini(&t->expected);
    tls_ech_fini(&t->ech);
    free(t->host);
    *t = (struct quic_tls){0};
}

static int on_crypto_data(ngtcp2_conn *conn, ngtcp2_encryption_level level,
                          uint64_t offset, const uint8_t *data, size_t len,
                          void *user)
{
    tls_verify_forget(ngtcp2_conn_get_tls_native_handle2(conn));
    return ngtcp2_crypto_recv_crypto_data_cb(conn, level, offset, data, len,
                                             user);
}

int quic_tls_update_key(ngtcp2_conn *conn, uint8_t *rx_secret,
                        uint8_t *tx_secret, ngtcp2_crypto_aead_ctx *rx,
                        uint8_t *rx_iv, ngtcp2_crypto_aead_ctx *tx,
                        uint8_t *tx_iv, const uint8_t *rx_now,
                        const uint8_t *tx_now, size_t len, void *user)
{
    return ngtcp2_crypto_update_key_cb(conn, rx_secret, tx_secret, rx, rx_iv,
                                       tx, tx_iv, rx_now, tx_now, len, user);
}

void quic_tls_set_callbacks(ngtcp2_callbacks *callbacks)
{
    callbacks->client_initial = ngtcp2_crypto_client_initial_cb;
    callbacks->recv_client_initial = ngtcp2_crypto_recv_client_initial_cb;
    callbacks->recv_crypto_data = on_crypto_data;
    callbacks->recv_retry = ngtcp2_crypto_recv_retry_cb;
    callbacks->version_negotiation = ngtcp2_crypto_version_negotiation_cb;
    callbacks->get_path_challenge_data2 =
        ngtcp2_crypto_get_path_challenge_data2_cb;
    callbacks->delete_crypto_aead_ctx = ngtcp2_crypto_delete_crypto_aead_ctx_cb;
    callbacks->delete_crypto_cipher_ctx =
        ngtcp2_crypto_delete_crypto_cipher_ctx_cb;
    quic_aead_set_callbacks(callbacks);
}

bool quic_tls_check(struct quic_tls *t, uint8_t *alert)
{
    struct span name = span_str(t->alpn);
    bool is_right = true;
    if (t->host)
        is_right = tls_peer_check(t->ssl, t->context, span_str(t->host), &name,
                                  1, &t->facts, &t->fault);
    else
        tls_peer_describe(t->ssl, &t->facts);
    /* Without ALPN there is no agreement on what the streams mean
     * (RFC 9001 8.1). */
    if (!span_equal(span_str(t->facts.alpn), name)) {
        *alert = TLS_ALERT_NO_APPLICATION_PROTOCOL;
        fault_set(&t->fault, ERR_TLS_HANDSHAKE, *alert,
                  "the peer did not agree on ALPN %s", t->alpn);
        return false;
    }
    *alert = TLS_ALERT_BAD_CERTIFICATE;
    if (is_right)
        tls_memory_known(&t->memory, &t->facts);
    return is_right;
}

void quic_tls_failed(struct quic_tls *t)
{
    int error = wolfSSL_get_error(t->ssl, -1);
    if (t->ech.keys && tls_ech_is_refused(error))
        tls_ech_refuse(&t->ech, t->ssl, &t->fault);
    else
        tls_peer_fault(t->ssl, error, &t->fault);
}
