#include "transport/tls_peer.h"

#include <stdio.h>
#include <string.h>

#include <wolfssl/options.h>
#include <wolfssl/ssl.h>

#include "base/fault.h"
#include "io/addr.h"
#include "transport/cert.h"
#include "transport/tls_alert.h"
#include "transport/tls_ech.h"
#include "transport/tls_groups.h"
#include "transport/tls_memory.h"
#include "transport/tls_shown.h"
#include "transport/tls_staple.h"

/* RFC 1035 2.3.4. */
#define HOST_MAX 255

/* Protocol names of one ClientHello, with commas; "h2,http/1.1". */
#define ALPN_MAX 128

static struct span without_dot(struct span host)
{
    if (host.len > 1 && host.base[host.len - 1] == '.')
        host.len--;
    return host;
}

static bool cannot(struct fault *fault, const char *what)
{
    (void)fault_set(fault, ERR_TLS_HANDSHAKE, 0, "cannot set %s", what);
    return false;
}

static bool expect_host(WOLFSSL *ssl, struct tls_expected *e,
                        struct fault *fault)
{
    struct addr a;
    struct span host = without_dot(e->host);
    if (host.len == 0 || host.len > HOST_MAX ||
        memchr(host.base, '\0', host.len))
        return cannot(fault, "a host name of that length");
    e->host = host;
    if (!tls_verify_expect(ssl, e))
        return cannot(fault, "the name to verify");
    return addr_parse(&a, host, 0) ||
           wolfSSL_UseSNI(ssl, WOLFSSL_SNI_HOST_NAME, host.base,
                          (unsigned short)host.len) == WOLFSSL_SUCCESS ||
           cannot(fault, "SNI");
}

bool tls_peer_use_alpn(struct WOLFSSL *ssl, const struct span *alpn, int nalpn,
                       struct fault *fault)
{
    char list[ALPN_MAX];
    size_t len = 0;
    for (int i = 0; i < nalpn; i++) {
        if (len + alpn[i].len + 2 > sizeof list)
            return cannot(fault, "that many ALPN protocols");
        if (i > 0)
            list[len++] = ',';
        memcpy(list + len, alpn[i].base, alpn[i].len);
        len += alpn[i].len;
    }
    if (len == 0)
        return true;
    list[len] = '\0';
    return wolfSSL_UseALPN(ssl, list, (unsigned)len,
                           WOLFSSL_ALPN_FAILED_ON_MISMATCH) ==
               WOLFSSL_SUCCESS ||
           cannot(fault, "ALPN");
}

static bool use_key_shares(WOLFSSL *ssl, struct tls_context *c,
                           struct fault *fault)
{
    const struct tls_groups *g = tls_context_groups(c);
    if (tls_context_settings(c)->tls.max < SETTINGS_TLS_1_3)
        return true;
    for (int i = 0; i < g->nshares; i++)
        if (wolfSSL_UseKeyShare(ssl, (word16)g->shares[i]) != WOLFSSL_SUCCESS)
            return cannot(fault, "the key share");
    return true;
}

bool tls_peer_expect(struct WOLFSSL *ssl, struct tls_context *c,
                     struct tls_expected *e, const struct span *alpn, int nalpn,
                     struct fault *fault)
{
    if (!expect_host(ssl, e, fault) ||
        !tls_peer_use_alpn(ssl, alpn, nalpn, fault) ||
        !use_key_shares(ssl, c, fault))
        return false;
    return !tls_context_verify(c)->wants_staple || tls_staple_ask(ssl) ||
           cannot(fault, "the wish for an OCSP staple");
}

void tls_peer_describe(struct WOLFSSL *ssl, struct tls_facts *facts)
{
    char *name = NULL;
    unsigned short len = 0;
    const char *group = wolfSSL_get_curve_name(ssl);
    (void)snprintf(facts->version, sizeof facts->version, "%s",
                   wolfSSL_get_version(ssl));
    (void)snprintf(facts->cipher, sizeof facts->cipher, "%s",
                   wolfSSL_get_cipher(ssl));
    (void)snprintf(facts->group, sizeof facts->group, "%s", group ? group : "");
    facts->wants_cert = tls_context_was_asked(ssl);
    facts->ech = tls_ech_is_taken(ssl);
    if (wolfSSL_ALPN_GetProtocol(ssl, &name, &len) == WOLFSSL_SUCCESS &&
        len < sizeof facts->alpn) {
        memcpy(facts->alpn, name, len);
        facts->alpn[len] = '\0';
    }
}

