/*
 * Bytes of the local side are read when the channel has room for them; what comes
 * of the proxy is gathered over a turn, because HTTP/3 hands it over a packet at
 * a time, and written once.  What the local side does not take is kept, and over
 * a mark the channel is paused.  So both ways are in constant memory.
 *
 * Each side ends alone: the local one's end is our FIN, the proxy's is a shutdown
 * of the local connection.  A side that breaks takes the other with it, as a
 * reset, so that nobody takes a part for the whole.
 */
#include "forward/forward_tcp.h"

#include "base/xalloc.h"
#include "forward/forward_flow.h"
#include "transport/stdio.h"
#include "transport/tcp.h"

#define HIGH_MARK ((size_t)256 << 10)
#define LOW_MARK  ((size_t)64 << 10)

/* Reads of the local side in a turn. */
#define READS 4

struct tcp_flow {
    struct forward_flow flow;
    struct transport *local;
    struct buf queue;      /* to the local side */
    struct loop_task turn; /* writes it */
    bool is_stdio;
    bool is_full;      /* the channel has no room: until on_drain() */
    bool is_paused;    /* the channel, until the queue is shorter */
    bool has_ended;    /* the local side: nothing more comes of it */
    bool is_peer_over; /* nothing more comes of the proxy, */
    bool is_shut;      /* and the local side was told */
    bool is_closed;    /* the channel is over: only the queue is left */
};

static struct tcp_flow *of_flow(struct forward_flow *w)
{
    return container_of(w, struct tcp_flow, flow);
}

static struct forward *forward_of(const struct tcp_flow *t)
{
    return t->flow.place->forward;
}

static struct loop *loop_of(const struct tcp_flow *t)
{
    return forward_loop(forward_of(t));
}

static void want(struct tcp_flow *t)
{
    bool reads = t->flow.state == FORWARD_FLOW_OPEN && !t->has_ended &&
                 !t->is_full && !t->is_closed;
    transport_want(t->local, (reads ? LOOP_READ : 0U) |
                                 (t->queue.len > 0 ? LOOP_WRITE : 0U));
}

/* ---- the end ---- */

/* With standard input and output the forward ends as well. */
static void over(struct tcp_flow *t, const struct fault *fault)
{
    const struct fault none = {.code = ERR_NONE};
    struct forward *f = forward_of(t);
    if (t->is_stdio)
        forward_fail(f, fault ? fault : &none);
    else
        forward_flow_end(&t->flow);
}

/* The local side is broken. */
static void fail(struct tcp_flow *t)
{
    const struct fault fault = t->local->fault;
    t->is_shut = true; /* nothing to wait for: a reset says more */
    over(t, &fault);
}

/* ---- to the local side ---- */

static void shut_when_written(struct tcp_flow *t)
{
    if (!t->is_peer_over || t->is_shut || t->queue.len > 0)
        return;
    t->is_shut = true;
    transport_shut(t->local);
}

static void run_turn(struct loop_task *task)
{
    struct tcp_flow *t = container_of(task, struct tcp_flow, turn);
    size_t n;
    if (transport_write_queue(t->local, &t->queue, &n) == IO_FAILED) {
        fail(t);
        return;
    }
    shut_when_written(t);
    if (t->is_closed && t->queue.len == 0) {
        over(t, NULL);
        return;
    }
    want(t);
    if (t->is_paused && t->queue.len <= LOW_MARK && t->flow.channel.state) {
        t->is_paused = false;
        channel_resume(t->flow.channel.state);
    }
}

static enum qv_flow on_event(struct forward_flow *w,
                             const struct qv_channel_event *e)
{
    struct tcp_flow *t = of_flow(w);
    if (w->state == FORWARD_FLOW_OVER)
        return QV_MORE;
    if (e->what == QV_CHANNEL_STREAM)
        buf_add(&t->queue, span_of(e->data, e->len));
    else if (e->what == QV_CHANNEL_END)
        t->is_peer_over = true;
    else
        return QV_MORE;
    loop_later(loop_of(t), &t->turn);
    if (t->queue.len >= HIGH_MARK)
        t->is_paused = true;
    return t->is_paused ? QV_PAUSE : QV_MORE;
}

/* ---- to the proxy ---- */

static void input_ended(struct tcp_flow *t)
{
    t->has_ended = true;
    channel_end(t->flow.channel.state, 0, NULL);
}

