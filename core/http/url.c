/*
 * A URL is cut from the left, in the order of RFC 3986 3: scheme, authority
 * up to the first of "/?#", path, query, fragment.  The text is checked for
 * bytes that may stand nowhere before anything is cut, so no later step can
 * meet a line end or a NUL.
 *
 * curl takes the first '@' as the end of the userinfo, browsers the last; a
 * program that trusts the other reading sends a password to the wrong host.
 * So two of them are an error here, and likewise everything else that needs a
 * guess, but for the scheme.
 */
#include "http/url.h"

#include <stdio.h>

#include "base/fault.h"
#include "http/percent.h"
#include "http/url_path.h"

#define NAME(text)                                                             \
    {                                                                          \
        (const uint8_t *)(text), sizeof(text) - 1                              \
    }

static const struct url_scheme schemes[] = {
    {NAME("http"), 80, false, false},
    {NAME("https"), 443, true, false},
    {NAME("ws"), 80, false, true},
    {NAME("wss"), 443, true, true},
};

#define NSCHEMES (sizeof schemes / sizeof *schemes)

static const struct url_options no_options = {.path_as_is = false};

static const struct url_scheme *find_scheme(struct span name)
{
    for (size_t i = 0; i < NSCHEMES; i++)
        if (span_equal_nocase(name, schemes[i].name))
            return &schemes[i];
    return NULL;
}

static bool set_scheme(struct url *u, struct span name,
                       const struct url_options *o, struct fault *fault)
{
    const struct url_scheme *known = find_scheme(name);
    if (known == NULL || (known->is_websocket && !o->websocket)) {
        fault_set(fault, ERR_PROTOCOL_UNSUPPORTED, 0,
                  "protocol \"%.*s\" not supported%s",
                  (int)(name.len < 40 ? name.len : 40), (const char *)name.base,
                  known ? " here: 'quiver ws' opens WebSockets" : "");
        return false;
    }
    u->scheme = known;
    return true;
}

/* Where the byte is; the end of s when it is not in it. */
static size_t find_byte(struct span s, char byte)
{
    const uint8_t *at = s.len ? memchr(s.base, byte, s.len) : NULL;
    return at ? (size_t)(at - s.base) : s.len;
}

static bool ends_authority(uint8_t c)
{
    return c == '/' || c == '?' || c == '#';
}

static struct span skip(struct span s, size_t n)
{
    return span_of(s.base + n, s.len - n);
}

static bool check_bytes(struct span text, bool allow_spaces,
                        struct fault *fault)
{
    if (text.len > URL_MAX_LEN) {
        fault_set(fault, ERR_BAD_URL, 0, "URL of %zu bytes", text.len);
        return false;
    }
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.base[i];
        if (c > 0x20 && c != 0x7f)
            continue;
        if (c == ' ' && allow_spaces)
            continue;
        fault_set(fault, ERR_BAD_URL, 0, "%s (0x%02x) at byte %zu of the URL",
                  c == ' ' ? "space" : "control byte", c, i);
        return false;
    }
    return true;
}

