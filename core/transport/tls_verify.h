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
#include "base/str.h"
#include "transport/cert.h"
#include "transport/certs.h"
#include "transport/tls_pins.h"
#include "transport/trust.h"

struct WOLFSSL;
struct WOLFSSL_CTX;

struct tls_crls;
struct tls_shown;

struct tls_verify {
    struct trust *trust;   /* NULL: every CA is in the context already */
    struct tls_crls *crls; /* NULL: nothing is revoked */
    struct tls_pins pins;  /* the keys that a peer may have */
    char *place;           /* where CAs come from, in words */
    bool is_lax;           /* -k: judge, but refuse nothing */
    bool has_raw_keys;     /* a bare key will do, if it is one of `pins` */
    bool wants_staple;
    bool keeps_certs; /* as tls_expected's, for whoever asks */
};

/* Makes the context verify its peers (or, when lax, only judge them). */
void tls_verify_install(struct WOLFSSL_CTX *ctx, struct tls_verify *v);
void tls_verify_fini(struct tls_verify *v);

/* Whom a session expects, and what is wrong with the chain that came. */
struct tls_expected {
    struct span host;
    /* ECHConfigList: a server that cannot read what is hidden answers under one
     * of its public names.  Empty: nothing is hidden. */
    struct span outer;
    bool is_outer;           /* so it has been answered */
    struct fault refusal;    /* ERR_NONE: nothing, or no chain was looked at */
    struct certs certs;      /* the leaf, and the others where somebody asks */
    struct str staple;       /* the OCSP answer; empty: none */
    unsigned ncerts;         /* that came */
    struct tls_shown *shown; /* NULL: nobody wants to see it; owned */
};
/* Begins as zeroes. */
void tls_expected_fini(struct tls_expected *e);

/* The session's peer must be e->host: a certificate for another is refused
 * inside the handshake.  *e and the name's bytes live as long as the session.
 */
bool tls_verify_expect(struct WOLFSSL *ssl, struct tls_expected *e);

/* What a session expects; NULL: it expects nobody. */
struct tls_expected *tls_verify_expected(const struct WOLFSSL *ssl);

/* Has its peer shown a bare key (RFC 7250) in place of a certificate? */
bool tls_verify_has_raw_key(struct WOLFSSL *ssl);

/* Why its peer's chain is refused (when lax: would be); NULL: it is not. */
const struct fault *tls_verify_refusal(struct WOLFSSL *ssl);

/*
 * To be called before every step of a handshake, on either side: drops the
 * intermediates of earlier chains, which wolfSSL leaves in the context.  A
 * chain is judged with the roots and with what came in it, and with nothing of
 * another's.
 */
void tls_verify_forget(struct WOLFSSL *ssl);

/* Our own judgement of a server's certificate: its names (RFC 9525), purpose,
 * and whether it needs a staple that nobody asks for.  False with *fault (ERR_TLS_VERIFY). */
bool tls_verify_leaf(const struct tls_verify *v, const struct cert *leaf,
                     struct span host, struct fault *fault);

/* A certificate error of wolfSSL in words, without a certificate to name;
 * NULL when `error` is none. */
const char *tls_verify_text(int error);
/* The same as a number of OpenSSL's (X509_V_ERR_...), which is the wire code of
 * such a fault. */
unsigned tls_verify_code(int error);

#endif
