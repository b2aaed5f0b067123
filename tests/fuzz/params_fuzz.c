/*
 * Transport parameters that a ticket's file remembers, for early data (RFC 9000
 * 7.4.1): whatever stands there, a connection takes them or refuses them, has no
 * wider limits than QUIC has, and what is written down of it is the same again.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <ngtcp2/ngtcp2.h>

#define PARAMS_MAX  256                 /* conn/quic_memory.c */
#define STREAMS_MAX (UINT64_C(1) << 60) /* RFC 9000 4.6 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void fill(uint8_t *dest, size_t len, const ngtcp2_rand_ctx *ctx)
{
    (void)ctx;
    memset(dest, 7, len);
}

/* ---- callbacks that have to be there, of a connection that sends nothing ---- */

static int never_begin(ngtcp2_conn *conn, void *user)
{
    (void)conn;
    (void)user;
    return NGTCP2_ERR_CALLBACK_FAILURE;
}

static int never_read(ngtcp2_conn *conn, ngtcp2_encryption_level level,
                      uint64_t offset, const uint8_t *data, size_t len,
                      void *user)
{
    (void)conn;
    (void)level;
    (void)offset;
    (void)data;
    (void)len;
    (void)user;
    return NGTCP2_ERR_CALLBACK_FAILURE;
}

static int never_seal(uint8_t *dest, const ngtcp2_crypto_aead *aead,
                      const ngtcp2_crypto_aead_ctx *ctx, const uint8_t *text,
                      size_t text_len, const uint8_t *nonce, size_t nonce_len,
                      const uint8_t *more, size_t more_len)
{
    (void)dest;
    (void)aead;
    (void)ctx;
    (void)text;
    (void)text_len;
    (void)nonce;
    (void)nonce_len;
    (void)more;
    (void)more_len;
    return NGTCP2_ERR_CALLBACK_FAILURE;
}

static int never_mask(uint8_t *dest, const ngtcp2_crypto_cipher *cipher,
                      const ngtcp2_crypto_cipher_ctx *ctx,
                      const uint8_t *sample)
{
    (void)dest;
    (void)cipher;
    (void)ctx;
    (void)sample;
    return NGTCP2_ERR_CALLBACK_FAILURE;
}

static int never_retry(ngtcp2_conn *conn, const ngtcp2_pkt_hd *hd, void *user)
{
    (void)conn;
    (void)hd;
    (void)user;
    return NGTCP2_ERR_CALLBACK_FAILURE;
}

static int never_name(ngtcp2_conn *conn, ngtcp2_cid *cid, uint8_t *token,
                      size_t len, void *user)
{
    (void)conn;
    (void)cid;
    (void)token;
    (void)len;
    (void)user;
    return NGTCP2_ERR_CALLBACK_FAILURE;
}

static int never_update(ngtcp2_conn *conn, uint8_t *rx, uint8_t *tx,
                        ngtcp2_crypto_aead_ctx *rx_ctx, uint8_t *rx_iv,
                        ngtcp2_crypto_aead_ctx *tx_ctx, uint8_t *tx_iv,
                        const uint8_t *now_rx, const uint8_t *now_tx,
                        size_t len, void *user)
{
    (void)conn;
    (void)rx;
    (void)tx;
    (void)rx_ctx;
    (void)rx_iv;
    (void)tx_ctx;
    (void)tx_iv;
    (void)now_rx;
    (void)now_tx;
    (void)len;
    (void)user;
    return NGTCP2_ERR_CALLBACK_FAILURE;
}

static void forget_aead(ngtcp2_conn *conn, ngtcp2_crypto_aead_ctx *ctx,
                        void *user)
{
    (void)conn;
    (void)ctx;
    (void)user;
}

static void forget_cipher(ngtcp2_conn *conn, ngtcp2_crypto_cipher_ctx *ctx,
                          void *user)
{
    (void)conn;
    (void)ctx;
    (void)user;
}

static int never_challenge(ngtcp2_conn *conn, uint8_t *data, void *user)
{
    (void)conn;
    (void)data;
    (void)user;
    return NGTCP2_ERR_CALLBACK_FAILURE;
}

static ngtcp2_conn *new_client(void)
{
    static const ngtcp2_callbacks callbacks = {
        .client_initial = never_begin,
        .recv_crypto_data = never_read,
        .encrypt = never_seal,
        .decrypt = never_seal,
        .hp_mask = never_mask,
        .recv_retry = never_retry,
        .rand = fill,
        .get_new_connection_id = never_name,
        .update_key = never_update,
        .delete_crypto_aead_ctx = forget_aead,
        .delete_crypto_cipher_ctx = forget_cipher,
        .get_path_challenge_data = never_challenge,
    };
    struct sockaddr_in local = {.sin_family = AF_INET};
    struct sockaddr_in remote = {.sin_family = AF_INET};
    const ngtcp2_path path = {
        .local = {(ngtcp2_sockaddr *)&local, sizeof local},
        .remote = {(ngtcp2_sockaddr *)&remote, sizeof remote},
    };
    const ngtcp2_cid ours = {.datalen = 8, .data = {1}};
    const ngtcp2_cid theirs = {.datalen = 8, .data = {2}};
    ngtcp2_settings settings;
    ngtcp2_transport_params params;
    ngtcp2_conn *conn = NULL;
    ngtcp2_settings_default(&settings);
    ngtcp2_transport_params_default(&params);
    assert(ngtcp2_conn_client_new(&conn, &theirs, &ours, &path,
                                  NGTCP2_PROTO_VER_V1, &callbacks, &settings,
                                  &params, NULL, NULL) == 0);
    return conn;
}

/* ---- what holds ---- */

static void check_limits(ngtcp2_conn *conn)
{
    assert(ngtcp2_conn_get_streams_bidi_left2(conn) <= STREAMS_MAX);
    assert(ngtcp2_conn_get_streams_uni_left2(conn) <= STREAMS_MAX);
    for (int i = 0; i < 8; i++) {
        int64_t id;
        uint64_t left = ngtcp2_conn_get_streams_bidi_left2(conn);
        int got = ngtcp2_conn_open_bidi_stream(conn, &id, NULL);
        assert((got == 0) == (left > 0));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    uint8_t first[PARAMS_MAX];
    uint8_t second[PARAMS_MAX];
    ngtcp2_conn *conn = new_client();
    if (len > 0 && ngtcp2_conn_decode_and_set_0rtt_transport_params(conn, data,
                                                                    len) == 0) {
        ngtcp2_ssize n = ngtcp2_conn_encode_0rtt_transport_params2(
            conn, first, sizeof first);
        assert(n >= 0); /* 0: nothing but defaults */
        ngtcp2_conn *again = new_client();
        assert(ngtcp2_conn_decode_and_set_0rtt_transport_params(
                   again, first, (size_t)n) == 0);
        assert(ngtcp2_conn_encode_0rtt_transport_params2(again, second,
                                                         sizeof second) == n);
        assert(memcmp(first, second, (size_t)n) == 0);
        assert(ngtcp2_conn_get_max_data_left2(again) ==
               ngtcp2_conn_get_max_data_left2(conn));
        check_limits(again);
        ngtcp2_conn_del(again);
    }
    ngtcp2_conn_del(conn);
    return 0;
}
