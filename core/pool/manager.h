/*
 * manager -- origin -> pool, started at the first request.
 *
 * Pools that have had no connection, dial or exchange for a while are freed,
 * and with them what they shared: settings, and the count of their host's
 * connections.  So a million origins, one after the other, take no more memory
 * than those of the last half minute.
 */
#ifndef CORE_POOL_MANAGER_H
#define CORE_POOL_MANAGER_H

#include "http/auth.h"
#include "io/loop.h"
#include "pool/pool.h"
#include "settings/proxy.h"

struct alternatives;
struct manager;
struct tickets;

struct manager *manager_new(struct loop *loop);
/* Closes every pool; the goodbyes of their connections leave in the loop's next
 * task phase, or in loop_free().  Those that go through a proxy leave first: its
 * pool is closed behind them. */
void manager_free(struct manager *m);

/* How many connections one scheme, host and port may have in all pools
 * (host_limit.h); 0: no limit.  Holds for pools made after this call. */
void manager_limit_hosts(struct manager *m, size_t max_connections);

/* Dials made after this call tell their story (http/story.h). */
void manager_explain(struct manager *m);

/*
 * The pool for this origin and these settings, whose settings_key() is `reuse`,
 * made if there is none: then the settings are copied, and rule the pool for
 * good.  The manager keeps it, and may free it in a later task while it is
 * vacant: so submit to it in this one.
 */
struct pool *manager_pool(struct manager *m, const struct origin *o,
                          const struct settings *s, struct span reuse);

/* What was learned of other ways to origins; lives as long as the manager. */
struct alternatives *manager_alternatives(struct manager *m);
/* For connections that no pool has; lives as long as the manager. */
struct dialer *manager_dialer(struct manager *m);
/* What servers have given to be known by; lives as long as the manager. */
struct tickets *manager_tickets(const struct manager *m);
/* Connections are about to be given some that are worth a moment's wait;
 * on_settled() when there are none any more. */
bool manager_awaits_tickets(const struct manager *m);
void manager_watch_tickets(struct manager *m, void (*on_settled)(void *user),
                           void *user);

/* What the HTTP proxy of these settings has asked its user for; NULL: there is no
 * user.  Valid until the next call. */
struct auth *manager_proxy_auth(struct manager *m, const struct settings *s,
                                const struct proxy *p);

/* Calls `each` for every pool, in no order; it may not make or free one. */
/* pool_migrate() of all pools; it happens by itself when the network changes. */
size_t manager_migrate(struct manager *m, bool is_forced);

void manager_each(const struct manager *m,
                  void (*each)(void *user, const struct pool *p), void *user);
/* The sums of all pools that were freed. */
const struct pool_counters *manager_past(const struct manager *m);

#endif
