#include "pool/host.h"

void host_init(struct host *h, size_t limit)
{
    *h = (struct host){.limit = limit};
    list_init(&h->guests);
    list_init(&h->line);
}

void host_join(struct host *h, struct host_guest *g)
{
    list_append(&h->guests, &g->link);
    list_init(&g->line);
}

void host_leave(struct host *h, struct host_guest *g)
{
    list_remove(&g->link);
    list_remove(&g->line);
    host_pass(h); /* it may have been called, and gone instead */
}

static bool free_a_place(struct host *h, const struct host_guest *asking)
{
    list_each_safe (pos, &h->guests) {
        struct host_guest *g = container_of(pos, struct host_guest, link);
        if (g != asking && g->yield(g))
            return true;
    }
    return false;
}

bool host_take(struct host *h, struct host_guest *g)
{
    /* While anybody waits nobody is idle: what becomes idle is given back. */
    bool may_ask = list_is_empty(&h->line);
    if (h->taken < h->limit || (may_ask && free_a_place(h, g))) {
        list_remove(&g->line);
        h->taken++;
        return true;
    }
    if (list_is_empty(&g->line))
        list_append(&h->line, &g->line);
    return false;
}

void host_pass(struct host *h)
{
    if (h->taken >= h->limit || list_is_empty(&h->line))
        return;
    struct host_guest *g = container_of(h->line.next, struct host_guest, line);
    list_remove(&g->line);
    g->on_place(g);
}

void host_give(struct host *h)
{
    h->taken--;
    host_pass(h);
}

bool host_is_wanted(const struct host *h)
{
    return !list_is_empty(&h->line);
}