static bool check_alpn(const struct tls_facts *facts, const struct span *alpn,
                       int nalpn, struct fault *fault)
{
    if (facts->alpn[0] == '\0')
        return true;
    for (int i = 0; i < nalpn; i++)
        if (span_equal(alpn[i], span_str(facts->alpn)))
            return true;
    (void)fault_set(fault, ERR_TLS_HANDSHAKE, TLS_ALERT_NO_APPLICATION_PROTOCOL,
                    "the server chose ALPN '%s', which was not offered",
                    facts->alpn);
    return false;
}

static void fill_leaf(struct tls_facts *facts, const struct cert *leaf)
{
    if (leaf->subject.len == 0) {
        (void)snprintf(facts->subject, sizeof facts->subject,
                       "none, a raw public key");
        return;
    }
    cert_format_name(leaf->subject, facts->subject, sizeof facts->subject);
    cert_format_name(leaf->issuer, facts->issuer, sizeof facts->issuer);
    cert_format_time(leaf->not_after, facts->expires);
}

static void fill_certs(WOLFSSL *ssl, struct tls_context *c,
                       struct tls_facts *facts)
{
    const struct tls_expected *e = tls_verify_expected(ssl);
    facts->ncerts = e->ncerts;
    if (tls_context_verify(c)->keeps_certs)
        facts->certs = e->certs.at;
}

/* A bare key has nothing else to be checked. */
static bool read_leaf(WOLFSSL *ssl, struct span der, struct cert *leaf)
{
    if (!tls_verify_has_raw_key(ssl))
        return cert_parse(leaf, der);
    *leaf = (struct cert){.key_info = der};
    return der.len > 0;
}

/* Names, purpose, key and status of the peer's certificate; *is_final is set
 * for what -k does not pass over. */
static bool judge_leaf(WOLFSSL *ssl, struct tls_context *c,
                       const struct cert *leaf, struct span host,
                       struct fault *fault, bool *is_final)
{
    const struct tls_verify *v = tls_context_verify(c);
    const struct fault *refusal = tls_verify_refusal(ssl);
    struct fault of_key;
    bool is_good = tls_verify_has_raw_key(ssl) ||
                   tls_verify_leaf(v, leaf, without_dot(host), fault);
    /* With -k: what was said of the chain comes before what the leaf names. */
    if (refusal) {
        *fault = *refusal;
        is_good = false;
    }
    if (!is_good && !v->is_lax)
        return false;
    if (!tls_pins_match(&v->pins, leaf->key_info, &of_key)) {
        *fault = of_key;
        *is_final = true;
        return false;
    }
    if (v->wants_staple &&
        !tls_staple_check(tls_verify_expected(ssl),
                          wolfSSL_CTX_GetCertManager(wolfSSL_get_SSL_CTX(ssl)),
                          &of_key)) {
        *fault = of_key;
        *is_final = true;
        return false;
    }
    return is_good;
}

static bool check_leaf(WOLFSSL *ssl, struct tls_context *c, struct span host,
                       struct tls_facts *facts, struct fault *fault,
                       bool *is_final)
{
    const struct tls_expected *e = tls_verify_expected(ssl);
    struct cert leaf;
    /* wolfSSL_get_peer_certificate() would parse it all once more. */
    if (e == NULL || e->certs.n == 0 ||
        !read_leaf(ssl, e->certs.at[0], &leaf)) {
        (void)fault_set(fault, ERR_TLS_VERIFY, tls_verify_code(NO_PEER_CERT),
                        "no certificate to check");
        return false;
    }
    fill_leaf(facts, &leaf);
    return judge_leaf(ssl, c, &leaf, host, fault, is_final);
}

/* Tickets of such sessions lie under another key: this is for one that was
 * written by somebody else. */
static bool fail_unverified(struct fault *fault)
{
    (void)fault_set(fault, ERR_TLS_VERIFY, tls_verify_code(NO_PEER_CERT),
                    "the session that was resumed was never verified");
    return false;
}

