/*
 * Why weak links are passed over and not refused at sight: a server may send
 * more than its clients need, the cross-signed form of a root for old ones for
 * example, and what a root says of itself does not matter at all.  So the chain
 * is judged without them, and what is good then is good.
 *
 * Roots and what was sent are in managers of their own, the second for one
 * judgement only: a link that is good becomes an issuer for the links below it,
 * and for no other chain.
 */
#include "transport/tls_chain.h"

#include <wolfssl/options.h>
#include <wolfssl/ssl.h>

#include "transport/cert.h"
#include "transport/tls_crls.h"
#include "transport/trust.h"

struct span tls_chain_der(const struct WOLFSSL_X509_STORE_CTX *store, int i)
{
    return span_of(store->certs[i].buffer, store->certs[i].length);
}

static int verify(struct WOLFSSL_CERT_MANAGER *cm, struct span der)
{
    int result = wolfSSL_CertManagerVerifyBuffer(cm, der.base, (long)der.len,
                                                 WOLFSSL_FILETYPE_ASN1);
    return result == WOLFSSL_SUCCESS ? 0 : result;
}

static bool load(struct WOLFSSL_CERT_MANAGER *cm, struct span der)
{
    return wolfSSL_CertManagerLoadCABuffer(cm, der.base, (long)der.len,
                                           WOLFSSL_FILETYPE_ASN1) ==
           WOLFSSL_SUCCESS;
}

bool tls_chain_is_unknown(int error)
{
    return error == ASN_NO_SIGNER_E || error == ASN_SELF_SIGNED_E;
}

/* How many are new to the manager. */
static unsigned load_issuers(struct trust *trust,
                             struct WOLFSSL_CERT_MANAGER *roots,
                             const struct WOLFSSL_X509_STORE_CTX *store)
{
    struct cert c;
    unsigned loaded = 0;
    for (int i = 0; trust && i < store->totalCerts; i++)
        if (cert_parse(&c, tls_chain_der(store, i)))
            loaded += trust_load(trust, roots, c.issuer, TRUST_THOROUGH).loaded;
    return loaded;
}

/* By its own key, and not by another's of the same name. */
static bool is_signed_by_itself(struct span der)
{
    WOLFSSL_CERT_MANAGER *alone = wolfSSL_CertManagerNew();
    bool is_verified = alone && load(alone, der) && verify(alone, der) == 0;
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

struct judgement {
    const WOLFSSL_X509_STORE_CTX *store;
    const struct tls_chain_basis *basis;
    WOLFSSL_CERT_MANAGER *sent; /* good links of this chain */
    int at;                     /* the link that was judged last */
    int weak;                   /* the lowest; -1: none */
};

/* RFC 5280 6.1.4 (m), for a chain in order: of the certificate itself, and of
 * an issuer in the store, which wolfSSL_CertManagerVerifyBuffer() does not
 * look at. */
static bool exceeds_path(const struct judgement *j, const struct cert *c)
{
    if (j->at == 0)
        return false;
    if (c->has_path_len && (size_t)(j->at - 1) > c->path_len)
        return true;
    return j->basis->trust && !span_equal(c->issuer, c->subject) &&
           trust_load(j->basis->trust, j->basis->roots, c->issuer, TRUST_QUICK)
               .forbids_issuers;
}

/* What the link's issuer has revoked, whether it is a root or a link above. */
static void load_crls(const struct judgement *j, struct span der)
{
    struct cert c;
    struct tls_crls *crls = j->basis->crls;
    if (crls == NULL || !cert_parse(&c, der))
        return;
    tls_crls_load(crls, j->basis->roots, c.issuer, true);
    tls_crls_load(crls, j->sent, c.issuer, false);
}

/* By a root or by a link above.  Where neither has signed it, the reason that
 * says more is given. */
static int verify_link(const struct judgement *j, struct span der)
{
    load_crls(j, der);
    int by_root = verify(j->basis->roots, der);
    if (by_root == 0)
        return 0;
    int by_sent = verify(j->sent, der);
    int error = tls_chain_is_unknown(by_sent) ? by_root : by_sent;
    struct cert c;
    if (error == CRL_MISSING && cert_parse(&c, der))
        return tls_crls_failure(j->basis->crls, c.issuer);
    return error;
}

static int judge_link(struct judgement *j)
{
    struct span der = tls_chain_der(j->store, j->at);
    int error = verify_link(j, der);
    if (error)
        return error;
    struct cert c;
    if (!cert_parse(&c, der))
        return ASN_PARSE_E;
    if (c.rsa_bits > 0 && c.rsa_bits < TLS_CHAIN_RSA_BITS)
        return RSA_KEY_SIZE_E;
    if (exceeds_path(j, &c))
        return ASN_PATHLEN_INV_E;
    if (j->at == 0 || !c.is_ca)
        return 0;
    if (c.may_not_sign && !span_equal(c.issuer, c.subject)) {
        j->at--; /* is who has no issuer */
        return NOT_CA_ERROR;
    }
    (void)load(j->sent, der);
    return 0;
}

/* Only here: wolfSSL's own walk would look for lists before their issuers are
 * there. */
static bool check_crls(const struct judgement *j, bool is_on)
{
    struct WOLFSSL_CERT_MANAGER *roots = j->basis->roots;
    if (j->basis->crls == NULL)
        return true;
    if (!is_on)
        return wolfSSL_CertManagerDisableCRL(roots) == WOLFSSL_SUCCESS;
    return wolfSSL_CertManagerEnableCRL(roots, 0) == WOLFSSL_SUCCESS &&
           wolfSSL_CertManagerEnableCRL(j->sent, 0) == WOLFSSL_SUCCESS;
}

static int judge_links(struct judgement *j)
{
    int error = ASN_NO_SIGNER_E;
    j->weak = -1;
    j->sent = wolfSSL_CertManagerNew();
    if (j->sent == NULL)
        return MEMORY_E;
    if (!check_crls(j, true)) {
        wolfSSL_CertManagerFree(j->sent);
        return MEMORY_E;
    }
    for (int i = j->store->totalCerts - 1; i >= 0; i--) {
        j->at = i;
        if (tls_chain_is_weak(j->store, i)) {
            j->weak = i;
            error = ASN_NO_SIGNER_E;
        } else {
            error = judge_link(j);
        }
        if (error && !(i > 0 && tls_chain_is_unknown(error)))
            break;
    }
    (void)check_crls(j, false);
    wolfSSL_CertManagerFree(j->sent);
    return error;
}

int tls_chain_judge(const struct tls_chain_basis *basis,
                    const struct WOLFSSL_X509_STORE_CTX *store, int *at)
{
    struct judgement j = {.store = store, .basis = basis};
    int error = judge_links(&j);
    /* Reading through a whole store is for chains that need it. */
    if (tls_chain_is_unknown(error) &&
        load_issuers(basis->trust, basis->roots, store) > 0)
        error = judge_links(&j);
    *at = j.at;
    if (tls_chain_is_unknown(error) && j.weak >= 0) {
        *at = j.weak;
        error = ASN_SIG_HASH_E;
    }
    return error;
}
