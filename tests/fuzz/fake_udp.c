#include "fake_udp.h"

#include <errno.h>
#include <stdlib.h>

#include "base/fault.h"
#include "base/xalloc.h"

/* More is dropped, as a kernel does. */
#define INBOX_MAX 64

struct datagram {
    struct list link;
    uint16_t port;
    uint8_t ecn;
    struct str bytes;
};

struct udp {
    struct loop *loop;
    struct udp_events *events;
    struct addr local;
    struct addr remote; /* of a connected one */
    struct list inbox;
    size_t ninbox;
    int error;
    bool wants_write;
    struct loop_timer ready;
    struct loop_task reap;
};

struct fake_udp_net fake_udp_net;

static void free_datagram(struct udp *u, struct datagram *d)
{
    list_remove(&d->link);
    u->ninbox--;
    str_fini(&d->bytes);
    free(d);
}

static void update(struct udp *u)
{
    bool is_writable = u->wants_write && !fake_udp_net.is_full;
    if (u->ninbox > 0 || u->error || is_writable)
        loop_arm(u->loop, &u->ready, 0);
    else
        loop_disarm(u->loop, &u->ready);
}

static void on_ready(struct loop_timer *t, uint64_t now)
{
    struct udp *u = container_of(t, struct udp, ready);
    (void)now;
    if (u->wants_write && !fake_udp_net.is_full)
        u->events->on_writable(u->events);
    if (fake_udp_net.socket == u && (u->ninbox > 0 || u->error))
        u->events->on_readable(u->events);
    if (fake_udp_net.socket == u)
        update(u);
}

static void on_reap(struct loop_task *task)
{
    struct udp *u = container_of(task, struct udp, reap);
    while (u->ninbox > 0)
        free_datagram(u, container_of(u->inbox.next, struct datagram, link));
    free(u);
}

static struct udp *open_socket(struct loop *loop, const struct addr *local,
                               struct udp_events *events)
{
    struct udp *u = XALLOC_NEW(struct udp);
    u->loop = loop;
    u->events = events;
    u->local = *local;
    u->ready.on_expired = on_ready;
    u->reap.run = on_reap;
    list_init(&u->inbox);
    fake_udp_net.socket = u;
    return u;
}

struct udp *udp_connect(struct loop *loop, const struct addr *to,
                        const struct settings *s, struct udp_events *events,
                        struct fault *fault)
{
    struct addr local;
    (void)s, (void)fault;
    (void)addr_parse(&local, SPAN_LIT("127.0.0.1"), 40000);
    struct udp *u = open_socket(loop, &local, events);
    u->remote = *to;
    return u;
}

struct udp *udp_bind(struct loop *loop, const struct addr *at,
                     struct udp_events *events, struct fault *fault)
{
    (void)fault;
    return open_socket(loop, at, events);
}

void udp_close(struct udp *u)
{
    if (fake_udp_net.socket == u)
        fake_udp_net.socket = NULL;
    loop_disarm(u->loop, &u->ready);
    loop_reap(u->loop, &u->reap);
}

void udp_local(const struct udp *u, struct addr *local)
{
    *local = u->local;
}

static void deliver(struct udp *u, struct datagram *d, struct udp_reader *r)
{
    struct udp_packet p = {
        .data = str_span(&d->bytes), .local = u->local, .ecn = d->ecn};
    p.remote = u->remote;
    if (u->remote.len == 0)
        (void)addr_parse(&p.remote, SPAN_LIT("127.0.0.1"), d->port);
    r->on_packet(r, &p);
}

enum io udp_read(struct udp *u, struct udp_reader *r, size_t budget,
                 struct fault *fault)
{
    if (u->error) {
        int error = u->error;
        u->error = 0;
        return fault_set_errno(fault, ERR_RECV, error, "recvmsg");
    }
    while (budget-- > 0 && u->ninbox > 0) {
        struct datagram *d = container_of(u->inbox.next, struct datagram, link);
        struct datagram taken = *d;
        str_init(&d->bytes);
        free_datagram(u, d);
        deliver(u, &taken, r);
        str_fini(&taken.bytes);
        if (fake_udp_net.socket != u)
            return IO_AGAIN;
    }
    return u->ninbox > 0 ? IO_OK : IO_AGAIN;
}

enum io udp_write(struct udp *u, const struct addr *to, const struct addr *from,
                  uint8_t ecn, struct span data, size_t segment, size_t *sent,
                  struct fault *fault)
{
    (void)u, (void)to, (void)from, (void)ecn, (void)fault;
    *sent = 0;
    if (fake_udp_net.is_full)
        return IO_AGAIN;
    while (*sent < data.len) {
        size_t n = data.len - *sent < segment ? data.len - *sent : segment;
        if (fake_udp_net.on_sent)
            fake_udp_net.on_sent(&fake_udp_net, span_of(data.base + *sent, n));
        *sent += n;
    }
    return IO_OK;
}

void udp_want_write(struct udp *u, bool wanted)
{
    u->wants_write = wanted;
    update(u);
}

void fake_udp_receive(uint16_t port, uint8_t ecn, struct span datagram)
{
    struct udp *u = fake_udp_net.socket;
    if (u == NULL || u->ninbox == INBOX_MAX)
        return;
    struct datagram *d = XALLOC_NEW(struct datagram);
    d->port = port;
    d->ecn = ecn;
    str_init(&d->bytes);
    str_add(&d->bytes, datagram);
    list_append(&u->inbox, &d->link);
    u->ninbox++;
    update(u);
}

void fake_udp_fail(int error)
{
    struct udp *u = fake_udp_net.socket;
    if (u == NULL)
        return;
    u->error = error;
    update(u);
}

void fake_udp_unblock(void)
{
    fake_udp_net.is_full = false;
    if (fake_udp_net.socket)
        update(fake_udp_net.socket);
}
