/*
 * Everything that a session does not choose for itself.
 *
 * TLS 1.2 is the floor (RFC 8996), AES-128-GCM comes first (the fastest here,
 * and as strong as what carries it), renegotiation is not compiled in.  A
 * setter that fails makes the whole context fail: CVE-2024-2379 and its like
 * are contexts that went on without the check that they could not set.
 *
 * Trust: files small enough to be somebody's own are loaded at once, so that
 * a bad one is told at once; bundles and the system's store are left to
 * transport/trust until a chain is seen.
 */
#include "transport/tls_context.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <wolfssl/options.h>
#include <wolfssl/ssl.h>

#include "base/fault.h"
#include "base/str.h"
#include "base/xalloc.h"
#include "transport/key_log.h"
#include "transport/tls_chain.h"
#include "transport/tls_groups.h"
#include "transport/tls_memory.h"
#include "transport/tls_verify.h"
#include "transport/trust.h"

/* A CA file up to this size is parsed at once: that costs less than a tenth of
 * a millisecond. */
#define SMALL_FILE 8192

/* Where a session keeps that a certificate was wanted (tls_verify has 1). */
#define EX_ASKED 2

static const char tls13_ciphers[] =
    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:"
    "TLS_CHACHA20_POLY1305_SHA256";

/* Forward secrecy and AEAD only (RFC 9325 4.2). */
static const char tls12_ciphers[] =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

struct tls_context {
    const struct settings *settings;
    enum tls_carrier carrier;
    bool is_server;
    WOLFSSL_CTX *ctx;
    struct tls_verify verify;
    struct tls_groups groups;
    struct key_log key_log;
    uint8_t *spare; /* a session's input buffer, waiting for the next */
};

/* The library's own state, once. */
static void init_library(void)
{
    static bool is_done;
    if (!is_done && wolfSSL_Init() != WOLFSSL_SUCCESS) {
        (void)fprintf(stderr, "quiver: wolfSSL does not start\n");
        exit(err_exit_status(ERR_TLS_HANDSHAKE));
    }
    is_done = true;
}

static bool failed(struct fault *fault, enum err code, const char *what,
                   long error)
{
    char text[80] = "";
    if (error < 0)
        wolfSSL_ERR_error_string_n((unsigned long)error, text, sizeof text);
    (void)fault_set(fault, code, 0, "%s%s%s", what, text[0] ? ": " : "", text);
    return false;
}

static WOLFSSL_METHOD *client_method(enum settings_tls min,
                                     enum settings_tls max)
{
    if (max == SETTINGS_TLS_1_2)
        return wolfTLSv1_2_client_method();
    return min == SETTINGS_TLS_1_3 ? wolfTLSv1_3_client_method()
                                   : wolfSSLv23_client_method();
}

static WOLFSSL_METHOD *server_method(enum settings_tls min,
                                     enum settings_tls max)
{
    if (max == SETTINGS_TLS_1_2)
        return wolfTLSv1_2_server_method();
    return min == SETTINGS_TLS_1_3 ? wolfTLSv1_3_server_method()
                                   : wolfSSLv23_server_method();
}

static bool set_versions(struct tls_context *c, struct fault *fault)
{
    enum settings_tls min = c->settings->tls.min;
    enum settings_tls max = c->settings->tls.max;
    if (c->carrier == TLS_CARRIER_QUIC) {
        if (max < SETTINGS_TLS_1_3)
            return failed(fault, ERR_TLS_HANDSHAKE, "QUIC needs TLS 1.3", 0);
        min = SETTINGS_TLS_1_3; /* RFC 9001 4.2 */
    }
    c->ctx = wolfSSL_CTX_new(c->is_server ? server_method(min, max)
                                          : client_method(min, max));
    if (c->ctx == NULL)
        return failed(fault, ERR_TLS_HANDSHAKE, "no TLS context", 0);
    if (min == SETTINGS_TLS_1_2 &&
        wolfSSL_CTX_SetMinVersion(c->ctx, WOLFSSL_TLSV1_2) != WOLFSSL_SUCCESS)
        return failed(fault, ERR_TLS_HANDSHAKE, "no floor of TLS 1.2", 0);
    return true;
}

/* wolfSSL passes over names that it does not know, so a list of the user's has
 * to be good for something by itself. */
