/*
 * A QUIC handshake with one address.  Until it is complete this trial is the
 * connection's application; then h3 takes its place.
 */
#include <stdlib.h>

#include "base/fault.h"
#include "base/xalloc.h"
#include "conn/h3_protocol.h"
#include "conn/quic.h"
#include "dial/handover.h"
#include "dial/trial.h"
#include "transport/udp_path.h"

struct quic_trial {
    struct trial trial;
    struct quic_app app;
    struct quic *quic;
    struct fault early; /* why it could not even start */
    struct loop_task fail_task;
    struct loop_task reap_task;
};

static struct loop *loop_of(const struct quic_trial *qt)
{
    return qt->trial.goal->dialer->loop;
}

static void reap(struct loop_task *task)
{
    free(container_of(task, struct quic_trial, reap_task));
}

static void retire(struct quic_trial *qt)
{
    qt->quic = NULL;
    list_remove(&qt->trial.link);
    loop_forget(loop_of(qt), &qt->fail_task);
    loop_reap(loop_of(qt), &qt->reap_task);
}

static void fail(struct quic_trial *qt, const struct fault *why)
{
    struct fault fault = *why;
    trial_end(&qt->trial, ATTEMPT_FAILED, fault.detail);
    retire(qt);
    qt->trial.events->on_failed(&qt->trial, &fault);
}

static void on_open(struct quic_app *app)
{
    struct quic_trial *qt = container_of(app, struct quic_trial, app);
    trial_end(&qt->trial, ATTEMPT_WON, NULL);
    struct conn *c = handover_quic(&qt->trial, qt->quic);
    retire(qt);
    qt->trial.events->on_won(&qt->trial, c);
}

static void on_closed(struct quic_app *app, const struct fault *why)
{
    struct quic_trial *qt = container_of(app, struct quic_trial, app);
    struct fault fault = *why;
    if (fault.code == ERR_NONE)
        fault_set(&fault, ERR_QUIC, 0, "closed during the handshake");
    fail(qt, &fault);
}

/* Before the handshake is complete there are no streams. */
static int next_send(struct quic_app *app, int64_t *id, struct span *spans,
                     int cap, bool *fin)
{
    (void)app;
    (void)id;
    (void)spans;
    (void)cap;
    (void)fin;
    return -1;
}

static const struct quic_app_ops app_ops = {
    .protocol = &h3_protocol,
    .on_open = on_open,
    .on_closed = on_closed,
    .next_send = next_send,
};

static void fail_later(struct loop_task *task)
{
    struct quic_trial *qt = container_of(task, struct quic_trial, fail_task);
    fail(qt, &qt->early);
}

static struct quic *connect_quic(const struct trial_goal *goal,
                                 const struct addr *addr, struct quic_app *app,
                                 struct fault *fault)
{
    struct loop *loop = goal->dialer->loop;
    const struct route_hop *origin = route_origin(goal->route);
    struct tls_context *context =
        dialer_tls(goal->dialer, origin->settings, TLS_CARRIER_QUIC, fault);
    if (context == NULL)
        return NULL;
    struct datagram_path *path = udp_path_connect(
        loop, addr, origin->settings->addresses.interface, fault);
    if (path == NULL)
        return NULL;
    return quic_connect(loop, path, origin->host, origin->settings, context,
                        app, fault);
}

static struct trial *start(const struct trial_goal *goal,
                           const struct addr *addr)
{
    struct quic_trial *qt = XALLOC_NEW(struct quic_trial);
    trial_begin(&qt->trial, &quic_trial_ops, goal, addr);
    qt->app.ops = &app_ops;
    qt->reap_task.run = reap;
    qt->fail_task.run = fail_later;
    qt->quic = connect_quic(goal, addr, &qt->app, &qt->early);
    if (qt->quic == NULL)
        loop_later(goal->dialer->loop, &qt->fail_task);
    return &qt->trial;
}

static void cancel(struct trial *t, enum attempt_result how)
{
    struct quic_trial *qt = container_of(t, struct quic_trial, trial);
    trial_end(t, how, NULL);
    if (qt->quic)
        quic_close(qt->quic, app_ops.protocol->no_error);
    retire(qt);
}

const struct trial_ops quic_trial_ops = {
    .proto = "quic",
    .started = TRACE_HTTP3_STARTED,
    .stopped = TRACE_HTTP3_STOPPED,
    .exception = TRACE_HTTP3_EXCEPTION,
    .start = start,
    .cancel = cancel,
};
