/*
 * Host and Proxy-Connection are what curl sends: there are proxies that keep a
 * connection open only if they are asked by that name.  Digest's uri is the
 * path, as in curl and browsers, and not the absolute target: proxies that
 * compare it compare what they forward.
 */
#include "client/proxied.h"

#include "base/fault.h"
#include "base/header_line.h"
#include "client/body_reread.h"
#include "client/transfer.h"
#include "http/request_check.h"

bool proxied_is_due(const struct prepared *p, const struct origin *o)
{
    return p->proxy && proxy_is_http(&p->proxy->proxy) && !o->is_secure &&
           !p->settings.proxy.tunnel && !origin_is_elsewhere(o, &p->settings);
}

static bool has(const struct request *r, const char *name)
{
    return fields_find(&r->fields, span_str(name)) != NULL;
}

static bool is_named(const char *const *lines, const char *name)
{
    for (; lines && *lines; lines++)
        if (header_line_is_named(*lines, span_str(name)))
            return true;
    return false;
}

/* By -H: a value of its own is among the fields. */
static bool is_removed(const struct qv_request *ask, const char *name)
{
    for (size_t i = 0; i < ask->nheaders; i++)
        if (header_line_is_named(ask->headers[i], span_str(name)))
            return true;
    return false;
}

/* A default that neither -H nor --proxy-header speaks of. */
static void add_default(struct flight *f, const char *name, struct span value)
{
    if (!has(&f->request, name) && !is_removed(f->transfer->ask, name) &&
        !is_named(f->prepared->settings.proxy.headers, name))
        fields_add(&f->request.fields, span_str(name), value);
}

/* The target alone says whose the request is: another Host would contradict. */
static bool add_headers(struct request *r, const char *const *lines,
                        struct fault *fault)
{
    for (; lines && *lines; lines++) {
        struct header_line line;
        if (!header_line_split(*lines, &line)) {
            fault_set(fault, ERR_USAGE, 0,
                      "proxy header without a colon: '%.80s'", *lines);
            return false;
        }
        if (!line.is_removal && !span_equal_nocase(line.name, SPAN_LIT("host")))
            fields_add(&r->fields, line.name, line.value);
    }
    return true;
}

/* False with *fault: the body had to be looked at, and is gone now. */
static bool add_credentials(struct flight *f,
                            const struct request_build_state *state,
                            struct fault *fault)
{
    struct request *r = &f->request;
    const struct prepared *p = f->prepared;
    struct auth *auth =
        manager_proxy_auth(f->client->manager, &p->settings, &p->proxy->proxy);
    struct body_reread_hash upload = {
        .ask = f->transfer->ask, .state = state, .fault = fault};
    struct str value;
    bool has_body = r->body_len != BODY_LEN_NONE && r->body_len != 0;
    const struct auth_request what = {
        .method = r->method,
        .uri = r->target,
        .hash_body = has_body ? body_reread_hash : NULL,
        .user = &upload,
    };
    if (auth == NULL)
        return true;
    str_init(&value);
    bool is_own = has(r, "Proxy-Authorization") ||
                  is_named(p->settings.proxy.headers, "Proxy-Authorization");
    if (auth_answer(auth, &what, &value) && !is_own)
        fields_add_first(&r->fields, SPAN_LIT("Proxy-Authorization"),
                         str_span(&value));
    str_fini(&value);
    return !upload.has_failed;
}

static struct span absolute(const struct url *url, struct span target,
                            struct arena *arena)
{
    struct str text;
    str_init(&text);
    str_add(&text, url->scheme->name);
    str_add_text(&text, "://");
    str_add(&text, url_authority(url, arena));
    str_add(&text, target);
    struct span kept = arena_copy(arena, str_span(&text));
    str_fini(&text);
    return kept;
}

bool proxied_build(struct flight *f, const struct request_build_state *state,
                   struct fault *fault)
{
    struct request *r = &f->request;
    const struct prepared *p = f->prepared;
    if (p->settings.http == SETTINGS_HTTP_3_ONLY) {
        fault_set(fault, ERR_PROTOCOL_UNSUPPORTED, 0,
                  "HTTP/3 needs an https:// URL");
        return false;
    }
    r->absolute = absolute(&f->url, r->target, &f->ex.arena);
    if (!add_credentials(f, state, fault))
        return false;
    add_default(f, "Proxy-Connection", SPAN_LIT("Keep-Alive"));
    return add_headers(r, p->settings.proxy.headers, fault) &&
           request_check_head(r, fault);
}

struct pool *proxied_pool(struct client *c, const struct prepared *p)
{
    const struct prepared_proxy *way = p->proxy;
    const struct origin origin = {.is_secure = way->proxy.kind == PROXY_HTTPS,
                                  .host = way->proxy.host,
                                  .port = way->proxy.port};
    return manager_pool(c->manager, &origin, &way->settings,
                        str_span(&way->key));
}

void proxied_on_fault(const struct flight *f, struct fault *fault)
{
    if (f->request.absolute.base == NULL)
        return;
    if (fault->code == ERR_HOST_NAME)
        fault->code = ERR_PROXY_NAME;
    if (fault->code == ERR_PROXY_NAME || fault->code == ERR_CONNECT ||
        err_is_distrust(fault->code) || fault->code == ERR_TLS_HANDSHAKE ||
        fault->code == ERR_NOT_TLS)
        fault_prefix(fault, "proxy: ");
}

bool proxied_on_head(struct flight *f, const struct response_head *head)
{
    const struct prepared *p = f->prepared;
    if (f->request.absolute.base == NULL)
        return false;
    struct auth *auth =
        manager_proxy_auth(f->client->manager, &p->settings, &p->proxy->proxy);
    if (auth == NULL)
        return false;
    if (head->status != 407) {
        auth_informed(auth, head->fields, "proxy-authentication-info");
        return false;
    }
    return auth_challenged(auth, head->fields, "proxy-authenticate",
                           f->nchallenged);
}
