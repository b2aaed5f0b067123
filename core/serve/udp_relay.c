/*
 * A packet of the target goes to the client in an HTTP datagram, if the
 * connection has those and it fits, else in a DATAGRAM capsule on the stream.
 * Nothing waits for long: a ring of datagrams drops its oldest, and what finds
 * the stream's queue full is dropped, as a router would; both are counted.  A
 * packet of the client leaves at the end of the turn, those of one size together
 * (transport/udp_gather).
 *
 *   LOOKING -> OPEN -> ENDING       (refused: LOOKING to the end)
 *
 * 200 is sent when the socket is there.  The flow ends with the client's stream,
 * with the network's word that nobody is there (ICMP: the stream is reset), or by
 * itself after a time without packets or when the server stops: then our side of
 * the stream ends, and the client has GRACE (or that time, if it is less) to end
 * its own.
 */
#include "serve/udp_relay.h"

#include "base/list.h"
#include "base/qlog.h"
#include "base/str.h"
#include "channel/capsule.h"
#include "channel/connect_udp.h"
#include "http/datagrams.h"
#include "serve/answers.h"
#include "serve/body_pipe.h"
#include "serve/reply.h"
#include "serve/server.h"
#include "serve/server_counters.h"
#include "serve/tunnel_allow.h"
#include "serve/tunnel_lookup.h"
#include "serve/tunnel_refuse.h"
#include "transport/udp_gather.h"

#define GRACE (5 * LOOP_S)

/* Messages of the socket in a turn; one may hold many datagrams. */
#define READ_BUDGET 64

enum udp_relay_state {
    UDP_RELAY_LOOKING,
    UDP_RELAY_OPEN,
    UDP_RELAY_ENDING,
};

struct udp_relay {
    struct reply reply;
    enum udp_relay_state state;
    struct tunnel_target target;
    struct tunnel_lookup lookup;
    struct udp *udp; /* while OPEN */
    struct udp_events events;
    struct udp_reader reader;
    struct udp_gather gather;
    struct datagrams datagrams;
    struct capsule_reader capsules;
    struct body_pipe pipe;
    uint64_t active_at;
    struct loop_timer timer; /* idle; then the grace */
    struct server_drain_watch watch;
};

static struct loop *loop_of(const struct udp_relay *u)
{
    return server_loop(u->reply.stream->server);
}

static struct server_counters *counters_of(const struct udp_relay *u)
{
    return server_counters(u->reply.stream->server);
}

static struct udp_relay *of_reply(struct reply *r)
{
    return container_of(r, struct udp_relay, reply);
}

static void note_packet(struct udp_relay *u)
{
    u->active_at = loop_now(loop_of(u));
}

/* ---- the end ---- */

static void close_socket(struct udp_relay *u)
{
    if (u->state != UDP_RELAY_OPEN)
        return;
    u->state = UDP_RELAY_ENDING;
    udp_gather_fini(&u->gather);
    udp_close(u->udp);
    counters_of(u)->packets_out += u->gather.sent;
    counters_of(u)->packets_dropped += u->gather.dropped;
    server_counters_closed(&counters_of(u)->tunnels[TUNNEL_UDP]);
}

static void end_flow(struct udp_relay *u)
{
    uint64_t idle = server_get_options(u->reply.stream->server)->flow_idle;
    close_socket(u);
    body_pipe_end(&u->pipe);
    loop_arm(loop_of(u), &u->timer,
             loop_now(loop_of(u)) + (idle < GRACE ? idle : GRACE));
}

static void fail(struct udp_relay *u, uint64_t code)
{
    struct stream *s = u->reply.stream;
    close_socket(u);
    loop_disarm(loop_of(u), &u->timer);
    s->ops->reset(s, code);
}

static void on_expired(struct loop_timer *t, uint64_t now)
{
    struct udp_relay *u = container_of(t, struct udp_relay, timer);
    struct stream *s = u->reply.stream;
    uint64_t idle_at = u->active_at + server_get_options(s->server)->flow_idle;
    if (u->state == UDP_RELAY_ENDING)
        s->ops->reset(s, s->ops->connect_error);
    else if (now < idle_at)
        loop_arm(loop_of(u), t, idle_at);
    else
        end_flow(u);
}

static void on_drain(struct server_drain_watch *w)
{
    struct udp_relay *u = container_of(w, struct udp_relay, watch);
    if (u->state == UDP_RELAY_OPEN)
        end_flow(u);
}

/* ---- to the client ---- */

