/*
 * A QUIC handshake with one address.  Until it is complete this attempt is the
 * connection's application; then h3 takes its place.
 *
 * A connection that may send early data wins at once, before a packet has left:
 * waiting for an answer would cost the round trip that early data saves.  The
 * address was good when the ticket came; should it have gone silent, h3 gives
 * back what it was given and ends, and the next dial, for which the ticket is
 * spent, asks all addresses as ever.
 */
#include <stdlib.h>

#include "base/fault.h"
#include "base/xalloc.h"
#include "conn/h3_protocol.h"
#include "conn/quic.h"
#include "dial/connect_attempt.h"
#include "dial/handover.h"
#include "dial/hidden_name.h"
#include "transport/ticket_key.h"
#include "transport/udp_path.h"

struct quic_attempt {
    struct connect_attempt attempt;
    struct quic_app app;
    struct quic *quic;
    const struct datagram_path
        *tunnel;                 /* the connection's; NULL: it has none */
    bool is_again;               /* with what the server has said of ECH */
    struct fault early;          /* why it could not even start */
    struct loop_task begin_task; /* before the first packet */
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
    loop_forget(loop_of(qa), &qa->begin_task);
    loop_reap(loop_of(qa), &qa->reap_task);
}

static void fail(struct quic_attempt *qa, const struct fault *why)
{
    struct fault fault = *why;
    connect_attempt_end(&qa->attempt, ATTEMPT_FAILED, &fault);
    retire(qa);
    qa->attempt.events->on_failed(&qa->attempt, &fault);
}

static void win(struct quic_attempt *qa)
{
    connect_attempt_end(&qa->attempt, ATTEMPT_WON, NULL);
    struct conn *c = handover_quic(&qa->attempt, qa->quic, qa->tunnel);
    retire(qa);
    qa->attempt.events->on_won(&qa->attempt, c);
}

static void on_open(struct quic_app *app)
{
    win(container_of(app, struct quic_attempt, app));
}

static void begin_again(struct quic_attempt *qa, const struct fault *why);

static void on_closed(struct quic_app *app, const struct fault *why)
{
    struct quic_attempt *qa = container_of(app, struct quic_attempt, app);
    struct fault fault = *why;
    if (fault.remedy == REMEDY_ECH && !qa->is_again) {
        begin_again(qa, &fault);
        return;
    }
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

static void begin(struct loop_task *task)
{
    struct quic_attempt *qa =
        container_of(task, struct quic_attempt, begin_task);
    if (qa->quic == NULL)
        fail(qa, &qa->early);
    else if (quic_is_early(qa->quic))
        win(qa);
}

static void make_key(const struct route_hop *origin,
                     uint8_t key[TICKETS_KEY_LEN])
{
    const struct span alpn = span_str(h3_protocol.alpn);
    ticket_key(&(struct ticket_place){.host = origin->host,
                                      .at = origin->at.host,
                                      .port = origin->at.port,
                                      .is_proxy = origin->onward != NULL,
                                      .carrier = TLS_CARRIER_QUIC,
                                      .alpn = &alpn,
                                      .nalpn = 1,
                                      .settings = origin->settings},
               key);
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
    return udp_path_connect(dialer->loop, addr, origin->settings, fault);
}

static struct quic *hide_name(struct quic *q, const struct tls_ech_wish *ech,
                              struct fault *fault)
{
    if (q == NULL || ech->list.len == 0 || quic_hide_name(q, ech, fault))
        return q;
    quic_close(q, h3_protocol.no_error);
    return NULL;
}

static struct quic *connect_quic(struct quic_attempt *qa,
                                 const struct connect_attempt_goal *goal,
                                 const struct addr *addr, struct fault *fault)
{
    struct loop *loop = goal->dialer->loop;
    const struct route_hop *origin = route_origin(goal->route);
    struct tls_context *context =
        dialer_tls(goal->dialer, origin->settings, TLS_CARRIER_QUIC, fault);
    const struct route_run *run = goal->run;
    struct tls_ech_wish ech = {.host = origin->host, .port = origin->at.port};
    if (context == NULL ||
        !hidden_name_choose(&ech, goal->dialer, origin->settings,
                            run ? run->hints : NULL, context, fault))
        return NULL;
    struct datagram_path *path = open_path(goal, addr, fault);
    if (path == NULL)
        return NULL;
    qa->tunnel = goal->route->is_tunnelled ? path : NULL;
    uint8_t key[TICKETS_KEY_LEN];
    char address[ADDR_TEXT_MAX];
    make_key(origin, key);
    addr_format(addr, address);
    /* A proxy that refuses must fail the attempt. */
    const struct quic_store store = {
        .tickets = &goal->dialer->tickets,
        .key = key,
        .address = address,
        .may_be_early = origin->settings->tls.early_data && qa->tunnel == NULL};
    bool is_wanted =
        ech.list.len == 0 && ticket_key_is_wanted(&origin->settings->tls);
    return hide_name(quic_connect(loop, path, origin->host, origin->settings,
                                  context, is_wanted ? &store : NULL, &qa->app,
                                  fault),
                     &ech, fault);
}

/* A server that cannot read what is hidden has said what it could: once. */
static void begin_again(struct quic_attempt *qa, const struct fault *why)
{
    struct loop *loop = loop_of(qa);
    trace_printf(loop_trace(loop), TRACE_QUIC, loop_now(loop), 0,
                 "%s: once more", why->detail);
    qa->is_again = true;
    loop_later(loop, &qa->begin_task);
    qa->quic =
        connect_quic(qa, qa->attempt.goal, &qa->attempt.addr, &qa->early);
}

static struct connect_attempt *start(const struct connect_attempt_goal *goal,
                                     const struct addr *addr)
{
    struct quic_attempt *qa = XALLOC_NEW(struct quic_attempt);
    connect_attempt_begin(&qa->attempt, &quic_attempt_ops, goal, addr);
    qa->app.ops = &app_ops;
    qa->reap_task.run = reap;
    qa->begin_task.run = begin;
    /* In front of what the connection has to send. */
    loop_later(goal->dialer->loop, &qa->begin_task);
    qa->quic = connect_quic(qa, goal, addr, &qa->early);
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

static bool was_heard(const struct connect_attempt *a)
{
    const struct quic_attempt *qa = container_of(
        (struct connect_attempt *)(uintptr_t)a, struct quic_attempt, attempt);
    struct quic_stats stats = {.packets_received = 0};
    if (qa->quic)
        quic_get_stats(qa->quic, &stats);
    return stats.packets_received > 0;
}

const struct connect_attempt_ops quic_attempt_ops = {
    .proto = "quic",
    .started = TRACE_HTTP3_STARTED,
    .stopped = TRACE_HTTP3_STOPPED,
    .exception = TRACE_HTTP3_EXCEPTION,
    .start = start,
    .cancel = cancel,
    .was_heard = was_heard,
};
