/*
 * One address over TCP: the steps of the route, then the protocol that ALPN
 * chose.  Reached when the first of them is done.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/fault.h"
#include "base/xalloc.h"
#include "dial/chain.h"
#include "dial/handover.h"
#include "dial/trial.h"
#include "transport/tcp.h"
#include "transport/tls.h"

struct stream_trial {
    struct trial trial;
    struct conn_facts facts; /* addresses and times of this one */
    struct chain chain;
    struct loop_task reap_task;
};

static struct loop *loop_of(const struct stream_trial *st)
{
    return st->trial.goal->dialer->loop;
}

static void reap(struct loop_task *task)
{
    free(container_of(task, struct stream_trial, reap_task));
}

static void retire(struct stream_trial *st)
{
    chain_cancel(&st->chain);
    list_remove(&st->trial.link);
    loop_reap(loop_of(st), &st->reap_task);
}

static void fail(struct stream_trial *st, const struct fault *why)
{
    trial_end(&st->trial, ATTEMPT_FAILED, why->detail);
    retire(st);
    st->trial.events->on_failed(&st->trial, why);
}

static void note_addresses(struct stream_trial *st, const struct transport *tcp)
{
    struct addr local;
    struct addr remote;
    if (!tcp_addresses(tcp, &local, &remote))
        return;
    addr_format(&remote, st->facts.remote_addr);
    addr_format(&local, st->facts.local_addr);
    st->facts.remote_port = addr_port(&remote);
    st->facts.local_port = addr_port(&local);
}

static void reach(struct stream_trial *st, const struct transport *tcp)
{
    st->facts.connected_at = st->chain.times[0].done_at;
    note_addresses(st, tcp);
    st->trial.events->on_reached(&st->trial);
}

static void on_step(struct chain *c)
{
    if (c->at == 0)
        reach(container_of(c, struct stream_trial, chain), c->top);
}

static void on_done(struct chain *c, struct transport *top)
{
    struct stream_trial *st = container_of(c, struct stream_trial, chain);
    bool is_secure = route_origin(c->route)->is_secure;
    struct fault fault = {0};
    if (c->at == 0)
        reach(st, top);
    if (is_secure)
        st->facts.secured_at = c->times[c->at].done_at;
    trial_end(&st->trial, ATTEMPT_WON, NULL);
    struct conn *conn =
        handover_stream(&st->trial, top, is_secure ? tls_get_facts(top) : NULL,
                        &st->facts, &fault);
    if (conn == NULL) {
        fail(st, &fault);
        return;
    }
    retire(st);
    st->trial.events->on_won(&st->trial, conn);
}

static void on_failed(struct chain *c, const struct fault *why)
{
    struct stream_trial *st = container_of(c, struct stream_trial, chain);
    struct fault fault = *why;
    if (fault.code == ERR_CONNECT) {
        char addr[ADDR_TEXT_MAX];
        char where[ADDR_TEXT_MAX + 24];
        addr_format(&st->trial.addr, addr);
        if (addr_family(&st->trial.addr) == AF_UNIX)
            (void)snprintf(where, sizeof where, "Unix socket %s: ", addr);
        else
            (void)snprintf(where, sizeof where, "TCP to %s port %u: ", addr,
                           addr_port(&st->trial.addr));
        fault_prefix(&fault, where);
    }
    fail(st, &fault);
}

static const struct chain_events chain_events = {
    .on_step = on_step,
    .on_done = on_done,
    .on_failed = on_failed,
};

static struct trial *start(const struct trial_goal *goal,
                           const struct addr *addr)
{
    struct stream_trial *st = XALLOC_NEW(struct stream_trial);
    trial_begin(&st->trial, &stream_trial_ops, goal, addr);
    st->facts = *goal->facts;
    st->reap_task.run = reap;
    chain_start(&st->chain, goal->dialer, goal->route, &st->trial.addr,
                &chain_events);
    return &st->trial;
}

static void cancel(struct trial *t, enum attempt_result how)
{
    struct stream_trial *st = container_of(t, struct stream_trial, trial);
    trial_end(t, how, NULL);
    retire(st);
}

const struct trial_ops stream_trial_ops = {
    .proto = "tcp",
    .started = TRACE_TCP_STARTED,
    .stopped = TRACE_TCP_STOPPED,
    .exception = TRACE_TCP_EXCEPTION,
    .start = start,
    .cancel = cancel,
};
