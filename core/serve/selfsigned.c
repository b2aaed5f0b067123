#include "serve/selfsigned.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <wolfssl/options.h>
#include <wolfssl/wolfcrypt/asn_public.h>
#include <wolfssl/wolfcrypt/ecc.h>
#include <wolfssl/wolfcrypt/error-crypt.h>
#include <wolfssl/wolfcrypt/random.h>

#include "base/fault.h"
#include "base/xalloc.h"

#define DAYS_VALID 7
/* Certificates and keys of this kind have some 600 bytes, as PEM a third
 * more. */
#define DER_CAP 2048
#define PEM_CAP 4096

/* GeneralNames ::= dNSName "localhost", iPAddress 127.0.0.1, iPAddress ::1
 * (RFC 5280 4.2.1.6). */
static const uint8_t alt_names[] = {
    0x30, 35,                                                 /* SEQUENCE */
    0x82, 9,  'l', 'o', 'c', 'a', 'l', 'h', 'o', 's', 't',    /* [2] */
    0x87, 4,  127, 0,   0,   1,                               /* [7] */
    0x87, 16, 0,   0,   0,   0,   0,   0,   0,   0,   0,   0, /* [7] */
    0,    0,  0,   0,   0,   1,
};

/* What is needed while the files are made. */
struct workshop {
    WC_RNG rng;
    ecc_key ca_key;
    ecc_key key;
    Cert cert; /* the one that is being made */
    uint8_t ca_der[DER_CAP];
    int ca_len;
    uint8_t der[DER_CAP];
    int der_len;
};

/* 0, or wolfCrypt's error. */
static int open_workshop(struct workshop *w)
{
    int error = wc_InitRng(&w->rng);
    if (error == 0)
        error = wc_ecc_init(&w->ca_key);
    if (error == 0)
        error = wc_ecc_init(&w->key);
    if (error == 0)
        error = wc_ecc_make_key(&w->rng, 32, &w->ca_key);
    if (error == 0)
        error = wc_ecc_make_key(&w->rng, 32, &w->key);
    return error;
}

static void close_workshop(struct workshop *w)
{
    wc_ecc_free(&w->key);
    wc_ecc_free(&w->ca_key);
    wc_FreeRng(&w->rng);
    free(w);
}

static int start_cert(struct workshop *w, const char *name)
{
    Cert *c = &w->cert;
    int error = wc_InitCert(c);
    if (error != 0)
        return error;
    c->sigType = CTC_SHA256wECDSA;
    c->daysValid = DAYS_VALID;
    (void)strncpy(c->subject.org, "quiver serve", CTC_NAME_SIZE - 1);
    (void)strncpy(c->subject.commonName, name, CTC_NAME_SIZE - 1);
    return wc_SetAuthKeyIdFromPublicKey_ex(c, ECC_TYPE, &w->ca_key);
}

/* Encodes w->cert for the key and signs it; the length, or an error. */
static int sign_cert(struct workshop *w, ecc_key *key, uint8_t *der)
{
    int len = wc_MakeCert_ex(&w->cert, der, DER_CAP, ECC_TYPE, key, &w->rng);
    if (len < 0)
        return len;
    return wc_SignCert_ex(w->cert.bodySz, w->cert.sigType, der, DER_CAP,
                          ECC_TYPE, &w->ca_key, &w->rng);
}

static int make_ca(struct workshop *w)
{
    int error = start_cert(w, "quiver serve throw-away CA");
    if (error == 0)
        error =
            wc_SetSubjectKeyIdFromPublicKey_ex(&w->cert, ECC_TYPE, &w->ca_key);
    if (error == 0)
        error = wc_SetKeyUsage(&w->cert, "keyCertSign,cRLSign");
    if (error != 0)
        return error;
    w->cert.isCA = 1;
    w->cert.basicConstCrit = 1; /* RFC 5280 4.2.1.9 */
    w->cert.selfSigned = 1;
    w->ca_len = sign_cert(w, &w->ca_key, w->ca_der);
    return w->ca_len < 0 ? w->ca_len : 0;
}