static bool knows_ciphers(struct tls_context *c, const char *list)
{
    return list == NULL ||
           wolfSSL_CTX_set_cipher_list(c->ctx, list) == WOLFSSL_SUCCESS;
}

static bool set_ciphers(struct tls_context *c, struct fault *fault)
{
    const struct settings_tls_options *o = &c->settings->tls;
    const char *first = o->tls13_ciphers ? o->tls13_ciphers : tls13_ciphers;
    const char *second = o->ciphers ? o->ciphers : tls12_ciphers;
    bool has_tls13 = o->max >= SETTINGS_TLS_1_3;
    bool has_tls12 =
        o->min <= SETTINGS_TLS_1_2 && c->carrier == TLS_CARRIER_TCP;
    struct str list;
    str_init(&list);
    if (has_tls13)
        str_add_text(&list, first);
    if (has_tls13 && has_tls12)
        str_add_char(&list, ':');
    if (has_tls12)
        str_add_text(&list, second);
    bool ok =
        (!has_tls13 || knows_ciphers(c, o->tls13_ciphers)) &&
        (!has_tls12 || knows_ciphers(c, o->ciphers)) &&
        wolfSSL_CTX_set_cipher_list(c->ctx, str_text(&list)) == WOLFSSL_SUCCESS;
    str_fini(&list);
    return ok || failed(fault, ERR_TLS_CIPHER, "no such ciphers", 0);
}

static bool set_groups(struct tls_context *c, struct fault *fault)
{
    if (!tls_groups_parse(&c->groups, c->settings->tls.groups, fault))
        return false;
    return wolfSSL_CTX_set_groups(c->ctx, c->groups.ids, c->groups.n) ==
               WOLFSSL_SUCCESS ||
           failed(fault, ERR_TLS_CIPHER, "no such key agreement groups", 0);
}

static bool is_small(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && st.st_size <= SMALL_FILE;
}

static void add_place(struct str *text, const char *path, const char *source)
{
    if (path == NULL)
        return;
    str_printf(text, "%s%.100s", text->len > 0 ? ", " : "", path);
    if (source)
        str_printf(text, " (%s)", source);
}

/* What CA certificates are taken from, for messages. */
static char *name_place(const struct tls_context *c)
{
    const struct settings_tls_options *o = &c->settings->tls;
    struct str text;
    str_init(&text);
    if (o->ca_file)
        add_place(&text, o->ca_file, o->ca_file_source);
    else if (c->verify.trust)
        add_place(&text, trust_place(c->verify.trust), NULL);
    add_place(&text, o->ca_path, o->ca_path_source);
    if (text.len == 0)
        str_printf(&text, "nobody, this system has no store (see --cacert)");
    char *place = xalloc_string(str_text(&text));
    str_fini(&text);
    return place;
}

/* A file or folder that is not there, or holds no certificate: wolfSSL does not
 * tell which. */
static bool fail_trust(const char *path, const char *source, bool is_folder,
                       struct fault *fault)
{
    struct stat st;
    int error = 0;
    if (stat(path, &st) != 0 || access(path, R_OK) != 0)
        error = errno;
    else if (S_ISDIR(st.st_mode) != is_folder)
        error = is_folder ? ENOTDIR : EISDIR;
    (void)fault_set(fault, ERR_CA_FILE, (uint64_t)error,
                    "no certificates to trust from %.100s%s%s%s: %s", path,
                    source ? " (" : "", source ? source : "", source ? ")" : "",
                    error ? strerror(error) : "there are none in it");
    return false;
}

static bool load_file(struct tls_context *c, const char *file,
                      struct fault *fault)
{
    return wolfSSL_CTX_load_verify_locations(c->ctx, file, NULL) ==
               WOLFSSL_SUCCESS ||
           fail_trust(file, c->settings->tls.ca_file_source, false, fault);
}

static bool load_folder(struct tls_context *c, const char *folder,
                        struct fault *fault)
{
    const char *source = c->settings->tls.ca_path_source;
    int result = wolfSSL_CTX_load_verify_locations_ex(
        c->ctx, NULL, folder, WOLFSSL_LOAD_FLAG_IGNORE_ERR);
    /* A variable of the environment may name folders that are empty or not
     * there: OpenSSL takes no notice of them. */
    return result == WOLFSSL_SUCCESS || source ||
           fail_trust(folder, source, true, fault);
}

