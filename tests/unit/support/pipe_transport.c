#include "support/pipe_transport.h"

#include <assert.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/xalloc.h"

struct pipe_end {
    struct transport t;
    struct loop *loop;
    struct pipe_end *peer; /* NULL once it is closed */
    struct buf inbox;
    unsigned wanted;
    size_t piece;
    size_t room;
    unsigned calls;
    unsigned fail_at; /* in calls, 0: never */
    uint64_t read_at; /* the turn of the last read in pieces */
    bool is_shut;     /* no more bytes will come into the inbox */
    bool is_cut;
    bool is_connecting;
    struct loop_timer ready; /* due at once: the next turn reports readiness */
    struct loop_task reap;
};

static struct pipe_end *end_of(const struct transport *t)
{
    return container_of((struct transport *)(uintptr_t)t, struct pipe_end, t);
}

static size_t room_left(const struct pipe_end *e)
{
    if (e->room == 0)
        return SIZE_MAX;
    return e->inbox.len < e->room ? e->room - e->inbox.len : 0;
}

static unsigned readiness(const struct pipe_end *e)
{
    bool is_broken = e->is_cut || (e->fail_at && e->calls + 1 >= e->fail_at);
    unsigned events = 0;
    if (is_broken || e->is_shut || e->inbox.len > 0)
        events |= LOOP_READ;
    if (is_broken || e->peer == NULL || room_left(e->peer) > 0)
        events |= LOOP_WRITE;
    return events & e->wanted;
}

/* Level-triggered, as a socket is: armed as long as there is something. */
static void update(struct pipe_end *e)
{
    if (e->is_connecting || (e->t.events && readiness(e)))
        loop_arm(e->loop, &e->ready, 0);
    else
        loop_disarm(e->loop, &e->ready);
}

static void on_ready_timer(struct loop_timer *timer, uint64_t now)
{
    struct pipe_end *e = container_of(timer, struct pipe_end, ready);
    (void)now;
    if (e->is_connecting) {
        e->is_connecting = false;
        update(e);
        e->t.events->on_connected(&e->t);
        return;
    }
    unsigned events = readiness(e);
    update(e);
    if (events)
        e->t.events->on_ready(&e->t, events);
}

static bool fails_now(struct pipe_end *e, enum err code)
{
    e->calls++;
    if (!e->is_cut && (e->fail_at == 0 || e->calls < e->fail_at))
        return false;
    (void)fault_set(&e->t.fault, code, 0, "connection reset");
    return true;
}

static enum io end_read(struct transport *t, uint8_t *buf, size_t cap,
                        size_t *n)
{
    struct pipe_end *e = end_of(t);
    *n = 0;
    if (fails_now(e, ERR_RECV))
        return IO_FAILED;
    if (e->inbox.len == 0)
        return e->is_shut ? IO_EOF : IO_AGAIN;
    if (e->piece) {
        if (e->read_at == loop_now(e->loop))
            return IO_AGAIN;
        e->read_at = loop_now(e->loop);
        cap = cap < e->piece ? cap : e->piece;
    }
    struct span s;
    while (*n < cap && buf_peek(&e->inbox, &s, 1) == 1) {
        size_t len = s.len < cap - *n ? s.len : cap - *n;
        memcpy(buf + *n, s.base, len);
        buf_consume(&e->inbox, len);
        *n += len;
    }
    update(e);
    if (e->peer)
        update(e->peer);
    return IO_OK;
}

static enum io end_write(struct transport *t, const struct span *spans,
                         int nspans, size_t *n)
{
    struct pipe_end *e = end_of(t);
    *n = 0;
    if (fails_now(e, ERR_SEND))
        return IO_FAILED;
    if (e->peer == NULL) {
        (void)fault_set(&e->t.fault, ERR_SEND, 0, "broken pipe");
        return IO_FAILED;
    }
    size_t cap = room_left(e->peer);
    if (e->piece && cap > e->piece)
        cap = e->piece;
    if (cap == 0)
        return IO_AGAIN;
    for (int i = 0; i < nspans && *n < cap; i++) {
        size_t len = spans[i].len < cap - *n ? spans[i].len : cap - *n;
        buf_add(&e->peer->inbox, span_of(spans[i].base, len));
        *n += len;
    }
    update(e->peer);
    update(e);
    return IO_OK;
}

