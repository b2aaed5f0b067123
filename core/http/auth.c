/*
 * A request is not sent again for ever.  After its first challenge it is: it
 * had no answer with it, or one to a nonce that nobody remembers any more.  Then
 * the credentials are wrong, unless the nonce is said to be stale, which may
 * happen to one request more than once when many share the nonce.
 */
#include "http/auth.h"

#include <stdio.h>

#include "base/base64.h"
#include "base/random.h"

/* Answers of "stale" to one request. */
#define STALE_MAX 3

#define CNONCE_BYTES 16

/* What needs no challenge, and is the only one that is wanted. */
static enum auth_scheme first_scheme(unsigned wants)
{
    if (wants == AUTH_BASIC)
        return AUTH_BASIC;
    return wants == AUTH_BEARER ? AUTH_BEARER : AUTH_NONE;
}

void auth_init(struct auth *a, const struct auth_login *login)
{
    *a = (struct auth){.sent = first_scheme(login->wants)};
    arena_init(&a->arena);
    arena_init(&a->challenge);
    a->login.wants = login->wants;
    a->login.user = arena_copy(&a->arena, login->user);
    a->login.password = arena_copy(&a->arena, login->password);
    if (login->token.base)
        a->login.token = arena_copy(&a->arena, login->token);
}

void auth_fini(struct auth *a)
{
    arena_fini(&a->arena);
    arena_fini(&a->challenge);
}

void auth_basic(struct span user, struct span password, struct str *value)
{
    struct str plain;
    str_init(&plain);
    str_add(&plain, user);
    str_add_char(&plain, ':');
    str_add(&plain, password);
    str_add_text(value, "Basic ");
    base64_add(value, str_span(&plain));
    str_fini(&plain);
}

static void make_cnonce(char text[2 * CNONCE_BYTES + 1])
{
    uint8_t bytes[CNONCE_BYTES];
    random_bytes(bytes, sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++)
        (void)snprintf(text + 2 * i, 3, "%02x", bytes[i]);
}

static bool hash_body(const struct auth *a, const struct auth_request *r,
                      char hex[DIGEST_HEX_MAX])
{
    struct digest_sum *sum = digest_hash_new(a->digest.hash);
    bool is_known = r->hash_body == NULL || r->hash_body(r->user, sum);
    digest_hash_hex(sum, hex);
    digest_hash_free(sum);
    return is_known;
}

static bool answer_digest(struct auth *a, const struct auth_request *r,
                          struct str *value)
{
    char body_hash[DIGEST_HEX_MAX] = "";
    if (a->digest.qop == DIGEST_QOP_AUTH_INT && !hash_body(a, r, body_hash))
        return false;
    char cnonce[2 * CNONCE_BYTES + 1];
    make_cnonce(cnonce);
    const struct digest_auth_request what = {.user = a->login.user,
                                             .password = a->login.password,
                                             .method = r->method,
                                             .uri = r->uri,
                                             .cnonce = span_str(cnonce),
                                             .body_hash = span_str(body_hash)};
    digest_auth_answer(&a->digest, &what, value);
    return true;
}

bool auth_answer(struct auth *a, const struct auth_request *r,
                 struct str *value)
{
    switch (a->sent) {
    case AUTH_NONE:
        return false;
    case AUTH_BASIC:
        auth_basic(a->login.user, a->login.password, value);
        return true;
    case AUTH_DIGEST:
        return answer_digest(a, r, value);
    case AUTH_BEARER:
        str_add_text(value, "Bearer ");
        str_add(value, a->login.token);
        return true;
    }
    return false;
}

bool auth_awaits_challenge(const struct auth *a)
{
    return a->sent == AUTH_NONE;
}

/* The strongest Digest that is offered; false: none that can be answered. */
static bool find_digest(struct digest_auth *best, const struct fields *f,
                        const char *name, struct arena *arena)
{
    struct challenges all = challenge_list(f, name);
    struct challenge c;
    struct digest_auth d;
    *best = (struct digest_auth){.hash = DIGEST_HASH_NONE};
    while (challenge_next(&all, &c))
        if (digest_auth_read(&d, &c, arena) && d.hash > best->hash)
            *best = d;
    return best->hash != DIGEST_HASH_NONE;
}

static bool offers(const struct fields *f, const char *name, const char *scheme)
{
    struct challenges all = challenge_list(f, name);
    struct challenge c;
    while (challenge_next(&all, &c))
        if (span_equal_nocase(c.scheme, span_str(scheme)))
            return true;
    return false;
}

/* The strongest Digest of the answer takes the place of the one before; false:
 * there is none. */
static bool take_digest(struct auth *a, const struct fields *f,
                        const char *name)
{
    struct arena arena;
    struct digest_auth d;
    arena_init(&arena);
    if (!find_digest(&d, f, name, &arena)) {
        arena_fini(&arena);
        return false;
    }
    arena_fini(&a->challenge);
    a->challenge = arena;
    a->digest = d;
    return true;
}

/* The best of what is wanted and offered. */
static enum auth_scheme choose(struct auth *a, const struct fields *f,
                               const char *name)
{
    unsigned wants = a->login.wants;
    if ((wants & AUTH_BEARER) && a->login.token.base &&
        offers(f, name, "bearer"))
        return AUTH_BEARER;
    if ((wants & AUTH_DIGEST) && take_digest(a, f, name))
        return AUTH_DIGEST;
    if ((wants & AUTH_BASIC) && offers(f, name, "basic"))
        return AUTH_BASIC;
    return AUTH_NONE;
}

bool auth_challenged(struct auth *a, const struct fields *f, const char *name,
                     unsigned tries)
{
    if (first_scheme(a->login.wants) != AUTH_NONE)
        return false;
    enum auth_scheme best = choose(a, f, name);
    if (best == AUTH_NONE)
        return false;
    a->sent = best;
    return tries == 0 ||
           (best == AUTH_DIGEST && a->digest.is_stale && tries < STALE_MAX);
}

void auth_informed(struct auth *a, const struct fields *f, const char *name)
{
    if (a->sent != AUTH_DIGEST || fields_find(f, span_str(name)) == NULL)
        return;
    struct arena arena; /* for the old one would grow with each answer */
    struct challenge c;
    struct digest_auth *d = &a->digest;
    arena_init(&arena);
    challenge_of_params(&c, f, name);
    struct span next = challenge_param(&c, "nextnonce", &arena);
    if (next.base == NULL || span_equal(next, d->nonce)) {
        arena_fini(&arena);
        return;
    }
    d->nonce = next;
    d->nc = 0;
    d->realm = arena_copy(&arena, d->realm);
    if (d->opaque.base)
        d->opaque = arena_copy(&arena, d->opaque);
    arena_fini(&a->challenge);
    a->challenge = arena;
}
