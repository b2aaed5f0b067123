/*
 * quic_tls -- the TLS 1.3 session inside a QUIC connection.
 *
 * wolfSSL makes the handshake, ngtcp2 carries its messages in CRYPTO frames,
 * and ngtcp2's glue joins the two.  Who the peer is gets decided by
 * transport/tls_peer, the same code as over TCP.
 */
#ifndef CORE_CONN_QUIC_TLS_H
#define CORE_CONN_QUIC_TLS_H

#include <ngtcp2/ngtcp2.h>
#include <ngtcp2/ngtcp2_crypto.h>

#include "base/err.h"
#include "http/facts.h"
#include "transport/tls_context.h"
#include "transport/tls_ech.h"
#include "transport/tls_memory.h"
#include "transport/tls_verify.h"

struct WOLFSSL;

struct quic_tls {
    struct WOLFSSL *ssl;
    struct tls_context *context;
    char *host; /* NULL on the server */
    struct tls_expected expected;
    struct tls_ech ech; /* a client's */
    const char *alpn;   /* of the protocol; borrowed for good */
    ngtcp2_crypto_conn_ref ref;
    struct tls_facts facts;
    struct tls_memory memory; /* a client's */
    struct fault fault;       /* why the handshake failed, when it did */
};

/*
 * Makes the session; the ngtcp2 connection that conn_ref leads to takes it
 * over with quic_tls_attach().  False with *fault.
 */
bool quic_tls_client(struct quic_tls *t, struct tls_context *c,
                     const char *alpn, struct span host, struct fault *fault);
/* A client's: its server's name goes out hidden, and nothing is resumed (as
 * tls_hide_name()).  False with *fault. */
bool quic_tls_hide_name(struct quic_tls *t, const struct tls_ech_wish *wish,
                        struct fault *fault);
bool quic_tls_server(struct quic_tls *t, struct tls_context *c,
                     const char *alpn, struct fault *fault);
/* *conn must stay where it is. */
void quic_tls_attach(struct quic_tls *t, ngtcp2_conn **conn);
void quic_tls_fini(struct quic_tls *t);

/* The part of the callbacks that concerns keys and TLS messages. */
void quic_tls_set_callbacks(ngtcp2_callbacks *callbacks);

/* ngtcp2's callback update_key, which is not among them: the next secrets and
 * keys of packets (RFC 9001 6.1). */
int quic_tls_update_key(ngtcp2_conn *conn, uint8_t *rx_secret,
                        uint8_t *tx_secret, ngtcp2_crypto_aead_ctx *rx,
                        uint8_t *rx_iv, ngtcp2_crypto_aead_ctx *tx,
                        uint8_t *tx_iv, const uint8_t *rx_now,
                        const uint8_t *tx_now, size_t len, void *user);

/* TLS says that it is done: is it the right peer?  False with t->fault, and
 * the alert for the peer in *alert. */
bool quic_tls_check(struct quic_tls *t, uint8_t *alert);
/* The library refused the peer's messages: fills t->fault. */
void quic_tls_failed(struct quic_tls *t);

#endif
