/*
 * proxy_auth -- the credentials of a client at its HTTP proxies, and what each
 * has asked for.
 *
 * Outlives connections and pools: a nonce is good on all of them.  So many are
 * remembered as were used last.
 */
#ifndef CORE_POOL_PROXY_AUTH_H
#define CORE_POOL_PROXY_AUTH_H

#include "base/list.h"
#include "http/auth.h"
#include "settings/proxy.h"

/* Proxies and users; a batch may name others in each entry. */
#define PROXY_AUTH_MAX 64

/* That of the settings' proxy, made if there is none; NULL: it has no user.
 * Valid until the next call. */
struct auth *proxy_auth_find(struct list *all, const struct settings *s,
                             const struct proxy *p);
void proxy_auth_free_all(struct list *all);

#endif
