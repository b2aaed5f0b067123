#include "pool/tunnel_lacks.h"

/* As long as a browser lets a broken alternative rest at first. */
#define MEMORY (UINT64_C(300) * 1000000000)

/* FNV-1a: two proxies with one hash cost a race over HTTP/3, and no more. */
static uint64_t add(uint64_t hash, const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ bytes[i]) * UINT64_C(0x100000001b3);
    return hash;
}

static uint64_t hash_of(const struct proxy *p)
{
    const uint8_t rest[] = {(uint8_t)p->kind, (uint8_t)(p->port >> 8),
                            (uint8_t)p->port};
    uint64_t hash = add(UINT64_C(0xcbf29ce484222325), rest, sizeof rest);
    hash = add(hash, p->host.base, p->host.len);
    return hash ? hash : 1;
}

static size_t find(const struct tunnel_lacks *l, uint64_t hash)
{
    size_t i = 0;
    while (i < TUNNEL_LACKS_MAX && l->items[i].hash != hash)
        i++;
    return i;
}

void tunnel_lacks_note(struct tunnel_lacks *l, const struct proxy *p,
                       uint64_t now)
{
    uint64_t hash = hash_of(p);
    size_t i = find(l, hash);
    if (i == TUNNEL_LACKS_MAX) {
        i = l->next;
        l->next = (l->next + 1) % TUNNEL_LACKS_MAX;
    }
    l->items[i].hash = hash;
    l->items[i].until = now + MEMORY;
}

bool tunnel_lacks_has(const struct tunnel_lacks *l, const struct proxy *p,
                      uint64_t now)
{
    size_t i = find(l, hash_of(p));
    return i < TUNNEL_LACKS_MAX && now < l->items[i].until;
}

bool tunnel_lacks_is_told(int status)
{
    return status == 400 || status == 404 || status == 405 || status == 501;
}
