/*
 * Packets that have whoever speaks QUIC name its versions (version_packet.h).
 *
 * One address at a time, in the order of a dial.  The next one is tried when
 * the network says that nobody is there (ICMP); silence says nothing, and goes
 * on being asked.
 */
#include "base/fault.h"
#include "base/random.h"
#include "dial/lookup.h"
#include "dial/overrides.h"
#include "pool/manager.h"
#include "probe/ping.h"
#include "probe/version_packet.h"
#include "transport/udp_path.h"

/* Datagrams that are read in one go. */
#define BUDGET 64

struct versions {
    struct ping ping;
    struct lookup lookup;
    struct candidates_cursor at;
    struct addr addr;           /* that is tried */
    struct datagram_path *path; /* NULL: none */
    struct fault refused;       /* by the last address */
    struct version_packet_secret secret;
};

static struct versions *of_ping(struct ping *p)
{
    return container_of(p, struct versions, ping);
}

static void next_address(struct versions *v);

static void close_path(struct versions *v)
{
    if (v->path)
        v->path->ops->close(v->path);
    v->path = NULL;
}

/* ---- datagrams ---- */

static void refuse(struct versions *v, const struct fault *why)
{
    char host[ADDR_TEXT_MAX];
    addr_format(&v->addr, host);
    v->refused = *why;
    fault_reword(&v->refused,
                 "nobody listens at UDP port %u of %s: the network says so "
                 "(%.80s)",
                 addr_port(&v->addr), host, why->detail);
    close_path(v);
    next_address(v);
}

static void on_readable(struct datagram_path *path)
{
    struct versions *v = path->owner;
    struct fault fault;
    if (path->ops->receive(path, BUDGET, &fault) == IO_FAILED &&
        v->path == path)
        refuse(v, &fault);
}

static void on_datagram(struct datagram_path *path, struct span data,
                        uint8_t ecn)
{
    struct versions *v = path->owner;
    struct version_packet_answer a;
    (void)ecn;
    if (!version_packet_read(data, &v->secret, &a))
        return;
    ping_answered(&v->ping, &(struct qv_ping_answer){
                                .seq = a.seq,
                                .versions = a.versions,
                                .nversions = a.nversions,
                            });
}

static void on_writable(struct datagram_path *path)
{
    path->ops->want_write(path, false);
}

static const struct datagram_path_events path_events = {
    .on_readable = on_readable,
    .on_datagram = on_datagram,
    .on_writable = on_writable,
};

/* ---- addresses ---- */

static void tell_open(struct versions *v)
{
    char remote[ADDR_TEXT_MAX];
    char local[ADDR_TEXT_MAX];
    struct ping *p = &v->ping;
    addr_format(&v->addr, remote);
    addr_format(&v->path->local, local);
    p->face->ops->on_open(
        p->face, &(struct qv_ping_opened){
                     .http_version = "",
                     .can_ping = true,
                     .quic_version = "",
                     .remote_ip = remote,
                     .remote_port = addr_port(&v->addr),
                     .local_ip = local,
                     .local_port = addr_port(&v->path->local),
                     .time_connect = loop_now(ping_loop(p)) - p->started_at,
                 });
}

/* Not from within a start: tells of the address. */
static void next_address(struct versions *v)
{
    const struct addr *next;
    while ((next = candidates_next(&v->lookup.candidates, &v->at)) != NULL) {
        v->addr = *next;
        v->path = udp_path_connect(ping_loop(&v->ping), next,
                                   v->lookup.settings, &v->refused);
        if (v->path == NULL)
            continue;
        v->path->events = &path_events;
        v->path->owner = v;
        tell_open(v);
        return;
    }
    if (!v->lookup.is_asking)
        ping_fail(&v->ping, &v->refused);
}

static void on_news(struct lookup *l)
{
    struct versions *v = l->owner;
    if (v->path == NULL)
        next_address(v);
}

static void on_failed(struct lookup *l, const struct fault *why)
{
    struct versions *v = l->owner;
    ping_fail(&v->ping, why);
}

/* ---- its life ---- */

/* What is given is there at once, and told in a task. */
static void on_begin(struct loop_task *task)
{
    struct ping *p = container_of(task, struct ping, begin_task);
    struct versions *v = of_ping(p);
    if (!v->lookup.is_asking)
        next_address(v);
}

static bool begin(struct ping *p, struct fault *fault)
{
    struct versions *v = of_ping(p);
    const struct settings *s = &p->prepared->settings;
    struct route_endpoint at = {.host = p->host, .port = p->url.port};
    if (s->proxy.url) {
        fault_set(fault, ERR_USAGE, 0,
                  "a proxy stands between: QUIC's versions are asked for "
                  "directly (--noproxy '*')");
        return false;
    }
    if (!overrides_connect_to(&s->addresses, &at.host, &at.port, fault))
        return false;
    random_bytes(&v->secret, sizeof v->secret);
    v->lookup = (struct lookup){
        .loop = ping_loop(p),
        .names = &manager_dialer(p->client->manager)->names,
        .settings = s,
        .at = at,
        .owner = v,
        .on_news = on_news,
        .on_failed = on_failed,
    };
    p->begin_task.run = on_begin;
    if (!lookup_start(&v->lookup, fault))
        return false;
    if (!v->lookup.is_asking)
        loop_later(ping_loop(p), &p->begin_task);
    return true;
}

static bool ask(struct ping *p, uint64_t seq)
{
    struct versions *v = of_ping(p);
    uint8_t packet[VERSION_PACKET_LEN];
    struct fault fault;
    size_t sent = 0;
    if (v->path == NULL)
        return false;
    version_packet_ask(packet, &v->secret, seq);
    const struct datagram_run run = {.data = span_of(packet, sizeof packet),
                                     .segment = sizeof packet};
    enum io io = v->path->ops->send(v->path, &run, &sent, &fault);
    /* The network's word of the one before: it is read there as well. */
    return io == IO_OK;
}

static void stop(struct ping *p)
{
    struct versions *v = of_ping(p);
    if (v->lookup.loop)
        lookup_cancel(&v->lookup);
    loop_forget(ping_loop(p), &p->begin_task);
    close_path(v);
}

const struct ping_way ping_versions = {
    .size = sizeof(struct versions),
    .start = begin,
    .send = ask,
    .stop = stop,
};
