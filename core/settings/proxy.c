/*
 * Where the default port is concerned curl's manual is followed: 1080 for all
 * but https.  What is behind "host:port" means nothing, as in curl, but a path
 * of a SOCKS proxy at "localhost": that is a Unix socket.
 *
 * The rest of the URL is what it is in any other, so http/url reads it: under
 * another scheme, since it knows its own alone.
 */
#include "settings/proxy.h"

#include <stddef.h>

#include "base/fault.h"
#include "http/percent.h"
#include "http/url.h"

#define DEFAULT_PORT 1080

static const struct {
    const char *name;
    enum proxy_kind kind;
    uint16_t port;
} schemes[] = {
    {"http", PROXY_HTTP, DEFAULT_PORT},
    {"https", PROXY_HTTPS, 443},
    {"socks4", PROXY_SOCKS4, DEFAULT_PORT},
    {"socks", PROXY_SOCKS4, DEFAULT_PORT},
    {"socks4a", PROXY_SOCKS4A, DEFAULT_PORT},
    {"socks5", PROXY_SOCKS5, DEFAULT_PORT},
    {"socks5h", PROXY_SOCKS5H, DEFAULT_PORT},
};

#define SCHEMES (sizeof schemes / sizeof *schemes)

static bool is_scheme_byte(char c)
{
    char letter = (char)(c | 0x20);
    return (letter >= 'a' && letter <= 'z') || (c >= '0' && c <= '9') ||
           c == '+' || c == '-' || c == '.';
}

/* Cuts "scheme:" off, when a slash follows: "localhost:80" has none. */
static struct span take_scheme(struct span *text)
{
    size_t len = 0;
    while (len < text->len && is_scheme_byte((char)text->base[len]))
        len++;
    if (len == 0 || len + 1 >= text->len || text->base[len] != ':' ||
        text->base[len + 1] != '/')
        return SPAN_LIT("http");
    struct span scheme = span_of(text->base, len);
    *text = span_of(text->base + len + 1, text->len - len - 1);
    return scheme;
}

static bool find_scheme(size_t *i, struct span name)
{
    for (*i = 0; *i < SCHEMES; (*i)++)
        if (span_equal_nocase(name, span_str(schemes[*i].name)))
            return true;
    return false;
}

/* `rest`: with or without the slashes. */
static bool parse_rest(struct url *u, struct span rest, struct arena *arena,
                       struct fault *fault)
{
    struct str text;
    str_init(&text);
    bool has_slashes = rest.len > 0 && rest.base[0] == '/';
    str_add_text(&text, has_slashes ? "http:" : "http://");
    str_add(&text, rest);
    const struct url_options as_is = {.path_as_is = true};
    bool is_good =
        url_parse(u, arena_copy(arena, str_span(&text)), &as_is, arena, fault);
    str_fini(&text);
    if (is_good)
        return true;
    char why[FAULT_DETAIL_MAX];
    memcpy(why, fault->detail, sizeof why);
    fault_set(fault, ERR_PROXY_URL, 0, "no proxy: %s", why);
    return false;
}

/* Both empty is neither. */
static void set_user(struct proxy *p, struct span user, struct span password)
{
    if (user.len == 0 && password.len == 0)
        return;
    p->has_user = true;
    p->user = user;
    p->password = password;
}

bool proxy_parse(struct proxy *p, const char *text, struct arena *arena,
                 struct fault *fault)
{
    *p = (struct proxy){.kind = PROXY_NONE};
    if (text == NULL || text[0] == '\0')
        return true;
    struct span rest = span_str(text);
    struct span scheme = take_scheme(&rest);
    size_t i = 0;
    if (!find_scheme(&i, scheme)) {
        fault_set(fault, ERR_PROXY_SCHEME, 0,
                  "\"%.*s\" is no scheme of a proxy: http, https, socks4, "
                  "socks4a, socks5 and socks5h are",
                  (int)(scheme.len < 40 ? scheme.len : 40),
                  (const char *)scheme.base);
        return false;
    }
    struct url u;
    if (!parse_rest(&u, rest, arena, fault))
        return false;
    p->kind = schemes[i].kind;
    p->host = url_address(&u, arena);
    p->port = u.has_port ? u.port : schemes[i].port;
    set_user(p, u.user, u.password);
    if (proxy_is_socks(p) && u.path.len > 1 &&
        span_equal(u.host.text, SPAN_LIT("localhost")))
        p->unix_socket = percent_decode(u.path, arena);
    return true;
}

/* "name:password", percent-decoded as curl does. */
static void take_user(struct proxy *p, const char *text, struct arena *arena)
{
    struct span password = span_str(text);
    struct span user;
    if (!span_next(&password, ':', &user))
        return;
    set_user(p, percent_decode(user, arena), percent_decode(password, arena));
}

