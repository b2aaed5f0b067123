/*
 * HTTP_PROXY is not read: a web server makes that of a client's field "Proxy"
 * when it runs a program by CGI (httpoxy, CVE-2016-5385).
 */
#include "request/proxy_environment.h"

#include <stdlib.h>
#include <string.h>

/* The first that is there and says something. */
static struct qv_variable variable(const char *name, const char *other)
{
    const char *value = getenv(name);
    if (value && *value)
        return (struct qv_variable){name, value};
    value = other ? getenv(other) : NULL;
    if (value && *value)
        return (struct qv_variable){other, value};
    return (struct qv_variable){name, NULL};
}

bool proxy_environment_read(struct qv_proxy_environment *e)
{
    *e = (struct qv_proxy_environment){
        .http = variable("http_proxy", NULL),
        .https = variable("https_proxy", "HTTPS_PROXY"),
        .ws = variable("ws_proxy", "WS_PROXY"),
        .wss = variable("wss_proxy", "WSS_PROXY"),
        .all = variable("all_proxy", "ALL_PROXY"),
        .none_for = variable("no_proxy", "NO_PROXY"),
    };
    return e->http.value || e->https.value || e->ws.value || e->wss.value ||
           e->all.value || e->none_for.value;
}

const struct qv_variable *
proxy_environment_of(const struct qv_proxy_environment *e, const char *scheme)
{
    const struct qv_variable *own =
        strcmp(scheme, "https") == 0 ? &e->https : &e->http;
    return own->value ? own : &e->all;
}
