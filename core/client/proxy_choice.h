/*
 * proxy_choice -- which proxy a URL is fetched through, by curl's rules.
 *
 * What the request names (-x, --preproxy, a section of the configuration) goes
 * before the environment, and "" is none.  Of the environment: that of the
 * scheme, then all_proxy.  Neither counts for hosts that no_proxy lists, nor
 * over a Unix socket.
 */
#ifndef CORE_CLIENT_PROXY_CHOICE_H
#define CORE_CLIENT_PROXY_CHOICE_H

#include <stdbool.h>

#include "http/url.h"
#include "quiver.h"

/* Nothing was said of proxies: what most requests cost. */
static inline bool proxy_choice_is_none(const struct qv_options *o,
                                        const struct qv_proxy_environment *env)
{
    return o->proxy == NULL && o->preproxy == NULL && env == NULL;
}

/* Makes of what was asked for what is used: proxy, preproxy and proxy_why; proxy
 * NULL: none.  env: NULL for none.  Strings are those of *o and of *env, or
 * static. */
void proxy_choice(struct qv_options *o, const struct url *u,
                  const struct qv_proxy_environment *env);

#endif
