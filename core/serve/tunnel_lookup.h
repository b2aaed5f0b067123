/*
 * tunnel_lookup -- the addresses of a tunnel's target, asked for once.
 *
 * What comes of it is what is connected to; the name is not looked at again.
 */
#ifndef CORE_SERVE_TUNNEL_LOOKUP_H
#define CORE_SERVE_TUNNEL_LOOKUP_H

#include "io/addr.h"
#include "io/resolver.h"
#include "serve/tunnel_target.h"

/* Of one name: a proxy tries no more. */
#define TUNNEL_LOOKUP_MAX 8

struct tunnel_lookup {
    /* Once, not before the start has returned.  NULL: addrs[0..naddrs) are set,
     * at least one; else ERR_HOST_NAME, or ERR_TIMEOUT. */
    void (*on_end)(struct tunnel_lookup *l, const struct fault *fault);
    struct addr addrs[TUNNEL_LOOKUP_MAX];
    size_t naddrs;
    /* its own */
    struct loop *loop;
    struct resolver_query query;
    struct loop_timer timer;
};

/* Zeroed with on_end set; limit in ns. */
void tunnel_lookup_start(struct tunnel_lookup *l, struct loop *loop,
                         const struct tunnel_target *t, uint64_t limit);
void tunnel_lookup_cancel(struct tunnel_lookup *l); /* running or not */

#endif
