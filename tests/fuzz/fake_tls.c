#include "fake_tls.h"

#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/xalloc.h"
#include "conn/quic_tls.h"

#define IV_LEN     12
#define SECRET_LEN 32
/* Longer messages are no handshake. */
#define MESSAGE_MAX 1024
#define PARAMS_MAX  512

/* A session: what has come of a message that is not complete. */
struct fake_tls {
    bool is_server;
    ngtcp2_conn *conn;
    uint8_t message[MESSAGE_MAX];
    size_t len;
};

static uint64_t state;

void fake_tls_rewind(void)
{
    state = 0;
}

int __wrap_wolfSSL_RAND_bytes(unsigned char *bytes, int len);

/* SplitMix64. */
int __wrap_wolfSSL_RAND_bytes(unsigned char *bytes, int len)
{
    for (int i = 0; i < len; i++) {
        uint64_t z = state += 0x9e3779b97f4a7c15;
        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
        z = (z ^ z >> 27) * 0x94d049bb133111eb;
        bytes[i] = (unsigned char)(z >> 33);
    }
    return 1;
}

/* Keys: all the same, and none. */

static uint8_t key;
static const uint8_t iv[IV_LEN];
static const uint8_t secret[SECRET_LEN];
static const ngtcp2_crypto_aead_ctx aead = {.native_handle = &key};
static const ngtcp2_crypto_cipher_ctx cipher = {.native_handle = &key};
static const ngtcp2_crypto_ctx crypto = {
    .aead = {.max_overhead = FAKE_TLS_TAG},
    .max_encryption = UINT64_MAX,
    .max_decryption_failure = 1000,
};

static int on_encrypt(uint8_t *dest, const ngtcp2_crypto_aead *a,
                      const ngtcp2_crypto_aead_ctx *context,
                      const uint8_t *plain, size_t len, const uint8_t *nonce,
                      size_t nonce_len, const uint8_t *aad, size_t aad_len)
{
    (void)a, (void)context, (void)nonce, (void)nonce_len, (void)aad;
    (void)aad_len;
    if (len > 0)
        memmove(dest, plain, len);
    memset(dest + len, 0, FAKE_TLS_TAG);
    return 0;
}

static int on_decrypt(uint8_t *dest, const ngtcp2_crypto_aead *a,
                      const ngtcp2_crypto_aead_ctx *context,
                      const uint8_t *sealed, size_t len, const uint8_t *nonce,
                      size_t nonce_len, const uint8_t *aad, size_t aad_len)
{
    (void)a, (void)context, (void)nonce, (void)nonce_len, (void)aad;
    (void)aad_len;
    if (len < FAKE_TLS_TAG || sealed[len - 1] == 0xff)
        return NGTCP2_ERR_DECRYPT;
    memmove(dest, sealed, len - FAKE_TLS_TAG);
    return 0;
}

static int on_hp_mask(uint8_t *dest, const ngtcp2_crypto_cipher *hp,
                      const ngtcp2_crypto_cipher_ctx *context,
                      const uint8_t *sample)
{
    (void)hp, (void)context, (void)sample;
    memset(dest, 0, NGTCP2_HP_MASKLEN);
    return 0;
}

int quic_tls_update_key(ngtcp2_conn *conn, uint8_t *rx_secret,
                        uint8_t *tx_secret, ngtcp2_crypto_aead_ctx *rx,
                        uint8_t *rx_iv, ngtcp2_crypto_aead_ctx *tx,
                        uint8_t *tx_iv, const uint8_t *rx_now,
                        const uint8_t *tx_now, size_t len, void *user)
{
    (void)conn, (void)rx_now, (void)tx_now, (void)user;
    memset(rx_secret, 0, len);
    memset(tx_secret, 0, len);
    memset(rx_iv, 0, IV_LEN);
    memset(tx_iv, 0, IV_LEN);
    *rx = aead;
    *tx = aead;
    return 0;
}

static void on_delete_aead(ngtcp2_conn *conn, ngtcp2_crypto_aead_ctx *context,
                           void *user)
{
    (void)conn, (void)user;
    context->native_handle = NULL;
}

static void on_delete_cipher(ngtcp2_conn *conn,
                             ngtcp2_crypto_cipher_ctx *context, void *user)
{
    (void)conn, (void)user;
    context->native_handle = NULL;
}

static int on_path_challenge(ngtcp2_conn *conn,
                             ngtcp2_path_challenge_data *data, void *user)
{
    (void)conn, (void)user;
    (void)__wrap_wolfSSL_RAND_bytes(data->data, sizeof data->data);
    return 0;
}

