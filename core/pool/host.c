#include "pool/host.h"

/* ns.  Less would cost a handshake too often. */
#define PATIENCE UINT64_C(1000000000)

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

/* A slot that is promised is kept for who was called. */
static bool has_slot(const struct host *h)
{
    return h->taken + h->promised < h->limit;
}

/* Who has nothing comes before who wants more. */
static struct host_guest *neediest(const struct host *h)
{
    list_each (pos, &h->line) {
        struct host_guest *g = container_of(pos, struct host_guest, line);
        if (g->ntaken == 0)
            return g;
    }
    return list_is_empty(&h->line)
               ? NULL
               : container_of(h->line.next, struct host_guest, line);
}

static void call_next(struct host *h)
{
    struct host_guest *g = has_slot(h) ? neediest(h) : NULL;
    if (g == NULL)
        return;
    list_remove(&g->line);
    g->is_called = true;
    h->promised++;
    g->on_slot(g);
}

static void end_call(struct host *h, struct host_guest *g)
{
    h->promised -= g->is_called;
    g->is_called = false;
}

void host_leave(struct host *h, struct host_guest *g)
{
    list_remove(&g->link);
    list_remove(&g->line);
    host_pass(h, g);
}

static bool free_a_slot(struct host *h, const struct host_guest *asking)
{
    list_each_safe (pos, &h->guests) {
        struct host_guest *g = container_of(pos, struct host_guest, link);
        if (g != asking && g->yield(g))
            return true;
    }
    return false;
}

bool host_take(struct host *h, struct host_guest *g, uint64_t now)
{
    end_call(h, g);
    /* While anybody waits nobody is idle: what becomes idle is given back. */
    bool may_ask = list_is_empty(&h->line);
    if (has_slot(h) || (may_ask && free_a_slot(h, g))) {
        list_remove(&g->line);
        h->taken++;
        g->ntaken++;
        return true;
    }
    if (list_is_empty(&g->line)) {
        list_append(&h->line, &g->line);
        g->since = now;
    }
    return false;
}

void host_pass(struct host *h, struct host_guest *g)
{
    end_call(h, g);
    call_next(h);
}

void host_give(struct host *h, struct host_guest *g)
{
    h->taken--;
    g->ntaken--;
    call_next(h);
}

bool host_is_wanted(const struct host *h)
{
    return !list_is_empty(&h->line);
}

bool host_must_yield(struct host *h, struct host_guest *g, uint64_t now)
{
    struct host_guest *other = neediest(h);
    if (other == NULL || other->ntaken > 0 || now - other->since < PATIENCE)
        return false;
    other->since = now;
    /* If g wants more, it stands behind the other now. */
    if (!list_is_empty(&g->line)) {
        list_remove(&g->line);
        list_append(&h->line, &g->line);
        g->since = now;
    }
    return true;
}
