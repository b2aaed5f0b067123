/*
 * An ID is random and nothing else: who it belongs to is looked up.  A
 * server's reset tokens follow from the ID by a secret of the listener, so
 * that it can reset connections it no longer knows; a client never resets
 * anybody, its tokens are random.
 */
#include "conn/quic_cid.h"

#include <stdio.h>
#include <stdlib.h>

#include <ngtcp2/ngtcp2_crypto.h>
#include <wolfssl/options.h>
#include <wolfssl/ssl.h>

#include "conn/quic_link.h"
#include "conn/quic_self.h"

void quic_cid_random(uint8_t *bytes, size_t len)
{
    if (wolfSSL_RAND_bytes(bytes, (int)len) == WOLFSSL_SUCCESS)
        return;
    (void)fprintf(stderr, "quiver: no random bytes\n");
    abort();
}

void quic_cid_make(ngtcp2_cid *cid, size_t len)
{
    cid->datalen = len;
    quic_cid_random(cid->data, len);
}

bool quic_cid_reset_token(const uint8_t *secret, const ngtcp2_cid *cid,
                          uint8_t *token)
{
    return ngtcp2_crypto_generate_stateless_reset_token(
               token, secret, QUIC_SECRET_LEN, cid) == 0;
}

static void on_rand(uint8_t *dest, size_t len, const ngtcp2_rand_ctx *context)
{
    (void)context;
    quic_cid_random(dest, len);
}

static int on_new_cid(ngtcp2_conn *conn, ngtcp2_cid *cid,
                      ngtcp2_stateless_reset_token *token, size_t len,
                      void *user_data)
{
    struct quic *q = user_data;
    (void)conn;
    quic_cid_make(cid, len);
    if (q->link == NULL) {
        quic_cid_random(token->data, sizeof token->data);
        return 0;
    }
    if (!quic_cid_reset_token(q->link->secret, cid, token->data))
        return NGTCP2_ERR_CALLBACK_FAILURE;
    q->link->ops->add_cid(q->link, span_of(cid->data, cid->datalen));
    return 0;
}

static int on_remove_cid(ngtcp2_conn *conn, const ngtcp2_cid *cid,
                         void *user_data)
{
    struct quic *q = user_data;
    (void)conn;
    if (q->link)
        q->link->ops->remove_cid(q->link, span_of(cid->data, cid->datalen));
    return 0;
}

void quic_cid_set_callbacks(ngtcp2_callbacks *callbacks)
{
    callbacks->rand = on_rand;
    callbacks->get_new_connection_id2 = on_new_cid;
    callbacks->remove_connection_id = on_remove_cid;
}
