/*
 * RFC 6265bis, and three things beside it:
 *
 *  - A tab within a name, value or path: the draft lets it in, but a line of a
 *    file could not hold it.  curl refuses it as well.
 *  - A host that is this machine is a secure one (browsers' "potentially
 *    trustworthy" origins; curl).
 *  - SameSite is kept and refuses nothing: whoever types a URL comes from no
 *    site (5.2).
 */
#include "http/cookie.h"

#include "http/public_suffix.h"

/* ---- the field ---- */

bool cookie_has_controls(struct span text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.base[i] < ' ' || text.base[i] == 0x7f)
            return true;
    return false;
}

static bool has_forbidden(struct span text)
{
    for (size_t i = 0; i < text.len; i++)
        if ((text.base[i] < ' ' && text.base[i] != '\t') ||
            text.base[i] == 0x7f)
            return true;
    return false;
}

/* "name=value" by its first '='; false without one: *name is all then. */
static bool split(struct span part, struct span *name, struct span *value)
{
    const uint8_t *equals =
        part.len > 0 ? memchr(part.base, '=', part.len) : NULL;
    size_t len = equals ? (size_t)(equals - part.base) : part.len;
    *name = span_trim(span_of(part.base, len));
    *value = equals ? span_trim(span_of(equals + 1, part.len - len - 1))
                    : (struct span){NULL, 0};
    return equals != NULL;
}

static int64_t capped(int64_t expires, int64_t now)
{
    if (expires > now + COOKIE_AGE_MAX)
        return now + COOKIE_AGE_MAX;
    return expires > COOKIE_PAST ? expires : COOKIE_PAST;
}

/* False: it is none. */
static bool read_max_age(struct span text, int64_t now, int64_t *expires)
{
    if (text.len == 0)
        return false;
    bool is_negative = text.base[0] == '-';
    struct span digits =
        span_of(text.base + is_negative, text.len - (size_t)is_negative);
    uint64_t delta;
    if (!span_to_u64_capped(digits, &delta))
        return false;
    if (is_negative || delta == 0)
        *expires = COOKIE_PAST;
    else if (delta > (uint64_t)COOKIE_AGE_MAX)
        *expires = now + COOKIE_AGE_MAX;
    else
        *expires = capped(now + (int64_t)delta, now);
    return true;
}

static enum cookie_same_site read_same_site(struct span text)
{
    if (span_equal_nocase(text, SPAN_LIT("none")))
        return COOKIE_SAME_SITE_NONE;
    if (span_equal_nocase(text, SPAN_LIT("lax")))
        return COOKIE_SAME_SITE_LAX;
    if (span_equal_nocase(text, SPAN_LIT("strict")))
        return COOKIE_SAME_SITE_STRICT;
    return COOKIE_SAME_SITE_DEFAULT;
}

static struct span read_domain(struct span text)
{
    if (text.len > 0 && text.base[0] == '.')
        text = span_of(text.base + 1, text.len - 1);
    return text.len > 0 ? text : (struct span){NULL, 0};
}

/* Of each attribute the last one counts; *max_age: Max-Age has spoken. */
static void read_attribute(struct cookie *c, struct span part, int64_t now,
                           bool *max_age)
{
    struct span name;
    struct span value;
    int64_t expires;
    (void)split(part, &name, &value);
    if (value.len > COOKIE_ATTRIBUTE_MAX)
        return;
    if (span_equal_nocase(name, SPAN_LIT("expires"))) {
        if (!*max_age && cookie_date_parse(value, &expires))
            c->expires = capped(expires, now);
    } else if (span_equal_nocase(name, SPAN_LIT("max-age"))) {
        if (read_max_age(value, now, &expires)) {
            c->expires = expires;
            *max_age = true;
        }
    } else if (span_equal_nocase(name, SPAN_LIT("domain"))) {
        c->domain = read_domain(value);
    } else if (span_equal_nocase(name, SPAN_LIT("path"))) {
        c->path = value.len > 0 && value.base[0] == '/'
                      ? value
                      : (struct span){NULL, 0};
    } else if (span_equal_nocase(name, SPAN_LIT("secure"))) {
        c->is_secure = true;
    } else if (span_equal_nocase(name, SPAN_LIT("httponly"))) {
        c->is_http_only = true;
    } else if (span_equal_nocase(name, SPAN_LIT("samesite"))) {
        c->same_site = read_same_site(value);
    }
}

