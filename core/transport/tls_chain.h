/*
 * tls_chain -- a certificate chain that a peer has sent, judged link by link
 * with wolfSSL's certificate manager.
 *
 * For where wolfSSL's own walk in the handshake does not do: when issuers came
 * into the manager too late for it, when nothing may be refused (-k), and when
 * some links must not count.  Certificate 0 is the leaf.
 */
#ifndef CORE_TRANSPORT_TLS_CHAIN_H
#define CORE_TRANSPORT_TLS_CHAIN_H

#include <stdbool.h>

#include "base/span.h"

struct tls_crls;
struct trust;
struct WOLFSSL_CERT_MANAGER;
struct WOLFSSL_X509_STORE_CTX;

struct span tls_chain_der(const struct WOLFSSL_X509_STORE_CTX *store, int i);

/* Is its signature one that anybody may have got by a collision?  That of a
 * leaf that is its own root says nothing, and is not. */
bool tls_chain_is_weak(const struct WOLFSSL_X509_STORE_CTX *store, int i);

/* No issuer of it is known; wolfSSL has two words for it. */
bool tls_chain_is_unknown(int error);

/* The shortest RSA key that protects anything. */
#define TLS_CHAIN_RSA_BITS 2048

/*
 * The whole chain, from its top, against what `roots` holds and whatever of
 * `trust` (NULL: the manager has all) could be an issuer in it, which is loaded
 * into `roots`; nothing of the chain is.  Each good link becomes an issuer of
 * those below; an intermediate without a known issuer, and one that is weak, is
 * passed over.  With `crls` (NULL: none) each link must be unrevoked.  0, or
 * wolfSSL's error and in *at whose; ASN_SIG_HASH_E when the
 * chain hangs on a weak one.
 */
struct tls_chain_basis {
    struct trust *trust;
    struct tls_crls *crls;
    struct WOLFSSL_CERT_MANAGER *roots;
};
int tls_chain_judge(const struct tls_chain_basis *basis,
                    const struct WOLFSSL_X509_STORE_CTX *store, int *at);

#endif
