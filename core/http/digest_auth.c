/*
 * Everything is hashed as text in one piece: an answer costs three hashes of a
 * few hundred bytes, and is asked for once a request at most.
 *
 * Of several qop auth is taken before auth-int, which needs a body that can be
 * looked at before it is sent and protects nothing that TLS does not; curl
 * knows auth alone.
 */
#include "http/digest_auth.h"

#include <stdio.h>

#define HEX_MAX DIGEST_HEX_MAX

static const struct {
    const char *name;
    enum digest_hash hash;
    bool is_sess;
} algorithms[] = {
    {"MD5", DIGEST_HASH_MD5, false},
    {"MD5-sess", DIGEST_HASH_MD5, true},
    {"SHA-256", DIGEST_HASH_SHA256, false},
    {"SHA-256-sess", DIGEST_HASH_SHA256, true},
    {"SHA-512-256", DIGEST_HASH_SHA512_256, false},
    {"SHA-512-256-sess", DIGEST_HASH_SHA512_256, true},
};

#define ALGORITHMS (sizeof algorithms / sizeof *algorithms)

/* ---- the challenge ---- */

static bool read_algorithm(struct digest_auth *d, struct span name)
{
    d->has_algorithm = name.base != NULL;
    if (!d->has_algorithm) { /* RFC 7616 3.3 */
        d->hash = DIGEST_HASH_MD5;
        return true;
    }
    for (size_t i = 0; i < ALGORITHMS; i++) {
        if (!span_equal_nocase(name, span_str(algorithms[i].name)))
            continue;
        d->hash = algorithms[i].hash;
        d->is_sess = algorithms[i].is_sess;
        return true;
    }
    return false;
}

/* A list of tokens; none: an old server. */
static bool read_qop(struct digest_auth *d, struct span list)
{
    struct span item;
    bool is_known = list.base == NULL;
    while (span_next(&list, ',', &item)) {
        item = span_trim(item);
        if (span_equal_nocase(item, SPAN_LIT("auth"))) {
            d->qop = DIGEST_QOP_AUTH;
            return true;
        }
        if (span_equal_nocase(item, SPAN_LIT("auth-int"))) {
            d->qop = DIGEST_QOP_AUTH_INT;
            is_known = true;
        }
    }
    return is_known;
}

static bool is_true(struct span value)
{
    return span_equal_nocase(value, SPAN_LIT("true"));
}

bool digest_auth_read(struct digest_auth *d, const struct challenge *c,
                      struct arena *arena)
{
    *d = (struct digest_auth){.hash = DIGEST_HASH_NONE};
    if (!span_equal_nocase(c->scheme, SPAN_LIT("digest")))
        return false;
    d->realm = challenge_param(c, "realm", arena);
    d->nonce = challenge_param(c, "nonce", arena);
    d->opaque = challenge_param(c, "opaque", arena);
    d->is_stale = is_true(challenge_param(c, "stale", arena));
    d->has_userhash = is_true(challenge_param(c, "userhash", arena));
    d->is_utf8 = span_equal_nocase(challenge_param(c, "charset", arena),
                                   SPAN_LIT("utf-8"));
    return d->nonce.base != NULL &&
           read_algorithm(d, challenge_param(c, "algorithm", arena)) &&
           read_qop(d, challenge_param(c, "qop", arena));
}

/* ---- the answer ---- */

/* "a:b:c" of n parts. */
static void hash_parts(enum digest_hash hash, const struct span *parts,
                       size_t n, char hex[HEX_MAX])
{
    struct str text;
    str_init(&text);
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            str_add_char(&text, ':');
        str_add(&text, parts[i]);
    }
    digest_hash_text(hash, str_span(&text), hex);
    str_fini(&text);
}

static const char *qop_name(enum digest_qop qop)
{
    switch (qop) {
    case DIGEST_QOP_NONE:
        break;
    case DIGEST_QOP_AUTH:
        return "auth";
    case DIGEST_QOP_AUTH_INT:
        return "auth-int";
    }
    return "";
}

/* RFC 7616 3.4.2 */
static void hash_a1(const struct digest_auth *d,
                    const struct digest_auth_request *r, char hex[HEX_MAX])
{
    const struct span who[] = {r->user, d->realm, r->password};
    hash_parts(d->hash, who, 3, hex);
    if (!d->is_sess)
        return;
    char first[HEX_MAX];
    memcpy(first, hex, sizeof first);
    const struct span session[] = {span_str(first), d->nonce, r->cnonce};
    hash_parts(d->hash, session, 3, hex);
}

