#include <stdint.h>

#include "pool/pool_self.h"

static size_t min(size_t a, size_t b)
{
    return a < b ? a : b;
}

static const struct settings_pool *settings_of(const struct pool *p)
{
    return &p->config.settings->pool;
}

size_t pool_room_limit(const struct pool *p)
{
    unsigned streams = settings_of(p)->streams;
    return streams ? streams : SIZE_MAX;
}

static size_t left_of(size_t limit, size_t used)
{
    return used < limit ? limit - used : 0;
}

size_t pool_room_of(const struct conn *c)
{
    const struct slot *slot = pool_self_slot(c);
    const struct pool *p = slot->pool;
    unsigned requests = settings_of(p)->max_requests;
    size_t room = min(c->ops->room(c), left_of(pool_room_limit(p), c->active));
    /* Likely the same as for the connection before. */
    if (c->limit == CONN_LIMIT_UNKNOWN && p->limit)
        room = min(room, left_of(p->limit, c->active));
    return requests ? min(room, left_of(requests, slot->nassigned)) : room;
}

/* A limit that was told counts even where room is missing just now: HTTP/3's
 * comes back a round trip after a stream has ended.  With nothing running it
 * may never come. */
static size_t carry_of(const struct pool *p, const struct conn *c)
{
    size_t limit = c->limit;
    if (limit == CONN_LIMIT_UNKNOWN && p->limit)
        limit = p->limit;
    if (limit == CONN_LIMIT_UNKNOWN)
        return SIZE_MAX;
    return c->active ? left_of(min(limit, pool_room_limit(p)), c->active)
                     : pool_room_of(c);
}

size_t pool_room_carry(const struct pool *p)
{
    const struct list *const lists[] = {&p->ready, &p->full};
    size_t sum = 0;
    for (size_t i = 0; i < 2; i++)
        list_each (pos, lists[i]) {
            const struct conn *c = container_of(pos, struct conn, link);
            size_t more = carry_of(p, c);
            /* QUIC lets a peer allow 2^60 of them (RFC 9000 4.6). */
            if (more >= SIZE_MAX - sum)
                return SIZE_MAX;
            sum += more;
        }
    return sum;
}
