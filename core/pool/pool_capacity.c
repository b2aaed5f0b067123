#include <stdint.h>

#include "pool/pool_self.h"

static size_t min(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t pool_capacity_limit(const struct pool *p)
{
    unsigned streams = pool_self_settings(p)->streams;
    return streams ? streams : SIZE_MAX;
}

static size_t left_of(size_t limit, size_t used)
{
    return used < limit ? limit - used : 0;
}

size_t pool_capacity_of(const struct conn *c)
{
    const struct pool_member *member = pool_self_member(c);
    const struct pool *p = member->pool;
    unsigned requests = pool_self_settings(p)->max_requests;
    size_t capacity =
        min(c->ops->capacity(c), left_of(pool_capacity_limit(p), c->active));
    /* Likely the same as for the connection before. */
    if (c->limit == CONN_LIMIT_UNKNOWN && p->limit)
        capacity = min(capacity, left_of(p->limit, c->active));
    return requests ? min(capacity, left_of(requests, member->nassigned))
                    : capacity;
}
