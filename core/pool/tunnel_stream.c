/*
 * Bytes that came are kept until they are read, up to IN_HIGH: then the
 * exchange is paused, and the proxy stops.  They are copied once, because they
 * lie in memory that whoever reads them may be using as well (loop_scratch()).
 *
 * That there is something to read is told in this turn.  That there is room to
 * write is told in the next one: else a fast proxy and a fast upload could go
 * on between them for ever, and no descriptor would get its turn.
 */
#include "pool/tunnel_stream.h"

#include <stdlib.h>

#include "base/fault.h"
#include "base/xalloc.h"
#include "pool/tunnel.h"

#define IN_HIGH ((size_t)256 * 1024)
#define IN_LOW  ((size_t)64 * 1024)

struct tunnel_stream {
    struct transport t;
    struct tunnel tunnel;
    struct buf in;
    unsigned wanted; /* LOOP_* */
    bool is_paused;
    bool has_ended; /* the peer */
    bool is_closed;
    struct loop_task readable;
    struct loop_timer writable;
    struct loop_task reap;
};

static struct tunnel_stream *of_transport(struct transport *t)
{
    return container_of(t, struct tunnel_stream, t);
}

static struct tunnel_stream *of_tunnel(struct tunnel *t)
{
    return container_of(t, struct tunnel_stream, tunnel);
}

/* ---- readiness ---- */

static bool is_over(const struct tunnel_stream *s)
{
    return s->tunnel.state == TUNNEL_OVER;
}

static bool is_readable(const struct tunnel_stream *s)
{
    return s->in.len > 0 || s->has_ended || is_over(s);
}

static bool is_writable(const struct tunnel_stream *s)
{
    return is_over(s) || s->tunnel.out.len < TUNNEL_OUT_HIGH;
}

static bool is_live(const struct tunnel_stream *s)
{
    return !s->is_closed && s->tunnel.was_open;
}

static void tell(struct tunnel_stream *s)
{
    struct loop *loop = s->tunnel.loop;
    if (!is_live(s))
        return;
    if ((s->wanted & LOOP_READ) && is_readable(s))
        loop_later(loop, &s->readable);
    if ((s->wanted & LOOP_WRITE) && is_writable(s))
        loop_arm(loop, &s->writable, loop_now(loop));
    else
        loop_disarm(loop, &s->writable);
}

static void on_readable(struct loop_task *task)
{
    struct tunnel_stream *s =
        container_of(task, struct tunnel_stream, readable);
    if ((s->wanted & LOOP_READ) && is_readable(s))
        s->t.events->on_ready(&s->t, LOOP_READ);
}

static void on_writable(struct loop_timer *timer, uint64_t now)
{
    struct tunnel_stream *s =
        container_of(timer, struct tunnel_stream, writable);
    (void)now;
    if ((s->wanted & LOOP_WRITE) && is_writable(s))
        s->t.events->on_ready(&s->t, LOOP_WRITE);
}

/* ---- what the tunnel tells ---- */

static void on_open(struct tunnel *t, const struct response_head *head)
{
    struct tunnel_stream *s = of_tunnel(t);
    (void)head;
    s->t.events->on_connected(&s->t);
    tell(s);
}

static enum sink_flow on_bytes(struct tunnel *t, struct span bytes)
{
    struct tunnel_stream *s = of_tunnel(t);
    buf_add(&s->in, bytes);
    tell(s);
    s->is_paused = s->in.len >= IN_HIGH;
    return s->is_paused ? SINK_PAUSE : SINK_MORE;
}

static void on_end(struct tunnel *t)
{
    struct tunnel_stream *s = of_tunnel(t);
    s->has_ended = true;
    tell(s);
}

static void on_drain(struct tunnel *t)
{
    tell(of_tunnel(t));
}

