/*
 * A QUIC handshake with one address.  Until it is complete this attempt is the
 * connection's application; then h3 takes its place.
 */
#include <stdlib.h>

#include "base/fault.h"
#include "base/xalloc.h"
#include "conn/h3_protocol.h"
#include "conn/quic.h"
#include "dial/connect_attempt.h"
#include "dial/handover.h"
#include "transport/udp_path.h"

struct quic_attempt {
    struct connect_attempt attempt;
    struct quic_app app;
    struct quic *quic;
    const struct datagram_path
        *tunnel;        /* the connection's; NULL: it has none */
    struct fault early; /* why it could not even start */
    struct loop_task fail_task;
    struct loop_task reap_task;
};

static struct loop *loop_of(const struct quic_attempt *qa)
{
    return qa->attempt.goal->dialer->loop;
}

static void reap(struct loop_task *task)
{
    free(container_of(task, struct quic_attempt, reap_task));
}

static void retire(struct quic_attempt *qa)
{
    qa->quic = NULL;
    list_remove(&qa->attempt.link);
    loop_forget(loop_of(qa), &qa->fail_task);
    loop_reap(loop_of(qa), &qa->reap_task);
}

static void fail(struct quic_attempt *qa, const struct fault *why)
{
    struct fault fault = *why;
    connect_attempt_end(&qa->attempt, ATTEMPT_FAILED, fault.detail);
    retire(qa);
    qa->attempt.events->on_failed(&qa->attempt, &fault);
}

static void on_open(struct quic_app *app)
{
    struct quic_attempt *qa = container_of(app, struct quic_attempt, app);
    connect_attempt_end(&qa->attempt, ATTEMPT_WON, NULL);
    struct conn *c = handover_quic(&qa->attempt, qa->quic, qa->tunnel);
    retire(qa);
    qa->attempt.events->on_won(&qa->attempt, c);
}

static void on_closed(struct quic_app *app, const struct fault *why)
{
    struct quic_attempt *qa = container_of(app, struct quic_attempt, app);
    struct fault fault = *why;
    if (fault.code == ERR_NONE)
        fault_set(&fault, ERR_QUIC, 0, "closed during the handshake");
    fail(qa, &fault);
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
    struct quic_attempt *qa =
        container_of(task, struct quic_attempt, fail_task);
    fail(qa, &qa->early);
}

static struct datagram_path *open_path(const struct connect_attempt_goal *goal,
                                       const struct addr *addr,
                                       struct fault *fault)
{
    const struct route_hop *origin = route_origin(goal->route);
    struct dialer *dialer = goal->dialer;
    if (goal->route->is_tunnelled)
        return dialer->tunnels->connect_udp(dialer, origin->settings,
                                            origin->at.host, origin->at.port);
    return udp_path_connect(dialer->loop, addr,
                            origin->settings->addresses.interface, fault);
}

static struct quic *connect_quic(struct quic_attempt *qa,
                                 const struct connect_attempt_goal *goal,
                                 const struct addr *addr, struct fault *fault)
{
    struct loop *loop = goal->dialer->loop;
    const struct route_hop *origin = route_origin(goal->route);
    struct tls_context *context =
        dialer_tls(goal->dialer, origin->settings, TLS_CARRIER_QUIC, fault);
    if (context == NULL)
        return NULL;
    struct datagram_path *path = open_path(goal, addr, fault);
    if (path == NULL)
        return NULL;
    qa->tunnel = goal->route->is_tunnelled ? path : NULL;
    return quic_connect(loop, path, origin->host, origin->settings, context,
                        &qa->app, fault);
}

static struct connect_attempt *start(const struct connect_attempt_goal *goal,
                                     const struct addr *addr)
{
    struct quic_attempt *qa = XALLOC_NEW(struct quic_attempt);
    connect_attempt_begin(&qa->attempt, &quic_attempt_ops, goal, addr);
    qa->app.ops = &app_ops;
    qa->reap_task.run = reap;
    qa->fail_task.run = fail_later;
    qa->quic = connect_quic(qa, goal, addr, &qa->early);
    if (qa->quic == NULL)
        loop_later(goal->dialer->loop, &qa->fail_task);
    return &qa->attempt;
}

static void cancel(struct connect_attempt *a, enum attempt_result how)
{
    struct quic_attempt *qa = container_of(a, struct quic_attempt, attempt);
    connect_attempt_end(a, how, NULL);
    if (qa->quic)
        quic_close(qa->quic, app_ops.protocol->no_error);
    retire(qa);
}

const struct connect_attempt_ops quic_attempt_ops = {
    .proto = "quic",
    .started = TRACE_HTTP3_STARTED,
    .stopped = TRACE_HTTP3_STOPPED,
    .exception = TRACE_HTTP3_EXCEPTION,
    .start = start,
    .cancel = cancel,
};
