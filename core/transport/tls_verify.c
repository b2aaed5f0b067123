/*
 * wolfSSL checks a chain from its top down to the leaf and calls back for every
 * certificate; an intermediate whose signer is unknown is passed over
 * (WOLFSSL_ALT_CERT_CHAINS: it may be a cross-signed one that is not needed),
 * and the leaf must then be signed by something known.
 *
 * With a store that is read on demand nothing is known at first.  The first
 * call, for the top certificate, sees the whole chain: it loads whatever in the
 * store is the issuer of any certificate in it.  The top certificate has been
 * judged too early then and is passed over; so the leaf's issuer is not known,
 * and the chain is judged once more, by tls_chain.  From the next connection on
 * its root is there in time, and wolfSSL's walk is all.
 *
 * Rejected: failing the handshake and trying again with the store loaded
 * (visible to the server, and a second round of everything); wolfSSL's lookup
 * in a hashed folder (OPENSSL_ALL only); reading the Certificate message before
 * wolfSSL does (there is no hook for it in TLS 1.3).
 *
 * wolfSSL takes signatures over SHA-1.  A chain with such a link in it is
 * judged by tls_chain, where it does not count.  It is not refused at sight, as
 * it may not be needed.
 *
 * wolfSSL makes every intermediate that it has verified a signer of the whole
 * context, for good.  Then a server that leaves out its intermediate would be
 * trusted or not by what another had sent before, and a weak one would count
 * from the next chain on.  So they are dropped before each step of a handshake
 * (a chain is judged within one step), which costs nothing to speak of: no
 * certificate of the store is read again for it.  Rejected: a store a session
 * (all roots would be parsed for each), and refusing them at their callback
 * (the chain would be refused).
 *
 * The last call is for the leaf of a chain that is good.  It is where the names
 * are judged, by our own rules: wolfSSL's are too wide (a wildcard may stand
 * for a part of a label or for several, `*` alone matches a single label, the
 * common name counts when there are no others) and pass over addresses.  Here,
 * and not after the handshake, no client certificate has been shown to a
 * stranger yet.
 *
 * must-staple (RFC 7633): without --cert-status quiver does not ask for OCSP
 * staples, so a certificate that is only good with one is refused.
 *
 * Revocation lists are looked at by tls_chain alone, which then judges every
 * chain.
 *
 * A bare key (RFC 7250) comes to the same callback in place of a chain, and
 * wolfSSL has nothing to say of it: it must be one that was named.
 *
 * The reason of a refusal belongs to the session: others go on between the
 * chain and the end of its handshake, which is when -k tells it.
 */
#include "transport/tls_verify.h"

#include <stdlib.h>

#include <wolfssl/options.h>
#include <wolfssl/ssl.h>

#include "base/fault.h"
#include "http/ech.h"
#include "transport/tls_chain.h"
#include "transport/tls_crls.h"
#include "transport/tls_ech.h"
#include "transport/tls_name.h"
#include "transport/tls_shown.h"

/* Of a host name in a message. */
#define SHOWN_MAX 64

/* Where a session keeps what it expects; 0 is the application's (ngtcp2 uses
 * it). */
#define EX_EXPECTED 1

/* What remains of a distinguished name in a message. */
#define NAME_TEXT 100

/* In words, and as a number that other programs know (OpenSSL's, curl's
 * %{ssl_verify_result}). */