/* The length of "scheme" when s starts with "scheme:", else 0. */
static size_t scheme_len(struct span s)
{
    size_t i = 0;
    for (; i < s.len && s.base[i] != ':'; i++) {
        uint8_t c = s.base[i];
        uint8_t letter = (uint8_t)(c | 0x20);
        bool is_letter = letter >= 'a' && letter <= 'z';
        bool is_other =
            (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
        if (!is_letter && (i == 0 || !is_other))
            return 0;
    }
    return i < s.len ? i : 0;
}

static bool parse_port(struct url *u, struct span digits, struct fault *fault)
{
    uint64_t port = 0;
    if (digits.len == 0)
        return true; /* "host:" is "host" (RFC 3986 3.2.3) */
    if (!span_to_u64(digits, &port) || port == 0 || port > UINT16_MAX) {
        fault_set(fault, ERR_BAD_URL, 0, "bad port number \"%.*s\"",
                  (int)(digits.len < 40 ? digits.len : 40),
                  (const char *)digits.base);
        return false;
    }
    u->port = (uint16_t)port;
    u->has_port = true;
    return true;
}

/* Decoded, and without control bytes: what it becomes part of is a header. */
static bool decode_userinfo(struct span *out, struct span raw, const char *what,
                            struct arena *arena, struct fault *fault)
{
    *out = percent_decode(raw, arena);
    for (size_t i = 0; i < out->len; i++) {
        if (out->base[i] >= 0x20 && out->base[i] != 0x7f)
            continue;
        fault_set(fault, ERR_BAD_URL, 0, "control byte in %s of the URL", what);
        return false;
    }
    return true;
}

static bool parse_userinfo(struct url *u, struct span info, struct arena *arena,
                           struct fault *fault)
{
    struct span user;
    span_next(&info, ':', &user);
    if (!decode_userinfo(&u->user, user, "the user name", arena, fault))
        return false;
    return info.base == NULL ||
           decode_userinfo(&u->password, info, "the password", arena, fault);
}

static bool parse_authority(struct url *u, struct span text,
                            struct arena *arena, struct fault *fault)
{
    /* Browsers end the host there (CVE-2016-8624's cousin). */
    if (find_byte(text, '\\') < text.len) {
        fault_set(fault, ERR_BAD_URL, 0, "backslash before the path");
        return false;
    }
    size_t at = find_byte(text, '@');
    if (at < text.len) {
        if (!parse_userinfo(u, span_of(text.base, at), arena, fault))
            return false;
        text = skip(text, at + 1);
        if (find_byte(text, '@') < text.len) {
            fault_set(fault, ERR_BAD_URL, 0,
                      "more than one '@' before the path of the URL");
            return false;
        }
    }
    bool is_bracketed = text.len > 0 && text.base[0] == '[';
    size_t host_len = find_byte(text, is_bracketed ? ']' : ':');
    if (is_bracketed && host_len < text.len)
        host_len++;
    struct span port = skip(text, host_len);
    if (!url_host_parse(&u->host, span_of(text.base, host_len), arena, fault))
        return false;
    if (port.len == 0)
        return true;
    if (port.base[0] != ':') {
        fault_set(fault, ERR_BAD_URL, 0, "junk after the address in brackets");
        return false;
    }
    return parse_port(u, skip(port, 1), fault);
}

static void set_path(struct url *u, struct span raw,
                     const struct url_options *o, struct arena *arena)
{
    struct span path = raw.len ? url_path_encode(raw, '\0', arena)
                               : arena_copy(arena, SPAN_LIT("/"));
    u->path = o->path_as_is ? path : url_path_remove_dots(path, arena);
}

/* Cuts "#fragment" and "?query" off *text. */
static void take_tail(struct url *u, struct span *text, struct arena *arena)
{
    u->query = u->fragment = (struct span){NULL, 0};
    size_t hash = find_byte(*text, '#');
    if (hash < text->len)
        u->fragment = url_path_encode(skip(*text, hash + 1), '\0', arena);
    text->len = hash;
    size_t mark = find_byte(*text, '?');
    if (mark < text->len)
        u->query = url_path_encode(skip(*text, mark + 1), '+', arena);
    text->len = mark;
}

/* "host/path?query#fragment", and a default port. */
static bool parse_rest(struct url *u, struct span text,
                       const struct url_options *o, struct arena *arena,
                       struct fault *fault)
{
    size_t end = 0;
    while (end < text.len && !ends_authority(text.base[end]))
        end++;
    if (!parse_authority(u, span_of(text.base, end), arena, fault))
        return false;
    text = skip(text, end);
    take_tail(u, &text, arena);
    set_path(u, text, o, arena);
    return true;
}

/* After "scheme:".  curl takes one to three slashes. */
static bool skip_slashes(struct span *text, struct fault *fault)
{
    size_t n = 0;
    while (n < text->len && text->base[n] == '/')
        n++;
    if (n == 0 || n > 3) {
        fault_set(fault, ERR_BAD_URL, 0, "%s after the scheme of the URL",
                  n == 0 ? "no \"//\"" : "too many slashes");
        return false;
    }
    *text = skip(*text, n);
    return true;
}

static void set_default_port(struct url *u)
{
    if (!u->has_port)
        u->port = u->scheme->port;
}

static const char *guess_scheme(const struct url *u)
{
    bool is_plain =
        u->host.kind != URL_HOST_NAME || url_host_is_localhost(u->host.text);
    return is_plain ? "http" : "https";
}

/*
 * A '/', '?', '#' or '@' in a password ends the authority too early: a part of
 * it stands where the host or the port should be.  So of a text with an '@'
 * that is refused no host is known, and nothing is quoted.
 */
static bool refuse_text(struct url *u, struct span text, struct fault *fault)
{
    if (find_byte(text, '@') < text.len) {
        fault_hide_quoted(fault);
        *u = (struct url){.port = 0};
    }
    return false;
}

static bool parse_text(struct url *u, struct span text,
                       const struct url_options *o, struct arena *arena,
                       struct fault *fault)
{
    if (!check_bytes(text, o->allow_spaces, fault))
        return false;
    size_t len = scheme_len(text);
    /* "localhost:80" is a host: a scheme has a slash after the colon. */
    bool has_scheme =
        len > 0 && len + 1 < text.len && text.base[len + 1] == '/';
    if (has_scheme) {
        if (!set_scheme(u, span_of(text.base, len), o, fault))
            return false;
        text = skip(text, len + 1);
        if (!skip_slashes(&text, fault))
            return false;
    }
    if (!parse_rest(u, text, o, arena, fault))
        return false;
    if (!has_scheme) {
        const char *scheme =
            o->default_scheme ? o->default_scheme : guess_scheme(u);
        if (!set_scheme(u, span_str(scheme), o, fault))
            return false;
    }
    set_default_port(u);
    return true;
}

bool url_parse(struct url *u, struct span text, const struct url_options *o,
               struct arena *arena, struct fault *fault)
{
    *u = (struct url){.port = 0};
    return parse_text(u, text, o ? o : &no_options, arena, fault) ||
           refuse_text(u, text, fault);
}

/* A reference with its own scheme. */
static bool resolve_absolute(struct url *u, struct span reference, size_t len,
                             const struct url_options *o, struct arena *arena,
                             struct fault *fault)
{
    struct span rest = skip(reference, len + 1);
    if (!set_scheme(u, span_of(reference.base, len), o, fault) ||
        !skip_slashes(&rest, fault) || !parse_rest(u, rest, o, arena, fault))
        return false;
    set_default_port(u);
    return true;
}

static bool starts_with(struct span s, const char *prefix)
{
    return span_starts_nocase(s, span_str(prefix));
}

static bool resolve(struct url *u, const struct url *from,
                    struct span reference, const struct url_options *o,
                    struct arena *arena, struct fault *fault)
{
    if (!check_bytes(reference, o->allow_spaces, fault))
        return false;
    size_t len = scheme_len(reference);
    if (len > 0)
        return resolve_absolute(u, reference, len, o, arena, fault);
    if (starts_with(reference, "//")) {
        u->scheme = from->scheme;
        if (!parse_rest(u, skip(reference, 2), o, arena, fault))
            return false;
        set_default_port(u);
        return true;
    }
    *u = *from;
    struct span path = reference;
    take_tail(u, &path, arena);
    if (path.len == 0) {
        if (u->query.base == NULL)
            u->query = from->query;
        return true;
    }
    if (path.base[0] != '/')
        path = url_path_merge(from->path, path, arena);
    set_path(u, path, o, arena);
    return true;
}

bool url_resolve(struct url *u, const struct url *base, struct span reference,
                 const struct url_options *o, struct arena *arena,
                 struct fault *fault)
{
    const struct url from = *base;
    *u = (struct url){.port = 0};
    return resolve(u, &from, reference, o ? o : &no_options, arena, fault) ||
           refuse_text(u, reference, fault);
}

void url_make_secure(struct url *u)
{
    const struct url_scheme *to = find_scheme(
        u->scheme->is_websocket ? SPAN_LIT("wss") : SPAN_LIT("https"));
    if (u->port == u->scheme->port) {
        u->port = to->port;
        u->has_port = false;
    }
    u->scheme = to;
}

bool url_is_same_origin(const struct url *a, const struct url *b)
{
    return a->scheme == b->scheme && a->port == b->port &&
           span_equal(a->host.text, b->host.text) &&
           span_equal(a->host.zone, b->host.zone);
}
