#include "config/config_origin.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/number.h"
#include "core/base/str.h"
#include "core/base/xalloc.h"
#include "core/quiver.h"

static const char *const schemes[] = {"https", "http"};

/* The part behind "scheme://"; NULL when there is no such. */
static const char *take_scheme(struct config_origin *o, const char *text)
{
    for (size_t i = 0; i < 2; i++) {
        size_t len = strlen(schemes[i]);
        if (strncasecmp(text, schemes[i], len) == 0 &&
            strncmp(text + len, "://", 3) == 0) {
            o->scheme = schemes[i];
            return text + len + 3;
        }
    }
    return NULL;
}

/* Where ":port" begins, or the end. */
static const char *find_port(const char *authority)
{
    const char *colon = strrchr(authority, ':');
    const char *bracket = strrchr(authority, ']');
    if (!colon || (bracket && bracket > colon))
        return authority + strlen(authority);
    return colon;
}

static bool take_port(struct config_origin *o, const char *port)
{
    uint64_t n;
    if (!*port) {
        o->port = strcmp(o->scheme, "https") == 0 ? 443 : 80;
        return true;
    }
    if (strcmp(port, ":*") == 0)
        return true;
    if (!number_parse(port + 1, UINT16_MAX, &n) || !n)
        return false;
    o->port = (unsigned)n;
    return true;
}

/* A host as the engine writes it: lower case, IDNA, one form of addresses. */
static bool take_host(struct config_origin *o, const char *host, size_t len)
{
    struct str url = {0};
    struct qv_url u;
    struct qv_error error;
    str_add_text(&url, "http://");
    str_add(&url, span_of(host, len));
    bool ok = qv_url_parse(&u, url.base, NULL, &error);
    str_fini(&url);
    if (!ok)
        return false;
    ok = !u.path[strspn(u.path, "/")] && !memchr(host, '/', len) && !*u.query &&
         !*u.fragment && !memchr(host, '@', len);
    if (ok)
        o->host = xalloc_string(u.host);
    qv_url_free(&u);
    return ok;
}

static bool is_address(const char *host)
{
    return strchr(host, ':') || !host[strspn(host, "0123456789.")];
}

bool config_origin_parse(struct config_origin *o, const char *text,
                         const char **why)
{
    const char *authority = take_scheme(o, text);
    *o = (struct config_origin){.scheme = o->scheme};
    *why = "a section is [https://HOST] or [http://HOST], with :PORT if need "
           "be";
    if (!authority || !*authority)
        return false;
    const char *port = find_port(authority);
    if (!take_port(o, port)) {
        *why = "the port is a number from 1 to 65535, or *";
        return false;
    }
    if (authority[0] == '*') {
        o->is_wildcard = true;
        authority++;
        if (authority == port) {
            o->host = xalloc_string("");
            return true;
        }
        *why = "a wildcard is *, or *. and a name";
        if (*authority++ != '.')
            return false;
    }
    if (memchr(authority, '*', (size_t)(port - authority))) {
        *why = "only the first label can be *";
        return false;
    }
    if (!take_host(o, authority, (size_t)(port - authority))) {
        *why = "this is no host name, or there is more than an origin";
        return false;
    }
    if (o->is_wildcard && is_address(o->host)) {
        *why = "an address has no labels for *";
        return false;
    }
    return true;
}

void config_origin_fini(struct config_origin *o)
{
    free(o->host);
    o->host = NULL;
}

static bool host_matches(const struct config_origin *o, const char *host)
{
    size_t len = strlen(host);
    size_t suffix = strlen(o->host);
    if (host[0] == '[' && len > 2) { /* an IPv6 address, as in a URL */
        host++;
        len -= 2;
    }
    if (!o->is_wildcard)
        return len == suffix && strncasecmp(o->host, host, len) == 0;
    if (!suffix)
        return true;
    return len > suffix + 1 && host[0] != '.' &&
           host[len - suffix - 1] == '.' &&
           strcasecmp(host + len - suffix, o->host) == 0;
}

bool config_origin_matches(const struct config_origin *o, const char *scheme,
                           const char *host, unsigned port)
{
    return strcmp(o->scheme, scheme) == 0 && (!o->port || o->port == port) &&
           host_matches(o, host);
}

static int labels(const char *host)
{
    int n = *host != '\0';
    for (; *host; host++)
        n += *host == '.';
    return n;
}

int config_origin_compare(const struct config_origin *a,
                          const struct config_origin *b)
{
    if (a->is_wildcard != b->is_wildcard)
        return a->is_wildcard ? 1 : -1;
    if (a->is_wildcard && labels(a->host) != labels(b->host))
        return labels(b->host) - labels(a->host);
    return (a->port == 0) - (b->port == 0);
}

bool config_origin_is_same(const struct config_origin *a,
                           const struct config_origin *b)
{
    return a->is_wildcard == b->is_wildcard && a->port == b->port &&
           strcmp(a->scheme, b->scheme) == 0 && strcmp(a->host, b->host) == 0;
}
