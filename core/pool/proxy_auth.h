/*
 * proxy_auth -- the credentials of a client at its HTTP proxies (http/auths.h).
 */
#ifndef CORE_POOL_PROXY_AUTH_H
#define CORE_POOL_PROXY_AUTH_H

#include "http/auths.h"
#include "settings/proxy.h"

/* The auth of the settings' proxy, made if there is none; NULL: without a user.
 * Valid until the next call. */
struct auth *proxy_auth_find(struct list *all, const struct settings *s,
                             const struct proxy *p);

/* The value of Proxy-Authorization, of the arena; base NULL: none is to be sent
 * now, because nothing was asked for yet or auth is NULL. */
struct span proxy_auth_value(struct auth *auth, const struct auth_request *what,
                             struct arena *arena);

#endif