static const struct reason {
    int error;
    unsigned code;
    const char *text;
} reasons[] = {
    {ASN_NO_SIGNER_E, 20, "issuer not known"},
    {ASN_SELF_SIGNED_E, 18, "self-signed certificate"},
    {ASN_BEFORE_DATE_E, 9, "certificate not valid yet"},
    {ASN_AFTER_DATE_E, 10, "certificate expired"},
    {ASN_SIG_CONFIRM_E, 7, "its signature is not its issuer's"},
    {ASN_SIG_HASH_E, 68,
     "its signature uses a hash that is not safe (SHA-1, MD5)"},
    {HASH_TYPE_E, 7, "its signature uses a hash that is not known"},
    {ASN_SIG_KEY_E, 6, "its issuer's key cannot be used"},
    {ASN_SIG_OID_E, 7, "its signature algorithms differ"},
    {ASN_CRIT_EXT_E, 34, "a critical extension that is not understood"},
    {ASN_NAME_INVALID_E, 47, "a name its issuer may not certify"},
    {ASN_PATHLEN_INV_E, 25, "more intermediates than their issuer allows"},
    {ASN_PATHLEN_SIZE_E, 25, "a path length that makes no sense"},
    {ASN_PARSE_E, 1, "malformed certificate"},
    {ASN_VERSION_E, 1, "malformed certificate version"},
    {ASN_COUNTRY_SIZE_E, 1, "malformed country name"},
    {KEYUSAGE_E, 1, "key usage that contradicts itself"},
    {KEYUSE_SIGNATURE_E, 26, "its key may not be used for signatures"},
    {KEYUSE_ENCIPHER_E, 26, "its key may not be used for encryption"},
    {EXTKEYUSE_AUTH_E, 26, "not valid for a TLS server (extended key usage)"},
    {NOT_CA_ERROR, 79, "issued by a certificate that is not a CA"},
    {MAX_CHAIN_ERROR, 22, "the certificate chain is too long"},
    {RSA_KEY_SIZE_E, 66, "its RSA key is too short"},
    {ECC_KEY_SIZE_E, 66, "its elliptic curve key is too short"},
    {PEER_KEY_ERROR, 6, "its key cannot be used"},
    {DOMAIN_NAME_MISMATCH, 62, "not valid for this name"},
    {IPADDR_MISMATCH, 64, "not valid for this address"},
    {NO_PEER_CERT, 1, "no certificate"},
    {CRL_CERT_REVOKED, 23, "revoked (CRL)"},
    {CRL_MISSING, 3, "no revocation list (CRL) of its issuer"},
    {ASN_CRL_CONFIRM_E, 8,
     "the signature of the revocation list (CRL) is not its issuer's"},
    {CRL_CERT_DATE_ERR, 12,
     "its issuer's revocation list (CRL) is out of date"},
    {VERIFY_CERT_ERROR, 1, "refused"},
};

/* Of a chain whose self-signed root is not trusted, and of names. */
#define CODE_OTHER        1
#define CODE_SELF_SIGNED  18
#define CODE_UNKNOWN_ROOT 19
#define CODE_WRONG_NAME   62

static const struct reason *find_reason(int error)
{
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
        if (reasons[i].error == error)
            return &reasons[i];
    return NULL;
}

const char *tls_verify_text(int error)
{
    const struct reason *r = find_reason(error);
    return r ? r->text : NULL;
}

