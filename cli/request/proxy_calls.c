#include "request/proxy_calls.h"

#include <string.h>

#include "args/parser.h"
#include "request/request_options.h"

/* What each option takes for granted when no protocol is named. */
static const struct {
    const char *option;
    const char *protocol;
} proxies[] = {
    {"proxy", "http://"},    {"preproxy", "socks4://"},
    {"socks4", "socks4://"}, {"socks4a", "socks4a://"},
    {"socks5", "socks5://"}, {"socks5-hostname", "socks5h://"},
    {"proxy1.0", "http://"},
};

static const char *protocol_of(const struct option *o)
{
    size_t i = 0;
    while (strcmp(proxies[i].option, o->name) != 0)
        i++;
    return proxies[i].protocol;
}

/* As in settings/proxy.h: "localhost:80" names no protocol. */
static bool has_protocol(const char *arg)
{
    size_t len = strspn(arg, "abcdefghijklmnopqrstuvwxyz"
                             "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");
    return len > 0 && arg[len] == ':' && arg[len + 1] == '/';
}

/* The last of them counts, and its kind: that of an older --proxy1.0 does not
 * stay. */
bool proxy_calls_proxy(struct parser *p, const struct option *o,
                       const char *arg)
{
    struct request_options *r = p->scope[SCOPE_REQUEST];
    struct qv_options *e = &r->engine;
    bool is_before = strcmp(o->name, "preproxy") == 0;
    if (arg[0] && !has_protocol(arg)) {
        struct str url = {0};
        str_printf(&url, "%s%s", protocol_of(o), arg);
        arg = strings_own(p->owned, str_take(&url));
    }
    if (is_before) {
        e->preproxy = arg;
        return true;
    }
    e->proxy = arg;
    if (strcmp(o->name, "proxy1.0") == 0)
        e->proxy_http = QV_PROXY_HTTP_1_0;
    else if (e->proxy_http == QV_PROXY_HTTP_1_0)
        e->proxy_http = QV_PROXY_HTTP_1_1;
    return true;
}
