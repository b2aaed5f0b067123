/*
 * tls_verify -- the chain check of one context: which issuers are loaded for
 * it, and in which words it fails.
 *
 * wolfSSL verifies; this stands in its verify callback, where the chain is at
 * hand.  The same for TCP and QUIC.
 */
#ifndef CORE_TRANSPORT_TLS_VERIFY_H
#define CORE_TRANSPORT_TLS_VERIFY_H

#include <stdbool.h>

#include "base/err.h"
#include "base/span.h"
#include "transport/cert.h"
#include "transport/trust.h"

struct WOLFSSL;
struct WOLFSSL_CTX;

struct tls_verify {
    struct trust *trust; /* NULL: every CA is in the context already */
    /* Of these, or NULL: borrowed. */
    const char *ca_file;
    const char *ca_path;
    char *place;     /* where CAs come from, in words */
    bool is_lax;     /* -k: judge, but refuse nothing */
    bool is_tainted; /* the context may hold signers that are weak */
    /* Where a chain is judged beside the context, with a store of its own;
     * made when it is needed. */
    struct WOLFSSL_CERT_MANAGER *judge;
    struct trust *judge_trust;
    struct fault refusal; /* of the chain that was checked last */
};

/* Makes the context verify its peers (or, when lax, only judge them). */
void tls_verify_install(struct WOLFSSL_CTX *ctx, struct tls_verify *v);
void tls_verify_fini(struct tls_verify *v);

/* The session's peer must be `host`, whose bytes live as long as the session:
 * a certificate for another is refused inside the handshake. */
bool tls_verify_expect(struct WOLFSSL *ssl, struct span host);

/* Our own judgement of a server's certificate: its names (RFC 9525), purpose
 * and staple.  False with *fault (ERR_TLS_VERIFY). */
bool tls_verify_leaf(const struct cert *leaf, struct span host,
                     struct fault *fault);

/* A certificate error of wolfSSL in words, without a certificate to name;
 * NULL when `error` is none. */
const char *tls_verify_text(int error);

#endif
