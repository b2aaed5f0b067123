#include "support/path_net.h"

#include <assert.h>
#include <stdlib.h>

#include "base/str.h"
#include "base/xalloc.h"

#define SERVER_PORT 443

struct datagram {
    struct list link;
    struct addr from; /* of one to the server */
    uint8_t ecn;
    struct str bytes;
};

struct end {
    struct datagram_path path;
    struct addr seen; /* where the server sees it */
    struct path_net *net;
    struct list link;
    struct list inbox;
    bool is_dead;
    bool wants_write;
    bool has_fault;
    struct fault fault;
    size_t room;
    size_t ntaken; /* in the turn that began at taken_at */
    uint64_t taken_at;
    size_t nsent;
    size_t nrefused;
    struct loop_timer ready;
    struct loop_task reap;
};

static struct end *end_of(const struct datagram_path *p)
{
    return container_of((struct datagram_path *)(uintptr_t)p, struct end, path);
}

static void queue(struct list *inbox, struct span data, uint8_t ecn,
                  const struct addr *from)
{
    struct datagram *d = XALLOC_NEW(struct datagram);
    str_init(&d->bytes);
    str_add(&d->bytes, data);
    d->ecn = ecn;
    if (from)
        d->from = *from;
    list_append(inbox, &d->link);
}

static void drop(struct datagram *d)
{
    list_remove(&d->link);
    str_fini(&d->bytes);
    free(d);
}

static struct datagram *first(struct list *inbox)
{
    return container_of(inbox->next, struct datagram, link);
}

static struct span next_datagram(struct span *data, size_t segment)
{
    size_t len = data->len < segment ? data->len : segment;
    struct span one = span_of(data->base, len);
    *data = span_of(data->base + len, data->len - len);
    return one;
}

/* A path's end. */

static void update(struct end *e)
{
    if (!list_is_empty(&e->inbox) || e->has_fault || e->wants_write)
        loop_arm(e->net->loop, &e->ready, 0);
    else
        loop_disarm(e->net->loop, &e->ready);
}

static void on_ready(struct loop_timer *timer, uint64_t now)
{
    struct end *e = container_of(timer, struct end, ready);
    (void)now;
    bool wants_write = e->wants_write;
    if (!list_is_empty(&e->inbox) || e->has_fault) {
        e->path.events->on_readable(&e->path);
        if (list_is_empty(&e->link)) /* closed */
            return;
    }
    if (wants_write)
        e->path.events->on_writable(&e->path);
    if (!list_is_empty(&e->link))
        update(e);
}

static enum io receive(struct datagram_path *p, size_t budget,
                       struct fault *fault)
{
    struct end *e = end_of(p);
    if (e->has_fault) {
        e->has_fault = false;
        *fault = e->fault;
        return IO_FAILED;
    }
    for (size_t i = 0; i < budget * 64; i++) {
        if (list_is_empty(&e->inbox))
            return IO_AGAIN;
        struct datagram *d = first(&e->inbox);
        struct str bytes = d->bytes;
        uint8_t ecn = d->ecn;
        str_init(&d->bytes);
        drop(d);
        p->events->on_datagram(p, str_span(&bytes), ecn);
        str_fini(&bytes);
    }
    return IO_OK;
}

static bool is_full(struct end *e)
{
    if (e->taken_at != loop_now(e->net->loop)) {
        e->taken_at = loop_now(e->net->loop);
        e->ntaken = 0;
    }
    return e->room && e->ntaken >= e->room;
}

static void carry_up(struct end *e, struct span data, uint8_t ecn)
{
    struct path_net *n = e->net;
    e->ntaken++;
    e->nsent++;
    if (data.len > n->largest_up)
        n->largest_up = data.len;
    n->nup++;
    bool is_lost = n->is_lost && n->is_lost(n, true, n->nup);
    if (is_lost || e->is_dead || data.len > e->path.max_payload)
        return;
    queue(&n->inbox, data, ecn, &e->seen);
    loop_arm(n->loop, &n->ready, 0);
}

