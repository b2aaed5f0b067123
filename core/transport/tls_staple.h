/*
 * tls_staple -- the answer of a CA's OCSP responder that a server sends along
 * with its certificate (RFC 6066 8, RFC 8446 4.4.2.1), --cert-status.
 *
 * The same over TLS 1.2, 1.3 and QUIC: wolfSSL asks for it and cuts it out of
 * the handshake, and it is checked when the handshake is complete, against the
 * chain that has been judged good.
 */
#ifndef CORE_TRANSPORT_TLS_STAPLE_H
#define CORE_TRANSPORT_TLS_STAPLE_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

struct tls_expected;
struct WOLFSSL;
struct WOLFSSL_CTX;
struct WOLFSSL_CERT_MANAGER;

/* What a server sends along. */
struct tls_staple {
    struct str answer;
};

/* A context whose sessions will ask. */
bool tls_staple_install(struct WOLFSSL_CTX *ctx);

/* The session asks; the answer is put into e->staple. */
bool tls_staple_ask(struct WOLFSSL *ssl);

/*
 * Does the answer say that e->certs' first one is good, now, and has its issuer
 * (known to `roots`, or one of e->certs) or whom that one named for it signed
 * it?  False with *fault (ERR_TLS_STATUS).
 */
bool tls_staple_check(const struct tls_expected *e,
                      struct WOLFSSL_CERT_MANAGER *roots, struct fault *fault);

/* A server's context: it sends what is in the file along.  False with *fault
 * (ERR_OWN_CERT). */
bool tls_staple_offer(struct tls_staple *s, struct WOLFSSL_CTX *ctx,
                      const char *path, struct fault *fault);
void tls_staple_fini(struct tls_staple *s);

#endif
