/*
 * Which way a datagram takes is decided for each:
 *
 *   it fits an HTTP datagram of the proxy's connection    that
 *   the connection has none, or carries less than QUIC    a DATAGRAM capsule,
 *   needs (RFC 9000 14)                                   on the stream
 *   it is longer than any that has fit                    lost: it was a probe
 *                                                         for a larger MTU
 *   it has fit before                                     a capsule: the
 *                                                         proxy's path shrank
 *
 * A connection of HTTP/3 begins with packets in which no 1,200 bytes of another
 * connection fit, and finds a round trip or two later that its path carries more.
 * So at first nothing is sent for that long: capsules are retransmitted under a
 * connection that retransmits by itself, and not every proxy takes them.
 *
 * Context 0 is UDP's (RFC 9298 4): each payload has a zero before it.  What comes
 * in another context was not asked for, and is dropped.
 *
 * What comes is handed over where it lies: its reader is a QUIC connection,
 * which uses none of the memory that is read into.
 */
#include "pool/tunnel_datagrams.h"

#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/qlog.h"
#include "base/varint.h"
#include "base/xalloc.h"
#include "channel/capsule.h"
#include "pool/tunnel.h"

/* The longest payload of UDP (RFC 768 over IPv4). */
#define PAYLOAD_MAX ((size_t)65507)

/* The context id of UDP, as it stands before a payload. */
#define CONTEXT_LEN ((size_t)1)

/* No QUIC goes over a path that carries less (RFC 9000 14). */
#define QUIC_MIN ((size_t)1200)

/* Until the proxy's path is known to carry QUIC: so many round trips, within
 * these bounds. */
#define GROWTH_RTTS 4
#define GROWTH_MIN  (50 * LOOP_MS)
#define GROWTH_MAX  (250 * LOOP_MS)

/* Datagrams that wait for the proxy's congestion control. */
#define QUEUE ((size_t)256)

enum way {
    WAY_DATAGRAM,
    WAY_CAPSULE,
    WAY_LOST,
    WAY_LATER,
};

struct tunnel_datagrams {
    struct datagram_path path;
    struct tunnel tunnel;
    struct datagrams datagrams;
    struct capsule_reader reader;
    size_t proven; /* the longest that has fit a datagram */
    bool wants_write;
    bool is_closed;
    struct loop_task readable;
    struct loop_task writable;
    struct loop_timer growth;
    struct loop_task reap;
};

static struct tunnel_datagrams *of_path(struct datagram_path *p)
{
    return container_of(p, struct tunnel_datagrams, path);
}

static struct tunnel_datagrams *of_tunnel(struct tunnel *t)
{
    return container_of(t, struct tunnel_datagrams, tunnel);
}

static struct tunnel_datagrams *of_datagrams(struct datagrams *d)
{
    return container_of(d, struct tunnel_datagrams, datagrams);
}

static bool is_over(const struct tunnel_datagrams *u)
{
    return u->tunnel.state == TUNNEL_OVER;
}

/* ---- what comes ---- */

static void tell_readable(struct tunnel_datagrams *u)
{
    loop_later(u->tunnel.loop, &u->readable);
}

static void on_readable(struct loop_task *task)
{
    struct tunnel_datagrams *u =
        container_of(task, struct tunnel_datagrams, readable);
    u->path.events->on_readable(&u->path);
}

/* The reader is told of the end of the batch in a task. */
static void take(struct tunnel_datagrams *u, struct span payload)
{
    uint64_t context;
    if (u->is_closed || !varint_take(&payload, &context) || context != 0)
        return;
    tell_readable(u);
    u->path.events->on_datagram(&u->path, payload, 0);
}

static void on_datagram(struct datagrams *d, struct span payload)
{
    take(of_datagrams(d), payload);
}

static enum sink_flow on_bytes(struct tunnel *t, struct span bytes)
{
    struct tunnel_datagrams *u = of_tunnel(t);
    struct capsule c;
    u->reader.qlog = t->ex.qlog;
    while (!u->is_closed && capsule_next(&u->reader, &bytes, &c))
        if (c.type == CAPSULE_DATAGRAM && !capsule_is_cut(&c))
            take(u, c.value);
    return SINK_MORE;
}

static enum io receive(struct datagram_path *p, size_t budget,
                       struct fault *fault)
{
    struct tunnel_datagrams *u = of_path(p);
    (void)budget;
    if (!is_over(u))
        return IO_AGAIN;
    *fault = u->tunnel.fault;
    fault->wire = 0; /* that of a path is an errno */
    return IO_FAILED;
}

