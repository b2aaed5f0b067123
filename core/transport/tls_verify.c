/*
 * wolfSSL checks a chain from its top down to the leaf and calls back for
 * every certificate; an intermediate whose signer is unknown is passed over
 * (WOLFSSL_ALT_CERT_CHAINS: it may be a cross-signed one that is not needed),
 * and the leaf must then be signed by something known.
 *
 * With a store that is read on demand nothing is known at first.  The first
 * call, for the top certificate, sees the whole chain: it loads whatever in the
 * store is the issuer of any certificate in it.  All that follows is wolfSSL's
 * own check, as if the whole store had been loaded.  Only the top certificate
 * has been judged too early and is judged again here: a leaf's verdict is
 * corrected; an intermediate that now verifies becomes a signer for those
 * below it, which is what wolfSSL does with one that verified at once.
 *
 * Rejected: failing the handshake and trying again with the store loaded
 * (visible to the server, and a second round of everything); wolfSSL's lookup
 * in a hashed folder (OPENSSL_ALL only); reading the Certificate message before
 * wolfSSL does (there is no hook for it in TLS 1.3).
 *
 * wolfSSL_CertManagerVerifyBuffer() does not check the path length of the
 * issuer, hence forbids_issuers.
 *
 * wolfSSL takes signatures over SHA-1, and keeps what it has verified so as a
 * signer for later handshakes.  So as soon as a weak link was seen, the context
 * is tainted: leaves are then judged apart, where such links never count
 * (tls_chain.c).  They are not refused at sight, as they may not be needed.
 *
 * The last call is for the leaf of a chain that is good.  It is where the names
 * are judged, by our own rules: wolfSSL's are too wide (a wildcard may stand for
 * a part of a label or for several, `*` alone matches a single label, the common
 * name counts when there are no others) and pass over addresses.  Here, and not
 * after the handshake, no client certificate has been shown to a stranger yet.
 *
 * must-staple (RFC 7633): quiver does not ask for OCSP staples, so a
 * certificate that is only good with one is refused.
 *
 * The reason of a refusal is kept in the context: the error comes out of the
 * same call of wolfSSL in which it was found.
 */
#include "transport/tls_verify.h"

#include <stdlib.h>

#include <wolfssl/options.h>
#include <wolfssl/ssl.h>

#include "base/fault.h"
#include "transport/tls_chain.h"
#include "transport/tls_name.h"

/* Of a host name in a message. */
#define SHOWN_MAX 64

/* Where a session keeps its host; 0 is the application's (ngtcp2 uses it). */
#define EX_HOST     1
#define EX_HOST_LEN 2

/* What remains of a distinguished name in a message. */
#define NAME_TEXT 100

