/*
 * Why weak links are passed over and not refused at sight: a server may send
 * more than its clients need, the cross-signed form of a root for old ones for
 * example, and what a root says of itself does not matter at all.  So the chain
 * is judged without them, and what is good then is good.
 */
#include "transport/tls_chain.h"

#include <wolfssl/options.h>
#include <wolfssl/ssl.h>

#include "transport/cert.h"
#include "transport/trust.h"

struct span tls_chain_der(const struct WOLFSSL_X509_STORE_CTX *store, int i)
{
    return span_of(store->certs[i].buffer, store->certs[i].length);
}

int tls_chain_verify(struct WOLFSSL_CERT_MANAGER *cm, struct span der)
{
    int result = wolfSSL_CertManagerVerifyBuffer(cm, der.base, (long)der.len,
                                                 WOLFSSL_FILETYPE_ASN1);
    return result == WOLFSSL_SUCCESS ? 0 : result;
}

void tls_chain_add_signer(struct WOLFSSL_CERT_MANAGER *cm, struct span der)
{
    struct cert c;
    if (cert_parse(&c, der) && c.is_ca)
        (void)wolfSSL_CertManagerLoadCABuffer(cm, der.base, (long)der.len,
                                              WOLFSSL_FILETYPE_ASN1);
}

static void load_issuers(struct trust *trust, struct WOLFSSL_CERT_MANAGER *cm,
                         const struct WOLFSSL_X509_STORE_CTX *store)
{
    struct cert c;
    for (int i = 0; trust && i < store->totalCerts; i++)
        if (cert_parse(&c, tls_chain_der(store, i)))
            (void)trust_load(trust, cm, c.issuer, TRUST_THOROUGH);
}

/* By its own key, and not by another's of the same name. */
static bool is_signed_by_itself(struct span der)
{
    WOLFSSL_CERT_MANAGER *alone = wolfSSL_CertManagerNew();
    bool is_loaded = alone && wolfSSL_CertManagerLoadCABuffer(
                                  alone, der.base, (long)der.len,
                                  WOLFSSL_FILETYPE_ASN1) == WOLFSSL_SUCCESS;
    bool is_verified = is_loaded && tls_chain_verify(alone, der) == 0;
    if (alone)
        wolfSSL_CertManagerFree(alone);
    return is_verified;
}

bool tls_chain_is_weak(const struct WOLFSSL_X509_STORE_CTX *store, int i)
{
    struct cert c;
    struct span der = tls_chain_der(store, i);
    if (!cert_parse(&c, der) || !c.is_weakly_signed)
        return false;
    bool is_root =
        i == 0 && span_equal(c.issuer, c.subject) && is_signed_by_itself(der);
    return !is_root;
}

/* RFC 5280 6.1.4 (m), for a chain in order: of the certificate itself, and of
 * an issuer in the store, which wolfSSL_CertManagerVerifyBuffer() does not
 * look at. */
static bool exceeds_path(struct trust *trust, struct WOLFSSL_CERT_MANAGER *cm,
                         const struct WOLFSSL_X509_STORE_CTX *store, int i)
{
    struct cert c;
    if (i == 0 || !cert_parse(&c, tls_chain_der(store, i)))
        return false;
    if (c.has_path_len && (size_t)(i - 1) > c.path_len)
        return true;
    return trust && !span_equal(c.issuer, c.subject) &&
           trust_load(trust, cm, c.issuer, TRUST_QUICK).forbids_issuers;
}

/* A good one becomes a signer for those below. */
static int judge_link(struct trust *trust, struct WOLFSSL_CERT_MANAGER *cm,
                      const struct WOLFSSL_X509_STORE_CTX *store, int i)
{
    struct span der = tls_chain_der(store, i);
    int error = tls_chain_verify(cm, der);
    if (error == 0 && exceeds_path(trust, cm, store, i))
        error = ASN_PATHLEN_INV_E;
    if (error == 0 && i > 0)
        tls_chain_add_signer(cm, der);
    return error;
}

static bool is_unknown(int error)
{
    return error == ASN_NO_SIGNER_E || error == ASN_SELF_SIGNED_E;
}

int tls_chain_judge(struct trust *trust, struct WOLFSSL_CERT_MANAGER *cm,
                    const struct WOLFSSL_X509_STORE_CTX *store, int *at)
{
    int weak = -1; /* the lowest */
    int error = 0;
    load_issuers(trust, cm, store);
    for (int i = store->totalCerts - 1; i >= 0; i--) {
        *at = i;
        if (tls_chain_is_weak(store, i)) {
            weak = i;
            error = ASN_NO_SIGNER_E;
        } else {
            error = judge_link(trust, cm, store, i);
        }
        if (error && !(i > 0 && is_unknown(error)))
            break;
    }
    if (is_unknown(error) && weak >= 0) {
        *at = weak;
        error = ASN_SIG_HASH_E;
    }
    return error;
}
