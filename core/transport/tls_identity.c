/*
 * Of a PKCS #12 file the chain is put in order here: the file may have its
 * certificates in any, and peers want each to certify the one before it (RFC
 * 5246 7.4.2).  What has no place in the chain stays away; so does a key of
 * --key, as in curl: the file has its own.
 */
#include "transport/tls_identity.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <wolfssl/options.h>
#include <wolfssl/ssl.h>
/* after those */
#include <wolfssl/openssl/crypto.h>
#include <wolfssl/wolfcrypt/pkcs12.h>

#include "base/fault.h"
#include "base/str.h"
#include "transport/cert.h"
#include "transport/pem.h"
#include "transport/tls_file.h"

/* Certificates and keys of a person. */
#define FILE_MAX ((size_t)1 << 20)

/* Of the chain of a PKCS #12 file. */
#define CHAIN_MAX 20

static bool failed(struct fault *fault, const char *what, const char *path,
                   long error)
{
    char text[80] = "";
    if (error < 0)
        wolfSSL_ERR_error_string_n((unsigned long)error, text, sizeof text);
    (void)fault_set(fault, ERR_OWN_CERT, 0, "%s %.100s%s%s", what, path,
                    text[0] ? ": " : "", text);
    return false;
}

static int on_password(char *to, int size, int is_write, void *user)
{
    const char *pass = user;
    (void)is_write;
    size_t len = pass ? strlen(pass) : 0;
    if (len >= (size_t)size)
        return 0;
    memcpy(to, pass ? pass : "", len);
    return (int)len;
}

/* wolfSSL tells only that it could not read it. */
static bool is_readable(const char *what, const char *path, struct fault *fault)
{
    if (access(path, R_OK) == 0)
        return true;
    (void)fault_set_errno(fault, ERR_OWN_CERT, errno, "%s %.100s", what, path);
    return false;
}

static int file_type(enum settings_tls_file type)
{
    return type == SETTINGS_TLS_FILE_DER ? WOLFSSL_FILETYPE_ASN1
                                         : WOLFSSL_FILETYPE_PEM;
}

static bool is_encrypted(const char *path)
{
    struct str text;
    str_init(&text);
    bool is_so = tls_file_read(&text, path, FILE_MAX) &&
                 strstr(str_text(&text), "ENCRYPTED") != NULL;
    wolfSSL_OPENSSL_cleanse(text.base, text.len);
    str_fini(&text);
    return is_so;
}

/* ---- PEM and DER ---- */

static bool use_cert(WOLFSSL_CTX *ctx, const struct settings_tls_options *o,
                     struct fault *fault)
{
    int result =
        o->cert_type == SETTINGS_TLS_FILE_DER
            ? wolfSSL_CTX_use_certificate_file(ctx, o->cert_file,
                                               WOLFSSL_FILETYPE_ASN1)
            : wolfSSL_CTX_use_certificate_chain_file(ctx, o->cert_file);
    return result == WOLFSSL_SUCCESS ||
           failed(fault, "certificate", o->cert_file, result);
}

static bool use_key(WOLFSSL_CTX *ctx, const struct settings_tls_options *o,
                    const char *path, enum settings_tls_file type,
                    struct fault *fault)
{
    wolfSSL_CTX_set_default_passwd_cb(ctx, on_password);
    wolfSSL_CTX_set_default_passwd_cb_userdata(ctx,
                                               (void *)(uintptr_t)o->key_pass);
    int result = wolfSSL_CTX_use_PrivateKey_file(ctx, path, file_type(type));
    if (result == WOLFSSL_SUCCESS)
        return true;
    if (is_encrypted(path))
        (void)fault_set(fault, ERR_OWN_CERT, 0,
                        "private key %.100s is encrypted, and %s", path,
                        o->key_pass ? "not with this pass phrase, or not "
                                      "with AES"
                                    : "there is no pass phrase (--pass)");
    else if (result >= 0) /* it does not tell more */
        (void)fault_set(fault, ERR_OWN_CERT, 0,
                        "there is no private key in %.100s%s", path,
                        o->key_file ? "" : "; --key names another file");
    else
        (void)failed(fault, "private key", path, result);
    return false;
}

static bool use_files(WOLFSSL_CTX *ctx, const struct settings_tls_options *o,
                      struct fault *fault)
{
    const char *key = o->key_file ? o->key_file : o->cert_file;
    enum settings_tls_file type = o->key_file ? o->key_type : o->cert_type;
    return is_readable("certificate", o->cert_file, fault) &&
           is_readable("private key", key, fault) && use_cert(ctx, o, fault) &&
           use_key(ctx, o, key, type, fault);
}

