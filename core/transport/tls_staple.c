/*
 * wolfSSL checks what it cut out itself, with the context's manager, which may
 * not know the issuer: issuers are loaded on demand, intermediates are in
 * managers of their own, and over TLS 1.2 the answer comes behind the chain.  Its
 * verdict is therefore put off, in its callback, and the check is made with all
 * that belongs to this chain, for as long as it takes.
 *
 * An answer is for the leaf alone: what servers send for intermediates (TLS 1.3)
 * is passed over, as OpenSSL and curl do.
 */
#include "transport/tls_staple.h"

#include <errno.h>
#include <string.h>

#include <wolfssl/options.h>
#include <wolfssl/ssl.h>
/* after those */
#include <wolfssl/ocsp.h>
#include <wolfssl/openssl/crypto.h>
#include <wolfssl/wolfcrypt/asn.h>

#include "base/fault.h"
#include "base/str.h"
#include "transport/tls_file.h"
#include "transport/tls_verify.h"

/* An answer is short; it goes through the handshake. */
#define FILE_MAX ((size_t)65535)

/* 0: what wolfSSL thinks of it is passed over. */
static int on_staple(WOLFSSL *ssl, int error, byte *answer, word32 len,
                     word32 i, void *arg)
{
    struct tls_expected *e = tls_verify_expected(ssl);
    (void)error;
    (void)arg;
    if (e && i == 0) {
        str_clear(&e->staple);
        str_add(&e->staple, span_of(answer, len));
    }
    return 0;
}

bool tls_staple_install(struct WOLFSSL_CTX *ctx)
{
    wolfSSL_CTX_set_ocsp_status_verify_cb(ctx, on_staple, NULL);
    return wolfSSL_CTX_EnableOCSPStapling(ctx) == WOLFSSL_SUCCESS;
}

bool tls_staple_ask(struct WOLFSSL *ssl)
{
    return wolfSSL_UseOCSPStapling(ssl, WOLFSSL_CSR_OCSP, 0) == WOLFSSL_SUCCESS;
}

/* Those of the chain that the roots vouch for, from the top down; the manager
 * drops them with its next chain (tls_verify_forget()). */
static void load_issuers(WOLFSSL_CERT_MANAGER *roots, const struct certs *chain)
{
    for (size_t i = chain->n; i-- > 1;) {
        struct span der = chain->at[i];
        if (wolfSSL_CertManagerVerifyBuffer(roots, der.base, (long)der.len,
                                            WOLFSSL_FILETYPE_ASN1) ==
            WOLFSSL_SUCCESS)
            (void)wolfSSL_CertManagerLoadCABufferType(
                roots, der.base, (long)der.len, WOLFSSL_FILETYPE_ASN1, 0, 0,
                WOLFSSL_CHAIN_CA);
    }
}

/* 0, or wolfSSL's error. */
static int check(WOLFSSL_CERT_MANAGER *roots, struct span leaf,
                 const struct str *answer)
{
    DecodedCert cert;
    WOLFSSL_OCSP *ocsp = wc_NewOCSP(roots);
    if (ocsp == NULL)
        return MEMORY_E;
    wc_InitDecodedCert(&cert, leaf.base, (word32)leaf.len, NULL);
    int error = wc_ParseCert(&cert, CERT_TYPE, VERIFY, roots);
    if (error == 0)
        error = wc_CheckCertOcspResponse(ocsp, &cert, (byte *)answer->base,
                                         (int)answer->len, NULL);
    wc_FreeDecodedCert(&cert);
    wc_FreeOCSP(ocsp);
    return error;
}

static const char *text_of(int error)
{
    switch (error) {
    case OCSP_CERT_REVOKED:
        return "the certificate is revoked, says its OCSP staple";
    case OCSP_CERT_UNKNOWN:
        return "the certificate is not known to its OCSP responder";
    default: /* wolfSSL has one word for all the rest */
        return "the OCSP staple is not good: not signed by the certificate's "
               "issuer, not in force, or for another certificate";
    }
}

bool tls_staple_check(const struct tls_expected *e,
                      struct WOLFSSL_CERT_MANAGER *roots, struct fault *fault)
{
    if (e->staple.len == 0 || e->certs.n == 0) {
        (void)fault_set(fault, ERR_TLS_STATUS, 0,
                        "the server sent no OCSP staple");
        return false;
    }
    load_issuers(roots, &e->certs);
    int error = check(roots, e->certs.at[0], &e->staple);
    (void)wolfSSL_CertManagerUnloadIntermediateCerts(roots);
    if (error)
        (void)fault_set(fault, ERR_TLS_STATUS, 0, "%s", text_of(error));
    return error == 0;
}

/* ---- a server's ---- */

/* wolfSSL takes a copy. */
static int on_asked(WOLFSSL *ssl, void *staple)
{
    const struct tls_staple *s = staple;
    unsigned char *copy = wolfSSL_OPENSSL_malloc(s->answer.len);
    if (copy == NULL)
        return WOLFSSL_OCSP_STATUS_CB_NOACK;
    memcpy(copy, s->answer.base, s->answer.len);
    return wolfSSL_set_tlsext_status_ocsp_resp(ssl, copy, (int)s->answer.len) ==
                   WOLFSSL_SUCCESS
               ? WOLFSSL_OCSP_STATUS_CB_OK
               : WOLFSSL_OCSP_STATUS_CB_NOACK;
}

bool tls_staple_offer(struct tls_staple *s, struct WOLFSSL_CTX *ctx,
                      const char *path, struct fault *fault)
{
    if (path == NULL)
        return true;
    bool is_read = tls_file_read(&s->answer, path, FILE_MAX);
    if (!is_read || s->answer.len == 0) {
        (void)fault_set_errno(fault, ERR_OWN_CERT, is_read ? ENODATA : errno,
                              "the OCSP answer %.100s", path);
        return false;
    }
    if (wolfSSL_CTX_set_tlsext_status_cb(ctx, on_asked) == WOLFSSL_SUCCESS &&
        wolfSSL_CTX_set_tlsext_status_arg(ctx, s) == WOLFSSL_SUCCESS)
        return true;
    (void)fault_set(fault, ERR_OWN_CERT, 0, "no OCSP staples");
    return false;
}

void tls_staple_fini(struct tls_staple *s)
{
    str_fini(&s->answer);
}