static bool load_folders(struct tls_context *c, const char *list,
                         struct fault *fault)
{
    bool is_good = true;
    struct span rest = span_str(list);
    struct span folder;
    while (is_good && span_next(&rest, ':', &folder)) {
        if (folder.len == 0)
            continue;
        char *path = xalloc_copy(folder.base, folder.len);
        is_good = load_folder(c, path, fault);
        free(path);
    }
    return is_good;
}

/* A file stands for the system's store, folders stand beside its bundle: that
 * is what curl's built-in defaults come to. */
static bool load_trust(struct tls_context *c, struct fault *fault)
{
    const struct settings_tls_options *o = &c->settings->tls;
    if (o->ca_path && !load_folders(c, o->ca_path, fault))
        return false;
    if (o->ca_file && is_small(o->ca_file))
        return load_file(c, o->ca_file, fault);
    if (o->ca_file) {
        c->verify.trust = trust_file(o->ca_file, fault);
        return c->verify.trust ||
               fail_trust(o->ca_file, o->ca_file_source, false, fault);
    }
    c->verify.trust = o->ca_path ? trust_bundle() : trust_system();
    return true;
}

static bool set_trust(struct tls_context *c, struct fault *fault)
{
    if (!load_trust(c, fault))
        return false;
    c->verify.place = name_place(c);
    return true;
}