static void show(const struct WOLFSSL *ssl)
{
    const struct tls_expected *e = tls_verify_expected(ssl);
    if (e)
        tls_shown_tell(e->shown);
}

bool tls_peer_check(struct WOLFSSL *ssl, struct tls_context *c,
                    struct span host, const struct span *alpn, int nalpn,
                    struct tls_facts *facts, struct fault *fault)
{
    *facts = (struct tls_facts){.verified = false};
    tls_peer_describe(ssl, facts);
    if (!check_alpn(facts, alpn, nalpn, fault))
        return false;
    const struct tls_memory *memory = tls_memory_of(ssl);
    bool is_lax = !tls_context_settings(c)->tls.verify;
    facts->offered = memory && memory->used;
    if (tls_memory_was_resumed(memory, ssl)) {
        tls_memory_recall(memory, facts);
        return is_lax || facts->verified || fail_unverified(fault);
    }
    struct fault why = {.code = ERR_NONE};
    bool is_final = false;
    bool is_good = check_leaf(ssl, c, host, facts, &why, &is_final);
    show(ssl);
    facts->verified = is_good && !is_lax;
    facts->verify_code = is_good ? 0 : (unsigned)why.wire;
    fill_certs(ssl, c, facts);
    (void)snprintf(facts->verify, sizeof facts->verify, "%.*s",
                   (int)sizeof facts->verify - 1, is_good ? "ok" : why.detail);
    if (is_good || (is_lax && !is_final))
        return true;
    *fault = why;
    return false;
}

/* TLS 1.3 has an alert for it; in TLS 1.2 it must be guessed from the two that
 * servers send when they asked for a certificate and got none. */
static bool wants_certificate(WOLFSSL *ssl, int alert)
{
    if (alert == TLS_ALERT_CERTIFICATE_REQUIRED)
        return true;
    return (alert == TLS_ALERT_HANDSHAKE_FAILURE ||
            alert == TLS_ALERT_BAD_CERTIFICATE) &&
           tls_context_was_asked(ssl);
}

static void fault_of_alert(WOLFSSL *ssl, struct fault *fault)
{
    WOLFSSL_ALERT_HISTORY history;
    int alert = -1;
    if (wolfSSL_get_alert_history(ssl, &history) == WOLFSSL_SUCCESS)
        alert = history.last_rx.code;
    if (wants_certificate(ssl, alert))
        (void)fault_set(fault, ERR_CERT_WANTED, (uint64_t)alert,
                        "the peer wants a client certificate (alert %s)",
                        tls_alert_name(alert));
    else
        (void)fault_set(
            fault, ERR_TLS_HANDSHAKE, alert < 0 ? 0 : (uint64_t)alert,
            "the peer sent alert %s (%d)", tls_alert_name(alert), alert);
    if (alert >= 0)
        fault->wire_name = tls_alert_name(alert);
}

void tls_peer_fault(struct WOLFSSL *ssl, int error, struct fault *fault)
{
    const struct fault *refusal = tls_verify_refusal(ssl);
    const char *text = tls_verify_text(error);
    char reason[80];
    show(ssl);
    if (text && refusal) {
        *fault = *refusal;
    } else if (error == BAD_CERTIFICATE_STATUS_ERROR) {
        (void)fault_set(fault, ERR_TLS_STATUS, 0,
                        "the OCSP staple is not in force, or no answer at all");
    } else if (text) {
        (void)fault_set(fault, ERR_TLS_VERIFY, tls_verify_code(error), "%s",
                        text);
    } else if (error == FATAL_ERROR) {
        fault_of_alert(ssl, fault);
    } else if (error == UNKNOWN_ALPN_PROTOCOL_NAME_E) {
        (void)fault_set(fault, ERR_TLS_HANDSHAKE,
                        TLS_ALERT_NO_APPLICATION_PROTOCOL,
                        "no application protocol in common (ALPN)");
    } else {
        wolfSSL_ERR_error_string_n((unsigned long)error, reason, sizeof reason);
        (void)fault_set(fault, ERR_TLS_HANDSHAKE, 0, "%s", reason);
    }
}
