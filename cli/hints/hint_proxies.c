/* Who stands between: a network that answers itself, and proxies: one that is
 * wanted, one that is not, one that does not serve. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "hints/hint.h"

static const char *set(const char *name)
{
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

static bool is_direct(const struct hint_facts *f)
{
    return f->result && f->result->proxy.url[0] == '\0' && f->host[0] &&
           !hint_is_loopback(f->host);
}

/* Nothing was reached that could have answered. */
static bool is_unreached(const struct hint_facts *f)
{
    return f->status == QV_EXIT_HOST_NAME || f->status == QV_EXIT_CONNECT ||
           (f->status == QV_EXIT_TIMEOUT && f->result &&
            f->result->time_connect < 0);
}

static bool is_http(const struct hint_facts *f)
{
    return strcmp(f->scheme, "http") == 0;
}

static bool has_upper_case(const struct hint_facts *f, struct str *value)
{
    (void)value;
    return is_unreached(f) && is_direct(f) && is_http(f) && set("HTTP_PROXY") &&
           !set("http_proxy") && !set("all_proxy") && !set("ALL_PROXY");
}

static const char *own_variable(const struct hint_facts *f)
{
    static const char *const names[] = {"https_proxy", "HTTPS_PROXY",
                                        "all_proxy", "ALL_PROXY", NULL};
    if (is_http(f) && set("http_proxy"))
        return "http_proxy";
    for (size_t i = is_http(f) ? 2 : 0; names[i]; i++) {
        if (set(names[i]))
            return names[i];
    }
    return NULL;
}

/* Its variable is there, and the request went directly: no_proxy said so. */
static bool is_excluded(const struct hint_facts *f, struct str *value)
{
    const char *variable;
    if (!is_unreached(f) || !is_direct(f) || !(variable = own_variable(f)) ||
        !(set("no_proxy") || set("NO_PROXY")))
        return false;
    str_printf(value, "%s keeps the proxy of %s from",
               set("no_proxy") ? "no_proxy" : "NO_PROXY", variable);
    return true;
}

static bool has_other_scheme(const struct hint_facts *f, struct str *value)
{
    const char *other = is_http(f) ? "https_proxy" : "http_proxy";
    if (!is_unreached(f) || !is_direct(f) || own_variable(f))
        return false;
    if (!set(other) && is_http(f))
        other = "HTTPS_PROXY";
    if (!set(other))
        return false;
    str_add_text(value, other);
    return true;
}

static bool is_of_proxy(const struct hint_facts *f)
{
    return f->result && f->result->proxy.url[0] != '\0';
}

static bool wants_login(const struct hint_facts *f, struct str *value)
{
    (void)value;
    return is_of_proxy(f) &&
           (f->result->proxy.status == 407 || hint_code(f) == 407);
}

/* The proxy itself failed. */
static bool has_failed(const struct hint_facts *f)
{
    return is_of_proxy(f) && (strncmp(f->text, "proxy ", 6) == 0 ||
                              strncmp(f->text, "proxy: ", 7) == 0 ||
                              strncmp(f->name, "proxy", 5) == 0 ||
                              strncmp(f->name, "tunnel", 6) == 0);
}

static bool is_distrusted(const struct hint_facts *f, struct str *value)
{
    (void)value;
    return has_failed(f);
}

static bool is_from_environment(const struct hint_facts *f, struct str *value)
{
    if (!has_failed(f) || f->result->proxy.why[0] == '-')
        return false;
    str_printf(value, "%s comes from %s", f->result->proxy.url,
               f->result->proxy.why);
    return true;
}

static bool refuses_tunnel(const struct hint_facts *f, struct str *value)
{
    (void)value;
    return hint_is_named(f, "tunnel_refused");
}

static bool cannot_go_on(const struct hint_facts *f, struct str *value)
{
    (void)value;
    return is_of_proxy(f) && hint_says(f, "CONNECT tunnel failed");
}

static bool is_asked_for(const struct hint_facts *f, struct str *value)
{
    if (!has_failed(f))
        return false;
    str_add_text(value, f->result->proxy.url);
    return true;
}

static bool is_no_proxy(const struct hint_facts *f, struct str *value)
{
    (void)value;
    return is_of_proxy(f) &&
           (hint_is_named(f, "weird_reply") || hint_is_named(f, "not_http"));
}

/* ---- networks ---- */

static bool is_beyond(const char *from, const char *to)
{
    static const char *const words[] = {"login", "portal", "captive", "hotspot",
                                        "wifi",  "guest",  NULL};
    size_t len;
    if (strncmp(from, "http://", 7) != 0)
        return false;
    len = 7 + strcspn(from + 7, "/?#");
    if (strncmp(from, to, len) == 0)
        return false;
    for (size_t i = 0; words[i]; i++) {
        if (strcasestr(to, words[i]))
            return true;
    }
    return false;
}

/* A network that answers for everybody until one has logged in. */
static bool is_portal(const struct hint_facts *f, struct str *value)
{
    const struct qv_result *r = f->result;
    if (!r || f->status == QV_EXIT_USAGE)
        return false;
    if (r->response_code == 511) {
        str_add_text(value, "511");
        return true;
    }
    const char *from = r->nhops ? r->hops[0].url : r->url_effective;
    const char *to = r->nhops ? r->url_effective : r->redirect_url;
    if (!to[0] || !is_beyond(from, to))
        return false;
    str_add_text(value, to);
    return true;
}

const struct hint hint_proxies[] = {
    {"captive-portal", "the login page of a network in place of the answer",
     HINT_ANY, is_portal,
     "this may be the login page of a network ({value}): open it in a browser "
     "first"},
    {"proxy-capitals", "no way there, and HTTP_PROXY is in capitals", HINT_ANY,
     has_upper_case,
     "HTTP_PROXY is set, but for http:// URLs only http_proxy in small letters "
     "is read"},
    {"proxy-excluded", "no way there, and no_proxy names the host", HINT_ANY,
     is_excluded, "{value} {host}; --noproxy '' overrules it"},
    {"proxy-other-scheme", "no way there, and only other URLs have a proxy",
     HINT_ANY, has_other_scheme,
     "there is a proxy for other URLs ({value}); -x \"${value}\" uses it for "
     "this one"},
    {"proxy-login", "a proxy that wants to know who asks", HINT_ANY,
     wants_login, "the proxy wants a login: -U NAME:PASSWORD (--proxy-user)"},
    {"proxy-trust", "a proxy whose certificate is not trusted",
     QV_EXIT_TLS_VERIFY, is_distrusted,
     "this is about the proxy: --proxy-cacert FILE trusts its authority"},
    {"proxy-refuses", "a proxy that does not let CONNECT through", HINT_ANY,
     refuses_tunnel,
     "the proxy decides where it lets CONNECT go; is port {port} allowed "
     "there?"},
    {"proxy-no-way", "a proxy that does not get there itself", HINT_ANY,
     cannot_go_on,
     "the proxy answers, and does not reach {place}: is that name known to it, "
     "and is the server up?"},
    {"proxy-environment", "a proxy from the environment that fails", HINT_ANY,
     is_from_environment, "{value}; --noproxy {host} goes without it"},
    {"proxy-down", "a proxy that cannot be reached", HINT_ANY, is_asked_for,
     "this is about the proxy {value}: are its name and port right?"},
    {"proxy-not-http", "a proxy that does not answer in HTTP", HINT_ANY,
     is_no_proxy,
     "what answers is no HTTP proxy; socks5h://HOST:PORT is for SOCKS"},
    {NULL, NULL, 0, NULL, NULL},
};
