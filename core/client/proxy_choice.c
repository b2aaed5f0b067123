#include "client/proxy_choice.h"

#include "client/no_proxy.h"

static bool is_given(const char *text)
{
    return text && text[0];
}

/* A variable that is empty says nothing.  WebSockets have one of their own, and
 * fall back to that of http. */
static const struct qv_variable *of_scheme(const struct qv_proxy_environment *e,
                                           const struct url *u)
{
    const struct qv_variable *own = u->scheme->is_secure ? &e->wss : &e->ws;
    const struct qv_variable *plain =
        u->scheme->is_secure ? &e->https : &e->http;
    if (u->scheme->is_websocket && own->value)
        return own;
    return plain->value ? plain : &e->all;
}

static void choose(struct qv_options *o, const struct url *u,
                   const struct qv_proxy_environment *env)
{
    const char *none_for = o->noproxy;
    if (none_for == NULL && env)
        none_for = env->none_for.value;
    if (o->unix_socket || no_proxy_matches(none_for, &u->host)) {
        o->proxy = o->preproxy = NULL;
        return;
    }
    if (o->proxy || is_given(o->preproxy) || env == NULL)
        return;
    const struct qv_variable *v = of_scheme(env, u);
    o->proxy = v->value;
    o->proxy_why = v->name;
}

void proxy_choice(struct qv_options *o, const struct url *u,
                  const struct qv_proxy_environment *env)
{
    choose(o, u, env);
    if (!is_given(o->preproxy))
        o->preproxy = NULL;
    if (!is_given(o->proxy)) { /* a SOCKS proxy alone is one like any other */
        if (o->preproxy)
            o->proxy_why = "--preproxy";
        o->proxy = o->preproxy;
        o->preproxy = NULL;
    }
    if (o->proxy == NULL)
        o->proxy_why = NULL;
    else if (o->proxy_why == NULL)
        o->proxy_why = "-x";
    o->noproxy = NULL;
}
