/*
 * The transport below is read by exact counts, so whatever the origin says
 * early stays in it; once the way is open this one hands everything through.
 */
#include "dial/socks_step.h"

#include <stdlib.h>

#include "base/fault.h"
#include "base/trace.h"
#include "base/xalloc.h"
#include "dial/lookup.h"
#include "dial/route.h"
#include "dial/socks.h"

enum way_state {
    WAY_RESOLVING,
    WAY_ASKING, /* the proxy */
    WAY_OPEN,
    WAY_FAILED,
};

struct way {
    struct transport transport;
    struct transport *below;
    struct loop *loop;
    const struct route_hop *from;
    const struct route_hop *to;
    enum way_state state;
    struct lookup lookup; /* of the origin's name, if it is ours to resolve */
    struct socks socks;
    size_t nsent; /* of socks.out */
    size_t nread; /* of socks.want */
    struct loop_task start_task;
    struct loop_task reap_task;
};

static struct way *of(const struct transport *t)
{
    return container_of(t, struct way, transport);
}

static void fail(struct way *w, const struct fault *why)
{
    if (w->state == WAY_FAILED)
        return;
    w->state = WAY_FAILED;
    w->transport.fault = *why;
    w->transport.events->on_failed(&w->transport);
}

/* ---- with the proxy ---- */

static void fail_closed(struct way *w)
{
    struct fault fault;
    (void)fault_set(&fault, ERR_PROXY, 0,
                    "SOCKS: the proxy closed the connection");
    fail(w, &fault);
}

/* False: it waits for what `wanted` says, or has failed. */
static bool goes_on(struct way *w, enum io io, unsigned wanted)
{
    switch (io) {
    case IO_OK:
        return true;
    case IO_AGAIN:
        transport_want(w->below, wanted);
        return false;
    case IO_EOF:
        fail_closed(w);
        return false;
    case IO_FAILED:
        fail(w, &w->below->fault);
        return false;
    }
    return false;
}

/* False: nothing more can be done now. */
static bool send_out(struct way *w)
{
    const struct socks *s = &w->socks;
    while (w->nsent < s->nout) {
        const struct span rest = span_of(s->out + w->nsent, s->nout - w->nsent);
        size_t n = 0;
        if (!goes_on(w, transport_write(w->below, &rest, 1, &n), LOOP_WRITE))
            return false;
        w->nsent += n;
    }
    return true;
}

static bool read_in(struct way *w)
{
    struct socks *s = &w->socks;
    while (w->nread < s->want) {
        size_t n = 0;
        enum io io =
            transport_read(w->below, s->in + w->nread, s->want - w->nread, &n);
        if (!goes_on(w, io, LOOP_READ))
            return false;
        w->nread += n;
    }
    return true;
}

static void open_up(struct way *w)
{
    w->state = WAY_OPEN;
    transport_want(w->below, 0);
    trace_printf(loop_trace(w->loop), TRACE_CHOICE, loop_now(w->loop), 0,
                 "The SOCKS proxy has opened a way to %.*s port %u",
                 SPAN_ARG(w->to->at.host), w->to->at.port);
    w->transport.events->on_connected(&w->transport);
}

static void drive(struct way *w)
{
    struct fault fault;
    while (send_out(w) && read_in(w)) {
        w->nsent = w->nread = 0;
        switch (socks_receive(&w->socks, &fault)) {
        case SOCKS_MORE:
            break;
        case SOCKS_OPEN:
            open_up(w);
            return;
        case SOCKS_REFUSED:
            fail(w, &fault);
            return;
        }
    }
}

static void ask(struct way *w, const struct addr *addr)
{
    const struct socks_goal goal = {.proxy = w->from->proxy,
                                    .host = w->to->at.host,
                                    .port = w->to->at.port,
                                    .addr = addr};
    struct fault fault;
    if (!socks_begin(&w->socks, &goal, &fault)) {
        fail(w, &fault);
        return;
    }
    w->state = WAY_ASKING;
    drive(w);
}

/* ---- the origin's name ---- */

/* SOCKS 4 has IPv4 addresses only. */
static const struct addr *pick(const struct way *w)
{
    const struct candidates *c = &w->lookup.candidates;
    struct candidates_cursor at = {0};
    if (w->from->proxy->kind == PROXY_SOCKS4)
        return c->nv4 > 0 ? &c->v4[0] : NULL;
    return candidates_next(c, &at);
}

