/*
 * resolver -- names to addresses, without blocking the loop.
 *
 * A numeric address and "localhost" (RFC 6761 6.3) are answered without a
 * lookup.  Otherwise A and AAAA are asked at the same time (RFC 8305 3) on
 * the system's own resolver, so /etc/hosts, NSS and search lists hold.
 */
#ifndef CORE_IO_RESOLVER_H
#define CORE_IO_RESOLVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "io/addr.h"
#include "io/loop.h"

enum resolver_family {
    RESOLVER_ANY,
    RESOLVER_IPV4,
    RESOLVER_IPV6,
};

/*
 * One question, embedded in its owner.  on_addresses comes at most once a
 * family, each with at least one address, borrowed for the call; on_end comes
 * last and once, with a fault (ERR_HOST_NAME) if there was no address at all.
 * None of them runs before resolver_start() returns, nor after
 * resolver_cancel().
 */
struct resolver_query {
    void (*on_addresses)(struct resolver_query *q, const struct addr *addrs,
                         size_t n);
    void (*on_end)(struct resolver_query *q, const struct fault *fault);
    void *state; /* the resolver's own */
};

void resolver_start(struct loop *loop, struct resolver_query *q,
                    struct span host, uint16_t port,
                    enum resolver_family family);
void resolver_cancel(struct resolver_query *q); /* running or not */

#endif
