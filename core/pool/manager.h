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

#include "io/loop.h"
#include "pool/pool.h"

struct manager;

struct manager *manager_new(struct loop *loop);
/* Closes every pool; what they still have to say leaves in the loop's next
 * task phase, or in loop_free(). */
void manager_free(struct manager *m);

/* Connections of one scheme, host and port, in all its pools; 0: no limit.
 * For pools that are made after it. */
void manager_limit_hosts(struct manager *m, size_t max_connections);

/*
 * The pool for this origin and these settings (copied when it is new): the
 * settings of the first request rule it.  Found by hash.  Submit to it before
 * the loop goes on: a pool without any exchange may be freed later.
 */
struct pool *manager_pool(struct manager *m, const struct origin *o,
                          const struct settings *s);

void manager_each(const struct manager *m,
                  void (*each)(void *user, const struct pool *p), void *user);
/* The numbers of pools that were freed since, together. */
const struct pool_counters *manager_past(const struct manager *m);

#endif