unsigned tls_verify_code(int error)
{
    const struct reason *r = find_reason(error);
    return r ? r->code : CODE_OTHER;
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

static void refuse_unknown(struct tls_expected *e, const struct tls_verify *v,
                           const WOLFSSL_X509_STORE_CTX *store)
{
    struct cert top = top_of_chain(store);
    const char *what = "self-signed root that is not trusted";
    unsigned code = CODE_UNKNOWN_ROOT;
    if (!span_equal(top.issuer, top.subject)) {
        what = tls_verify_text(ASN_NO_SIGNER_E);
        code = tls_verify_code(ASN_NO_SIGNER_E);
    } else if (store->totalCerts == 1) {
        what = tls_verify_text(ASN_SELF_SIGNED_E);
        code = CODE_SELF_SIGNED;
    }
    char name[NAME_TEXT];
    cert_format_name(top.issuer, name, sizeof name);
    (void)fault_set(&e->refusal, ERR_TLS_VERIFY, code, "%s: %s; trusted: %.90s",
                    what, name, v->place ? v->place : "");
}

/* Says why certificate i of the chain is refused. */
static void refuse(struct tls_expected *e, const struct tls_verify *v,
                   const WOLFSSL_X509_STORE_CTX *store, int i, int error)
{
    char name[NAME_TEXT] = "";
    char date[21] = "";
    struct cert c;
    bool is_read = cert_parse(&c, tls_chain_der(store, i));
    if (tls_chain_is_unknown(error)) {
        refuse_unknown(e, v, store);
        return;
    }
    /* wolfSSL knows no MD5 when it comes to the leaf. */
    if (is_read && error == HASH_TYPE_E && c.is_weakly_signed)
        error = ASN_SIG_HASH_E;
    const char *text = tls_verify_text(error);
    if (text == NULL)
        text = wolfSSL_ERR_reason_error_string((unsigned long)error);
    if (is_read && i > 0)
        cert_format_name(c.subject, name, sizeof name);
    if (is_read && error == ASN_AFTER_DATE_E)
        cert_format_time(c.not_after, date);
    else if (is_read && error == ASN_BEFORE_DATE_E)
        cert_format_time(c.not_before, date);
    if (error == DOMAIN_NAME_MISMATCH && e->is_outer)
        text = "not valid for the name that the other is hidden behind (ECH)";
    const char *link = error == ASN_AFTER_DATE_E ? " on " : " before ";
    if (error == ASN_BEFORE_DATE_E && date[0])
        text = "certificate not valid";
    (void)fault_set(&e->refusal, ERR_TLS_VERIFY, tls_verify_code(error),
                    "%s%s%s%s%.10s", i > 0 ? name : "", i > 0 ? ": " : "", text,
                    date[0] ? link : "", date);
}

/*
 * The top certificate's issuer is looked for everywhere; those of the others
 * are in the chain itself, so a quick look must do, as long as the top one's
 * is known.
 */
static void load_issuers(struct tls_verify *v,
                         const WOLFSSL_X509_STORE_CTX *store)
{
    enum trust_effort effort = TRUST_THOROUGH;
    struct cert c;
    for (int i = store->totalCerts - 1; i >= 0; i--) {
        if (!cert_parse(&c, tls_chain_der(store, i)))
            continue;
        struct trust_found found =
            trust_load(v->trust, store->store->cm, c.issuer, effort);
        if (i == store->totalCerts - 1 && found.is_there)
            effort = TRUST_QUICK;
    }
}

/* By the roots and this chain, without its weak links; 1: good. */
static int judge_again(struct tls_expected *e, struct tls_verify *v,
                       const WOLFSSL_X509_STORE_CTX *store)
{
    int at = 0;
    WOLFSSL_CERT_MANAGER *cm = store->store->cm;
    (void)wolfSSL_CertManagerUnloadIntermediateCerts(cm);
    const struct tls_chain_basis basis = {
        .trust = v->trust, .crls = v->crls, .roots = cm};
    int error = tls_chain_judge(&basis, store, &at);
    if (error)
        refuse(e, v, store, at, error);
    return error == 0;
}

static bool has_weak_link(const WOLFSSL_X509_STORE_CTX *store)
{
    for (int i = 0; i < store->totalCerts; i++)
        if (tls_chain_is_weak(store, i))
            return true;
    return false;
}

void tls_expected_fini(struct tls_expected *e)
{
    certs_fini(&e->certs);
    str_fini(&e->staple);
    tls_shown_free(e->shown);
    e->shown = NULL;
}

struct tls_expected *tls_verify_expected(const struct WOLFSSL *ssl)
{
    return wolfSSL_get_ex_data(ssl, EX_EXPECTED);
}

bool tls_verify_expect(struct WOLFSSL *ssl, struct tls_expected *e)
{
    return wolfSSL_set_ex_data(ssl, EX_EXPECTED, e) == WOLFSSL_SUCCESS;
}

bool tls_verify_has_raw_key(struct WOLFSSL *ssl)
{
    int kind = WOLFSSL_CERT_TYPE_UNKNOWN;
    return wolfSSL_get_negotiated_server_cert_type(ssl, &kind) == 1 &&
           kind == WOLFSSL_CERT_TYPE_RPK;
}

const struct fault *tls_verify_refusal(struct WOLFSSL *ssl)
{
    const struct tls_expected *e = tls_verify_expected(ssl);
    return e && e->refusal.code != ERR_NONE ? &e->refusal : NULL;
}

void tls_verify_forget(struct WOLFSSL *ssl)
{
    /* It fails when a lock cannot be taken, which nobody else takes. */
    (void)wolfSSL_CertManagerUnloadIntermediateCerts(
        wolfSSL_CTX_GetCertManager(wolfSSL_get_SSL_CTX(ssl)));
}

bool tls_verify_leaf(const struct tls_verify *v, const struct cert *leaf,
                     struct span host, struct fault *fault)
{
    char names[100];
    int shown = host.len > SHOWN_MAX ? SHOWN_MAX : (int)host.len;
    if (!tls_name_matches(leaf, host)) {
        tls_name_list(leaf, names, sizeof names);
        (void)fault_set(fault, ERR_TLS_VERIFY, CODE_WRONG_NAME,
                        "not valid for %.*s (it names %s)", shown,
                        (const char *)host.base, names);
        return false;
    }
    if (leaf->has_purposes && !leaf->is_for_servers) {
        (void)fault_set(fault, ERR_TLS_VERIFY,
                        tls_verify_code(EXTKEYUSE_AUTH_E), "%s",
                        tls_verify_text(EXTKEYUSE_AUTH_E));
        return false;
    }
    if (leaf->must_staple && !v->wants_staple) {
        (void)fault_set(fault, ERR_TLS_VERIFY, CODE_OTHER,
                        "requires an OCSP staple (must-staple), which "
                        "--cert-status asks for");
        return false;
    }
    return true;
}

/* It could not read whom we want, and is asked for keys alone (RFC 9849 6.1.7). */
static bool is_outer(struct tls_expected *e, const struct tls_verify *v,
                     const struct cert *leaf)
{
    struct span rest = ech_list_all(e->outer);
    struct span name;
    while (ech_list_next(&rest, &name))
        if (tls_verify_leaf(v, leaf, name, &e->refusal)) {
            e->refusal.code = ERR_NONE; /* under another one of them */
            return true;
        }
    return false;
}

/* The chain is good: is it the chain of whom we want? */
static bool is_expected(struct tls_expected *e, const struct tls_verify *v,
                        const WOLFSSL_X509_STORE_CTX *store)
{
    struct cert leaf;
    if (!cert_parse(&leaf, tls_chain_der(store, 0))) {
        (void)fault_set(&e->refusal, ERR_TLS_VERIFY, CODE_OTHER, "%s",
                        tls_verify_text(ASN_PARSE_E));
        return false;
    }
    return e->is_outer ? is_outer(e, v, &leaf)
                       : tls_verify_leaf(v, &leaf, e->host, &e->refusal);
}

static int on_verify_strict(struct tls_expected *e, struct tls_verify *v,
                            int is_ok, const WOLFSSL_X509_STORE_CTX *store)
{
    int i = store->error_depth;
    bool is_unknown = !is_ok && tls_chain_is_unknown(store->error);
    if (v->trust && i == store->totalCerts - 1 && (is_unknown || i > 0))
        load_issuers(v, store);
    /* What is passed over may not be needed; the leaf decides. */
    if (i > 0 && (is_ok || is_unknown || tls_chain_is_weak(store, i)))
        return 1;
    if (!is_ok && !is_unknown) {
        refuse(e, v, store, i, store->error);
        return 0;
    }
    if (is_unknown || v->crls || has_weak_link(store))
        is_ok = judge_again(e, v, store);
    return is_ok && is_expected(e, v, store);
}

/* The last call, for the leaf, is the one that sees a chain that is whole. */
static void keep_certs(struct tls_expected *e, const struct tls_verify *v,
                       const WOLFSSL_X509_STORE_CTX *store)
{
    int n = v->keeps_certs || v->wants_staple ? store->totalCerts : 1;
    e->ncerts = (unsigned)store->totalCerts;
    certs_fini(&e->certs);
    for (int i = 0; i < n; i++)
        certs_add(&e->certs, tls_chain_der(store, i));
}

/* It says nothing of whose it is, so somebody must have named it. */
static int on_raw_key(struct tls_expected *e, const struct tls_verify *v,
                      struct span key_info)
{
    if (v->pins.n > 0)
        return tls_pins_match(&v->pins, key_info, &e->refusal) || v->is_lax;
    (void)fault_set(&e->refusal, ERR_TLS_VERIFY, CODE_OTHER,
                    "a raw public key, of which --pinnedpubkey must say whose "
                    "it is");
    return v->is_lax;
}

static int on_verify(int is_ok, WOLFSSL_X509_STORE_CTX *store)
{
    struct tls_verify *v = store->userCtx;
    WOLFSSL *ssl = wolfSSL_X509_STORE_CTX_get_ex_data(
        store, wolfSSL_get_ex_data_X509_STORE_CTX_idx());
    struct tls_expected *e = ssl ? tls_verify_expected(ssl) : NULL;
    if (e == NULL) /* nobody to compare it with */
        return 0;
    if (store->certs == NULL || store->totalCerts == 0)
        return is_ok || v->is_lax;
    e->is_outer = e->outer.len > 0 && !tls_ech_is_taken(ssl);
    if (e->shown)
        tls_shown_take(e->shown, tls_chain_der(store, 0));
    if (store->error_depth == 0)
        keep_certs(e, v, store);
    if (v->has_raw_keys && tls_verify_has_raw_key(ssl))
        return on_raw_key(e, v, tls_chain_der(store, 0));
    if (!v->is_lax)
        return on_verify_strict(e, v, is_ok, store);
    /* What the strict check would have said. */
    if (store->error_depth == 0)
        (void)judge_again(e, v, store);
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
    tls_crls_free(v->crls);
    tls_pins_fini(&v->pins);
    free(v->place);
    *v = (struct tls_verify){.trust = NULL};
}