static enum io send_run(struct datagram_path *p, const struct datagram_run *run,
                        size_t *sent, struct fault *fault)
{
    struct end *e = end_of(p);
    struct span left = run->data;
    (void)fault;
    e->net->nruns_up++;
    while (left.len > 0 && !is_full(e))
        carry_up(e, next_datagram(&left, run->segment), run->ecn);
    *sent = run->data.len - left.len;
    e->nrefused += left.len > 0;
    return left.len > 0 ? IO_AGAIN : IO_OK;
}

static void want_write(struct datagram_path *p, bool wanted)
{
    struct end *e = end_of(p);
    e->wants_write = wanted;
    update(e);
}

static void on_reap(struct loop_task *task)
{
    free(container_of(task, struct end, reap));
}

static void close_end(struct datagram_path *p)
{
    struct end *e = end_of(p);
    assert(!list_is_empty(&e->link)); /* not closed twice */
    e->net->nclosed++;
    while (!list_is_empty(&e->inbox))
        drop(first(&e->inbox));
    list_remove(&e->link);
    loop_disarm(e->net->loop, &e->ready);
    loop_reap(e->net->loop, &e->reap);
}

static const struct datagram_path_ops ops = {
    .name = "net",
    .receive = receive,
    .send = send_run,
    .want_write = want_write,
    .close = close_end,
};

static void set_addr(struct addr *to, const char *text)
{
    bool is_addr = addr_parse(to, span_str(text), 1000);
    assert(is_addr);
    (void)is_addr;
}

struct datagram_path *path_net_connect(struct path_net *n, const char *from)
{
    struct end *e = XALLOC_NEW(struct end);
    *e = (struct end){
        .path = {.ops = &ops, .remote = n->server, .max_payload = 65507},
        .net = n,
        .ready.on_expired = on_ready,
        .reap.run = on_reap};
    set_addr(&e->path.local, from);
    e->seen = e->path.local;
    list_init(&e->inbox);
    list_init(&e->link);
    list_append(&n->ends, &e->link);
    return &e->path;
}

/* The server's end. */

static void on_server_ready(struct loop_timer *timer, uint64_t now)
{
    struct path_net *n = container_of(timer, struct path_net, ready);
    (void)now;
    while (!list_is_empty(&n->inbox)) {
        struct datagram *d = first(&n->inbox);
        struct udp_packet p = {.data = str_span(&d->bytes),
                               .remote = d->from,
                               .local = n->server,
                               .ecn = d->ecn};
        n->on_server(n, &p);
        drop(d);
    }
}

void path_net_answer(struct path_net *n, const struct addr *to,
                     const struct datagram_run *run)
{
    struct span left = run->data;
    while (left.len > 0) {
        struct span data = next_datagram(&left, run->segment);
        n->ndown++;
        if (n->is_lost && n->is_lost(n, false, n->ndown))
            continue;
        list_each_safe (pos, &n->ends) {
            struct end *e = container_of(pos, struct end, link);
            if (!addr_equal(&e->seen, to) || e->is_dead)
                continue;
            queue(&e->inbox, data, run->ecn, NULL);
            update(e);
        }
    }
}

void path_net_init(struct path_net *n, struct loop *loop)
{
    *n = (struct path_net){.loop = loop, .ready.on_expired = on_server_ready};
    list_init(&n->ends);
    list_init(&n->inbox);
    addr_parse(&n->server, SPAN_LIT("192.0.2.99"), SERVER_PORT);
}

void path_net_fini(struct path_net *n)
{
    assert(list_is_empty(&n->ends));
    loop_disarm(n->loop, &n->ready);
    while (!list_is_empty(&n->inbox))
        drop(first(&n->inbox));
}

void path_net_rebind(struct datagram_path *p, const char *from)
{
    set_addr(&end_of(p)->seen, from);
}

void path_net_set_dead(struct datagram_path *p, bool is_dead)
{
    end_of(p)->is_dead = is_dead;
}

void path_net_set_room(struct datagram_path *p, size_t ndatagrams)
{
    end_of(p)->room = ndatagrams;
}

void path_net_fail(struct datagram_path *p, const struct fault *fault)
{
    struct end *e = end_of(p);
    e->has_fault = true;
    e->fault = *fault;
    update(e);
}

size_t path_net_sent(const struct datagram_path *p)
{
    return end_of(p)->nsent;
}

size_t path_net_refused(const struct datagram_path *p)
{
    return end_of(p)->nrefused;
}
