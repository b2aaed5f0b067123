/*
 * Both ways in constant memory.  What the target sends stays in its socket until
 * the codec pulls it, straight into the codec's own buffer: a client that does
 * not read stops the target through TCP itself.  What the client sends is
 * gathered over a turn, because HTTP/3 hands it over a packet at a time, and
 * written once; what the target does not take is kept, and over a mark the client
 * is stopped.
 *
 * Each side ends alone (FIN, END_STREAM), and a side that breaks takes the other
 * with it: a reset of the target is one of the stream (CONNECT_ERROR), a stream
 * that is given up is a reset for the target, so that nobody takes a part for the
 * whole.
 *
 * 200 is sent when the connection is there.  What a client of HTTP/2 or HTTP/3
 * sends before that waits like everything else.
 */
#include "serve/tcp_relay.h"

#include "base/list.h"
#include "serve/reply.h"
#include "serve/server.h"
#include "serve/server_counters.h"
#include "serve/tcp_tail.h"
#include "serve/tunnel_allow.h"
#include "serve/tunnel_connect.h"
#include "serve/tunnel_refuse.h"
#include "transport/tcp.h"

/* Enough for a fast client's window, little enough for many tunnels. */
#define HIGH_MARK ((size_t)256 << 10)
#define LOW_MARK  ((size_t)64 << 10)

struct tcp_relay {
    struct reply reply;
    struct tunnel_target target;
    struct tunnel_connect connect;
    struct transport *transport; /* NULL: not connected, or over */
    struct body_source source;   /* what the target sends */
    struct buf queue;            /* what the client has sent */
    struct loop_task turn;       /* writes the queue; ends what has failed */
    bool is_starved;             /* the codec waits for the target */
    bool has_ended;              /* the target: nothing more comes */
    bool is_paused;              /* the client, until the queue is shorter */
    bool is_client_ended;
    bool is_shut; /* and the target was told */
    bool has_failed;
    bool is_reset; /* and the client was told */
};

static struct tcp_relay *of_reply(struct reply *r)
{
    return container_of(r, struct tcp_relay, reply);
}

static struct loop *loop_of(const struct tcp_relay *t)
{
    return server_loop(t->reply.stream->server);
}

static struct server_counters *counters_of(const struct tcp_relay *t)
{
    return server_counters(t->reply.stream->server);
}

static void want(struct tcp_relay *t)
{
    unsigned events = t->is_starved && !t->has_ended ? LOOP_READ : 0;
    if (t->queue.len > 0)
        events |= LOOP_WRITE;
    transport_want(t->transport, t->has_failed ? 0 : events);
}

/* In the turn: the codec may be in a call. */
static void fail(struct tcp_relay *t)
{
    t->has_failed = true;
    want(t);
    loop_later(loop_of(t), &t->turn);
}

/* ---- from the target ---- */

static enum io source_read(struct body_source *src, uint8_t *buf, size_t cap,
                           size_t *n)
{
    struct tcp_relay *t = container_of(src, struct tcp_relay, source);
    if (t->has_failed)
        return IO_AGAIN;
    enum io io = transport_read(t->transport, buf, cap, n);
    switch (io) {
    case IO_OK:
        return IO_OK;
    case IO_AGAIN:
        t->is_starved = true;
        want(t);
        return IO_AGAIN;
    case IO_EOF:
        t->has_ended = true;
        want(t);
        return IO_EOF;
    case IO_FAILED:
        break;
    }
    fail(t);
    return IO_AGAIN;
}

/* ---- to the target ---- */

static void shut_when_written(struct tcp_relay *t)
{
    if (!t->is_client_ended || t->is_shut || t->queue.len > 0)
        return;
    t->is_shut = true;
    transport_shut(t->transport);
}

static void write_queue(struct tcp_relay *t)
{
    size_t n;
    if (transport_write_queue(t->transport, &t->queue, &n) == IO_FAILED) {
        fail(t);
        return;
    }
    shut_when_written(t);
    want(t);
    if (t->is_paused && t->queue.len <= LOW_MARK) {
        struct stream *s = t->reply.stream;
        t->is_paused = false;
        s->ops->resume(s, EXCHANGE_RECEIVE);
    }
}

static void run_turn(struct loop_task *task)
{
    struct tcp_relay *t = container_of(task, struct tcp_relay, turn);
    struct stream *s = t->reply.stream;
    if (t->transport && !t->has_failed)
        write_queue(t);
    if (t->has_failed && !t->is_reset) {
        t->is_reset = true;
        s->ops->reset(s, s->ops->connect_error);
    }
}