const char *cookie_parse(struct cookie *c, struct span field, int64_t now)
{
    struct span part;
    bool max_age = false;
    *c = (struct cookie){.expires = COOKIE_SESSION};
    if (has_forbidden(field))
        return "it has a control character";
    if (!span_next(&field, ';', &part))
        return "it is empty";
    if (!split(part, &c->name, &c->value)) {
        c->value = c->name; /* without '=' it is a value that has no name */
        c->name = (struct span){NULL, 0};
    }
    if (c->name.len + c->value.len == 0)
        return "it is empty";
    if (c->name.len + c->value.len > COOKIE_NAME_VALUE_MAX)
        return "it is too long";
    if (cookie_has_controls(c->name) || cookie_has_controls(c->value))
        return "it has a tab";
    while (span_next(&field, ';', &part))
        read_attribute(c, part, now, &max_age);
    return cookie_has_controls(c->path) ? "its path has a tab" : NULL;
}

/* ---- whose it is ---- */

bool cookie_domain_matches(struct span host, bool is_address,
                           struct span domain)
{
    if (domain.len >= host.len || is_address)
        return span_equal_nocase(host, domain);
    size_t before = host.len - domain.len;
    return domain.len > 0 && host.base[before - 1] == '.' &&
           span_equal_nocase(span_of(host.base + before, domain.len), domain);
}

bool cookie_path_matches(struct span path, struct span cookie_path)
{
    if (cookie_path.len > path.len || cookie_path.len == 0 ||
        memcmp(path.base, cookie_path.base, cookie_path.len) != 0)
        return false;
    return path.len == cookie_path.len ||
           cookie_path.base[cookie_path.len - 1] == '/' ||
           path.base[cookie_path.len] == '/';
}

struct span cookie_default_path(struct span path)
{
    size_t slash = path.len;
    if (path.len == 0 || path.base[0] != '/')
        return SPAN_LIT("/");
    while (path.base[slash - 1] != '/')
        slash--;
    return slash == 1 ? SPAN_LIT("/") : span_of(path.base, slash - 1);
}

static bool is_ascii(struct span text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.base[i] > 0x7e)
            return false;
    return true;
}

/* The list is of names as DNS has them, in small letters. */
static bool is_public(struct span domain)
{
    uint8_t small[256];
    if (domain.len > sizeof small)
        return true;
    for (size_t i = 0; i < domain.len; i++) {
        uint8_t b = domain.base[i];
        small[i] = b >= 'A' && b <= 'Z' ? (uint8_t)(b - 'A' + 'a') : b;
    }
    return public_suffix_is(span_of(small, domain.len));
}

static const char *judge_domain(struct cookie *c,
                                const struct cookie_place *place)
{
    bool is_own = span_equal_nocase(c->domain, place->host);
    bool has_domain = c->domain.base != NULL;
    if (has_domain && !is_ascii(c->domain))
        return "its domain is no name of DNS";
    if (has_domain && !place->is_address && is_public(c->domain)) {
        if (!is_own)
            return "its domain is a public suffix";
        c->domain = (struct span){NULL, 0};
    }
    c->is_host_only = c->domain.base == NULL || (place->is_address && is_own);
    if (c->is_host_only)
        c->domain = place->host;
    else if (!cookie_domain_matches(place->host, place->is_address, c->domain))
        return "its domain is another one's";
    return NULL;
}

/* A value without a name could look like one that has such a name. */
static bool begins(const struct cookie *c, struct span prefix)
{
    return span_starts_nocase(c->name.len > 0 ? c->name : c->value, prefix);
}

const char *cookie_judge_prefix(const struct cookie *c)
{
    bool is_host = begins(c, SPAN_LIT("__Host-"));
    if (!is_host && !begins(c, SPAN_LIT("__Secure-")))
        return NULL;
    if (c->name.len == 0)
        return "it has no name, and a prefix";
    if (!c->is_secure)
        return "its prefix asks for Secure";
    if (is_host && (!c->is_host_only || !span_equal(c->path, SPAN_LIT("/"))))
        return "__Host- asks for Path=/ and no Domain";
    return NULL;
}

const char *cookie_judge(struct cookie *c, const struct cookie_place *place)
{
    bool had_path = c->path.base != NULL;
    bool had_domain = c->domain.base != NULL;
    const char *why = judge_domain(c, place);
    if (why)
        return why;
    if (c->is_secure && !place->is_secure)
        return "Secure does not come over http";
    if (!had_path)
        c->path = cookie_default_path(place->path);
    /* __Host- is about what was said, not about what came of it. */
    struct cookie said = *c;
    said.is_host_only = !had_domain;
    if (!had_path)
        said.path = (struct span){NULL, 0};
    return cookie_judge_prefix(&said);
}