/* ---- what leaves ---- */

static void tell_writable(struct tunnel_datagrams *u)
{
    if (u->wants_write && !u->is_closed)
        loop_later(u->tunnel.loop, &u->writable);
}

static void on_writable(struct loop_task *task)
{
    struct tunnel_datagrams *u =
        container_of(task, struct tunnel_datagrams, writable);
    if (u->wants_write)
        u->path.events->on_writable(&u->path);
}

static size_t room_of(const struct tunnel_datagrams *u)
{
    size_t max = u->datagrams.max;
    return max > CONTEXT_LEN ? max - CONTEXT_LEN : 0;
}

static enum way by_capsule(const struct tunnel_datagrams *u)
{
    return u->tunnel.out.len < TUNNEL_OUT_HIGH ? WAY_CAPSULE : WAY_LATER;
}

static enum way way_of(const struct tunnel_datagrams *u, size_t len)
{
    size_t room = room_of(u);
    if (u->tunnel.state != TUNNEL_OPEN)
        return WAY_LATER;
    if (room == 0)
        return by_capsule(u);
    if (room < QUIC_MIN)
        return heap_has(&u->growth.node) ? WAY_LATER : by_capsule(u);
    if (len > room)
        return len > u->proven ? WAY_LOST : by_capsule(u);
    return datagrams_is_full(&u->datagrams) ? WAY_LATER : WAY_DATAGRAM;
}

static void send_datagram(struct tunnel_datagrams *u, struct span payload)
{
    static uint8_t bytes[CONTEXT_LEN + PAYLOAD_MAX];
    memcpy(bytes + CONTEXT_LEN, payload.base, payload.len);
    if (payload.len > u->proven)
        u->proven = payload.len;
    if (datagrams_push(&u->datagrams, span_of(bytes, CONTEXT_LEN + payload.len),
                       loop_now(u->tunnel.loop)))
        tunnel_send_datagrams(&u->tunnel);
}

static void send_capsule(struct tunnel_datagrams *u, struct span payload)
{
    uint8_t head[CAPSULE_HEAD_MAX + CONTEXT_LEN];
    size_t len =
        capsule_head(head, CAPSULE_DATAGRAM, CONTEXT_LEN + payload.len);
    head[len++] = 0;
    buf_add(&u->tunnel.out, span_of(head, len));
    buf_add(&u->tunnel.out, payload);
    qlog_capsule(u->tunnel.ex.qlog, CAPSULE_DATAGRAM, CONTEXT_LEN + payload.len,
                 QLOG_LOCAL);
    tunnel_send(&u->tunnel);
}

/* False: not now. */
static bool send_one(struct tunnel_datagrams *u, struct span payload)
{
    switch (way_of(u, payload.len)) {
    case WAY_DATAGRAM:
        send_datagram(u, payload);
        return true;
    case WAY_CAPSULE:
        send_capsule(u, payload);
        return true;
    case WAY_LOST:
        return true;
    case WAY_LATER:
        break;
    }
    return false;
}

static enum io send_run(struct datagram_path *p, const struct datagram_run *run,
                        size_t *sent, struct fault *fault)
{
    struct tunnel_datagrams *u = of_path(p);
    *sent = 0;
    if (is_over(u)) {
        *fault = u->tunnel.fault;
        fault->wire = 0;
        return IO_FAILED;
    }
    while (*sent < run->data.len) {
        size_t left = run->data.len - *sent;
        size_t len = left < run->segment ? left : run->segment;
        if (len <= PAYLOAD_MAX &&
            !send_one(u, span_of(run->data.base + *sent, len)))
            return IO_AGAIN;
        *sent += len;
    }
    return IO_OK;
}

static void want_write(struct datagram_path *p, bool wanted)
{
    of_path(p)->wants_write = wanted;
}

/* ---- what the tunnel tells ---- */

/* Half of the ring is free, or the proxy's path carries another size. */
static void on_room(struct datagrams *d)
{
    struct tunnel_datagrams *u = of_datagrams(d);
    if (room_of(u) >= QUIC_MIN)
        loop_disarm(u->tunnel.loop, &u->growth);
    tell_writable(u);
}

static void on_grown(struct loop_timer *timer, uint64_t now)
{
    (void)now;
    tell_writable(container_of(timer, struct tunnel_datagrams, growth));
}