/* False: nothing more is to be read now. */
static bool read_some(struct tcp_flow *t)
{
    struct channel *ch = t->flow.channel.state;
    size_t cap = 0;
    size_t n = 0;
    uint8_t *scratch = loop_scratch(loop_of(t), &cap);
    if (!channel_out_has_room(ch)) {
        t->is_full = true;
        return false;
    }
    switch (transport_read(t->local, scratch, cap, &n)) {
    case IO_OK:
        (void)channel_send(
            ch, &(struct qv_channel_message){.what = QV_CHANNEL_STREAM,
                                             .data = scratch,
                                             .len = n,
                                             .stream = -1});
        return true;
    case IO_AGAIN:
        return false;
    case IO_EOF:
        input_ended(t);
        return false;
    case IO_FAILED:
        fail(t);
        return false;
    }
    return false;
}

static void on_ready(struct transport *transport, unsigned events)
{
    struct tcp_flow *t = transport->owner;
    if ((events & LOOP_WRITE) && t->queue.len > 0)
        loop_later(loop_of(t), &t->turn);
    if (!(events & LOOP_READ) || t->has_ended || t->is_closed ||
        t->flow.state != FORWARD_FLOW_OPEN)
        return;
    for (int i = 0; i < READS; i++)
        if (!read_some(t))
            break;
    if (t->flow.state != FORWARD_FLOW_OVER &&
        forward_of(t)->state != FORWARD_OVER)
        want(t);
}

static void on_failed(struct transport *transport)
{
    fail(transport->owner);
}

static void on_drain(struct forward_flow *w)
{
    struct tcp_flow *t = of_flow(w);
    t->is_full = false;
    want(t);
}

/* ---- life ---- */

static void on_open(struct forward_flow *w)
{
    want(of_flow(w));
}

static void on_closed(struct forward_flow *w, const struct fault *fault)
{
    struct tcp_flow *t = of_flow(w);
    bool is_final = fault && fault->code == ERR_NOT_NEGOTIATED;
    if (fault || w->state == FORWARD_FLOW_ASKING) {
        t->is_shut = true;
        if (is_final)
            forward_fail(forward_of(t), fault);
        else
            over(t, fault);
        return;
    }
    t->is_peer_over = true;
    t->is_closed = true; /* what has come is still written */
    loop_later(loop_of(t), &t->turn);
}

/* What is on its way is not waited for: a stream has no end of its own. */
static void stop(struct forward_flow *w)
{
    struct tcp_flow *t = of_flow(w);
    const struct fault none = {.code = ERR_NONE};
    over(t, t->is_stdio ? &none : NULL);
}

static void fini(struct forward_flow *w)
{
    struct tcp_flow *t = of_flow(w);
    bool is_whole =
        t->is_closed && t->queue.len == 0 && t->is_shut && t->is_peer_over;
    loop_forget(loop_of(t), &t->turn);
    buf_fini(&t->queue);
    if (is_whole || t->is_stdio)
        transport_close(t->local);
    else
        tcp_reset(t->local);
}

static const struct forward_flow_ops flow_ops = {
    .on_open = on_open,
    .on_event = on_event,
    .on_drain = on_drain,
    .on_closed = on_closed,
    .stop = stop,
    .fini = fini,
};

static struct tcp_flow *new_flow(struct forward_place *place,
                                 struct transport *local)
{
    static const struct transport_events events = {
        .on_ready = on_ready,
        .on_failed = on_failed,
    };
    struct tcp_flow *t = XALLOC_NEW(struct tcp_flow);
    t->flow.ops = &flow_ops;
    t->local = local;
    t->turn.run = run_turn;
    buf_init(&t->queue, loop_buffers(forward_loop(place->forward)));
    local->owner = t;
    local->events = &events;
    return t;
}

static void on_accept(struct tcp_listener *l, int fd, const struct addr *from)
{
    struct forward_tcp_port *port =
        container_of(l, struct forward_tcp_port, listener);
    struct forward *f = port->place->forward;
    struct tcp_flow *t =
        new_flow(port->place, tcp_accepted(forward_loop(f), fd));
    forward_format(from, t->flow.local);
    forward_flow_start(&t->flow, port->place);
}

bool forward_tcp_open(struct forward_tcp_port *port, const struct addr *at,
                      struct fault *fault)
{
    port->listener.on_accept = on_accept;
    return tcp_listener_open(&port->listener,
                             forward_loop(port->place->forward), at, fault);
}

void forward_tcp_stdio(struct forward_place *place)
{
    struct tcp_flow *t =
        new_flow(place, stdio_open(forward_loop(place->forward), 0, 1));
    t->is_stdio = true;
    t->flow.local[0] = '-';
    forward_flow_start(&t->flow, place);
}
