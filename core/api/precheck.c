#include "api/precheck.h"

#include "base/arena.h"
#include "client/request_build.h"
#include "client/request_settings.h"
#include "client/request_state.h"
#include "dial/overrides.h"
#include "http/url.h"
#include "transport/source.h"
#include "transport/tls_context.h"

/* Entry by entry: a list is otherwise read up to the first that matches. */
static bool check_connect_to(const char *const *list, struct fault *fault)
{
    for (; list && *list; list++) {
        const char *one[] = {*list, NULL};
        struct settings_addresses a = {.connect_to = one};
        struct span host = SPAN_LIT("host.invalid");
        uint16_t port = 1;
        if (!overrides_connect_to(&a, &host, &port, fault))
            return false;
    }
    return true;
}

static bool check_resolve(const char *const *list, struct fault *fault)
{
    for (; list && *list; list++) {
        const char *one[] = {*list, NULL};
        struct settings_addresses a = {.resolve = one};
        struct addr addr;
        size_t n = 0;
        if (!overrides_resolve(&a, SPAN_LIT("host.invalid"), 1, &addr, 1, &n,
                               fault))
            return false;
    }
    return true;
}

/* The library knows its names; the rest of a context is nobody's business. */
static bool check_names(const struct settings *s, struct fault *fault)
{
    struct settings bare = *s;
    struct settings_tls_options *t = &bare.tls;
    if (!t->ciphers && !t->tls13_ciphers && !t->groups && !t->sigalgs)
        return true;
    t->ca_file = t->ca_path = NULL;
    t->cert_file = t->key_file = t->key_pass = NULL;
    t->crl_file = t->pinned = NULL;
    struct tls_context *c = tls_context_client(&bare, TLS_CARRIER_TCP, fault);
    tls_context_free(c);
    return c != NULL;
}

static bool check_head(const struct qv_request *ask, struct fault *fault)
{
    struct arena arena;
    struct url url;
    struct request r;
    arena_init(&arena);
    bool ok =
        url_parse(&url, SPAN_LIT("https://host.invalid/"), NULL, &arena, fault);
    struct request_build_state state = {
        .method = SPAN_LIT("GET"),
        .url = &url,
        .referer = span_str(ask->referer),
    };
    ok = ok && request_build(&r, ask, &state, &arena, fault);
    arena_fini(&arena);
    return ok;
}

bool precheck_request(const struct qv_request *ask, struct fault *fault)
{
    static const struct qv_client_options none;
    const struct qv_options *o = request_state_asked(ask);
    struct settings s;
    return check_head(ask, fault) && request_settings(&s, o, &none, fault) &&
           check_connect_to(o->connect_to, fault) &&
           check_resolve(o->resolve, fault) &&
           (o->interface == NULL || source_check(o->interface, fault)) &&
           check_names(&s, fault);
}
