/*
 * A stream of capsules needs no taking apart to be sent back: what is read is
 * only where one ends, so that a capsule of any length passes through in bounded
 * memory.
 */
#include "serve/datagram.h"

#include "base/list.h"
#include "channel/capsule.h"
#include "http/datagrams.h"
#include "serve/body_pipe.h"
#include "serve/reply.h"
#include "serve/server.h"
#include "serve/target.h"

/* What waits to go back, of one request.  A client whose path takes a while gets
 * what a window holds of small ones. */
#define WAITING_MAX 4096

struct echo {
    struct reply reply;
    struct body_pipe pipe;
    struct datagrams datagrams;
    struct capsule_reader capsules;
    bool is_raw;
};

static void on_datagram(struct datagrams *d, struct span payload)
{
    struct echo *e = container_of(d, struct echo, datagrams);
    struct stream *s = e->reply.stream;
    if (datagrams_push(d, payload, loop_now(server_loop(s->server))))
        s->ops->resume(s, EXCHANGE_DATAGRAM);
}

static enum sink_flow on_body(struct reply *r, struct span data)
{
    struct echo *e = container_of(r, struct echo, reply);
    struct span left = data;
    struct capsule one;
    while (!e->is_raw && capsule_next(&e->capsules, &left, &one))
        continue;
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
    datagrams_fini(&e->datagrams);
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
    static const struct datagrams_limits limits = {.count = WAITING_MAX};
    static const struct capsule_limits nothing_kept = {0};
    struct echo *e = ARENA_NEW(s->arena, struct echo);
    reply_init(&e->reply, s, &ops);
    body_pipe_init(&e->pipe, s);
    e->datagrams.on_datagram = on_datagram;
    datagrams_init(&e->datagrams, &limits);
    capsule_reader_init(&e->capsules, &nothing_kept);
    e->is_raw = is_raw(s);
    e->reply.handler.datagrams = &e->datagrams;
    if (!e->is_raw)
        reply_field(&e->reply, "capsule-protocol", "?1"); /* RFC 9297 3.4 */
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
