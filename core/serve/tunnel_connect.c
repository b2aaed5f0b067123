#include "serve/tunnel_connect.h"

#include "base/fault.h"
#include "base/list.h"
#include "transport/tcp.h"

static void stop(struct tunnel_connect *c)
{
    loop_disarm(c->loop, &c->timer);
    if (c->transport)
        transport_close(c->transport);
    c->transport = NULL;
}

static void try_next(struct tunnel_connect *c);

static void failed(struct tunnel_connect *c, const struct fault *why)
{
    struct fault copy = *why; /* it is the transport's */
    stop(c);
    if (c->next < c->lookup.naddrs && loop_now(c->loop) < c->deadline)
        try_next(c);
    else
        c->on_end(c, NULL, &copy);
}

static void on_connected(struct transport *t)
{
    struct tunnel_connect *c = t->owner;
    c->transport = NULL;
    loop_disarm(c->loop, &c->timer);
    c->on_end(c, t, NULL);
}

static void on_failed(struct transport *t)
{
    failed(t->owner, &t->fault);
}

static void on_ready(struct transport *t, unsigned events)
{
    (void)t; /* nothing is wanted yet */
    (void)events;
}

static void on_expired(struct loop_timer *t, uint64_t now)
{
    struct tunnel_connect *c = container_of(t, struct tunnel_connect, timer);
    struct fault fault;
    (void)now;
    fault_set(&fault, ERR_TIMEOUT, 0, "no answer to the connection attempt");
    failed(c, &fault);
}

static void try_next(struct tunnel_connect *c)
{
    static const struct transport_events events = {
        .on_connected = on_connected,
        .on_ready = on_ready,
        .on_failed = on_failed,
    };
    uint64_t now = loop_now(c->loop);
    uint64_t left = c->deadline > now ? c->deadline - now : 0;
    uint64_t share = left / (c->lookup.naddrs - c->next);
    c->transport =
        tcp_connect(c->loop, &c->lookup.addrs[c->next++], c->settings);
    c->transport->owner = c;
    c->transport->events = &events;
    loop_arm(c->loop, &c->timer, now + share);
}

static void on_lookup(struct tunnel_lookup *l, const struct fault *fault)
{
    struct tunnel_connect *c = container_of(l, struct tunnel_connect, lookup);
    if (fault)
        c->on_end(c, NULL, fault);
    else
        try_next(c);
}

void tunnel_connect_start(struct tunnel_connect *c, struct loop *loop,
                          const struct settings *settings,
                          const struct tunnel_target *t, uint64_t limit)
{
    c->loop = loop;
    c->settings = settings;
    c->next = 0;
    c->timer.on_expired = on_expired;
    c->deadline = loop_now(loop) + limit;
    c->lookup.on_end = on_lookup;
    tunnel_lookup_start(&c->lookup, loop, t, limit / 2);
}

void tunnel_connect_cancel(struct tunnel_connect *c)
{
    if (c->loop == NULL)
        return;
    tunnel_lookup_cancel(&c->lookup);
    stop(c);
}