const char *tls_verify_text(int error)
{
    static const struct {
        int error;
        const char *text;
    } reasons[] = {
        {ASN_NO_SIGNER_E, "issuer not known"},
        {ASN_SELF_SIGNED_E, "self-signed certificate"},
        {ASN_BEFORE_DATE_E, "certificate not valid yet"},
        {ASN_AFTER_DATE_E, "certificate expired"},
        {ASN_SIG_CONFIRM_E, "its signature is not its issuer's"},
        {ASN_SIG_HASH_E, "its signature uses a hash that is not safe (SHA-1, "
                         "MD5)"},
        {HASH_TYPE_E, "its signature uses a hash that is not known"},
        {ASN_SIG_KEY_E, "its issuer's key cannot be used"},
        {ASN_SIG_OID_E, "its signature algorithms differ"},
        {ASN_CRIT_EXT_E, "a critical extension that is not understood"},
        {ASN_NAME_INVALID_E, "a name its issuer may not certify"},
        {ASN_PATHLEN_INV_E, "more intermediates than their issuer allows"},
        {ASN_PATHLEN_SIZE_E, "a path length that makes no sense"},
        {ASN_PARSE_E, "malformed certificate"},
        {ASN_VERSION_E, "malformed certificate version"},
        {ASN_COUNTRY_SIZE_E, "malformed country name"},
        {KEYUSAGE_E, "key usage that contradicts itself"},
        {KEYUSE_SIGNATURE_E, "its key may not be used for signatures"},
        {KEYUSE_ENCIPHER_E, "its key may not be used for encryption"},
        {EXTKEYUSE_AUTH_E, "not valid for a TLS server (extended key usage)"},
        {NOT_CA_ERROR, "issued by a certificate that is not a CA"},
        {MAX_CHAIN_ERROR, "the certificate chain is too long"},
        {RSA_KEY_SIZE_E, "its RSA key is too short"},
        {ECC_KEY_SIZE_E, "its elliptic curve key is too short"},
        {PEER_KEY_ERROR, "its key cannot be used"},
        {DOMAIN_NAME_MISMATCH, "not valid for this name"},
        {IPADDR_MISMATCH, "not valid for this address"},
        {NO_PEER_CERT, "no certificate"},
        {OCSP_CERT_REVOKED, "revoked (OCSP)"},
        {OCSP_CERT_UNKNOWN, "unknown to its OCSP responder"},
        {OCSP_INVALID_STATUS, "bad OCSP response"},
        {BAD_CERTIFICATE_STATUS_ERROR, "bad OCSP response"},
        {CRL_CERT_REVOKED, "revoked (CRL)"},
        {CRL_MISSING, "no CRL of its issuer"},
        {VERIFY_CERT_ERROR, "refused"},
    };
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
        if (reasons[i].error == error)
            return reasons[i].text;
    return NULL;
}

/* The highest certificate that the chain links the leaf to. */
static struct cert top_of_chain(const WOLFSSL_X509_STORE_CTX *store)
{
    struct cert c;
    struct cert next;
    (void)cert_parse(&c, tls_chain_der(store, 0));
    for (int steps = 0; steps < store->totalCerts; steps++) {
        bool has_issuer = false;
        if (span_equal(c.issuer, c.subject))
            break;
        for (int i = 1; i < store->totalCerts && !has_issuer; i++)
            has_issuer = cert_parse(&next, tls_chain_der(store, i)) &&
                         span_equal(next.subject, c.issuer);
        if (!has_issuer)
            break;
        c = next;
    }
    return c;
}

static void refuse_unknown(struct tls_verify *v,
                           const WOLFSSL_X509_STORE_CTX *store)
{
    char name[NAME_TEXT];
    struct cert top = top_of_chain(store);
    const char *what = "self-signed root that is not trusted";
    if (!span_equal(top.issuer, top.subject))
        what = "issuer not known";
    else if (store->totalCerts == 1)
        what = "self-signed certificate";
    cert_format_name(top.issuer, name, sizeof name);
    (void)fault_set(&v->refusal, ERR_TLS_VERIFY, 0, "%s: %s; trusted: %.90s",
                    what, name, v->place ? v->place : "");
}

/* Says why certificate i of the chain is refused. */
static void refuse(struct tls_verify *v, const WOLFSSL_X509_STORE_CTX *store,
                   int i, int error)
{
    char name[NAME_TEXT] = "";
    char date[21] = "";
    struct cert c;
    bool is_read = cert_parse(&c, tls_chain_der(store, i));
    if (error == ASN_NO_SIGNER_E || error == ASN_SELF_SIGNED_E) {
        refuse_unknown(v, store);
        return;
    }
    const char *text = tls_verify_text(error);
    if (text == NULL)
        text = wolfSSL_ERR_reason_error_string((unsigned long)error);
    if (is_read && i > 0)
        cert_format_name(c.subject, name, sizeof name);
    if (is_read && error == ASN_AFTER_DATE_E)
        cert_format_time(c.not_after, date);
    else if (is_read && error == ASN_BEFORE_DATE_E)
        cert_format_time(c.not_before, date);
    const char *link = error == ASN_AFTER_DATE_E ? " on " : " before ";
    if (error == ASN_BEFORE_DATE_E && date[0])
        text = "certificate not valid";
    (void)fault_set(&v->refusal, ERR_TLS_VERIFY, 0, "%s%s%s%s%.10s",
                    i > 0 ? name : "", i > 0 ? ": " : "", text,
                    date[0] ? link : "", date);
}