static void send_capsule(struct udp_relay *u, struct span packet)
{
    uint8_t head[CAPSULE_HEAD_MAX];
    if (body_pipe_is_full(&u->pipe)) {
        counters_of(u)->packets_dropped++;
        return;
    }
    size_t len =
        capsule_head(head, CAPSULE_DATAGRAM, CONNECT_UDP_HEAD_LEN + packet.len);
    buf_add(&u->pipe.queue, span_of(head, len));
    buf_add(&u->pipe.queue, span_of(CONNECT_UDP_HEAD, CONNECT_UDP_HEAD_LEN));
    qlog_capsule(u->reply.stream->qlog, CAPSULE_DATAGRAM,
                 CONNECT_UDP_HEAD_LEN + packet.len, QLOG_LOCAL);
    (void)body_pipe_add(&u->pipe, packet);
}

static void on_packet(struct udp_reader *r, const struct udp_packet *p)
{
    struct udp_relay *u = container_of(r, struct udp_relay, reader);
    struct stream *s = u->reply.stream;
    struct span head = span_of(CONNECT_UDP_HEAD, CONNECT_UDP_HEAD_LEN);
    counters_of(u)->packets_in++;
    if (p->data.len + head.len > u->datagrams.max) {
        send_capsule(u, p->data);
        return;
    }
    u->reply.bytes_sent += p->data.len;
    if (datagrams_push_behind(&u->datagrams, head, p->data,
                              loop_now(loop_of(u))))
        s->ops->resume(s, EXCHANGE_DATAGRAM);
}

static void on_readable(struct udp_events *e)
{
    struct udp_relay *u = container_of(e, struct udp_relay, events);
    struct stream *s = u->reply.stream;
    struct fault fault;
    note_packet(u);
    if (udp_read(u->udp, &u->reader, READ_BUDGET, &fault) == IO_FAILED)
        fail(u, s->ops->connect_error);
}

static void on_writable(struct udp_events *e)
{
    (void)e; /* what does not go at once is dropped */
}

/* ---- to the target ---- */

static void on_unreachable(struct udp_gather *g, const struct fault *fault)
{
    struct udp_relay *u = container_of(g, struct udp_relay, gather);
    (void)fault;
    fail(u, u->reply.stream->ops->connect_error);
}

static void take_datagram(struct udp_relay *u, struct span datagram)
{
    struct span packet;
    if (!connect_udp_packet(datagram, &packet))
        return;
    if (u->state != UDP_RELAY_OPEN) {
        counters_of(u)->packets_dropped++;
        return;
    }
    note_packet(u);
    udp_gather_add(&u->gather, packet);
}

static void on_datagram(struct datagrams *d, struct span payload)
{
    struct udp_relay *u = container_of(d, struct udp_relay, datagrams);
    u->reply.bytes_received += payload.len;
    take_datagram(u, payload);
}

static enum sink_flow on_body(struct reply *r, struct span data)
{
    struct udp_relay *u = of_reply(r);
    struct capsule one;
    while (capsule_next(&u->capsules, &data, &one))
        if (one.type == CAPSULE_DATAGRAM && !capsule_is_cut(&one))
            take_datagram(u, one.value);
    return SINK_MORE;
}

static void on_end(struct reply *r, const struct fields *trailers)
{
    struct udp_relay *u = of_reply(r);
    struct stream *s = r->stream;
    (void)trailers;
    if (!capsule_may_end(&u->capsules)) {
        fail(u, s->ops->malformed_error);
        return;
    }
    if (u->state == UDP_RELAY_OPEN)
        end_flow(u);
    else
        body_pipe_end(&u->pipe);
}

static void on_free(struct reply *r)
{
    struct udp_relay *u = of_reply(r);
    const struct datagrams_counters *d = &u->datagrams.counters;
    close_socket(u);
    counters_of(u)->packets_dropped +=
        d->dropped_full + d->dropped_old + d->dropped_large;
    tunnel_lookup_cancel(&u->lookup);
    server_unwatch_drain(&u->watch);
    loop_disarm(loop_of(u), &u->timer);
    body_pipe_fini(&u->pipe);
    datagrams_fini(&u->datagrams);
    capsule_reader_fini(&u->capsules);
}

/* ---- the beginning ---- */

