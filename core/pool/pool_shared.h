/*
 * pool_shared -- what several pools use: equal settings (most requests of a run
 * have the same), and the limit of a host.
 *
 * It is found by its key, counted by who has it, and freed behind the last of
 * those, in the reap phase: connections that say goodbye in a task still read the
 * settings.
 */
#ifndef CORE_POOL_POOL_SHARED_H
#define CORE_POOL_POOL_SHARED_H

#include "base/map.h"
#include "base/str.h"
#include "io/loop.h"
#include "pool/host_limit.h"
#include "pool/origin.h"
#include "settings/settings.h"

struct pool_shared {
    size_t
        host_limit; /* connections to a host, in all its pools; 0: no limit */
    /* private: */
    struct loop *loop;
    struct map settings; /* by settings_identity() */
    struct map hosts;    /* by origin_host_key() */
    struct str key;      /* of the look-up at hand */
};

void pool_shared_init(struct pool_shared *sh, struct loop *loop, uint64_t seed);
/* Nothing is shared any more. */
void pool_shared_fini(struct pool_shared *sh);

/* A copy that all have who ask for equal ones; until it is dropped as often. */
const struct settings *pool_shared_settings(struct pool_shared *sh,
                                            const struct settings *s);
void pool_shared_drop_settings(struct pool_shared *sh,
                               const struct settings *s);

/* The limit of the origin's host, in whichever pool; NULL: there is none. */
struct host_limit *pool_shared_host(struct pool_shared *sh,
                                    const struct origin *o);
void pool_shared_drop_host(struct pool_shared *sh, struct host_limit *l);

#endif