const char *tls_context_trust(const struct tls_context *c)
{
    return c->verify.is_lax ? "anybody (-k)" : c->verify.place;
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

static bool set_identity(struct tls_context *c, struct fault *fault)
{
    const struct settings_tls_options *o = &c->settings->tls;
    char what[128];
    if (o->cert_file == NULL)
        return true;
    wolfSSL_CTX_set_default_passwd_cb(c->ctx, on_password);
    wolfSSL_CTX_set_default_passwd_cb_userdata(c->ctx,
                                               (void *)(uintptr_t)o->key_pass);
    const char *key = o->key_file ? o->key_file : o->cert_file;
    if (!is_readable("certificate", o->cert_file, fault) ||
        !is_readable("private key", key, fault))
        return false;
    int result = wolfSSL_CTX_use_certificate_chain_file(c->ctx, o->cert_file);
    (void)snprintf(what, sizeof what, "certificate %.100s", o->cert_file);
    if (result != WOLFSSL_SUCCESS)
        return failed(fault, ERR_OWN_CERT, what, result);
    result = wolfSSL_CTX_use_PrivateKey_file(c->ctx, key, WOLFSSL_FILETYPE_PEM);
    (void)snprintf(what, sizeof what, "private key %.100s", key);
    if (result != WOLFSSL_SUCCESS)
        return failed(fault, ERR_OWN_CERT, what, result);
    if (wolfSSL_CTX_check_private_key(c->ctx) != WOLFSSL_SUCCESS)
        return failed(fault, ERR_OWN_CERT,
                      "the private key is not the certificate's", 0);
    return true;
}

static struct tls_context *of_ctx(const WOLFSSL_CTX *ctx)
{
    return wolfSSL_CTX_get_ex_data(ctx, 0);
}

static void on_key_log(const WOLFSSL *ssl, const char *line)
{
    struct tls_context *c = of_ctx(wolfSSL_get_SSL_CTX(ssl));
    key_log_write(&c->key_log, span_str(line));
}

static bool set_common(struct tls_context *c, struct fault *fault)
{
    if (!set_versions(c, fault) || !set_ciphers(c, fault) ||
        !set_groups(c, fault) || !set_identity(c, fault))
        return false;
    /* With -k too, as OpenSSL's security level does: such a key protects
     * nothing, whoever has it. */
    if (wolfSSL_CTX_SetMinRsaKey_Sz(c->ctx, TLS_CHAIN_RSA_BITS) !=
        WOLFSSL_SUCCESS)
        return failed(fault, ERR_TLS_HANDSHAKE, "no minimum of RSA keys", 0);
    if (wolfSSL_CTX_set_ex_data(c->ctx, 0, c) != WOLFSSL_SUCCESS)
        return failed(fault, ERR_TLS_HANDSHAKE, "no room for the context", 0);
    if (c->key_log.path)
        wolfSSL_CTX_set_keylog_callback(c->ctx, on_key_log);
    return true;
}

/* Only to know that it was asked for: 0, there is none. */
static int on_certificate_wanted(WOLFSSL *ssl, WOLFSSL_X509 **x509,
                                 WOLFSSL_EVP_PKEY **key)
{
    (void)x509;
    (void)key;
    (void)wolfSSL_set_ex_data(ssl, EX_ASKED, ssl);
    return 0;
}

bool tls_context_was_asked(struct WOLFSSL *ssl)
{
    return wolfSSL_get_ex_data(ssl, EX_ASKED) != NULL;
}

static bool set_client(struct tls_context *c, struct fault *fault)
{
    if (!set_trust(c, fault))
        return false;
    c->verify.is_lax = !c->settings->tls.verify;
    tls_verify_install(c->ctx, &c->verify);
    /* Without a configuration wolfSSL would offer a made-up ECH: 240 bytes
     * and a key pair a handshake (3 % of its time), for nothing. */
    wolfSSL_CTX_SetEchEnable(c->ctx, 0);
    wolfSSL_CTX_set_client_cert_cb(c->ctx, on_certificate_wanted);
    tls_memory_install(c->ctx);
    return true;
}

/*
 * Early data is taken once a ticket (RFC 8446 8.1), by the library's store of
 * sessions, which is bounded: who is no more in it has a handshake as ever.
 * Tickets that hold the session itself will not do: those of one client's
 * connections, one after the other, have the same identity there, so that the
 * newest brings the oldest back to life.
 */
static void use_tickets_once(struct tls_context *c)
{
    if (c->settings->tls.early_data && c->carrier == TLS_CARRIER_QUIC)
        (void)wolfSSL_CTX_set_options(c->ctx, WOLFSSL_OP_NO_TICKET);
}

static bool set_server(struct tls_context *c, struct fault *fault)
{
    const char *ca = c->settings->tls.ca_file;
    use_tickets_once(c);
    if (c->settings->tls.cert_file == NULL)
        return failed(fault, ERR_OWN_CERT, "a server needs a certificate", 0);
    if (ca == NULL) {
        wolfSSL_CTX_set_verify(c->ctx, WOLFSSL_VERIFY_NONE, NULL);
        return true;
    }
    if (!load_file(c, ca, fault))
        return false;
    wolfSSL_CTX_set_verify(
        c->ctx, WOLFSSL_VERIFY_PEER | WOLFSSL_VERIFY_FAIL_IF_NO_PEER_CERT,
        NULL);
    return true;
}

static struct tls_context *new_context(const struct settings *s,
                                       enum tls_carrier carrier, bool is_server,
                                       struct fault *fault)
{
    init_library();
    struct tls_context *c = XALLOC_NEW(struct tls_context);
    *c = (struct tls_context){
        .settings = s, .carrier = carrier, .is_server = is_server};
    key_log_init(&c->key_log, s->tls.key_log);
    if (set_common(c, fault) &&
        (is_server ? set_server(c, fault) : set_client(c, fault)))
        return c;
    tls_context_free(c);
    return NULL;
}

struct tls_context *tls_context_client(const struct settings *s,
                                       enum tls_carrier carrier,
                                       struct fault *fault)
{
    return new_context(s, carrier, false, fault);
}

struct tls_context *tls_context_server(const struct settings *s,
                                       enum tls_carrier carrier,
                                       struct fault *fault)
{
    return new_context(s, carrier, true, fault);
}

void tls_context_free(struct tls_context *c)
{
    if (c == NULL)
        return;
    if (c->ctx)
        wolfSSL_CTX_free(c->ctx);
    tls_verify_fini(&c->verify);
    key_log_fini(&c->key_log);
    free(c->spare);
    free(c);
}

const struct settings *tls_context_settings(const struct tls_context *c)
{
    return c->settings;
}

struct WOLFSSL_CTX *tls_context_wolfssl(struct tls_context *c)
{
    return c->ctx;
}

const struct tls_groups *tls_context_groups(const struct tls_context *c)
{
    return &c->groups;
}

uint8_t *tls_context_take_buffer(struct tls_context *c)
{
    uint8_t *buffer = c->spare;
    c->spare = NULL;
    return buffer ? buffer : xalloc_bytes(TLS_CONTEXT_BUFFER);
}

void tls_context_give_buffer(struct tls_context *c, uint8_t *buffer)
{
    if (c->spare)
        free(buffer);
    else
        c->spare = buffer;
}
