#include "transport/udp_path.h"

#include <stdlib.h>

#include "base/list.h"
#include "base/xalloc.h"
#include "transport/udp.h"

/* The longest payload over IPv4 (RFC 791, RFC 768); over IPv6 it is 20 more. */
#define PAYLOAD_MAX 65507

struct udp_path {
    struct datagram_path path;
    struct loop *loop;
    struct udp *udp;
    struct udp_events events;
    struct udp_reader reader;
    const struct settings *settings; /* of its socket; NULL: none */
    struct loop_task reap;
};

static struct udp_path *udp_path_of(struct datagram_path *p)
{
    return container_of(p, struct udp_path, path);
}

static void on_readable(struct udp_events *e)
{
    struct udp_path *u = container_of(e, struct udp_path, events);
    u->path.events->on_readable(&u->path);
}

static void on_writable(struct udp_events *e)
{
    struct udp_path *u = container_of(e, struct udp_path, events);
    u->path.events->on_writable(&u->path);
}

static void on_packet(struct udp_reader *r, const struct udp_packet *packet)
{
    struct udp_path *u = container_of(r, struct udp_path, reader);
    u->path.events->on_datagram(&u->path, packet->data, packet->ecn);
}

static enum io receive(struct datagram_path *p, size_t budget,
                       struct fault *fault)
{
    struct udp_path *u = udp_path_of(p);
    return udp_read(u->udp, &u->reader, budget, fault);
}

static enum io send_run(struct datagram_path *p, const struct datagram_run *run,
                        size_t *sent, struct fault *fault)
{
    return udp_write(udp_path_of(p)->udp, NULL, NULL, run->ecn, run->data,
                     run->segment, sent, fault);
}

static void want_write(struct datagram_path *p, bool wanted)
{
    udp_want_write(udp_path_of(p)->udp, wanted);
}

static void on_reap(struct loop_task *task)
{
    free(container_of(task, struct udp_path, reap));
}

static void close_path(struct datagram_path *p)
{
    struct udp_path *u = udp_path_of(p);
    udp_close(u->udp);
    loop_reap(u->loop, &u->reap);
}

static struct datagram_path *again(const struct datagram_path *p,
                                   const struct addr *to, struct fault *fault)
{
    const struct udp_path *u = container_of(p, const struct udp_path, path);
    return udp_path_connect(u->loop, to ? to : &p->remote, u->settings, fault);
}

static const struct datagram_path_ops udp_path_ops = {
    .name = "udp",
    .receive = receive,
    .send = send_run,
    .want_write = want_write,
    .again = again,
    .close = close_path,
};

struct datagram_path *udp_path_connect(struct loop *loop, const struct addr *to,
                                       const struct settings *s,
                                       struct fault *fault)
{
    struct udp_path *u = XALLOC_NEW(struct udp_path);
    *u = (struct udp_path){
        .path = {.ops = &udp_path_ops,
                 .remote = *to,
                 .max_payload = PAYLOAD_MAX},
        .loop = loop,
        .events = {.on_readable = on_readable, .on_writable = on_writable},
        .reader.on_packet = on_packet,
        .settings = s,
        .reap.run = on_reap};
    u->udp = udp_connect(loop, to, s, &u->events, fault);
    if (u->udp == NULL) {
        free(u);
        return NULL;
    }
    udp_local(u->udp, &u->path.local);
    return &u->path;
}