/*
 * Loads the issuers of the chain; true when the store has something that the
 * manager did not have before.  *forbids: the issuer of the top certificate
 * allows no intermediates.
 *
 * The top certificate's issuer is looked for everywhere; those of the others
 * are in the chain itself, so a quick look must do, as long as the top one's
 * is known.
 */
static bool load_issuers(struct tls_verify *v, WOLFSSL_CERT_MANAGER *cm,
                         const WOLFSSL_X509_STORE_CTX *store, bool *forbids)
{
    unsigned loaded = 0;
    enum trust_effort effort = TRUST_THOROUGH;
    struct cert c;
    *forbids = false;
    for (int i = store->totalCerts - 1; i >= 0; i--) {
        if (!cert_parse(&c, tls_chain_der(store, i)))
            continue;
        struct trust_found found = trust_load(v->trust, cm, c.issuer, effort);
        loaded += found.loaded;
        if (i < store->totalCerts - 1)
            continue;
        *forbids = found.forbids_issuers && !span_equal(c.issuer, c.subject);
        if (found.is_there)
            effort = TRUST_QUICK;
    }
    return loaded > 0;
}

/* The top certificate was judged before its issuer was known. 1: pass. */
static int judge_top(struct tls_verify *v, WOLFSSL_CERT_MANAGER *cm,
                     const WOLFSSL_X509_STORE_CTX *store, bool forbids)
{
    int i = store->totalCerts - 1;
    struct span der = tls_chain_der(store, i);
    int error = tls_chain_verify(cm, der);
    if (i > 0) {
        /* Still unknown: passed over, and the leaf decides. */
        if (error == ASN_NO_SIGNER_E || error == ASN_SELF_SIGNED_E)
            return 1;
        if (error == 0 && forbids)
            error = ASN_PATHLEN_INV_E;
        if (error == 0)
            tls_chain_add_signer(cm, der);
    }
    if (error)
        refuse(v, store, i, error);
    return error == 0;
}

static bool open_judge(struct tls_verify *v)
{
    if (v->judge)
        return true;
    v->judge = wolfSSL_CertManagerNew();
    if (v->judge == NULL)
        return false;
    if (v->ca_file || v->ca_path)
        (void)wolfSSL_CertManagerLoadCA(v->judge, v->ca_file, v->ca_path);
    if (v->trust)
        v->judge_trust = trust_copy(v->trust);
    return true;
}

/* By what is trusted and nothing that came from a peer on a weak signature; 1:
 * good. */
static int judge_apart(struct tls_verify *v,
                       const WOLFSSL_X509_STORE_CTX *store)
{
    int at = 0;
    v->refusal.code = ERR_NONE;
    if (!open_judge(v)) {
        refuse(v, store, 0, MEMORY_E);
        return 0;
    }
    int error = tls_chain_judge(v->judge_trust, v->judge, store, &at);
    if (error)
        refuse(v, store, at, error);
    return error == 0;
}

/*
 * Is wolfSSL's verdict on a leaf not the last word?  Its issuer is not known,
 * although the top of the chain was: another link may be anchored in a part of
 * the store that was not looked through.  Or a weak link has become a signer,
 * in this chain or one before.
 */
static bool needs_second_look(const struct tls_verify *v,
                              const WOLFSSL_X509_STORE_CTX *store,
                              bool is_unknown)
{
    return v->is_tainted || tls_chain_is_weak(store, 0) ||
           (is_unknown && v->trust && store->totalCerts > 1);
}

bool tls_verify_expect(struct WOLFSSL *ssl, struct span host)
{
    return wolfSSL_set_ex_data(ssl, EX_HOST, (void *)(uintptr_t)host.base) ==
               WOLFSSL_SUCCESS &&
           wolfSSL_set_ex_data(ssl, EX_HOST_LEN, (void *)(uintptr_t)host.len) ==
               WOLFSSL_SUCCESS;
}

