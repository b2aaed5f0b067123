/*
 * A stream of capsules needs no taking apart to be sent back: what is read is
 * only where one ends, so that a capsule of any length passes through in bounded
 * memory.
 */
#include "serve/datagram.h"

#include "base/list.h"
#include "base/qlog.h"
#include "channel/capsule.h"
#include "serve/body_pipe.h"
#include "serve/datagram_mirror.h"
#include "serve/reply.h"
#include "serve/server.h"
#include "serve/server_counters.h"
#include "serve/target.h"

struct echo {
    struct reply reply;
    struct body_pipe pipe;
    struct datagram_mirror mirror;
    struct capsule_reader capsules;
    bool is_raw;
};

static struct server_counters *counters_of(const struct reply *r)
{
    return server_counters(r->stream->server);
}

/* They go back as the bytes that they are. */
static void count_capsules(struct echo *e, struct span data)
{
    struct server_counters *c = counters_of(&e->reply);
    struct capsule one;
    while (capsule_next(&e->capsules, &data, &one)) {
        qlog_capsule(e->capsules.qlog, one.type, one.len, QLOG_LOCAL);
        if (one.type != CAPSULE_DATAGRAM)
            continue;
        c->datagrams_in++;
        c->datagrams_out++;
    }
}

static enum sink_flow on_body(struct reply *r, struct span data)
{
    struct echo *e = container_of(r, struct echo, reply);
    if (!e->is_raw)
        count_capsules(e, data);
    return body_pipe_add(&e->pipe, data);
}

static void on_end(struct reply *r, const struct fields *trailers)
{
    struct echo *e = container_of(r, struct echo, reply);
    struct stream *s = r->stream;
    (void)trailers;
    if (capsule_may_end(&e->capsules))
        body_pipe_end(&e->pipe);
    else
        s->ops->reset(s, s->ops->malformed_error);
}

static void on_free(struct reply *r)
{
    struct echo *e = container_of(r, struct echo, reply);
    body_pipe_fini(&e->pipe);
    datagram_mirror_fini(&e->mirror);
    server_counters_closed(&counters_of(r)->channels[CHANNEL_DATAGRAM]);
    capsule_reader_fini(&e->capsules);
}

static bool is_raw(const struct stream *s)
{
    struct span value;
    return target_param(s->request->target, "raw", s->arena, &value);
}

static void accept_start(struct stream *s)
{
    static const struct reply_ops ops = {
        .on_body = on_body,
        .on_end = on_end,
        .on_free = on_free,
    };
    static const struct capsule_limits nothing_kept = {0};
    struct echo *e = ARENA_NEW(s->arena, struct echo);
    reply_init(&e->reply, s, &ops);
    body_pipe_init(&e->pipe, s);
    datagram_mirror_init(&e->mirror, s);
    capsule_reader_init(&e->capsules, &nothing_kept);
    e->capsules.qlog = s->qlog;
    e->is_raw = is_raw(s);
    e->reply.handler.datagrams = &e->mirror.datagrams;
    if (!e->is_raw)
        reply_field(&e->reply, "capsule-protocol", "?1"); /* RFC 9297 3.4 */
    server_counters_opened(&counters_of(&e->reply)->channels[CHANNEL_DATAGRAM]);
    reply_send(&e->reply, 200, &e->pipe.source, BODY_LEN_UNKNOWN);
}

static void refuse_on_end(struct reply *r, const struct fields *trailers)
{
    (void)trailers;
    reply_text(r, 400, "text/plain; charset=utf-8",
               SPAN_LIT("/datagram takes CONNECT with a :protocol, or Upgrade, "
                        "of any protocol\n"));
}

void datagram_start(struct stream *s, struct span argument)
{
    static const struct reply_ops ops = {.on_end = refuse_on_end};
    (void)argument;
    if (s->may_switch)
        accept_start(s);
    else
        reply_init(ARENA_NEW(s->arena, struct reply), s, &ops);
}