static uint64_t growth_time(const struct tunnel_datagrams *u)
{
    uint64_t time = GROWTH_RTTS * tunnel_rtt(&u->tunnel);
    if (time < GROWTH_MIN)
        time = GROWTH_MIN;
    return time < GROWTH_MAX ? time : GROWTH_MAX;
}

static void on_open(struct tunnel *t, const struct response_head *head)
{
    struct tunnel_datagrams *u = of_tunnel(t);
    size_t room = room_of(u);
    (void)head;
    if (room > 0 && room < QUIC_MIN)
        loop_arm(t->loop, &u->growth, loop_now(t->loop) + growth_time(u));
    else
        tell_writable(u);
}

static void on_drain(struct tunnel *t)
{
    tell_writable(of_tunnel(t));
}

/* Without its stream nothing is carried any more. */
static void on_end(struct tunnel *t)
{
    struct tunnel_datagrams *u = of_tunnel(t);
    struct fault why;
    fault_set(&why, ERR_RECV, 0, "the proxy has ended the tunnel");
    tunnel_end(&u->tunnel, &why);
}

static void on_over(struct tunnel *t)
{
    struct tunnel_datagrams *u = of_tunnel(t);
    if (t->fault.code == ERR_NONE)
        fault_set(&t->fault, ERR_RECV, 0, "the tunnel has ended");
    loop_disarm(t->loop, &u->growth);
    tell_readable(u);
}

static void on_closed(struct tunnel *t)
{
    loop_reap(t->loop, &of_tunnel(t)->reap);
}

static const struct tunnel_events tunnel_events = {
    .on_open = on_open,
    .on_bytes = on_bytes,
    .on_end = on_end,
    .on_drain = on_drain,
    .on_over = on_over,
    .on_closed = on_closed,
};

/* ---- the path ---- */

static void on_reap(struct loop_task *task)
{
    struct tunnel_datagrams *u =
        container_of(task, struct tunnel_datagrams, reap);
    datagrams_fini(&u->datagrams);
    capsule_reader_fini(&u->reader);
    free(u);
}

static void close_path(struct datagram_path *p)
{
    struct tunnel_datagrams *u = of_path(p);
    struct loop *loop = u->tunnel.loop;
    if (u->is_closed)
        return;
    u->is_closed = true;
    loop_forget(loop, &u->readable);
    loop_forget(loop, &u->writable);
    loop_disarm(loop, &u->growth);
    tunnel_close(&u->tunnel);
}

static const struct datagram_path_ops path_ops = {
    .name = "tunnel",
    .receive = receive,
    .send = send_run,
    .want_write = want_write,
    .close = close_path,
};

/* QUIC names its paths by addresses; this one has none but its own. */
static void name_path(struct datagram_path *p)
{
    (void)addr_parse(&p->local, SPAN_LIT("::"), 0);
    (void)addr_parse(&p->remote, SPAN_LIT("::"), 0);
}

struct datagram_path *tunnel_datagrams_open(struct tunnel_host *h,
                                            const struct settings *s,
                                            struct span host, uint16_t port)
{
    const struct datagrams_limits limits = {.count = QUEUE};
    const struct capsule_limits sizes = {.datagram = CAPSULE_DATAGRAM_MAX};
    struct tunnel_datagrams *u = XALLOC_NEW(struct tunnel_datagrams);
    u->path.ops = &path_ops;
    u->path.max_payload = PAYLOAD_MAX;
    name_path(&u->path);
    u->datagrams.on_datagram = on_datagram;
    u->datagrams.on_drain = on_room;
    datagrams_init(&u->datagrams, &limits);
    capsule_reader_init(&u->reader, &sizes);
    u->readable.run = on_readable;
    u->writable.run = on_writable;
    u->growth.on_expired = on_grown;
    u->reap.run = on_reap;
    tunnel_start(&u->tunnel,
                 &(struct tunnel_config){
                     .host = h,
                     .settings = s,
                     .goal = {.host = host, .port = port, .is_udp = true},
                     .datagrams = &u->datagrams,
                     .events = &tunnel_events});
    return &u->path;
}

void tunnel_datagrams_facts(const struct datagram_path *p,
                            struct conn_facts *facts)
{
    const struct tunnel_datagrams *u =
        of_path((struct datagram_path *)(uintptr_t)p);
    tunnel_facts(&u->tunnel, facts);
}