bool tls_verify_leaf(const struct cert *leaf, struct span host,
                     struct fault *fault)
{
    char names[100];
    int shown = host.len > SHOWN_MAX ? SHOWN_MAX : (int)host.len;
    if (!tls_name_matches(leaf, host)) {
        tls_name_list(leaf, names, sizeof names);
        (void)fault_set(fault, ERR_TLS_VERIFY, 0,
                        "not valid for %.*s (it names %s)", shown,
                        (const char *)host.base, names);
        return false;
    }
    if (leaf->has_purposes && !leaf->is_for_servers) {
        (void)fault_set(fault, ERR_TLS_VERIFY, 0, "%s",
                        tls_verify_text(EXTKEYUSE_AUTH_E));
        return false;
    }
    if (leaf->must_staple) {
        (void)fault_set(fault, ERR_TLS_VERIFY, 0,
                        "requires an OCSP staple (must-staple), which quiver "
                        "does not ask for");
        return false;
    }
    return true;
}

/* The chain is good: is it the chain of whom we want? */
static bool is_expected(struct tls_verify *v, WOLFSSL_X509_STORE_CTX *store)
{
    WOLFSSL *ssl = wolfSSL_X509_STORE_CTX_get_ex_data(
        store, wolfSSL_get_ex_data_X509_STORE_CTX_idx());
    const uint8_t *host = ssl ? wolfSSL_get_ex_data(ssl, EX_HOST) : NULL;
    struct cert leaf;
    if (host == NULL || !cert_parse(&leaf, tls_chain_der(store, 0))) {
        (void)fault_set(&v->refusal, ERR_TLS_VERIFY, 0, "%s",
                        tls_verify_text(ASN_PARSE_E));
        return false;
    }
    size_t len = (size_t)(uintptr_t)wolfSSL_get_ex_data(ssl, EX_HOST_LEN);
    return tls_verify_leaf(&leaf, span_of(host, len), &v->refusal);
}

static int on_verify_strict(struct tls_verify *v, int is_ok,
                            WOLFSSL_X509_STORE_CTX *store)
{
    WOLFSSL_CERT_MANAGER *cm = store->store->cm;
    int i = store->error_depth;
    bool forbids = false;
    bool is_top = i == store->totalCerts - 1;
    bool is_unknown = !is_ok && (store->error == ASN_NO_SIGNER_E ||
                                 store->error == ASN_SELF_SIGNED_E);
    if (is_top)
        v->refusal.code = ERR_NONE;
    if (i > 0 && tls_chain_is_weak(store, i)) {
        v->is_tainted = true;
        return 1;
    }
    if (v->trust && is_top && (is_unknown || i > 0) &&
        load_issuers(v, cm, store, &forbids))
        is_ok = judge_top(v, cm, store, forbids);
    else if (!is_ok)
        refuse(v, store, i, store->error);
    if (i > 0)
        return is_ok;
    if (needs_second_look(v, store, is_unknown && !is_ok))
        is_ok = judge_apart(v, store);
    return is_ok && is_expected(v, store);
}

static int on_verify(int is_ok, WOLFSSL_X509_STORE_CTX *store)
{
    struct tls_verify *v = store->userCtx;
    if (store->certs == NULL || store->totalCerts == 0)
        return is_ok || v->is_lax;
    if (!v->is_lax)
        return on_verify_strict(v, is_ok, store);
    /* What the strict check would have said. */
    if (store->error_depth == 0)
        (void)judge_apart(v, store);
    return 1;
}

void tls_verify_install(struct WOLFSSL_CTX *ctx, struct tls_verify *v)
{
    wolfSSL_CTX_set_verify(
        ctx, v->is_lax ? WOLFSSL_VERIFY_NONE : WOLFSSL_VERIFY_PEER, on_verify);
    wolfSSL_CTX_SetCertCbCtx(ctx, v);
}

void tls_verify_fini(struct tls_verify *v)
{
    trust_free(v->trust);
    trust_free(v->judge_trust);
    if (v->judge)
        wolfSSL_CertManagerFree(v->judge);
    free(v->place);
    v->trust = NULL;
    v->judge_trust = NULL;
    v->judge = NULL;
    v->place = NULL;
}