/* ---- PKCS #12 ---- */

struct bag {
    WC_PKCS12 *file;
    byte *key;
    word32 key_len;
    byte *cert;
    word32 cert_len;
    WC_DerCertList *others;
};

static void bag_fini(struct bag *b)
{
    if (b->key)
        wolfSSL_OPENSSL_cleanse(b->key, b->key_len);
    wolfSSL_OPENSSL_free(b->key);
    wolfSSL_OPENSSL_free(b->cert);
    wc_FreeCertList(b->others, NULL);
    wc_PKCS12_free(b->file);
}

static struct span find_issuer(const WC_DerCertList *list,
                               const struct cert *of)
{
    struct cert c;
    for (; list; list = list->next) {
        struct span der = span_of(list->buffer, list->bufferSz);
        if (cert_parse(&c, der) && span_equal(c.subject, of->issuer))
            return der;
    }
    return (struct span){.len = 0};
}

static void put_in_order(struct str *chain, const struct bag *b)
{
    struct cert c;
    struct span der = span_of(b->cert, b->cert_len);
    str_add(chain, der);
    for (unsigned n = 1; n < CHAIN_MAX; n++) {
        if (!cert_parse(&c, der) || span_equal(c.issuer, c.subject))
            return;
        der = find_issuer(b->others, &c);
        if (der.len == 0)
            return;
        str_add(chain, der);
    }
}

static bool open_bag(struct bag *b, const struct settings_tls_options *o,
                     struct fault *fault)
{
    struct str file;
    str_init(&file);
    bool is_read = tls_file_read(&file, o->cert_file, FILE_MAX);
    if (!is_read)
        (void)fault_set_errno(fault, ERR_OWN_CERT, errno, "certificate %.100s",
                              o->cert_file);
    b->file = wc_PKCS12_new();
    int result = MEMORY_E;
    if (is_read && b->file)
        result =
            wc_d2i_PKCS12((const byte *)file.base, (word32)file.len, b->file);
    if (result >= 0)
        result =
            wc_PKCS12_parse(b->file, o->key_pass ? o->key_pass : "", &b->key,
                            &b->key_len, &b->cert, &b->cert_len, &b->others);
    str_fini(&file);
    if (!is_read)
        return false;
    if (result == MAC_CMP_FAILED_E)
        (void)fault_set(fault, ERR_OWN_CERT, 0, "%.100s does not open with %s",
                        o->cert_file,
                        o->key_pass ? "this pass phrase"
                                    : "no pass phrase (--pass)");
    else if (result == ALGO_ID_E)
        (void)fault_set(fault, ERR_OWN_CERT, 0,
                        "PKCS #12 file %.100s is encrypted with something "
                        "older than AES; `openssl pkcs12` writes it anew",
                        o->cert_file);
    else if (result < 0)
        (void)failed(fault, "PKCS #12 file", o->cert_file, result);
    else if (b->key == NULL || b->cert == NULL)
        (void)failed(fault, "no certificate with its key in", o->cert_file, 0);
    else
        return true;
    return false;
}

static bool use_bag(WOLFSSL_CTX *ctx, const struct settings_tls_options *o,
                    struct fault *fault)
{
    struct bag b = {.key = NULL};
    struct str chain;
    str_init(&chain);
    bool is_good = open_bag(&b, o, fault);
    if (is_good) {
        put_in_order(&chain, &b);
        is_good = wolfSSL_CTX_use_certificate_chain_buffer_format(
                      ctx, (const byte *)chain.base, (long)chain.len,
                      WOLFSSL_FILETYPE_ASN1) == WOLFSSL_SUCCESS &&
                  wolfSSL_CTX_use_PrivateKey_buffer(ctx, b.key, (long)b.key_len,
                                                    WOLFSSL_FILETYPE_ASN1) ==
                      WOLFSSL_SUCCESS;
        if (!is_good)
            (void)failed(fault, "cannot use what is in", o->cert_file, 0);
    }
    str_fini(&chain);
    bag_fini(&b);
    return is_good;
}

/* ---- a bare key ---- */

/* The SubjectPublicKeyInfo of a file, in *der: its public key, or that of its
 * first certificate. */
