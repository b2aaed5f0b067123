/*
 * One address over TCP, or a tunnel through a proxy: the steps of the route,
 * then the protocol that ALPN chose.  Reached when the first of them is done.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/fault.h"
#include "base/xalloc.h"
#include "dial/chain.h"
#include "dial/connect_attempt.h"
#include "dial/handover.h"
#include "transport/tcp.h"
#include "transport/tls.h"

struct tcp_attempt {
    struct connect_attempt attempt;
    struct conn_facts facts; /* addresses and times of this one */
    struct chain chain;
    bool is_again; /* with what the server has said of ECH */
    struct loop_task reap_task;
};

static struct loop *loop_of(const struct tcp_attempt *ta)
{
    return ta->attempt.goal->dialer->loop;
}

static void reap(struct loop_task *task)
{
    free(container_of(task, struct tcp_attempt, reap_task));
}

static void retire(struct tcp_attempt *ta)
{
    chain_cancel(&ta->chain);
    list_remove(&ta->attempt.link);
    loop_reap(loop_of(ta), &ta->reap_task);
}

static void fail(struct tcp_attempt *ta, const struct fault *why)
{
    connect_attempt_end(&ta->attempt, ATTEMPT_FAILED, why);
    retire(ta);
    ta->attempt.events->on_failed(&ta->attempt, why);
}

static void note_addresses(struct tcp_attempt *ta,
                           const struct transport *first)
{
    struct addr local;
    struct addr remote;
    const struct connect_attempt_goal *goal = ta->attempt.goal;
    if (goal->route->is_tunnelled) {
        goal->dialer->tunnels->stream_facts(first, &ta->facts);
        return;
    }
    if (!tcp_addresses(first, &local, &remote))
        return;
    addr_format(&remote, ta->facts.remote_addr);
    addr_format(&local, ta->facts.local_addr);
    ta->facts.remote_port = addr_port(&remote);
    ta->facts.local_port = addr_port(&local);
}

static void reach(struct tcp_attempt *ta, const struct transport *first)
{
    ta->facts.connected_at = ta->chain.times[0].done_at;
    note_addresses(ta, first);
    connect_attempt_reach(&ta->attempt, ta->facts.connected_at);
    chain_tell_ends(&ta->chain, &ta->facts);
    if (!ta->is_again) /* it was told before */
        ta->attempt.events->on_reached(&ta->attempt);
}

static void on_step(struct chain *c)
{
    if (c->at == 0)
        reach(container_of(c, struct tcp_attempt, chain), c->top);
}

static void on_done(struct chain *c, struct transport *top)
{
    struct tcp_attempt *ta = container_of(c, struct tcp_attempt, chain);
    bool is_secure = route_origin(c->route)->is_secure;
    struct fault fault = {0};
    if (c->at == 0)
        reach(ta, top);
    if (is_secure && !transport_is_early(top))
        ta->facts.secured_at = c->times[c->at].done_at;
    connect_attempt_end(&ta->attempt, ATTEMPT_WON, NULL);
    struct conn *conn = handover_stream(&ta->attempt, top,
                                        is_secure ? tls_get_facts(top) : NULL,
                                        &ta->facts, &fault);
    if (conn == NULL) {
        fail(ta, &fault);
        return;
    }
    retire(ta);
    ta->attempt.events->on_won(&ta->attempt, conn);
}

static void begin(struct tcp_attempt *ta);

/* A server that cannot read what is hidden has said what it could: once. */
static bool may_begin_again(const struct tcp_attempt *ta,
                            const struct fault *why)
{
    return why->remedy == REMEDY_ECH && !ta->is_again;
}

static void on_failed(struct chain *c, const struct fault *why)
{
    struct tcp_attempt *ta = container_of(c, struct tcp_attempt, chain);
    struct fault fault = *why;
    if (may_begin_again(ta, why)) {
        trace_printf(loop_trace(loop_of(ta)), TRACE_TLS, loop_now(loop_of(ta)),
                     0, "%s: once more", why->detail);
        ta->is_again = true;
        begin(ta);
        return;
    }
    if (fault.code == ERR_CONNECT && !c->route->is_tunnelled) {
        char addr[ADDR_TEXT_MAX];
        char where[ADDR_TEXT_MAX + 24];
        addr_format(&ta->attempt.addr, addr);
        if (addr_family(&ta->attempt.addr) == AF_UNIX)
            (void)snprintf(where, sizeof where, "Unix socket %s: ", addr);
        else
            (void)snprintf(where, sizeof where, "TCP to %s port %u: ", addr,
                           addr_port(&ta->attempt.addr));
        fault_prefix(&fault, where);
    }
    fail(ta, &fault);
}

static const struct chain_events chain_events = {
    .on_step = on_step,
    .on_done = on_done,
    .on_failed = on_failed,
};

static void begin(struct tcp_attempt *ta)
{
    const struct connect_attempt_goal *goal = ta->attempt.goal;
    chain_start(&ta->chain, goal->dialer, goal->route, &ta->attempt.addr,
                goal->run ? goal->run->hints : NULL, &chain_events);
}

static struct connect_attempt *start(const struct connect_attempt_goal *goal,
                                     const struct addr *addr)
{
    struct tcp_attempt *ta = XALLOC_NEW(struct tcp_attempt);
    connect_attempt_begin(&ta->attempt, &tcp_attempt_ops, goal, addr);
    ta->facts = *goal->facts;
    ta->reap_task.run = reap;
    begin(ta);
    return &ta->attempt;
}

static void cancel(struct connect_attempt *a, enum attempt_result how)
{
    struct tcp_attempt *ta = container_of(a, struct tcp_attempt, attempt);
    connect_attempt_end(a, how, NULL);
    retire(ta);
}

static bool was_heard(const struct connect_attempt *a)
{
    const struct tcp_attempt *ta = container_of(
        (struct connect_attempt *)(uintptr_t)a, struct tcp_attempt, attempt);
    return ta->chain.at > 0;
}

const struct connect_attempt_ops tcp_attempt_ops = {
    .proto = "tcp",
    .started = TRACE_TCP_STARTED,
    .stopped = TRACE_TCP_STOPPED,
    .exception = TRACE_TCP_EXCEPTION,
    .start = start,
    .cancel = cancel,
    .was_heard = was_heard,
};
