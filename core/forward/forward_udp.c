/*
 * A flow is found by the address that a packet came from, and asks the proxy with
 * its first one.  Until the answer some packets wait, the oldest of them only so
 * long; after a refusal those of that peer are dropped for a while.  There are so
 * many flows at most: when one more begins the longest idle one ends.
 *
 * Packets of the proxy's leave at the end of the turn, those of one size together
 * (transport/udp_gather).
 */
#include "forward/forward_udp.h"

#include <stdlib.h>

#include "base/random.h"
#include "base/xalloc.h"
#include "channel/connect_udp.h"
#include "forward/forward_flow.h"
#include "http/datagrams.h"
#include "transport/stdio.h"

#define FLOW_IDLE     (120 * LOOP_S)
#define FLOWS_MAX     1024
#define WAITING_MAX   64
#define WAITING_AGE   (5 * LOOP_S)
#define REFUSED_PAUSE LOOP_S
/* After the end of standard input, for answers. */
#define STDIO_LINGER (2 * LOOP_S)

/* Messages of the socket in a turn; one may hold many datagrams. */
#define READ_BUDGET 64

struct forward_udp {
    struct forward_place *place;
    struct udp *udp;
    struct udp_events events;
    struct udp_reader reader;
    struct map flows; /* struct udp_flow, by address */
};

struct udp_flow {
    struct forward_flow flow;
    struct forward_udp *port; /* NULL: standard input and output */
    struct addr peer;
    struct udp_gather gather;
    struct datagrams waiting; /* for the proxy's answer */
    bool has_told_large;
    /* Of standard input and output: */
    struct transport *stdio;
    bool has_input_ended;
};

static struct udp_flow *of_flow(struct forward_flow *w)
{
    return container_of(w, struct udp_flow, flow);
}

static struct forward *forward_of(const struct udp_flow *u)
{
    return u->flow.place->forward;
}

static struct loop *loop_of(const struct udp_flow *u)
{
    return forward_loop(forward_of(u));
}

static struct span key_of(const struct addr *a)
{
    return span_of(&a->sa, a->len);
}

/* ---- to the proxy ---- */

static void tell_large(struct udp_flow *u, size_t len)
{
    size_t max = channel_max(u->flow.channel.state);
    if (u->has_told_large)
        return;
    u->has_told_large = true;
    forward_tell(
        forward_of(u),
        &(struct qv_tunnel_event){
            .what = QV_TUNNEL_LARGE,
            .flow = u->flow.id,
            .local = u->flow.local,
            .target = u->flow.place->spec.target,
            .len = len,
            .max = max > CONNECT_UDP_HEAD_LEN ? max - CONNECT_UDP_HEAD_LEN : 0,
        });
}

static void pass_on(struct udp_flow *u, struct span packet)
{
    const struct qv_channel_message m = {.what = QV_CHANNEL_DATAGRAM,
                                         .data = packet.base,
                                         .len = packet.len,
                                         .stream = -1};
    switch (channel_send(u->flow.channel.state, &m)) {
    case QV_CHANNEL_SEND_OK:
        break;
    case QV_CHANNEL_SEND_FULL:
        u->flow.stats.dropped_queue++;
        break;
    case QV_CHANNEL_SEND_TOO_LARGE:
        u->flow.stats.dropped_large++;
        tell_large(u, packet.len);
        break;
    case QV_CHANNEL_SEND_ENDED:
    case QV_CHANNEL_SEND_CANNOT:
        u->flow.stats.dropped_closed++;
        break;
    }
}

static void take_packet(struct udp_flow *u, struct span packet)
{
    switch (u->flow.state) {
    case FORWARD_FLOW_ASKING:
        (void)datagrams_push(&u->waiting, packet, loop_now(loop_of(u)));
        forward_flow_touch(&u->flow);
        return;
    case FORWARD_FLOW_OPEN:
        forward_flow_touch(&u->flow);
        pass_on(u, packet);
        return;
    case FORWARD_FLOW_ENDING:
    case FORWARD_FLOW_REFUSED:
    case FORWARD_FLOW_OVER:
        u->flow.stats.dropped_closed++;
        return;
    }
}

/* ---- from the proxy ---- */

static void write_stdio(struct udp_flow *u, struct span packet)
{
    size_t n = 0;
    if (transport_write(u->stdio, &packet, 1, &n) != IO_OK || n < packet.len)
        u->flow.stats.dropped_local++;
}

