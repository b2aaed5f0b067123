#include "serve/tcp_tail.h"

#include <stdlib.h>

#include "base/xalloc.h"
#include "serve/server.h"
#include "transport/tcp.h"

/* Without a byte taken. */
#define PATIENCE (60 * LOOP_S)

struct tcp_tail {
    struct list link; /* of the server */
    struct loop *loop;
    struct transport *transport;
    struct buf queue;
    struct loop_timer timer;
    struct loop_task reap;
};

static void reap(struct loop_task *task)
{
    free(container_of(task, struct tcp_tail, reap));
}

static void end(struct tcp_tail *t, bool is_whole)
{
    list_remove(&t->link);
    loop_disarm(t->loop, &t->timer);
    buf_fini(&t->queue);
    if (is_whole)
        transport_close(t->transport);
    else
        tcp_reset(t->transport);
    loop_reap(t->loop, &t->reap);
}

static void write_rest(struct tcp_tail *t)
{
    size_t n;
    enum io io = transport_write_queue(t->transport, &t->queue, &n);
    if (io != IO_AGAIN)
        end(t, io == IO_OK);
    else if (n > 0)
        loop_arm(t->loop, &t->timer, loop_now(t->loop) + PATIENCE);
}

static void on_ready(struct transport *transport, unsigned events)
{
    (void)events;
    write_rest(transport->owner);
}

static void on_failed(struct transport *transport)
{
    end(transport->owner, false);
}

static void on_expired(struct loop_timer *timer, uint64_t now)
{
    (void)now;
    end(container_of(timer, struct tcp_tail, timer), false);
}

void tcp_tail_start(struct server *srv, struct transport *transport,
                    struct buf *queue)
{
    static const struct transport_events events = {
        .on_ready = on_ready,
        .on_failed = on_failed,
    };
    struct tcp_tail *t = XALLOC_NEW(struct tcp_tail);
    t->loop = server_loop(srv);
    t->transport = transport;
    t->queue = *queue;
    buf_init(queue, t->queue.pool);
    t->timer.on_expired = on_expired;
    t->reap.run = reap;
    transport->owner = t;
    transport->events = &events;
    list_append(server_tails(srv), &t->link);
    loop_arm(t->loop, &t->timer, loop_now(t->loop) + PATIENCE);
    transport_want(transport, LOOP_WRITE);
}

void tcp_tail_cut_all(struct list *tails)
{
    while (!list_is_empty(tails))
        end(container_of(tails->next, struct tcp_tail, link), false);
}
