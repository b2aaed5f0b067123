#include "transport/tls_memory.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include <wolfssl/options.h>
#include <wolfssl/ssl.h>
/* after those */
#include <wolfssl/openssl/crypto.h>

/* Where a session keeps its memory (tls_verify has 1, tls_context 2). */
#define EX_MEMORY 3

/* RFC 8446 4.6.1: a week. */
#define LIFETIME_MAX 604800

struct tls_memory *tls_memory_of(struct WOLFSSL *ssl)
{
    return wolfSSL_get_ex_data(ssl, EX_MEMORY);
}

void tls_memory_init(struct tls_memory *m, struct tickets *store,
                     enum ticket_kind kind, const uint8_t key[TICKETS_KEY_LEN])
{
    *m = (struct tls_memory){.store = store, .kind = kind};
    memcpy(m->key, key, sizeof m->key);
    m->source = tickets_source(store);
}

void tls_memory_fini(struct tls_memory *m)
{
    tickets_dispose(m->used);
    m->used = NULL;
    m->store = NULL;
}

/* ---- before the handshake ---- */

static bool offer(struct WOLFSSL *ssl, struct span secret)
{
    const unsigned char *p = secret.base;
    WOLFSSL_SESSION *session =
        wolfSSL_d2i_SSL_SESSION(NULL, &p, (long)secret.len);
    if (session == NULL)
        return false;
    bool is_set = wolfSSL_set_session(ssl, session) == WOLFSSL_SUCCESS;
    wolfSSL_SESSION_free(session);
    return is_set;
}

void tls_memory_begin(struct tls_memory *m, struct WOLFSSL *ssl,
                      const char *address)
{
    if (m->store == NULL)
        return;
    (void)wolfSSL_set_ex_data(ssl, EX_MEMORY, m);
    m->ssl = ssl;
    (void)wolfSSL_UseSessionTicket(ssl); /* of TLS 1.2; 1.3 needs no asking */
    m->used = tickets_take(m->store, m->kind, m->key, address, tickets_now());
    if (m->used == NULL || offer(ssl, m->used->data.parts[TICKET_SECRET]))
        return;
    tickets_dispose(m->used); /* of another version of the library */
    m->used = NULL;
}

bool tls_memory_allows_early(const struct tls_memory *m)
{
    return m->used && m->used->data.allows_early;
}

/* ---- after it ---- */

/*
 * The library says that it resumed, and there is no certificate: without the
 * ticket's key a peer has to show one.  If it did, it is judged by that.
 */
bool tls_memory_was_resumed(const struct tls_memory *m, struct WOLFSSL *ssl)
{
    if (m == NULL || m->used == NULL || !wolfSSL_session_reused(ssl))
        return false;
    WOLFSSL_X509 *x509 = wolfSSL_get_peer_certificate(ssl);
    if (x509)
        wolfSSL_X509_free(x509);
    return x509 == NULL;
}

static void copy_part(const struct tls_memory *m, enum ticket_part part,
                      char *to, size_t cap)
{
    struct span s = m->used->data.parts[part];
    (void)snprintf(to, cap, "%.*s", SPAN_ARG(s));
}

void tls_memory_recall(const struct tls_memory *m, struct tls_facts *facts)
{
    copy_part(m, TICKET_ALPN, facts->alpn, sizeof facts->alpn);
    copy_part(m, TICKET_SUBJECT, facts->subject, sizeof facts->subject);
    copy_part(m, TICKET_ISSUER, facts->issuer, sizeof facts->issuer);
    copy_part(m, TICKET_NOT_AFTER, facts->expires, sizeof facts->expires);
    copy_part(m, TICKET_VERIFY, facts->verify, sizeof facts->verify);
    facts->verified = m->used->data.is_verified;
    facts->verify_code = strcmp(facts->verify, "ok") != 0;
    facts->resumed = true;
}

/* ---- what the server gives ---- */

static int number(const char *digits, int n)
{
    int value = 0;
    for (int i = 0; i < n; i++)
        value = 10 * value + (digits[i] - '0');
    return value;
}

/* Of ISO 8601 as cert_format_time() writes it, "2026-11-28T05:20:39Z"; false:
 * it wrote none. */
