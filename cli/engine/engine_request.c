#include "engine/engine_request.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/websocket_url.h"
#include "core/base/str.h"

char *engine_request_http_url(const char *url)
{
    struct str text = {0};
    bool is_websocket = websocket_url_is(url);
    str_printf(&text, "%s%s", is_websocket ? "http" : "",
               is_websocket ? url + 2 : url);
    return str_take(&text);
}

bool engine_request_init(struct engine *e, struct request *r, const char *url,
                         const struct operation **effective,
                         struct qv_error *error)
{
    const struct operation *op = e->cmdline->first;
    struct request_failure failure = {0};
    struct target target = {.url = url};
    char *origin = engine_request_http_url(url);
    *effective = engine_operation(e, op, origin);
    free(origin);
    engine_tell_origin(e, *effective);
    if (!request_init(r, *effective, &target, url, &failure)) {
        *error = (struct qv_error){.status = failure.status};
        (void)snprintf(error->text, sizeof error->text, "%s", failure.message);
        return false;
    }
    engine_add_session(e, r, op, *effective);
    return true;
}

bool engine_request_login(struct engine *e, struct request *r,
                          const struct operation *effective,
                          struct qv_error *error)
{
    char *url = engine_request_http_url(r->engine.url);
    struct qv_url u;
    const char *login = NULL;
    bool ok = true;
    /* What is no URL is said by whoever asks for it. */
    if (qv_url_parse(&u, url, effective->proto_default, error)) {
        const struct qv_origin origin = {.scheme = u.scheme,
                                         .host = u.host,
                                         .port = u.port,
                                         .user = u.user,
                                         .password = u.password,
                                         .takes_own = true};
        ok = netrc_login_find(&e->netrc, &effective->how, &origin, &r->options,
                              &login, error);
        qv_url_free(&u);
    }
    if (ok && login)
        r->options.user = login;
    free(url);
    return ok;
}
