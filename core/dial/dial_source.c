/*
 * --interface may name a host, whose address is this machine's.  It is looked up
 * before anything else of the dial, since no socket can be made without it.
 */
#include "base/fault.h"
#include "dial/dial_self.h"
#include "transport/source.h"

static struct dial *dial_of(struct resolver_query *q)
{
    return container_of(q, struct dial, source);
}

static void on_addresses(struct resolver_query *q, const struct addr *addrs,
                         size_t n)
{
    for (size_t i = 0; i < n; i++)
        source_learn(dial_of(q)->source_name, &addrs[i]);
}

static void on_end(struct resolver_query *q, const struct fault *fault)
{
    struct dial *d = dial_of(q);
    struct fault why;
    if (fault == NULL) {
        dial_look_up(d);
        return;
    }
    why = *fault;
    why.code = ERR_INTERFACE;
    fault_prefix(&why, "--interface: ");
    dial_fail(d, &why);
}

bool dial_source_ask(struct dial *d)
{
    const struct settings *s = route_origin(&d->route)->settings;
    if (d->route.is_tunnelled ||
        !source_needs_name(&s->addresses, &d->source_name))
        return false;
    d->source.on_addresses = on_addresses;
    d->source.on_end = on_end;
    resolver_start(dial_self_loop(d), &d->source, d->source_name, 0,
                   RESOLVER_ANY);
    return true;
}

void dial_source_cancel(struct dial *d)
{
    resolver_cancel(&d->source);
}