static void open_flow(struct udp_relay *u)
{
    struct stream *s = u->reply.stream;
    u->state = UDP_RELAY_OPEN;
    u->reader.on_packet = on_packet;
    u->gather.on_fault = on_unreachable;
    udp_gather_init(&u->gather, loop_of(u), server_gather(s->server), u->udp,
                    NULL);
    server_counters_opened(&counters_of(u)->tunnels[TUNNEL_UDP]);
    note_packet(u);
    loop_arm(loop_of(u), &u->timer,
             u->active_at + server_get_options(s->server)->flow_idle);
    reply_field(&u->reply, "capsule-protocol", "?1"); /* RFC 9297 3.4 */
    reply_send(&u->reply, 200, &u->pipe.source, BODY_LEN_UNKNOWN);
}

static void refuse(struct udp_relay *u, enum tunnel_refusal why,
                   const struct fault *fault)
{
    struct str text = {0};
    str_printf(&text, "%.*s port %u: %s", SPAN_ARG(u->target.host),
               u->target.port, fault->detail);
    tunnel_refuse(&u->reply, why, str_text(&text));
    str_fini(&text);
}

/* Connecting a UDP socket asks nobody: the first address with a way to it. */
static void on_lookup(struct tunnel_lookup *l, const struct fault *fault)
{
    struct udp_relay *u = container_of(l, struct udp_relay, lookup);
    struct fault why;
    if (fault) {
        refuse(u,
               fault->code == ERR_TIMEOUT ? TUNNEL_REFUSE_DNS_TIMEOUT
                                          : tunnel_refuse_of_fault(fault),
               fault);
        return;
    }
    u->events = (struct udp_events){on_readable, on_writable};
    for (size_t i = 0; i < l->naddrs && u->udp == NULL; i++)
        u->udp = udp_connect(loop_of(u), &l->addrs[i], NULL, &u->events, &why);
    if (u->udp)
        open_flow(u);
    else
        refuse(u, tunnel_refuse_of_fault(&why), &why);
}

static void start(struct udp_relay *u, struct span argument)
{
    struct stream *s = u->reply.stream;
    if (!tunnel_target_of_path(&u->target, argument, s->arena)) {
        tunnel_refuse(&u->reply, TUNNEL_REFUSE_MALFORMED,
                      "the path is to be " CONNECT_UDP_PATH "HOST/PORT/");
        return;
    }
    if (!tunnel_allow_has(server_allow(s->server, TUNNEL_UDP), &u->target)) {
        tunnel_refuse(&u->reply, TUNNEL_REFUSE_DENIED,
                      "this target is not named by --allow-udp");
        return;
    }
    u->lookup.on_end = on_lookup;
    tunnel_lookup_start(&u->lookup, loop_of(u), &u->target,
                        server_get_options(s->server)->tunnel_timeout);
}

static void take(struct stream *s, struct span argument)
{
    static const struct reply_ops ops = {
        .on_body = on_body,
        .on_end = on_end,
        .on_free = on_free,
    };
    static const struct datagrams_limits limits = {.age = 0};
    static const struct capsule_limits kept = {.datagram =
                                                   CAPSULE_DATAGRAM_MAX};
    struct udp_relay *u = ARENA_NEW(s->arena, struct udp_relay);
    reply_init(&u->reply, s, &ops);
    body_pipe_init(&u->pipe, s);
    u->datagrams.on_datagram = on_datagram;
    datagrams_init(&u->datagrams, &limits);
    capsule_reader_init(&u->capsules, &kept);
    u->capsules.qlog = s->qlog;
    u->reply.handler.datagrams = &u->datagrams;
    u->timer.on_expired = on_expired;
    u->watch.on_drain = on_drain;
    (void)server_watch_drain(s->server, &u->watch);
    start(u, argument);
}

static void want_upgrade(struct reply *r, const struct fields *trailers)
{
    (void)trailers;
    if (r->stream->version <= HTTP_VERSION_1_1)
        reply_field(r, "upgrade", CONNECT_UDP_PROTOCOL);
    reply_text(r, r->stream->version <= HTTP_VERSION_1_1 ? 426 : 400,
               "text/plain; charset=utf-8",
               SPAN_LIT("this takes CONNECT with the :protocol connect-udp, "
                        "or Upgrade to it\n"));
}

void udp_relay_start(struct stream *s, struct span argument)
{
    static const struct reply_ops ops = {.on_end = want_upgrade};
    struct span protocol = s->request->protocol;
    if (span_equal(protocol, SPAN_LIT(CONNECT_UDP_PROTOCOL)))
        take(s, argument);
    else if (protocol.base && s->version > HTTP_VERSION_1_1)
        answers_refuse_start(s, 501);
    else
        reply_init(ARENA_NEW(s->arena, struct reply), s, &ops);
}
