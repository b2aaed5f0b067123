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

struct trust;
struct WOLFSSL_CERT_MANAGER;
struct WOLFSSL_X509_STORE_CTX;

struct span tls_chain_der(const struct WOLFSSL_X509_STORE_CTX *store, int i);

/* Does the manager know an issuer that has signed it?  0, or wolfSSL's error.
 */
int tls_chain_verify(struct WOLFSSL_CERT_MANAGER *cm, struct span der);
/* A verified intermediate becomes a signer, as wolfSSL itself does it. */
void tls_chain_add_signer(struct WOLFSSL_CERT_MANAGER *cm, struct span der);

/* Is its signature one that anybody may have got by a collision?  That of a
 * leaf that is its own root says nothing, and is not. */
bool tls_chain_is_weak(const struct WOLFSSL_X509_STORE_CTX *store, int i);

/*
 * The whole chain, from its top, with whatever of `trust` (NULL: the manager
 * has all) could be an issuer in it.  Each good link becomes a signer for those
 * below; an intermediate without a known issuer, and one that is weak, is
 * passed over.  0, or wolfSSL's error and in *at whose; ASN_SIG_HASH_E when the
 * chain hangs on a weak one.
 */
int tls_chain_judge(struct trust *trust, struct WOLFSSL_CERT_MANAGER *cm,
                    const struct WOLFSSL_X509_STORE_CTX *store, int *at);

#endif