static enum qv_flow on_event(struct forward_flow *w,
                             const struct qv_channel_event *e)
{
    struct udp_flow *u = of_flow(w);
    struct span packet = span_of(e->data, e->len);
    if (e->what != QV_CHANNEL_DATAGRAM || w->state == FORWARD_FLOW_OVER)
        return QV_MORE;
    w->active_at = loop_now(loop_of(u));
    if (w->state != FORWARD_FLOW_REFUSED)
        forward_flow_touch(w);
    if (u->port)
        udp_gather_add(&u->gather, packet);
    else
        write_stdio(u, packet);
    return QV_MORE;
}

/* ---- the life of a flow ---- */

static void drop_waiting(struct udp_flow *u)
{
    const struct datagrams_counters *c = &u->waiting.counters;
    u->flow.stats.dropped_closed +=
        u->waiting.n + c->dropped_full + c->dropped_old;
    datagrams_fini(&u->waiting);
    u->waiting.counters = (struct datagrams_counters){0};
}

static void want_input(struct udp_flow *u)
{
    if (u->stdio)
        transport_want(u->stdio,
                       u->flow.state == FORWARD_FLOW_OPEN && !u->has_input_ended
                           ? LOOP_READ
                           : 0);
}

static void on_open(struct forward_flow *w)
{
    struct udp_flow *u = of_flow(w);
    struct span packet;
    while (w->state == FORWARD_FLOW_OPEN &&
           datagrams_peek(&u->waiting, loop_now(loop_of(u)), &packet)) {
        pass_on(u, packet);
        datagrams_pop(&u->waiting);
    }
    drop_waiting(u);
    want_input(u);
}

/* Its peer's next packet begins another one. */
static void forget_peer(struct udp_flow *u)
{
    if (u->port && map_find(&u->port->flows, key_of(&u->peer)) == (void *)u)
        (void)map_remove(&u->port->flows, key_of(&u->peer));
}

static void on_closed(struct forward_flow *w, const struct fault *fault)
{
    struct udp_flow *u = of_flow(w);
    struct forward *f = forward_of(u);
    bool was_open = w->state != FORWARD_FLOW_ASKING;
    if (u->port == NULL || (fault && fault->code == ERR_NOT_NEGOTIATED)) {
        const struct fault none = {.code = ERR_NONE};
        forward_fail(f, fault ? fault : &none);
        return;
    }
    if (was_open || fault == NULL) {
        forward_flow_end(w);
        return;
    }
    drop_waiting(u);
    w->state = FORWARD_FLOW_REFUSED;
    w->retry_at = loop_now(loop_of(u)) + REFUSED_PAUSE;
    list_remove(&w->link); /* it goes before those that are idle */
    list_prepend(&f->flows, &w->link);
    forward_settle(f);
}

static void stop(struct forward_flow *w)
{
    struct udp_flow *u = of_flow(w);
    forget_peer(u);
    if (w->state != FORWARD_FLOW_OPEN) {
        if (w->state != FORWARD_FLOW_ENDING)
            forward_flow_end(w);
        return;
    }
    w->state = FORWARD_FLOW_ENDING;
    want_input(u);
    channel_end(w->channel.state, 0, NULL);
}

static void fini(struct forward_flow *w)
{
    struct udp_flow *u = of_flow(w);
    forget_peer(u);
    drop_waiting(u);
    if (u->port)
        udp_gather_fini(&u->gather);
    w->stats.dropped_local += u->gather.dropped;
    if (u->stdio)
        transport_close(u->stdio);
    u->stdio = NULL;
}

static void on_drain(struct forward_flow *w)
{
    (void)w; /* packets do not wait for room */
}

static const struct forward_flow_ops flow_ops = {
    .on_open = on_open,
    .on_event = on_event,
    .on_drain = on_drain,
    .on_closed = on_closed,
    .stop = stop,
    .fini = fini,
};

static struct udp_flow *new_flow(void)
{
    static const struct datagrams_limits limits = {.count = WAITING_MAX,
                                                   .age = WAITING_AGE};
    struct udp_flow *u = XALLOC_NEW(struct udp_flow);
    u->flow.ops = &flow_ops;
    datagrams_init(&u->waiting, &limits);
    return u;
}

/* ---- the port ---- */

static unsigned flows_max(const struct forward *f)
{
    return f->options->max_flows ? f->options->max_flows : FLOWS_MAX;
}

/* The list has the longest idle one in front. */
static void make_room(struct forward *f)
{
    unsigned n = 0;
    list_each (l, &f->flows)
        n++;
    while (n >= flows_max(f) && !list_is_empty(&f->flows)) {
        forward_flow_end(
            container_of(f->flows.next, struct forward_flow, link));
        n--;
    }
}

