/*
 * TCP, then TLS when the origin is secure, then the protocol that ALPN chose.
 *
 *   CONNECTING -> SECURING -> (won)
 *        `-----------`-----> (failed)
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/fault.h"
#include "base/xalloc.h"
#include "dial/handover.h"
#include "dial/trial.h"
#include "transport/tcp.h"
#include "transport/tls.h"

struct stream_trial {
    struct trial trial;
    struct conn_facts facts; /* addresses and times of this one */
    struct transport *stream;
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
    if (st->stream)
        transport_close(st->stream);
    st->stream = NULL;
    list_remove(&st->trial.link);
    loop_reap(loop_of(st), &st->reap_task);
}

static void fail(struct stream_trial *st, const struct fault *why)
{
    struct fault fault = *why; /* may live in the transport */
    trial_end(&st->trial, ATTEMPT_FAILED, fault.detail);
    retire(st);
    st->trial.events->on_failed(&st->trial, &fault);
}

static void win(struct stream_trial *st, const struct tls_facts *tls)
{
    struct fault fault = {0};
    struct transport *stream = st->stream;
    st->stream = NULL;
    trial_end(&st->trial, ATTEMPT_WON, NULL);
    struct conn *c =
        handover_stream(&st->trial, stream, tls, &st->facts, &fault);
    if (c == NULL) {
        fail(st, &fault);
        return;
    }
    retire(st);
    st->trial.events->on_won(&st->trial, c);
}

static void on_secured(struct transport *t)
{
    struct stream_trial *st = t->owner;
    st->facts.secured_at = loop_now(loop_of(st));
    win(st, tls_get_facts(t));
}

static void on_ready(struct transport *t, unsigned events)
{
    (void)t; /* nobody asked yet */
    (void)events;
}

static void on_stream_failed(struct transport *t)
{
    struct stream_trial *st = t->owner;
    struct fault fault = t->fault;
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

static const struct transport_events tls_events = {
    .on_connected = on_secured,
    .on_ready = on_ready,
    .on_failed = on_stream_failed,
};

static void start_tls(struct stream_trial *st)
{
    const struct trial_goal *goal = st->trial.goal;
    struct fault fault = {0};
    struct tls_context *context =
        dialer_tls(goal->dialer, goal->settings, TLS_CARRIER_TCP, &fault);
    if (context == NULL) {
        fail(st, &fault);
        return;
    }
    struct span alpn[HANDOVER_ALPN_MAX];
    int nalpn = handover_alpn(goal->settings, alpn);
    st->stream =
        tls_client(loop_of(st), st->stream, context, goal->host, alpn, nalpn);
    st->stream->events = &tls_events;
    st->stream->owner = st;
}

static void note_addresses(struct stream_trial *st)
{
    struct addr local;
    struct addr remote;
    if (!tcp_addresses(st->stream, &local, &remote))
        return;
    addr_format(&remote, st->facts.remote_addr);
    addr_format(&local, st->facts.local_addr);
    st->facts.remote_port = addr_port(&remote);
    st->facts.local_port = addr_port(&local);
}

static void on_tcp_connected(struct transport *t)
{
    struct stream_trial *st = t->owner;
    st->facts.connected_at = loop_now(loop_of(st));
    note_addresses(st);
    st->trial.events->on_reached(&st->trial);
    if (st->trial.goal->is_secure)
        start_tls(st);
    else
        win(st, NULL);
}

static const struct transport_events tcp_events = {
    .on_connected = on_tcp_connected,
    .on_ready = on_ready,
    .on_failed = on_stream_failed,
};

static struct trial *start(const struct trial_goal *goal,
                           const struct addr *addr)
{
    struct stream_trial *st = XALLOC_NEW(struct stream_trial);
    trial_begin(&st->trial, &stream_trial_ops, goal, addr);
    st->facts = *goal->facts;
    st->reap_task.run = reap;
    st->stream = tcp_connect(goal->dialer->loop, addr, goal->settings);
    st->stream->events = &tcp_events;
    st->stream->owner = st;
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
