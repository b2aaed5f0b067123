/*
 * auths -- the credentials of a client at servers or proxies, and what each has
 * asked for.
 *
 * They outlive connections and pools: a nonce is good on all of them.  So many
 * are remembered as were used last.
 */
#ifndef CORE_HTTP_AUTHS_H
#define CORE_HTTP_AUTHS_H

#include "base/list.h"
#include "http/auth.h"

/* Places and users; a batch may name others in each entry. */
#define AUTHS_MAX 64

/* The auth of this place (a text that tells it from others) and login, made if
 * there is none.  Valid until the next call. */
struct auth *auths_find(struct list *all, struct span place,
                        const struct auth_login *login);
void auths_free_all(struct list *all);

#endif