static bool parse_time(const char *text, uint64_t *seconds)
{
    if (strlen(text) != strlen("2026-11-28T05:20:39Z"))
        return false;
    struct tm t = {.tm_year = number(text, 4) - 1900,
                   .tm_mon = number(text + 5, 2) - 1,
                   .tm_mday = number(text + 8, 2),
                   .tm_hour = number(text + 11, 2),
                   .tm_min = number(text + 14, 2),
                   .tm_sec = number(text + 17, 2)};
    time_t at = timegm(&t);
    *seconds = at > 0 ? (uint64_t)at : 0;
    return true;
}

/* No longer than the certificate that it stands for. */
static uint64_t last_second(const struct tls_facts *facts, uint64_t now,
                            WOLFSSL_SESSION *session)
{
    long lifetime = wolfSSL_SESSION_get_timeout(session);
    uint64_t not_after = 0;
    if (lifetime < 0 || lifetime > LIFETIME_MAX)
        lifetime = LIFETIME_MAX;
    uint64_t end = now + (uint64_t)lifetime;
    return parse_time(facts->expires, &not_after) && not_after < end ? not_after
                                                                     : end;
}

static void put(struct tls_memory *m, WOLFSSL_SESSION *session,
                struct span secret)
{
    const struct tls_facts *f = m->facts;
    uint64_t now = tickets_now();
    struct ticket_data d = {
        .received = now,
        .expires = last_second(f, now, session),
        .rtt = m->rtt ? m->rtt(m->rtt_user) : 0,
        .is_verified = f->verified,
        .allows_early = wolfSSL_SESSION_get_max_early_data(session) > 0,
        .parts = {[TICKET_SECRET] = secret,
                  [TICKET_PARAMS] = m->parts[TICKET_PARAMS],
                  [TICKET_SETTINGS] = m->parts[TICKET_SETTINGS],
                  [TICKET_ALPN] = span_str(f->alpn),
                  [TICKET_SUBJECT] = span_str(f->subject),
                  [TICKET_ISSUER] = span_str(f->issuer),
                  [TICKET_NOT_AFTER] = span_str(f->expires),
                  [TICKET_VERIFY] = span_str(f->verify),
                  [TICKET_ADDRESS] = m->parts[TICKET_ADDRESS]},
    };
    tickets_put(m->store, m->kind, m->key, m->source, &d, now);
    if (m->on_ticket)
        m->on_ticket(m);
}

static void keep(struct tls_memory *m, WOLFSSL_SESSION *session)
{
    unsigned char *bytes = NULL;
    int len = wolfSSL_i2d_SSL_SESSION(session, &bytes);
    if (len > 0 && bytes)
        put(m, session, span_of(bytes, (size_t)len));
    if (bytes) {
        wolfSSL_OPENSSL_cleanse(bytes, (size_t)(len > 0 ? len : 0));
        wolfSSL_OPENSSL_free(bytes);
    }
}

/* 0: the session stays the library's. */
static int on_session(WOLFSSL *ssl, WOLFSSL_SESSION *session)
{
    struct tls_memory *m = tls_memory_of(ssl);
    if (m && m->store && m->facts && wolfSSL_version(ssl) >= TLS1_3_VERSION)
        keep(m, session);
    return 0;
}

/*
 * TLS 1.2 gives its session before it is complete, and so before the peer is
 * known: it is asked for once more.
 */
static void keep_early_session(struct tls_memory *m)
{
    if (wolfSSL_version(m->ssl) >= TLS1_3_VERSION)
        return;
    WOLFSSL_SESSION *session = wolfSSL_get1_session(m->ssl);
    if (session && wolfSSL_SESSION_is_resumable(session))
        keep(m, session);
    wolfSSL_SESSION_free(session);
}

void tls_memory_known(struct tls_memory *m, const struct tls_facts *facts)
{
    m->facts = facts;
    if (m->store)
        keep_early_session(m);
}

void tls_memory_install(struct WOLFSSL_CTX *ctx)
{
    (void)wolfSSL_CTX_set_session_cache_mode(ctx,
                                             WOLFSSL_SESS_CACHE_NO_INTERNAL);
    wolfSSL_CTX_sess_set_new_cb(ctx, on_session);
}