static int install_initial(ngtcp2_conn *conn)
{
    ngtcp2_conn_set_initial_crypto_ctx(conn, &crypto);
    if (!ngtcp2_conn_is_server2(conn))
        ngtcp2_conn_set_retry_aead(conn, &crypto.aead, &aead);
    return ngtcp2_conn_install_initial_key(conn, &aead, iv, &cipher, &aead, iv,
                                           &cipher, IV_LEN);
}

static int on_version_negotiation(ngtcp2_conn *conn, uint32_t version,
                                  const ngtcp2_cid *dcid, void *user)
{
    (void)dcid, (void)user;
    return ngtcp2_conn_install_vneg_initial_key(
        conn, version, &aead, iv, &cipher, &aead, iv, &cipher, IV_LEN);
}

static int on_recv_retry(ngtcp2_conn *conn, const ngtcp2_pkt_hd *hd, void *user)
{
    (void)hd, (void)user;
    return ngtcp2_conn_install_initial_key(conn, &aead, iv, &cipher, &aead, iv,
                                           &cipher, IV_LEN);
}

static int install_handshake(ngtcp2_conn *conn)
{
    ngtcp2_conn_set_crypto_ctx(conn, &crypto);
    int error =
        ngtcp2_conn_install_rx_handshake_key(conn, &aead, iv, IV_LEN, &cipher);
    if (error)
        return error;
    return ngtcp2_conn_install_tx_handshake_key(conn, &aead, iv, IV_LEN,
                                                &cipher);
}

static int install_rx(ngtcp2_conn *conn)
{
    return ngtcp2_conn_install_rx_key(conn, secret, SECRET_LEN, &aead, iv,
                                      IV_LEN, &cipher);
}

static int install_tx(ngtcp2_conn *conn)
{
    return ngtcp2_conn_install_tx_key(conn, secret, SECRET_LEN, &aead, iv,
                                      IV_LEN, &cipher);
}

/* Messages. */

static void add_message(struct str *to, char kind, struct span params)
{
    str_add_char(to, kind);
    str_add_char(to, (char)(params.len >> 8));
    str_add_char(to, (char)params.len);
    str_add(to, params);
}

void fake_tls_message(struct str *to, char kind,
                      const ngtcp2_transport_params *params)
{
    uint8_t bytes[PARAMS_MAX];
    ngtcp2_ssize n =
        ngtcp2_transport_params_encode(bytes, sizeof bytes, params);
    if (n < 0)
        abort();
    add_message(to, kind, span_of(bytes, (size_t)n));
}

static int send_params(ngtcp2_conn *conn, ngtcp2_encryption_level level,
                       char kind)
{
    uint8_t bytes[PARAMS_MAX];
    ngtcp2_ssize n =
        ngtcp2_conn_encode_local_transport_params2(conn, bytes, sizeof bytes);
    if (n < 0)
        return (int)n;
    struct str message;
    str_init(&message);
    add_message(&message, kind, span_of(bytes, (size_t)n));
    int error = ngtcp2_conn_submit_crypto_data(
        conn, level, (const uint8_t *)message.base, message.len);
    str_fini(&message);
    return error;
}

static int send_byte(ngtcp2_conn *conn, ngtcp2_encryption_level level,
                     uint8_t byte)
{
    return ngtcp2_conn_submit_crypto_data(conn, level, &byte, 1);
}

static int begin_server(ngtcp2_conn *conn, struct span params)
{
    int error = ngtcp2_conn_decode_and_set_remote_transport_params(
        conn, params.base, params.len);
    if (!error)
        error = install_handshake(conn);
    if (!error)
        error = send_byte(conn, NGTCP2_ENCRYPTION_LEVEL_INITIAL, 'S');
    if (!error)
        error = send_params(conn, NGTCP2_ENCRYPTION_LEVEL_HANDSHAKE, 'P');
    return error ? error : install_tx(conn);
}

static int finish_client(ngtcp2_conn *conn, struct span params)
{
    int error = ngtcp2_conn_decode_and_set_remote_transport_params(
        conn, params.base, params.len);
    if (!error)
        error = install_rx(conn);
    if (!error)
        error = install_tx(conn);
    if (!error)
        error = send_byte(conn, NGTCP2_ENCRYPTION_LEVEL_HANDSHAKE, 'F');
    if (!error)
        ngtcp2_conn_tls_handshake_completed(conn);
    return error;
}

static int finish_server(ngtcp2_conn *conn)
{
    int error = install_rx(conn);
    if (!error)
        ngtcp2_conn_tls_handshake_completed(conn);
    return error;
}

/* The one message that is due: which, at which level, how long. */
static bool is_due(const struct fake_tls *t, ngtcp2_encryption_level level)
{
    bool is_initial = level == NGTCP2_ENCRYPTION_LEVEL_INITIAL;
    bool has_keys = ngtcp2_conn_get_crypto_ctx2(t->conn)->aead.max_overhead;
    if (ngtcp2_conn_get_handshake_completed2(t->conn))
        return false;
    return is_initial != has_keys;
}

