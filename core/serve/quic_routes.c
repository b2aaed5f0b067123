#include "serve/quic_routes.h"

#include <string.h>

#include "conn/quic_cid.h"
#include "serve/quic_router.h"

void quic_routes_init(struct quic_routes *r, uint64_t now)
{
    uint64_t seed;
    quic_cid_random((uint8_t *)&seed, sizeof seed);
    map_init(&r->by_cid, seed);
    list_init(&r->routers);
    quic_cid_random(r->secret, sizeof r->secret);
    quic_stateless_init(&r->stateless, now);
}

void quic_routes_fini(struct quic_routes *r)
{
    map_fini(&r->by_cid);
}

static bool is_any(const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (bytes[i] != 0)
            return false;
    return true;
}

static bool sends_from(const struct quic_router *router,
                       const struct addr *from)
{
    size_t len;
    size_t its_len;
    const uint8_t *bytes = addr_bytes(from, &len);
    const uint8_t *its = addr_bytes(&router->at, &its_len);
    return len == its_len && addr_port(from) == addr_port(&router->at) &&
           (memcmp(bytes, its, len) == 0 || is_any(its, its_len));
}

struct quic_router *quic_routes_from(const struct quic_routes *r,
                                     struct quic_router *usual,
                                     const struct addr *from)
{
    if (sends_from(usual, from))
        return usual;
    list_each (pos, &r->routers) {
        struct quic_router *other =
            container_of(pos, struct quic_router, in_routers);
        if (sends_from(other, from))
            return other;
    }
    return usual;
}
