#include "forward/forward_flow.h"

#include <stdlib.h>

#include "base/fault.h"
#include "base/xalloc.h"
#include "channel/connect_udp.h"
#include "client/result.h"
#include "http/refusal.h"

static struct forward_flow *of_channel(struct qv_channel *ch)
{
    return container_of(ch, struct forward_flow, channel);
}

/* ---- what is told ---- */

static void tell(const struct forward_flow *w, enum qv_tunnel_what what,
                 const struct fault *fault, const struct qv_result *how)
{
    struct qv_error error;
    if (fault)
        result_error(&error, fault);
    forward_tell(w->place->forward, &(struct qv_tunnel_event){
                                        .what = what,
                                        .flow = w->id,
                                        .local = w->local,
                                        .target = w->place->spec.target,
                                        .conn_id = w->conn_id,
                                        .error = fault ? &error : NULL,
                                        .how = how,
                                    });
}

/* Once for a connection, however many flows it had. */
static void tell_lost(const struct forward_flow *w, const struct fault *fault)
{
    struct forward *f = w->place->forward;
    if (w->conn_id == f->lost_conn)
        return;
    f->lost_conn = w->conn_id;
    tell(w, QV_TUNNEL_LOST, fault, NULL);
}

/* ---- a refusal ---- */

static const char *field_of(const struct qv_head *head, const char *name)
{
    for (size_t i = 0; i < head->nfields; i++)
        if (span_equal_nocase(span_str(head->fields[i].name), span_str(name)))
            return head->fields[i].value;
    return NULL;
}

static struct span value_of(const struct qv_head *head, const char *name)
{
    const char *value = field_of(head, name);
    return value ? span_str(value) : span_of(NULL, 0);
}

static void on_refusal(struct qv_channel *ch, const struct qv_head *head,
                       const void *data, size_t len)
{
    struct forward_flow *w = of_channel(ch);
    if (w->refusal == NULL)
        w->refusal = XALLOC_NEW(struct refusal);
    if (len > 0)
        refusal_add(w->refusal, span_of(data, len));
    else
        refusal_begin(w->refusal, head->status, value_of(head, "proxy-status"),
                      value_of(head, "content-type"));
}

/* 97, unless the proxy has no such thing at all (113). */
static void word_refusal(const struct forward_flow *w, struct fault *why)
{
    enum err code =
        why->code == ERR_NOT_NEGOTIATED ? ERR_NOT_NEGOTIATED : ERR_PROXY;
    char line[REFUSAL_LINE_MAX];
    refusal_line(w->refusal, line);
    fault_set(why, code, (uint64_t)w->refusal->status,
              "%s: the proxy answered %s", w->place->spec.target, line);
}

/* ---- the channel ---- */

static void on_open(struct qv_channel *ch, const struct qv_channel_opened *o)
{
    struct forward_flow *w = of_channel(ch);
    struct forward *f = w->place->forward;
    w->state = FORWARD_FLOW_OPEN;
    w->conn_id = o->conn_id;
    f->sums.flows_opened++;
    forward_tell(f, &(struct qv_tunnel_event){
                        .what = QV_TUNNEL_OPENED,
                        .flow = w->id,
                        .local = w->local,
                        .target = w->place->spec.target,
                        .transport = o->transport,
                        .http = o->head.version,
                        .conn_id = o->conn_id,
                    });
    if (w->state == FORWARD_FLOW_OPEN)
        w->ops->on_open(w);
}

static enum qv_flow on_event(struct qv_channel *ch,
                             const struct qv_channel_event *e)
{
    struct forward_flow *w = of_channel(ch);
    return w->ops->on_event(w, e);
}

static void on_drain(struct qv_channel *ch)
{
    struct forward_flow *w = of_channel(ch);
    w->ops->on_drain(w);
}

static void fault_of(const struct qv_error *error, struct fault *fault)
{
    fault_set(fault, err_of_exit_status(error->status), error->wire, "%s",
              error->text);
}