static bool read_key_info(struct str *der, struct span file, struct span *key)
{
    struct span base64;
    struct cert c;
    struct span rest = file;
    bool is_bare = pem_next_of(&rest, PEM_PUBLIC_KEY, &base64);
    rest = file;
    if (!is_bare && !pem_next(&rest, &base64))
        return false;
    uint8_t *to = (uint8_t *)str_reserve(der, base64.len);
    *key = span_of(to, pem_decode(base64, to, base64.len));
    if (is_bare)
        return key->len > 0;
    bool is_good = cert_parse(&c, *key);
    *key = c.key_info;
    return is_good;
}

/* Ed25519 and Ed448 (RFC 8410): wolfSSL looks for their public half in what it
 * takes for a certificate. */
static bool is_edwards(struct span key_info)
{
    static const uint8_t oid[] = {0x06, 0x03, 0x2b, 0x65};
    enum {
        AT = 4 /* behind the two sequences */
    };
    return key_info.len > AT + sizeof oid + 1 &&
           memcmp(key_info.base + AT, oid, sizeof oid) == 0;
}

/* A client that is asked for its certificate shows the key; wolfSSL offers no
 * other type then, and only that (RFC 7250 4.1). */
static bool use_key_info(WOLFSSL_CTX *ctx, const struct settings_tls_options *o,
                         struct fault *fault)
{
    const char *key_file = o->key_file ? o->key_file : o->cert_file;
    struct str file;
    struct span key;
    struct str der;
    str_init(&file);
    str_init(&der);
    bool is_read = tls_file_read(&file, o->cert_file, FILE_MAX) &&
                   read_key_info(&der, str_span(&file), &key);
    bool is_odd = is_read && is_edwards(key);
    bool is_good = is_read && !is_odd &&
                   wolfSSL_CTX_use_certificate_buffer(
                       ctx, key.base, (long)key.len, WOLFSSL_FILETYPE_ASN1) ==
                       WOLFSSL_SUCCESS;
    str_fini(&der);
    str_fini(&file);
    if (is_odd) {
        (void)fault_set(fault, ERR_OWN_CERT, 0,
                        "%.100s: only ECDSA and RSA keys can be shown bare",
                        o->cert_file);
        return false;
    }
    return is_good ? use_key(ctx, o, key_file, o->key_type, fault)
                   : failed(fault, "certificate", o->cert_file, 0);
}

/* Nothing but a public key where a certificate is looked for. */
static bool is_bare_key(const char *path)
{
    struct str file;
    struct span base64;
    str_init(&file);
    bool is_there = tls_file_read(&file, path, FILE_MAX);
    struct span rest = str_span(&file);
    bool has_cert = is_there && pem_next(&rest, &base64);
    rest = str_span(&file);
    bool is_so =
        is_there && !has_cert && pem_next_of(&rest, PEM_PUBLIC_KEY, &base64);
    str_fini(&file);
    return is_so;
}

static bool use_bare_key(WOLFSSL_CTX *ctx, const struct settings_tls_options *o,
                         struct fault *fault)
{
    static const char raw_key[] = {WOLFSSL_CERT_TYPE_RPK};
    return use_key_info(ctx, o, fault) &&
           (wolfSSL_CTX_set_client_cert_type(ctx, raw_key, sizeof raw_key) ==
                1 ||
            failed(fault, "no raw public key for", o->cert_file, 0));
}

bool tls_identity_use_raw(struct WOLFSSL_CTX *ctx,
                          const struct settings_tls_options *o,
                          struct fault *fault)
{
    static const char raw_key[] = {WOLFSSL_CERT_TYPE_RPK};
    return use_key_info(ctx, o, fault) &&
           (wolfSSL_CTX_set_server_cert_type(ctx, raw_key, sizeof raw_key) ==
                1 ||
            failed(fault, "no raw public key for", o->cert_file, 0));
}

bool tls_identity_use(struct WOLFSSL_CTX *ctx,
                      const struct settings_tls_options *o, struct fault *fault)
{
    if (o->cert_file == NULL)
        return true;
    if (o->raw_keys && is_bare_key(o->cert_file))
        return use_bare_key(ctx, o, fault);
    bool is_good = o->cert_type == SETTINGS_TLS_FILE_P12
                       ? use_bag(ctx, o, fault)
                       : use_files(ctx, o, fault);
    if (is_good && wolfSSL_CTX_check_private_key(ctx) != WOLFSSL_SUCCESS) {
        (void)fault_set(fault, ERR_OWN_CERT, 0,
                        "the private key is not the certificate's");
        return false;
    }
    return is_good;
}