static enum sink_flow on_body(struct reply *r, struct span data)
{
    struct tcp_relay *t = of_reply(r);
    if (t->has_failed)
        return SINK_MORE;
    buf_add(&t->queue, data);
    if (t->transport)
        loop_later(loop_of(t), &t->turn);
    if (t->queue.len >= HIGH_MARK)
        t->is_paused = true;
    return t->is_paused ? SINK_PAUSE : SINK_MORE;
}

static void on_end(struct reply *r, const struct fields *trailers)
{
    struct tcp_relay *t = of_reply(r);
    (void)trailers;
    t->is_client_ended = true;
    if (t->transport)
        loop_later(loop_of(t), &t->turn);
}

/* ---- life ---- */

static void on_ready(struct transport *transport, unsigned events)
{
    struct tcp_relay *t = transport->owner;
    struct stream *s = t->reply.stream;
    if ((events & LOOP_WRITE) && t->queue.len > 0)
        loop_later(loop_of(t), &t->turn);
    if ((events & LOOP_READ) && t->is_starved) {
        t->is_starved = false;
        want(t);
        s->ops->resume(s, EXCHANGE_SEND);
    }
}

static void on_failed(struct transport *transport)
{
    fail(transport->owner);
}

static void open_tunnel(struct tcp_relay *t, struct transport *transport)
{
    static const struct transport_events events = {
        .on_ready = on_ready,
        .on_failed = on_failed,
    };
    t->transport = transport;
    transport->owner = t;
    transport->events = &events;
    server_counters_opened(&counters_of(t)->tunnels[TUNNEL_TCP]);
    loop_later(loop_of(t), &t->turn); /* for what the client has sent */
    reply_send(&t->reply, 200, &t->source, BODY_LEN_UNKNOWN);
}

static void refuse(struct tcp_relay *t, const struct fault *fault)
{
    enum tunnel_refusal why = tunnel_refuse_of_fault(fault);
    if (fault->code == ERR_TIMEOUT && t->connect.lookup.naddrs == 0)
        why = TUNNEL_REFUSE_DNS_TIMEOUT;
    struct str text = {0};
    str_printf(&text, "%.*s port %u: %s", SPAN_ARG(t->target.host),
               t->target.port, fault->detail);
    tunnel_refuse(&t->reply, why, str_text(&text));
    str_fini(&text);
}

static void on_connected(struct tunnel_connect *c, struct transport *transport,
                         const struct fault *fault)
{
    struct tcp_relay *t = container_of(c, struct tcp_relay, connect);
    if (transport)
        open_tunnel(t, transport);
    else
        refuse(t, fault);
}

static void on_free(struct reply *r)
{
    struct tcp_relay *t = of_reply(r);
    tunnel_connect_cancel(&t->connect);
    loop_forget(loop_of(t), &t->turn);
    if (t->transport) {
        server_counters_closed(&counters_of(t)->tunnels[TUNNEL_TCP]);
        if (!r->is_complete)
            tcp_reset(t->transport);
        else if (t->queue.len > 0)
            tcp_tail_start(r->stream->server, t->transport, &t->queue);
        else
            transport_close(t->transport);
    }
    buf_fini(&t->queue);
}

static bool has_content(const struct request *r)
{
    return fields_value(&r->fields, "content-length").base ||
           fields_value(&r->fields, "transfer-encoding").base;
}

static void start(struct tcp_relay *t)
{
    struct stream *s = t->reply.stream;
    struct span target = s->request->target;
    /* Content of CONNECT means nothing (RFC 9110 9.3.6), and one that somebody
     * else understands is how requests are smuggled. */
    if (has_content(s->request) ||
        !tunnel_target_of_authority(&t->target, target, s->arena)) {
        tunnel_refuse(&t->reply, TUNNEL_REFUSE_MALFORMED,
                      "CONNECT takes host:port and no content");
        return;
    }
    if (!tunnel_allow_has(server_allow(s->server, TUNNEL_TCP), &t->target)) {
        tunnel_refuse(&t->reply, TUNNEL_REFUSE_DENIED,
                      "this target is not named by --allow-tcp");
        return;
    }
    t->connect.on_end = on_connected;
    tunnel_connect_start(&t->connect, loop_of(t), server_settings(s->server),
                         &t->target,
                         server_get_options(s->server)->tunnel_timeout);
}

void tcp_relay_start(struct stream *s)
{
    static const struct reply_ops ops = {
        .on_body = on_body,
        .on_end = on_end,
        .on_free = on_free,
    };
    struct tcp_relay *t = ARENA_NEW(s->arena, struct tcp_relay);
    reply_init(&t->reply, s, &ops);
    t->source.read = source_read;
    t->turn.run = run_turn;
    buf_init(&t->queue, loop_buffers(loop_of(t)));
    start(t);
}
