#include "transport/tls_crls.h"

#include <errno.h>
#include <stdlib.h>

#include <wolfssl/options.h>
#include <wolfssl/ssl.h>

#include "base/fault.h"
#include "base/str.h"
#include "base/xalloc.h"
#include "transport/der.h"
#include "transport/pem.h"
#include "transport/tls_file.h"

/* A CA of the size of a country has lists of some ten MiB. */
#define FILE_MAX ((size_t)256 << 20)

struct crl {
    struct span der; /* in the list's own memory */
    struct span issuer;
    bool is_in_roots;
    int failure; /* of the last manager that did not take it; 0: none yet */
};

struct tls_crls {
    struct crl *at;
    size_t n;
};

/* A CertificateList, as far as its issuer. */
static bool parse(struct crl *c, struct span der)
{
    struct der d;
    struct der tbs;
    struct span rest = der;
    if (!der_expect(&rest, DER_SEQUENCE, &d) ||
        !der_expect(&d.value, DER_SEQUENCE, &tbs))
        return false;
    struct span inside = tbs.value;
    (void)der_optional(&inside, DER_INTEGER, &d); /* version */
    bool has_algorithm = der_expect(&inside, DER_SEQUENCE, &d);
    if (!has_algorithm || !der_expect(&inside, DER_SEQUENCE, &d))
        return false;
    *c = (struct crl){.der = der, .issuer = d.whole};
    return true;
}

static bool add(struct tls_crls *l, struct span base64)
{
    uint8_t *der = xalloc_bytes(base64.len + 1);
    size_t len = pem_decode(base64, der, base64.len);
    struct crl one;
    if (!parse(&one, span_of(der, len))) {
        free(der);
        return false;
    }
    l->at = xalloc_array(l->at, l->n + 1, sizeof *l->at);
    l->at[l->n++] = one;
    return true;
}

static bool add_all(struct tls_crls *l, struct span file)
{
    struct span base64;
    while (pem_next_of(&file, PEM_CRL, &base64))
        if (!add(l, base64))
            return false;
    return l->n > 0;
}

struct tls_crls *tls_crls_read(const char *path, struct fault *fault)
{
    struct tls_crls *l = XALLOC_NEW(struct tls_crls);
    struct str file;
    str_init(&file);
    bool is_read = tls_file_read(&file, path, FILE_MAX);
    if (!is_read)
        (void)fault_set_errno(fault, ERR_CRL_FILE, errno,
                              "the revocation lists of %.100s", path);
    bool is_good = is_read && add_all(l, str_span(&file));
    if (is_read && !is_good)
        (void)fault_set(fault, ERR_CRL_FILE, 0,
                        "%.100s: no good revocation list (PEM) in it", path);
    str_fini(&file);
    if (is_good)
        return l;
    tls_crls_free(l);
    return NULL;
}

void tls_crls_free(struct tls_crls *l)
{
    if (l == NULL)
        return;
    for (size_t i = 0; i < l->n; i++)
        free((void *)(uintptr_t)l->at[i].der.base);
    free(l->at);
    free(l);
}

void tls_crls_load(struct tls_crls *l, struct WOLFSSL_CERT_MANAGER *cm,
                   struct span issuer, bool is_roots)
{
    for (size_t i = 0; i < l->n; i++) {
        struct crl *c = &l->at[i];
        if ((is_roots && c->is_in_roots) || !span_equal(c->issuer, issuer))
            continue;
        int result = wolfSSL_CertManagerLoadCRLBuffer(
            cm, c->der.base, (long)c->der.len, WOLFSSL_FILETYPE_ASN1);
        if (result == WOLFSSL_SUCCESS)
            c->is_in_roots |= is_roots;
        else if (result != ASN_CRL_NO_SIGNER_E) /* its issuer is elsewhere */
            c->failure = result;
    }
}

int tls_crls_failure(const struct tls_crls *l, struct span issuer)
{
    int failure = CRL_MISSING;
    for (size_t i = 0; i < l->n; i++)
        if (l->at[i].failure && span_equal(l->at[i].issuer, issuer))
            failure = l->at[i].failure;
    return failure;
}
