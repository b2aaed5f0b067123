#include "pool/proxy_auth.h"

static unsigned wants(enum settings_proxy_auth auth)
{
    switch (auth) {
    case SETTINGS_PROXY_AUTH_BASIC:
        break;
    case SETTINGS_PROXY_AUTH_DIGEST:
        return AUTH_DIGEST;
    case SETTINGS_PROXY_AUTH_ANY:
        return AUTH_DIGEST | AUTH_BASIC;
    }
    return AUTH_BASIC;
}

struct auth *proxy_auth_find(struct list *all, const struct settings *s,
                             const struct proxy *p)
{
    struct str place;
    const struct auth_login login = {.wants = wants(s->proxy.auth),
                                     .user = p->user,
                                     .password = p->password};
    if (!p->has_user)
        return NULL;
    str_init(&place);
    proxy_name(p, &place);
    struct auth *auth = auths_find(all, str_span(&place), &login);
    str_fini(&place);
    return auth;
}

struct span proxy_auth_value(struct auth *auth, const struct auth_request *what,
                             struct arena *arena)
{
    struct span kept = {NULL, 0};
    struct str value;
    str_init(&value);
    if (auth && auth_answer(auth, what, &value))
        kept = arena_copy(arena, str_span(&value));
    str_fini(&value);
    return kept;
}