static void end_want(struct transport *t, unsigned events)
{
    struct pipe_end *e = end_of(t);
    e->wanted = events;
    update(e);
}

static void reap_end(struct loop_task *task)
{
    struct pipe_end *e = container_of(task, struct pipe_end, reap);
    buf_fini(&e->inbox);
    free(e);
}

static void end_close(struct transport *t)
{
    struct pipe_end *e = end_of(t);
    pipe_transport_shut(t);
    if (e->peer) {
        e->peer->peer = NULL;
        update(e->peer);
    }
    e->peer = NULL;
    loop_disarm(e->loop, &e->ready);
    loop_reap(e->loop, &e->reap);
}

static const struct transport_ops end_ops = {
    .name = "pipe",
    .read = end_read,
    .write = end_write,
    .shut = pipe_transport_shut,
    .want = end_want,
    .close = end_close,
};

static struct pipe_end *end_new(struct loop *loop)
{
    struct pipe_end *e = XALLOC_NEW(struct pipe_end);
    *e = (struct pipe_end){.t.ops = &end_ops,
                           .loop = loop,
                           .ready.on_expired = on_ready_timer,
                           .reap.run = reap_end};
    buf_init(&e->inbox, loop_buffers(loop));
    return e;
}

void pipe_transport_pair(struct loop *loop, struct transport **a,
                         struct transport **b)
{
    struct pipe_end *x = end_new(loop);
    struct pipe_end *y = end_new(loop);
    x->peer = y;
    y->peer = x;
    *a = &x->t;
    *b = &y->t;
}

void pipe_transport_connect(struct transport *t)
{
    end_of(t)->is_connecting = true;
    update(end_of(t));
}

void pipe_transport_set_piece(struct transport *t, size_t n)
{
    end_of(t)->piece = n;
}

void pipe_transport_set_room(struct transport *t, size_t n)
{
    end_of(t)->room = n;
}

void pipe_transport_fail_at(struct transport *t, unsigned n)
{
    struct pipe_end *e = end_of(t);
    e->fail_at = n ? e->calls + n : 0;
    update(e);
}

unsigned pipe_transport_calls(const struct transport *t)
{
    return end_of(t)->calls;
}

void pipe_transport_shut(struct transport *t)
{
    struct pipe_end *peer = end_of(t)->peer;
    if (peer == NULL)
        return;
    peer->is_shut = true;
    update(peer);
}

void pipe_transport_cut(struct transport *t)
{
    struct pipe_end *e = end_of(t);
    e->is_cut = true;
    update(e);
    if (e->peer == NULL)
        return;
    e->peer->is_cut = true;
    update(e->peer);
}

bool pipe_transport_is_shut(const struct transport *t)
{
    return end_of(t)->is_shut;
}

void pipe_transport_send(struct transport *t, struct span bytes)
{
    struct pipe_end *e = end_of(t);
    assert(e->peer);
    buf_add(&e->peer->inbox, bytes);
    update(e->peer);
}

void pipe_transport_send_text(struct transport *t, const char *text)
{
    pipe_transport_send(t, span_str(text));
}

bool pipe_transport_receive(struct transport *t, struct str *into)
{
    struct pipe_end *e = end_of(t);
    struct span s;
    while (buf_peek(&e->inbox, &s, 1) == 1) {
        str_add(into, s);
        buf_consume(&e->inbox, s.len);
    }
    if (e->peer)
        update(e->peer);
    return !e->is_shut;
}