static void on_over(struct tunnel *t)
{
    struct tunnel_stream *s = of_tunnel(t);
    s->t.fault = t->fault;
    if (t->was_open)
        tell(s);
    else
        s->t.events->on_failed(&s->t);
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

/* ---- the transport ---- */

static enum io stream_read(struct transport *t, uint8_t *buf, size_t cap,
                           size_t *n)
{
    struct tunnel_stream *s = of_transport(t);
    *n = buf_take(&s->in, buf, cap);
    if (s->is_paused && s->in.len <= IN_LOW) {
        s->is_paused = false;
        tunnel_receive(&s->tunnel);
    }
    if (*n > 0)
        return IO_OK;
    if (s->has_ended)
        return IO_EOF;
    if (!is_over(s))
        return IO_AGAIN;
    return s->tunnel.fault.code == ERR_NONE ? IO_EOF : IO_FAILED;
}

/* Some or all of them, in order; returns how many bytes. */
static size_t queue(struct buf *out, const struct span *spans, int nspans)
{
    size_t before = out->len;
    for (int i = 0; i < nspans && out->len < TUNNEL_OUT_HIGH; i++) {
        size_t room = TUNNEL_OUT_HIGH - out->len;
        struct span piece = spans[i];
        if (piece.len > room)
            piece.len = room;
        buf_add(out, piece);
    }
    return out->len - before;
}

static enum io stream_write(struct transport *t, const struct span *spans,
                            int nspans, size_t *n)
{
    struct tunnel_stream *s = of_transport(t);
    *n = 0;
    if (is_over(s)) {
        if (s->tunnel.fault.code == ERR_NONE)
            fault_set(&t->fault, ERR_SEND, 0, "the tunnel has ended");
        return IO_FAILED;
    }
    if (!is_writable(s))
        return IO_AGAIN;
    *n = queue(&s->tunnel.out, spans, nspans);
    tunnel_send(&s->tunnel);
    return IO_OK;
}

static void stream_shut(struct transport *t)
{
    tunnel_shut(&of_transport(t)->tunnel);
}

static void stream_want(struct transport *t, unsigned events)
{
    struct tunnel_stream *s = of_transport(t);
    s->wanted = events;
    tell(s);
}

static void on_reap(struct loop_task *task)
{
    free(container_of(task, struct tunnel_stream, reap));
}

static void stream_close(struct transport *t)
{
    struct tunnel_stream *s = of_transport(t);
    struct loop *loop = s->tunnel.loop;
    if (s->is_closed)
        return;
    s->is_closed = true;
    loop_forget(loop, &s->readable);
    loop_disarm(loop, &s->writable);
    buf_fini(&s->in);
    tunnel_close(&s->tunnel);
}

static void stream_path_stats(const struct transport *t,
                              struct path_stats *stats)
{
    tunnel_path_stats(&of_transport((struct transport *)(uintptr_t)t)->tunnel,
                      stats);
}

static const struct transport_ops stream_ops = {
    .name = "tunnel",
    .read = stream_read,
    .write = stream_write,
    .shut = stream_shut,
    .want = stream_want,
    .close = stream_close,
    .path_stats = stream_path_stats,
};

struct transport *tunnel_stream_open(struct tunnel_host *h,
                                     const struct settings *s, struct span host,
                                     uint16_t port)
{
    struct tunnel_stream *stream = XALLOC_NEW(struct tunnel_stream);
    stream->t.ops = &stream_ops;
    stream->readable.run = on_readable;
    stream->writable.on_expired = on_writable;
    stream->reap.run = on_reap;
    tunnel_start(&stream->tunnel,
                 &(struct tunnel_config){.host = h,
                                         .settings = s,
                                         .goal = {.host = host, .port = port},
                                         .events = &tunnel_events});
    buf_init(&stream->in, loop_buffers(stream->tunnel.loop));
    return &stream->t;
}

void tunnel_stream_facts(const struct transport *t, struct conn_facts *facts)
{
    tunnel_facts(&of_transport((struct transport *)(uintptr_t)t)->tunnel,
                 facts);
}
