/*
 * One body source for all of them: it may give bytes up to `gate` at once;
 * then it says IO_AGAIN, and a timer moves the gate (drip) or ends things
 * (cut, reset).  The end waits a moment, so that the bytes before it reach
 * the client and not only the transport.
 */
#include "serve/generate.h"

#include <stdio.h>

#include "base/list.h"
#include "serve/content.h"
#include "serve/pattern.h"
#include "serve/server.h"
#include "serve/target.h"

#define DRIP_PIECES 10
#define DRIP_MS_MAX ((uint64_t)3600 * 1000)
#define END_DELAY   (50 * LOOP_MS)
/* What is announced and never sent. */
#define MISSING_BYTES 1000

enum end {
    END_CUT,
    END_RESET,
};

struct generate {
    struct reply reply;
    struct content_source source;
    uint64_t number; /* UINT64_MAX: the path has none */
    uint64_t gate;
    uint64_t step;     /* bytes that the gate moves */
    uint64_t interval; /* ns between two moves */
    enum end end;
    struct loop_timer timer;
};

static struct loop *loop_of(const struct generate *g)
{
    return server_loop(g->reply.stream->server);
}

static void arm(struct generate *g, uint64_t delay)
{
    loop_arm(loop_of(g), &g->timer, loop_now(loop_of(g)) + delay);
}

static enum io generate_read(struct body_source *src, uint8_t *buf, size_t cap,
                             size_t *n)
{
    struct generate *g = container_of(src, struct generate, source.source);
    struct content_source *s = &g->source;
    if (s->pos == s->end)
        return IO_EOF;
    uint64_t left = (g->gate < s->end ? g->gate : s->end) - s->pos;
    if (left == 0) {
        if (!heap_has(&g->timer.node))
            arm(g, g->interval);
        return IO_AGAIN;
    }
    *n = left < cap ? (size_t)left : cap;
    pattern_fill(buf, s->pos, *n);
    s->pos += *n;
    return IO_OK;
}

static void on_free(struct reply *r)
{
    struct generate *g = container_of(r, struct generate, reply);
    loop_disarm(loop_of(g), &g->timer);
}

static struct generate *generate_new(struct stream *s, struct span number,
                                     const struct reply_ops *ops)
{
    struct generate *g = ARENA_NEW(s->arena, struct generate);
    reply_init(&g->reply, s, ops);
    g->source.source.read = generate_read;
    g->gate = UINT64_MAX;
    /* A length is an int64_t further down. */
    if (!span_to_u64(number, &g->number) || g->number > INT64_MAX / 2)
        g->number = UINT64_MAX;
    return g;
}

/* ---- /bytes/N ---- */

static void bytes_on_end(struct reply *r, const struct fields *trailers)
{
    struct generate *g = container_of(r, struct generate, reply);
    (void)trailers;
    if (g->number == UINT64_MAX) {
        reply_status(r, 400);
        return;
    }
    char etag[32];
    int len = snprintf(etag, sizeof etag, "\"pattern-%llu\"",
                       (unsigned long long)g->number);
    struct content content = {
        .type = "application/octet-stream",
        .size = g->number,
        .validators = {.etag = span_of(etag, (size_t)len),
                       .modified = INT64_MIN},
    };
    content_send(r, &content, &g->source);
}

void generate_bytes_start(struct stream *s, struct span number)
{
    static const struct reply_ops ops = {
        .on_end = bytes_on_end,
        .on_free = on_free,
    };
    (void)generate_new(s, number, &ops);
}

/* ---- /drip ---- */

static void drip_expired(struct loop_timer *t, uint64_t now)
{
    struct generate *g = container_of(t, struct generate, timer);
    struct stream *s = g->reply.stream;
    (void)now;
    g->gate += g->step;
    s->ops->resume(s, EXCHANGE_SEND);
}

static void drip_on_end(struct reply *r, const struct fields *trailers)
{
    struct generate *g = container_of(r, struct generate, reply);
    struct span target = r->stream->request->target;
    uint64_t bytes = target_number(target, "bytes", 10);
    uint64_t ms = target_number(target, "ms", 1000);
    (void)trailers;
    if (bytes > INT64_MAX / 2 || ms > DRIP_MS_MAX) {
        reply_status(r, 400);
        return;
    }
    g->source.end = bytes;
    g->step = bytes / DRIP_PIECES + 1;
    g->gate = g->step;
    g->interval = ms * LOOP_MS / DRIP_PIECES;
    g->timer.on_expired = drip_expired;
    reply_field(r, "content-type", "application/octet-stream");
    reply_send(r, 200, &g->source.source, (int64_t)bytes);
}

void generate_drip_start(struct stream *s, struct span argument)
{
    static const struct reply_ops ops = {
        .on_end = drip_on_end,
        .on_free = on_free,
    };
    (void)generate_new(s, argument, &ops);
}

/* ---- /cut/N, /reset/N ---- */

static void end_expired(struct loop_timer *t, uint64_t now)
{
    struct generate *g = container_of(t, struct generate, timer);
    struct stream *s = g->reply.stream;
    (void)now;
    switch (g->end) {
    case END_CUT:
        s->ops->cut(s);
        break;
    case END_RESET:
        s->ops->reset(s, target_number(s->request->target, "code",
                                       s->ops->internal_error));
        break;
    }
}

static void end_on_end(struct reply *r, const struct fields *trailers)
{
    struct generate *g = container_of(r, struct generate, reply);
    struct stream *s = r->stream;
    (void)trailers;
    if (g->number == UINT64_MAX) {
        reply_status(r, 400);
        return;
    }
    g->source.end = g->number + MISSING_BYTES;
    g->gate = g->number;
    g->interval = END_DELAY;
    g->timer.on_expired = end_expired;
    reply_field(r, "content-type", "application/octet-stream");
    struct span unused;
    bool is_chunked =
        target_param(s->request->target, "chunked", s->arena, &unused);
    reply_send(r, 200, &g->source.source,
               is_chunked ? BODY_LEN_UNKNOWN : (int64_t)g->source.end);
}

static void end_start(struct stream *s, struct span number, enum end end)
{
    static const struct reply_ops ops = {
        .on_end = end_on_end,
        .on_free = on_free,
    };
    generate_new(s, number, &ops)->end = end;
}

void generate_cut_start(struct stream *s, struct span number)
{
    end_start(s, number, END_CUT);
}

void generate_reset_start(struct stream *s, struct span number)
{
    end_start(s, number, END_RESET);
}