/* RFC 7616 3.4.3 */
static void hash_a2(const struct digest_auth *d,
                    const struct digest_auth_request *r, char hex[HEX_MAX])
{
    const struct span what[] = {r->method, r->uri, r->body_hash};
    hash_parts(d->hash, what, d->qop == DIGEST_QOP_AUTH_INT ? 3 : 2, hex);
}

static void make_response(const struct digest_auth *d,
                          const struct digest_auth_request *r, const char *nc,
                          char hex[HEX_MAX])
{
    char a1[HEX_MAX];
    char a2[HEX_MAX];
    hash_a1(d, r, a1);
    hash_a2(d, r, a2);
    if (d->qop == DIGEST_QOP_NONE) {
        const struct span old[] = {span_str(a1), d->nonce, span_str(a2)};
        hash_parts(d->hash, old, 3, hex);
        return;
    }
    const struct span all[] = {span_str(a1),
                               d->nonce,
                               span_str(nc),
                               r->cnonce,
                               span_str(qop_name(d->qop)),
                               span_str(a2)};
    hash_parts(d->hash, all, 6, hex);
}

static void add_quoted(struct str *to, const char *name, struct span value)
{
    str_printf(to, "%s=\"", name);
    for (size_t i = 0; i < value.len; i++) {
        if (value.base[i] == '"' || value.base[i] == '\\')
            str_add_char(to, '\\');
        str_add_char(to, (char)value.base[i]);
    }
    str_add_char(to, '"');
}

static bool is_ascii(struct span s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.base[i] >= 0x80 || s.base[i] < 0x20 || s.base[i] == 0x7f)
            return false;
    return true;
}

/* RFC 7616 3.4.4: hashed if the server keeps names so; RFC 8187's form for what
 * no quoted string may hold, if it has said that it reads UTF-8. */
static void add_user(struct str *to, const struct digest_auth *d,
                     struct span user)
{
    if (d->has_userhash) {
        char hex[HEX_MAX];
        const struct span who[] = {user, d->realm};
        hash_parts(d->hash, who, 2, hex);
        add_quoted(to, "username", span_str(hex));
        return;
    }
    if (!d->is_utf8 || is_ascii(user)) {
        add_quoted(to, "username", user);
        return;
    }
    str_add_text(to, "username*=UTF-8''");
    for (size_t i = 0; i < user.len; i++) {
        uint8_t c = user.base[i];
        bool is_plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                        (c >= 'a' && c <= 'z') || c == '-' || c == '.' ||
                        c == '_' || c == '~';
        if (is_plain)
            str_add_char(to, (char)c);
        else
            str_printf(to, "%%%02X", c);
    }
}

static const char *algorithm_name(const struct digest_auth *d)
{
    for (size_t i = 0; i < ALGORITHMS; i++)
        if (algorithms[i].hash == d->hash &&
            algorithms[i].is_sess == d->is_sess)
            return algorithms[i].name;
    return "MD5";
}

void digest_auth_answer(struct digest_auth *d,
                        const struct digest_auth_request *r, struct str *value)
{
    char nc[9];
    char response[HEX_MAX];
    (void)snprintf(nc, sizeof nc, "%08x", (unsigned)++d->nc);
    make_response(d, r, nc, response);
    str_add_text(value, "Digest ");
    add_user(value, d, r->user);
    str_add_text(value, ", ");
    add_quoted(value, "realm", d->realm);
    str_add_text(value, ", ");
    add_quoted(value, "nonce", d->nonce);
    str_add_text(value, ", ");
    add_quoted(value, "uri", r->uri);
    if (d->qop != DIGEST_QOP_NONE || d->is_sess) {
        str_add_text(value, ", ");
        add_quoted(value, "cnonce", r->cnonce);
    }
    if (d->qop != DIGEST_QOP_NONE)
        str_printf(value, ", nc=%s, qop=%s", nc, qop_name(d->qop));
    str_add_text(value, ", ");
    add_quoted(value, "response", span_str(response));
    if (d->opaque.base) {
        str_add_text(value, ", ");
        add_quoted(value, "opaque", d->opaque);
    }
    if (d->has_algorithm)
        str_printf(value, ", algorithm=%s", algorithm_name(d));
    if (d->has_userhash)
        str_add_text(value, ", userhash=true");
}
