#include "serve/tunnel_lookup.h"

#include "base/fault.h"
#include "base/list.h"

static void on_addresses(struct resolver_query *q, const struct addr *addrs,
                         size_t n)
{
    struct tunnel_lookup *l = container_of(q, struct tunnel_lookup, query);
    for (size_t i = 0; i < n && l->naddrs < TUNNEL_LOOKUP_MAX; i++)
        l->addrs[l->naddrs++] = addrs[i];
}

static void on_answer(struct resolver_query *q, const struct fault *fault)
{
    struct tunnel_lookup *l = container_of(q, struct tunnel_lookup, query);
    loop_disarm(l->loop, &l->timer);
    l->on_end(l, l->naddrs > 0 ? NULL : fault);
}

/* One family may have answered: that will do. */
static void on_expired(struct loop_timer *t, uint64_t now)
{
    struct tunnel_lookup *l = container_of(t, struct tunnel_lookup, timer);
    struct fault fault;
    (void)now;
    resolver_cancel(&l->query);
    fault_set(&fault, ERR_TIMEOUT, 0, "the name was not resolved in time");
    l->on_end(l, l->naddrs > 0 ? NULL : &fault);
}

void tunnel_lookup_start(struct tunnel_lookup *l, struct loop *loop,
                         const struct tunnel_target *t, uint64_t limit)
{
    l->loop = loop;
    l->naddrs = 0;
    l->query = (struct resolver_query){
        .on_addresses = on_addresses,
        .on_end = on_answer,
    };
    l->timer.on_expired = on_expired;
    loop_arm(loop, &l->timer, loop_now(loop) + limit);
    resolver_start(loop, &l->query, t->host, t->port, RESOLVER_ANY);
}

void tunnel_lookup_cancel(struct tunnel_lookup *l)
{
    if (l->loop == NULL)
        return;
    loop_disarm(l->loop, &l->timer);
    resolver_cancel(&l->query);
}