static struct udp_flow *begin_flow(struct forward_udp *port,
                                   const struct addr *peer)
{
    struct forward *f = port->place->forward;
    make_room(f);
    struct udp_flow *u = new_flow();
    u->port = port;
    u->peer = *peer;
    if (f->buffer == NULL)
        f->buffer = XALLOC_NEW(struct udp_gather_buffer);
    udp_gather_init(&u->gather, forward_loop(f), f->buffer, port->udp, peer);
    forward_format(peer, u->flow.local);
    (void)map_put(&port->flows, key_of(&u->peer), u);
    forward_flow_start(&u->flow, port->place);
    forward_settle(f);
    return u;
}

static void on_packet(struct udp_reader *r, const struct udp_packet *p)
{
    struct forward_udp *port = container_of(r, struct forward_udp, reader);
    if (port->place->forward->state != FORWARD_RUNNING)
        return;
    struct udp_flow *u = map_find(&port->flows, key_of(&p->remote));
    if (u == NULL)
        u = begin_flow(port, &p->remote);
    take_packet(u, p->data);
}

static void on_readable(struct udp_events *e)
{
    struct forward_udp *port = container_of(e, struct forward_udp, events);
    struct fault passing; /* ICMP's word on a peer: it is the peer's affair */
    (void)udp_read(port->udp, &port->reader, READ_BUDGET, &passing);
}

static void on_writable(struct udp_events *e)
{
    (void)e; /* what does not go at once is dropped */
}

struct forward_udp *forward_udp_open(struct forward_place *place,
                                     const struct addr *at, struct fault *fault)
{
    struct forward_udp *u = XALLOC_NEW(struct forward_udp);
    u->place = place;
    u->events = (struct udp_events){on_readable, on_writable};
    u->reader.on_packet = on_packet;
    u->udp = udp_bind(forward_loop(place->forward), at, &u->events, fault);
    if (u->udp == NULL) {
        free(u);
        return NULL;
    }
    uint64_t seed = 0;
    random_bytes(&seed, sizeof seed);
    map_init(&u->flows, seed);
    return u;
}

void forward_udp_close(struct forward_udp *u)
{
    if (u == NULL)
        return;
    udp_close(u->udp);
    map_fini(&u->flows);
    free(u);
}

void forward_udp_local(const struct forward_udp *u, struct addr *local)
{
    udp_local(u->udp, local);
}

/* ---- time ---- */

static uint64_t idle_limit(const struct forward *f)
{
    return f->options->flow_idle ? f->options->flow_idle : FLOW_IDLE;
}

static uint64_t due_of(const struct forward_flow *w)
{
    const struct udp_flow *u = of_flow((struct forward_flow *)(uintptr_t)w);
    if (w->state == FORWARD_FLOW_REFUSED)
        return w->retry_at;
    if (u->port == NULL)
        return u->has_input_ended ? w->active_at + STDIO_LINGER : UINT64_MAX;
    return w->active_at + idle_limit(w->place->forward);
}

void forward_udp_check_idle(struct forward *f, uint64_t now)
{
    uint64_t next = UINT64_MAX;
    list_each_safe (l, &f->flows) {
        struct forward_flow *w = container_of(l, struct forward_flow, link);
        uint64_t due = due_of(w);
        if (w->state == FORWARD_FLOW_ENDING)
            continue;
        if (due <= now) {
            w->ops->stop(w);
            continue;
        }
        next = due < next ? due : next;
        if (w->state != FORWARD_FLOW_REFUSED)
            break; /* all behind it are later */
    }
    if (next != UINT64_MAX)
        loop_arm(forward_loop(f), &f->idle, next);
}

/* ---- standard input and output ---- */

static void input_ended(struct udp_flow *u)
{
    u->has_input_ended = true;
    want_input(u);
    forward_flow_touch(&u->flow);
    forward_settle(forward_of(u));
}

static void on_ready(struct transport *t, unsigned events)
{
    struct udp_flow *u = t->owner;
    size_t cap = 0;
    size_t n = 0;
    uint8_t *scratch = loop_scratch(loop_of(u), &cap);
    if (!(events & LOOP_READ))
        return;
    switch (transport_read(t, scratch, cap, &n)) {
    case IO_OK:
        take_packet(u, span_of(scratch, n));
        return;
    case IO_AGAIN:
        return;
    case IO_EOF:
        input_ended(u);
        return;
    case IO_FAILED:
        forward_fail(forward_of(u), &t->fault);
        return;
    }
}

void forward_udp_stdio(struct forward_place *place)
{
    static const struct transport_events events = {.on_ready = on_ready};
    struct udp_flow *u = new_flow();
    u->flow.local[0] = '-';
    u->stdio = stdio_open(forward_loop(place->forward), 0, 1);
    u->stdio->owner = u;
    u->stdio->events = &events;
    forward_flow_start(&u->flow, place);
}
