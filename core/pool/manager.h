/*
 * manager -- origin -> pool, started at the first request.
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

/* The pool for this origin and these settings (copied when it is new).
 * Found by hash; the pool lives as long as the manager. */
struct pool *manager_pool(struct manager *m, const struct origin *o,
                          const struct settings *s);

void manager_each(const struct manager *m,
                  void (*each)(void *user, const struct pool *p), void *user);

#endif