static int act(struct fake_tls *t)
{
    const uint8_t *m = t->message;
    switch (m[0]) {
    case 'S':
        t->len = 0;
        return t->is_server ? NGTCP2_ERR_CALLBACK_FAILURE
                            : install_handshake(t->conn);
    case 'F':
        t->len = 0;
        return t->is_server ? finish_server(t->conn)
                            : NGTCP2_ERR_CALLBACK_FAILURE;
    case 'C':
    case 'P':
        break;
    default:
        return NGTCP2_ERR_CALLBACK_FAILURE;
    }
    if (t->is_server != (m[0] == 'C'))
        return NGTCP2_ERR_CALLBACK_FAILURE;
    if (t->len < 3 || t->len < 3 + ((size_t)m[1] << 8 | m[2]))
        return 0;
    struct span params = span_of(m + 3, (size_t)m[1] << 8 | m[2]);
    t->len = 0;
    return m[0] == 'C' ? begin_server(t->conn, params)
                       : finish_client(t->conn, params);
}

static int on_crypto_data(ngtcp2_conn *conn, ngtcp2_encryption_level level,
                          uint64_t offset, const uint8_t *data, size_t len,
                          void *user)
{
    struct fake_tls *t = ngtcp2_conn_get_tls_native_handle2(conn);
    (void)offset, (void)user;
    if (len > MESSAGE_MAX - t->len || !is_due(t, level))
        return NGTCP2_ERR_CALLBACK_FAILURE;
    memcpy(t->message + t->len, data, len);
    t->len += len;
    return t->len ? act(t) : 0;
}

static int on_client_initial(ngtcp2_conn *conn, void *user)
{
    (void)user;
    int error = install_initial(conn);
    if (!error)
        error = send_params(conn, NGTCP2_ENCRYPTION_LEVEL_INITIAL, 'C');
    return error ? NGTCP2_ERR_CALLBACK_FAILURE : 0;
}

static int on_recv_client_initial(ngtcp2_conn *conn, const ngtcp2_cid *dcid,
                                  void *user)
{
    (void)dcid, (void)user;
    return install_initial(conn) ? NGTCP2_ERR_CALLBACK_FAILURE : 0;
}

/* conn/quic_tls.h */

static void make_session(struct quic_tls *t, bool is_server)
{
    struct fake_tls *fake = XALLOC_NEW(struct fake_tls);
    fake->is_server = is_server;
    *t = (struct quic_tls){.ssl = (struct WOLFSSL *)fake};
}

bool quic_tls_hide_name(struct quic_tls *t, const struct tls_ech_wish *wish,
                        struct fault *fault)
{
    (void)t, (void)wish, (void)fault; /* nobody asks for it here */
    return true;
}

bool quic_tls_client(struct quic_tls *t, struct tls_context *c,
                     const char *alpn, struct span host, struct fault *fault)
{
    (void)c, (void)alpn, (void)host, (void)fault;
    make_session(t, false);
    return true;
}

bool quic_tls_server(struct quic_tls *t, struct tls_context *c,
                     const char *alpn, struct fault *fault)
{
    (void)c, (void)alpn, (void)fault;
    make_session(t, true);
    return true;
}

void quic_tls_attach(struct quic_tls *t, ngtcp2_conn **conn)
{
    struct fake_tls *fake = (struct fake_tls *)t->ssl;
    fake->conn = *conn;
    ngtcp2_conn_set_tls_native_handle(*conn, fake);
}

void quic_tls_fini(struct quic_tls *t)
{
    free(t->ssl);
    *t = (struct quic_tls){0};
}

void quic_tls_set_callbacks(ngtcp2_callbacks *callbacks)
{
    callbacks->client_initial = on_client_initial;
    callbacks->recv_client_initial = on_recv_client_initial;
    callbacks->recv_crypto_data = on_crypto_data;
    callbacks->recv_retry = on_recv_retry;
    callbacks->version_negotiation = on_version_negotiation;
    callbacks->get_path_challenge_data2 = on_path_challenge;
    callbacks->delete_crypto_aead_ctx = on_delete_aead;
    callbacks->delete_crypto_cipher_ctx = on_delete_cipher;
    callbacks->encrypt = on_encrypt;
    callbacks->decrypt = on_decrypt;
    callbacks->hp_mask = on_hp_mask;
}

bool quic_tls_check(struct quic_tls *t, uint8_t *alert)
{
    (void)alert;
    (void)strcpy(t->facts.version, "TLSv1.3");
    (void)strcpy(t->facts.alpn, "h3");
    return true;
}

void quic_tls_failed(struct quic_tls *t)
{
    fault_set(&t->fault, ERR_TLS_HANDSHAKE, 0, "no such message");
}