static int make_leaf(struct workshop *w)
{
    int error = start_cert(w, "localhost");
    if (error == 0)
        error = wc_SetSubjectKeyIdFromPublicKey_ex(&w->cert, ECC_TYPE, &w->key);
    if (error == 0)
        error = wc_SetKeyUsage(&w->cert, "digitalSignature");
    if (error == 0)
        error = wc_SetExtKeyUsage(&w->cert, "serverAuth");
    if (error == 0)
        error = wc_SetIssuerBuffer(&w->cert, w->ca_der, w->ca_len);
    if (error != 0)
        return error;
    memcpy(w->cert.altNames, alt_names, sizeof alt_names);
    w->cert.altNamesSz = sizeof alt_names;
    w->der_len = sign_cert(w, &w->key, w->der);
    return w->der_len < 0 ? w->der_len : 0;
}

/* ---- files ---- */

static bool write_file(const char *path, const uint8_t *bytes, size_t len,
                       struct fault *fault)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool ok = fd >= 0 && write(fd, bytes, len) == (ssize_t)len;
    if (!ok)
        (void)fault_set_errno(fault, ERR_OWN_CERT, errno, "cannot write %s",
                              path);
    if (fd >= 0)
        close(fd);
    return ok;
}

static bool write_pem(const struct str *path, const uint8_t *der, int len,
                      int type, struct fault *fault)
{
    uint8_t pem[PEM_CAP];
    int n = wc_DerToPem(der, (word32)len, pem, sizeof pem, type);
    if (n < 0) {
        (void)fault_set(fault, ERR_OWN_CERT, 0, "certificate as PEM: %s",
                        wc_GetErrorString(n));
        return false;
    }
    return write_file(str_text(path), pem, (size_t)n, fault);
}

static bool write_files(struct selfsigned *s, struct workshop *w,
                        struct fault *fault)
{
    uint8_t key[DER_CAP];
    int key_len = wc_EccKeyToDer(&w->key, key, sizeof key);
    if (key_len < 0) {
        (void)fault_set(fault, ERR_OWN_CERT, 0, "key: %s",
                        wc_GetErrorString(key_len));
        return false;
    }
    return write_pem(&s->ca_file, w->ca_der, w->ca_len, CERT_TYPE, fault) &&
           write_pem(&s->cert_file, w->der, w->der_len, CERT_TYPE, fault) &&
           write_pem(&s->key_file, key, key_len, ECC_PRIVATEKEY_TYPE, fault);
}

static bool make_folder(struct selfsigned *s, struct fault *fault)
{
    const char *tmp = getenv("TMPDIR");
    str_printf(&s->dir, "%s/quiver-serve-XXXXXX", tmp && *tmp ? tmp : "/tmp");
    if (mkdtemp(s->dir.base) == NULL) { /* mode 0700 */
        (void)fault_set_errno(fault, ERR_OWN_CERT, errno,
                              "cannot make a folder for the certificate");
        str_fini(&s->dir);
        return false;
    }
    str_printf(&s->ca_file, "%s/ca.pem", str_text(&s->dir));
    str_printf(&s->cert_file, "%s/cert.pem", str_text(&s->dir));
    str_printf(&s->key_file, "%s/key.pem", str_text(&s->dir));
    return true;
}

bool selfsigned_make(struct selfsigned *s, struct fault *fault)
{
    *s = (struct selfsigned){.dir = {.base = NULL}};
    if (!make_folder(s, fault))
        return false;
    struct workshop *w = XALLOC_NEW(struct workshop);
    int error = open_workshop(w);
    if (error == 0)
        error = make_ca(w);
    if (error == 0)
        error = make_leaf(w);
    if (error != 0)
        (void)fault_set(fault, ERR_OWN_CERT, 0, "throw-away certificate: %s",
                        wc_GetErrorString(error));
    bool ok = error == 0 && write_files(s, w, fault);
    close_workshop(w);
    if (!ok)
        selfsigned_remove(s);
    return ok;
}

void selfsigned_remove(struct selfsigned *s)
{
    if (s->dir.len > 0) {
        (void)unlink(str_text(&s->ca_file));
        (void)unlink(str_text(&s->cert_file));
        (void)unlink(str_text(&s->key_file));
        (void)rmdir(str_text(&s->dir));
    }
    str_fini(&s->key_file);
    str_fini(&s->cert_file);
    str_fini(&s->ca_file);
    str_fini(&s->dir);
}
