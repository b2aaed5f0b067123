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

void auth_init(struct auth *a, enum auth_choice choice, struct span user,
               struct span password)
{
    *a = (struct auth){.choice = choice, .is_basic = choice == AUTH_BASIC};
    arena_init(&a->arena);
    arena_init(&a->challenge);
    a->user = arena_copy(&a->arena, user);
    a->password = arena_copy(&a->arena, password);
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

bool auth_answer(struct auth *a, const struct auth_request *r,
                 struct str *value)
{
    if (a->is_basic) {
        auth_basic(a->user, a->password, value);
        return true;
    }
    if (!a->is_digest ||
        (a->digest.qop == DIGEST_QOP_AUTH_INT && r->has_unknown_body))
        return false;
    char cnonce[2 * CNONCE_BYTES + 1];
    make_cnonce(cnonce);
    const struct digest_auth_request what = {.user = a->user,
                                             .password = a->password,
                                             .method = r->method,
                                             .uri = r->uri,
                                             .cnonce = span_str(cnonce),
                                             .body = r->body};
    digest_auth_answer(&a->digest, &what, value);
    return true;
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

static bool offers_basic(const struct fields *f, const char *name)
{
    struct challenges all = challenge_list(f, name);
    struct challenge c;
    while (challenge_next(&all, &c))
        if (span_equal_nocase(c.scheme, SPAN_LIT("basic")))
            return true;
    return false;
}

bool auth_challenged(struct auth *a, const struct fields *f, const char *name,
                     unsigned tries)
{
    if (a->choice == AUTH_BASIC)
        return false;
    struct arena arena;
    struct digest_auth d;
    arena_init(&arena);
    if (find_digest(&d, f, name, &arena)) {
        arena_fini(&a->challenge);
        a->challenge = arena;
        a->digest = d;
        a->is_digest = true;
        a->is_basic = false;
        return tries == 0 || (d.is_stale && tries < STALE_MAX);
    }
    arena_fini(&arena);
    if (a->choice != AUTH_ANY || !offers_basic(f, name))
        return false;
    a->is_digest = false;
    a->is_basic = true;
    return tries == 0;
}

void auth_informed(struct auth *a, const struct fields *f, const char *name)
{
    if (!a->is_digest || fields_find(f, span_str(name)) == NULL)
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