static void on_news(struct lookup *l)
{
    struct way *w = l->owner;
    const struct addr *addr = pick(w);
    struct fault fault;
    if (w->state != WAY_RESOLVING || (addr == NULL && l->is_asking))
        return;
    if (addr) {
        struct addr kept = *addr;
        lookup_cancel(l);
        ask(w, &kept);
        return;
    }
    (void)fault_set(&fault, ERR_PROXY, 0,
                    "SOCKS: version 4 needs an IPv4 address, and %.*s has none",
                    SPAN_ARG(w->to->at.host));
    fail(w, &fault);
}

static void on_lookup_failed(struct lookup *l, const struct fault *why)
{
    struct way *w = l->owner;
    if (w->state == WAY_RESOLVING)
        fail(w, why);
}

static void resolve(struct way *w)
{
    struct fault fault;
    w->lookup = (struct lookup){.loop = w->loop,
                                .settings = w->to->settings,
                                .at = w->to->at,
                                .owner = w,
                                .on_news = on_news,
                                .on_failed = on_lookup_failed};
    if (!lookup_start(&w->lookup, &fault))
        fail(w, &fault);
    else if (!w->lookup.is_asking)
        on_news(&w->lookup);
}

static void on_start(struct loop_task *task)
{
    struct way *w = container_of(task, struct way, start_task);
    if (socks_resolves_here(w->from->proxy))
        resolve(w);
    else
        ask(w, NULL);
}

/* ---- as a transport ---- */

static void on_connected(struct transport *below)
{
    (void)below; /* it was already */
}

static void on_ready(struct transport *below, unsigned ready)
{
    struct way *w = below->owner;
    switch (w->state) {
    case WAY_ASKING:
        drive(w);
        return;
    case WAY_OPEN:
        w->transport.events->on_ready(&w->transport, ready);
        return;
    case WAY_RESOLVING:
    case WAY_FAILED:
        return;
    }
}

static void on_failed(struct transport *below)
{
    fail(below->owner, &below->fault);
}

static const struct transport_events below_events = {
    .on_connected = on_connected,
    .on_ready = on_ready,
    .on_failed = on_failed,
};

/* What went wrong below is this one's fault. */
static enum io pass(struct way *w, enum io result)
{
    if (result == IO_FAILED)
        w->transport.fault = w->below->fault;
    return result;
}

static enum io read_on(struct transport *t, uint8_t *buf, size_t cap, size_t *n)
{
    return pass(of(t), transport_read(of(t)->below, buf, cap, n));
}

static enum io write_on(struct transport *t, const struct span *spans,
                        int nspans, size_t *n)
{
    return pass(of(t), transport_write(of(t)->below, spans, nspans, n));
}

static void shut_on(struct transport *t)
{
    transport_shut(of(t)->below);
}

static void want_on(struct transport *t, unsigned events)
{
    if (of(t)->state == WAY_OPEN)
        transport_want(of(t)->below, events);
}

static void path_stats(const struct transport *t, struct path_stats *stats)
{
    transport_path_stats(of(t)->below, stats);
}

static void reap(struct loop_task *task)
{
    free(container_of(task, struct way, reap_task));
}

static void close_all(struct transport *t)
{
    struct way *w = of(t);
    w->state = WAY_FAILED;
    lookup_cancel(&w->lookup);
    loop_forget(w->loop, &w->start_task);
    transport_close(w->below);
    loop_reap(w->loop, &w->reap_task);
}

static const struct transport_ops ops = {
    .name = "socks",
    .read = read_on,
    .write = write_on,
    .shut = shut_on,
    .want = want_on,
    .close = close_all,
    .path_stats = path_stats,
};

static struct transport *start(const struct step_goal *goal,
                               struct transport *below, struct fault *fault)
{
    struct way *w = XALLOC_NEW(struct way);
    (void)fault; /* whatever is wrong, on_failed tells */
    w->transport.ops = &ops;
    w->below = below;
    w->loop = goal->dialer->loop;
    w->from = goal->from;
    w->to = goal->to;
    w->lookup.loop = w->loop;
    w->start_task.run = on_start;
    w->reap_task.run = reap;
    below->events = &below_events;
    below->owner = w;
    loop_later(w->loop, &w->start_task);
    return &w->transport;
}

const struct step_ops socks_step = {.name = "socks", .start = start};
