#include "dial/candidates.h"

static bool has(const struct addr *list, size_t n, const struct addr *a)
{
    for (size_t i = 0; i < n; i++)
        if (addr_equal(&list[i], a))
            return true;
    return false;
}

void candidates_add(struct candidates *c, const struct addr *addrs, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        bool is_v6 = addr_family(&addrs[i]) == AF_INET6;
        struct addr *list = is_v6 ? c->v6 : c->v4;
        size_t *len = is_v6 ? &c->nv6 : &c->nv4;
        if (*len < CANDIDATES_MAX && !has(list, *len, &addrs[i]))
            list[(*len)++] = addrs[i];
    }
}

const struct addr *candidates_next(const struct candidates *c,
                                   struct candidates_cursor *at)
{
    bool has_v6 = at->v6 < c->nv6;
    bool has_v4 = at->v4 < c->nv4;
    if (!has_v6 && !has_v4)
        return NULL;
    at->was_v6 = has_v6 && (!has_v4 || !at->was_v6);
    return at->was_v6 ? &c->v6[at->v6++] : &c->v4[at->v4++];
}