bool proxy_of(struct proxy *p, const struct settings *s, struct arena *arena,
              struct fault *fault)
{
    if (!proxy_parse(p, s->proxy.url, arena, fault))
        return false;
    if (p->kind != PROXY_NONE && !p->has_user && s->proxy.user)
        take_user(p, s->proxy.user, arena);
    return true;
}

/* ---- its settings ---- */

static bool starts(const char *text, const char *prefix)
{
    return text && span_starts_nocase(span_str(text), span_str(prefix));
}

/* Versions that need TLS are asked of an https proxy alone; curl says nothing
 * of others either. */
static enum settings_http spoken(const struct settings_proxy *p)
{
    bool is_secure = starts(p->url, "https:/");
    switch (p->http) {
    case SETTINGS_PROXY_HTTP_1_0:
        return SETTINGS_HTTP_1_0;
    case SETTINGS_PROXY_HTTP_2:
        return is_secure ? SETTINGS_HTTP_2 : SETTINGS_HTTP_1_1;
    case SETTINGS_PROXY_HTTP_3:
        return is_secure ? SETTINGS_HTTP_3 : SETTINGS_HTTP_1_1;
    case SETTINGS_PROXY_HTTP_1_1:
        break;
    }
    return SETTINGS_HTTP_1_1;
}

/*
 * Files that variables of the environment name stand for the system's store,
 * and so are trusted for the proxy as well.  What a person named for the origin
 * is not.
 */
static void set_trust(struct settings_tls_options *tls,
                      const struct settings *s)
{
    const struct settings_proxy *p = &s->proxy;
    tls->verify = !p->insecure;
    tls->ca_file = p->ca_file;
    tls->ca_path = p->ca_path;
    if (p->ca_file || p->ca_path)
        return;
    if (s->tls.ca_file_source) {
        tls->ca_file = s->tls.ca_file;
        tls->ca_file_source = s->tls.ca_file_source;
    }
    if (s->tls.ca_path_source) {
        tls->ca_path = s->tls.ca_path;
        tls->ca_path_source = s->tls.ca_path_source;
    }
}

void proxy_settings(struct settings *to, const struct settings *s)
{
    const struct settings_proxy *p = &s->proxy;
    struct settings defaults;
    settings_defaults(&defaults);
    *to = *s;
    to->http = spoken(p);
    to->tls = defaults.tls;
    set_trust(&to->tls, s);
    to->tls.cert_file = p->cert_file;
    to->tls.key_file = p->key_file;
    to->tls.key_pass = p->key_pass;
    to->tls.ciphers = p->ciphers;
    to->tls.tls13_ciphers = p->tls13_ciphers;
    to->tls.cert_type = p->cert_type;
    to->tls.key_type = p->key_type;
    to->tls.crl_file = p->crl_file;
    to->tls.pinned = p->pinned;
    to->tls.ca_native = p->ca_native;
    to->tls.resume = s->tls.resume;
    to->tls.key_log = s->tls.key_log;
    to->addresses.connect_to = NULL;
    to->addresses.unix_socket = NULL;
    to->addresses.is_abstract = false;
    to->proxy = (struct settings_proxy){
        .url = p->before,
        .why = p->why,
        .headers = p->headers,
        .auth = p->auth,
        .of_url = p->url,
        .of_user = p->user,
    };
}

/* ---- contradictions ---- */

bool proxy_check(const struct settings *s, struct fault *fault)
{
    const struct settings_proxy *p = &s->proxy;
    if (p->key_file && !p->cert_file) {
        fault_set(fault, ERR_USAGE, 0, "a key for the proxy, no certificate");
        return false;
    }
    if (p->url == NULL && p->before == NULL)
        return true;
    struct arena arena;
    struct proxy proxy;
    struct proxy before;
    arena_init(&arena);
    bool is_good = proxy_parse(&proxy, p->url, &arena, fault) &&
                   proxy_parse(&before, p->before, &arena, fault);
    arena_fini(&arena);
    if (!is_good || before.kind == PROXY_NONE)
        return is_good;
    const char *wrong = NULL;
    if (!proxy_is_socks(&before))
        wrong = "what --preproxy names is no SOCKS proxy";
    else if (proxy_is_socks(&proxy))
        wrong = "--preproxy stands before an HTTP proxy, not a SOCKS proxy";
    if (wrong)
        fault_set(fault, ERR_PROXY_URL, 0, "%s", wrong);
    return wrong == NULL;
}

void proxy_name(const struct proxy *p, struct str *text)
{
    for (size_t i = 0; i < SCHEMES; i++) {
        if (schemes[i].kind != p->kind)
            continue;
        bool is_v6 = p->host.len && memchr(p->host.base, ':', p->host.len);
        str_printf(text, is_v6 ? "%s://[%.*s]:%u" : "%s://%.*s:%u",
                   schemes[i].name, SPAN_ARG(p->host), (unsigned)p->port);
        return;
    }
}
