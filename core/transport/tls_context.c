/*
 * Everything that a session does not choose for itself.
 *
 * TLS 1.2 is the floor (RFC 8996), AES-128-GCM comes first (the fastest here,
 * and as strong as what carries it), renegotiation is not compiled in.  A
 * setter that fails makes the whole context fail: CVE-2024-2379 and its like
 * are contexts that went on without the check that they could not set.
 *
 * Whom it trusts is tls_trust's, who we are tls_identity's matter.
 */
#include "transport/tls_context.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <wolfssl/options.h>
#include <wolfssl/ssl.h>

#include "base/fault.h"
#include "base/str.h"
#include "base/xalloc.h"
#include "http/ech.h"
#include "transport/key_log.h"
#include "transport/tls_chain.h"
#include "transport/tls_groups.h"
#include "transport/tls_identity.h"
#include "transport/tls_memory.h"
#include "transport/tls_sigalgs.h"
#include "transport/tls_staple.h"
#include "transport/tls_trust.h"
#include "transport/tls_verify.h"

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
    bool takes_early; /* a server's, early data */
    bool is_server;
    WOLFSSL_CTX *ctx;
    struct tls_verify verify;
    struct tls_groups groups;
    struct tls_staple staple; /* a server's */
    struct str ech_list;
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

static bool set_sigalgs(struct tls_context *c, struct fault *fault)
{
    const char *list = c->settings->tls.sigalgs;
    struct str text;
    if (list == NULL)
        return true;
    str_init(&text);
    bool is_good = tls_sigalgs_translate(&text, list, fault);
    if (is_good && wolfSSL_CTX_set1_sigalgs_list(c->ctx, str_text(&text)) !=
                       WOLFSSL_SUCCESS)
        is_good =
            failed(fault, ERR_TLS_CIPHER, "no such signature algorithms", 0);
    str_fini(&text);
    return is_good;
}

const char *tls_context_trust(const struct tls_context *c)
{
    return c->verify.is_lax ? "anybody (-k)" : c->verify.place;
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

/* `raw_keys` of a client says what it takes, of a server what it shows. */
static bool use_identity(struct tls_context *c, struct fault *fault)
{
    const struct settings_tls_options *o = &c->settings->tls;
    return c->is_server && o->raw_keys && o->cert_file
               ? tls_identity_use_raw(c->ctx, o, fault)
               : tls_identity_use(c->ctx, o, fault);
}

static bool set_common(struct tls_context *c, struct fault *fault)
{
    if (!set_versions(c, fault) || !set_ciphers(c, fault) ||
        !set_groups(c, fault) || !set_sigalgs(c, fault) ||
        !use_identity(c, fault))
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

static bool set_verify(struct tls_verify *v, WOLFSSL_CTX *ctx,
                       const struct settings_tls_options *o,
                       struct fault *fault)
{
    static const char raw_keys[] = {WOLFSSL_CERT_TYPE_RPK,
                                    WOLFSSL_CERT_TYPE_X509};
    v->is_lax = !o->verify;
    v->has_raw_keys = o->raw_keys;
    v->wants_staple = o->staple;
    v->keeps_certs = o->keeps_chain;
    if (!tls_trust_set(v, ctx, o, fault) ||
        !tls_pins_init(&v->pins, o->pinned, fault))
        return false;
    if (o->raw_keys && v->pins.n == 0 && !v->is_lax) {
        (void)fault_set(fault, ERR_USAGE, 0,
                        "a raw public key names nobody: --pinnedpubkey must "
                        "say which it is");
        return false;
    }
    if (o->raw_keys &&
        wolfSSL_CTX_set_server_cert_type(ctx, raw_keys, sizeof raw_keys) != 1)
        return failed(fault, ERR_TLS_HANDSHAKE, "no raw public keys", 0);
    return !o->staple || tls_staple_install(ctx) ||
           failed(fault, ERR_TLS_HANDSHAKE, "no OCSP staples", 0);
}

static bool set_client(struct tls_context *c, struct fault *fault)
{
    if (!set_verify(&c->verify, c->ctx, &c->settings->tls, fault))
        return false;
    tls_verify_install(c->ctx, &c->verify);
    /* Enabled and without keys, wolfSSL offers a made-up ECH (RFC 9849 6.2): 240
     * bytes and a key pair a handshake, 3 % of its time. */
    if (c->settings->tls.ech_list)
        (void)ech_list_decode(&c->ech_list, c->settings->tls.ech_list);
    wolfSSL_CTX_SetEchEnable(c->ctx, c->settings->tls.ech != SETTINGS_ECH_OFF);
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
    c->takes_early = c->settings->tls.early_data;
    if (c->takes_early)
        (void)wolfSSL_CTX_set_options(c->ctx, WOLFSSL_OP_NO_TICKET);
}

static bool set_server(struct tls_context *c, struct fault *fault)
{
    const char *ca = c->settings->tls.ca_file;
    use_tickets_once(c);
    if (c->settings->tls.cert_file == NULL)
        return failed(fault, ERR_OWN_CERT, "a server needs a certificate", 0);
    if (!tls_staple_offer(&c->staple, c->ctx, c->settings->tls.staple_file,
                          fault))
        return false;
    if (ca == NULL) {
        wolfSSL_CTX_set_verify(c->ctx, WOLFSSL_VERIFY_NONE, NULL);
        return true;
    }
    if (!tls_trust_load(c->ctx, &c->settings->tls, fault))
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
    tls_staple_fini(&c->staple);
    key_log_fini(&c->key_log);
    str_fini(&c->ech_list);
    free(c->spare);
    free(c);
}

const struct tls_verify *tls_context_verify(const struct tls_context *c)
{
    return &c->verify;
}

bool tls_context_takes_early(const struct tls_context *c)
{
    return c->takes_early;
}

const struct settings *tls_context_settings(const struct tls_context *c)
{
    return c->settings;
}

struct WOLFSSL_CTX *tls_context_wolfssl(struct tls_context *c)
{
    return c->ctx;
}

struct span tls_context_ech_list(const struct tls_context *c)
{
    return str_span(&c->ech_list);
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