static void take_counters(struct forward_flow *w,
                          const struct qv_channel_stats *s)
{
    struct qv_tunnel_stats *to = &w->stats;
    bool is_udp = forward_is_udp(w->place->forward);
    to->packets_out += is_udp ? s->messages_out : 0;
    to->packets_in += is_udp ? s->messages_in : 0;
    to->bytes_out += s->bytes_out;
    to->bytes_in += s->bytes_in;
    to->dropped_queue += s->datagrams_dropped;
    to->lost += s->datagrams_lost;
    if (s->rtt)
        to->rtt = s->rtt;
    /* More than any packet: it is capsules that carry them. */
    if (is_udp && s->max > CONNECT_UDP_HEAD_LEN &&
        s->max <= CONNECT_UDP_PACKET_MAX)
        to->max = s->max - CONNECT_UDP_HEAD_LEN;
}

static void on_closed(struct qv_channel *ch, const struct qv_channel_result *r)
{
    struct forward_flow *w = of_channel(ch);
    struct forward *f = w->place->forward;
    bool was_open = w->state != FORWARD_FLOW_ASKING;
    struct fault fault;
    take_counters(w, &r->stats);
    if (r->error.status)
        fault_of(&r->error, &fault);
    if (w->refusal && r->error.status)
        word_refusal(w, &fault);
    if (was_open && r->error.status && r->by == QV_CHANNEL_BY_TRANSPORT)
        tell_lost(w, &fault);
    f->sums.flows_failed += !was_open;
    tell(w, was_open ? QV_TUNNEL_CLOSED : QV_TUNNEL_REFUSED,
         r->error.status ? &fault : NULL, r->how);
    if (f->face == NULL || w->state == FORWARD_FLOW_OVER)
        return;
    w->ops->on_closed(w, r->error.status ? &fault : NULL);
}

static const struct qv_channel_ops channel_ops = {
    .on_open = on_open,
    .on_event = on_event,
    .on_drain = on_drain,
    .on_refusal = on_refusal,
    .on_closed = on_closed,
};

/* ---- life ---- */

void forward_flow_start(struct forward_flow *w, struct forward_place *place)
{
    struct forward *f = place->forward;
    w->place = place;
    w->id = ++f->next_flow;
    w->channel.ops = &channel_ops;
    w->state = FORWARD_FLOW_ASKING;
    w->active_at = loop_now(forward_loop(f));
    list_append(&f->flows, &w->link);
    channel_start(f->client, &w->channel, &place->ask);
}

void forward_flow_touch(struct forward_flow *w)
{
    struct forward *f = w->place->forward;
    w->active_at = loop_now(forward_loop(f));
    list_remove(&w->link);
    list_append(&f->flows, &w->link);
}

void forward_flow_add_stats(const struct forward_flow *w,
                            struct qv_tunnel_stats *stats)
{
    struct forward_flow now = *w; /* with what its channel has done so far */
    if (w->channel.state) {
        struct qv_channel_stats s;
        channel_get_stats(w->channel.state, &s);
        take_counters(&now, &s);
    }
    const struct qv_tunnel_stats *from = &now.stats;
    stats->flows +=
        w->state == FORWARD_FLOW_OPEN || w->state == FORWARD_FLOW_ENDING;
    stats->packets_out += from->packets_out;
    stats->packets_in += from->packets_in;
    stats->bytes_out += from->bytes_out;
    stats->bytes_in += from->bytes_in;
    stats->dropped_queue += from->dropped_queue;
    stats->dropped_large += from->dropped_large;
    stats->dropped_closed += from->dropped_closed;
    stats->dropped_local += from->dropped_local;
    stats->lost += from->lost;
    if (from->rtt)
        stats->rtt = from->rtt;
    if (from->max)
        stats->max = from->max;
}

static void reap(struct loop_task *task)
{
    struct forward_flow *w = container_of(task, struct forward_flow, reap);
    free(w->refusal);
    free(w);
}

void forward_flow_end(struct forward_flow *w)
{
    struct forward *f = w->place->forward;
    if (w->state == FORWARD_FLOW_OVER)
        return;
    w->ops->fini(w);
    forward_flow_add_stats(w, &f->sums);
    f->sums.flows = 0; /* of what is over none is open */
    w->state = FORWARD_FLOW_OVER;
    if (w->channel.state)
        channel_cancel(w->channel.state);
    list_remove(&w->link);
    w->reap.run = reap;
    loop_reap(forward_loop(f), &w->reap);
    forward_settle(f);
}
