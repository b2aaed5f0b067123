/*
 * What comes is worked on as long as there is room for what it makes: a client
 * that does not read stops being read, between two messages at the latest.
 * What had already arrived is kept till then.
 *
 * A client that has said nothing for long is told so, and so is everybody when
 * the server stops.  Its close frame ends the stream then, or the end of the
 * time that it has for that.
 */
#include "serve/websocket_echo.h"

#include "base/list.h"
#include "channel/websocket.h"
#include "channel/websocket_handshake.h"
#include "serve/answers.h"
#include "serve/body_pipe.h"
#include "serve/reply.h"
#include "serve/server.h"
#include "serve/server_counters.h"
#include "serve/target.h"

struct websocket_echo {
    struct reply reply;
    struct websocket ws;
    struct body_pipe pipe;
    struct buf kept; /* bytes of the client that wait for room */
    struct server_drain_watch watch;
    uint64_t heard_at;
    struct loop_timer timer; /* until we say goodbye, or it must be answered */
};

static struct server_counters *counters_of(const struct websocket_echo *e)
{
    return server_counters(e->reply.stream->server);
}

static struct loop *loop_of(const struct websocket_echo *e)
{
    return server_loop(e->reply.stream->server);
}

static const struct server_options *options_of(const struct websocket_echo *e)
{
    return server_get_options(e->reply.stream->server);
}

static void take(struct websocket_echo *e, const struct websocket_event *event)
{
    struct buf *out = &e->pipe.queue;
    switch (event->what) {
    case WEBSOCKET_TEXT:
    case WEBSOCKET_BINARY:
        (void)websocket_send(&e->ws, out, event->what, event->data);
        counters_of(e)->messages++;
        break;
    case WEBSOCKET_PING:
        (void)websocket_send(&e->ws, out, WEBSOCKET_PONG, event->data);
        break;
    case WEBSOCKET_PONG:
        break;
    case WEBSOCKET_CLOSE:
        (void)websocket_close(&e->ws, out, event->code, event->data);
        break;
    case WEBSOCKET_FAILED:
        (void)websocket_close(&e->ws, out, event->code,
                              span_str(event->problem));
        break;
    }
}

/* Takes from the front of *in while there is room. */
static void work(struct websocket_echo *e, struct span *in)
{
    struct websocket_event event;
    while (!body_pipe_is_full(&e->pipe) && websocket_next(&e->ws, in, &event))
        take(e, &event);
}

/* What is due from the client now, its close frame or its end, is not waited for
 * for ever. */
static void await_goodbye(struct websocket_echo *e)
{
    loop_arm(loop_of(e), &e->timer,
             loop_now(loop_of(e)) + options_of(e)->goodbye_timeout);
}

static enum sink_flow publish(struct websocket_echo *e)
{
    if (e->ws.is_close_received) {
        body_pipe_end(&e->pipe); /* the server ends it (RFC 6455 7.1.1) */
        await_goodbye(e);
    }
    return body_pipe_added(&e->pipe);
}

static enum sink_flow on_body(struct reply *r, struct span data)
{
    struct websocket_echo *e = container_of(r, struct websocket_echo, reply);
    e->heard_at = loop_now(loop_of(e));
    work(e, &data);
    buf_add(&e->kept, data);
    return publish(e);
}

/* The client reads again: first what it had sent before. */
static enum sink_flow on_room(struct body_pipe *p)
{
    struct websocket_echo *e = container_of(p, struct websocket_echo, pipe);
    struct span piece;
    while (!body_pipe_is_full(p) && buf_peek(&e->kept, &piece, 1) > 0) {
        struct span in = piece;
        work(e, &in);
        buf_consume(&e->kept, piece.len - in.len);
    }
    return publish(e);
}

/* With or without a close frame: nothing more comes. */
static void on_end(struct reply *r, const struct fields *trailers)
{
    struct websocket_echo *e = container_of(r, struct websocket_echo, reply);
    (void)trailers;
    body_pipe_end(&e->pipe);
}

static void on_free(struct reply *r)
{
    struct websocket_echo *e = container_of(r, struct websocket_echo, reply);
    server_unwatch_drain(&e->watch);
    loop_disarm(loop_of(e), &e->timer);
    body_pipe_fini(&e->pipe);
    buf_fini(&e->kept);
    websocket_fini(&e->ws);
    server_counters_closed(&counters_of(e)->channels[CHANNEL_WEBSOCKET]);
}

/* ---- the end that is ours ---- */

static void say_goodbye(struct websocket_echo *e, const char *why)
{
    (void)websocket_close(&e->ws, &e->pipe.queue, WEBSOCKET_CODE_GOING_AWAY,
                          span_str(why));
    (void)body_pipe_added(&e->pipe);
    await_goodbye(e);
}

static void on_drain(struct server_drain_watch *w)
{
    say_goodbye(container_of(w, struct websocket_echo, watch),
                "the server stops");
}

static void await_silence(struct websocket_echo *e, uint64_t since)
{
    loop_arm(loop_of(e), &e->timer, since + options_of(e)->switched_timeout);
}

/* One that does not read is left to the codec, which knows what leaves. */
static void on_timer(struct loop_timer *t, uint64_t now)
{
    struct websocket_echo *e = container_of(t, struct websocket_echo, timer);
    struct stream *s = e->reply.stream;
    if (e->ws.is_close_sent)
        s->ops->reset(s, s->ops->internal_error);
    else if (e->pipe.queue.len > 0)
        await_silence(e, now);
    else if (now < e->heard_at + options_of(e)->switched_timeout)
        await_silence(e, e->heard_at);
    else
        say_goodbye(e, "nothing came for long");
}

static void open_websocket(struct stream *s, const struct fields *answer,
                           const struct websocket_handshake *agreed)
{
    static const struct reply_ops ops = {
        .on_body = on_body,
        .on_end = on_end,
        .on_free = on_free,
    };
    struct websocket_echo *e = ARENA_NEW(s->arena, struct websocket_echo);
    websocket_init(&e->ws, &(struct websocket_options){
                               .role = WEBSOCKET_SERVER,
                               .deflate = &agreed->deflate,
                           });
    body_pipe_init(&e->pipe, s);
    e->pipe.on_room = on_room;
    buf_init(&e->kept, loop_buffers(server_loop(s->server)));
    reply_init(&e->reply, s, &ops);
    for (size_t i = 0; i < answer->len; i++)
        fields_add(&e->reply.fields, answer->items[i].name,
                   answer->items[i].value);
    server_counters_opened(&counters_of(e)->channels[CHANNEL_WEBSOCKET]);
    e->watch.on_drain = on_drain;
    e->timer.on_expired = on_timer;
    e->heard_at = loop_now(loop_of(e));
    await_silence(e, e->heard_at);
    if (!server_watch_drain(s->server, &e->watch))
        say_goodbye(e, "the server stops");
    reply_send(&e->reply, 200, &e->pipe.source, BODY_LEN_UNKNOWN);
}

/* ---- what is no WebSocket ---- */

static void upgrade_on_end(struct reply *r, const struct fields *trailers)
{
    (void)trailers;
    if (r->stream->version <= HTTP_VERSION_1_1)
        reply_field(r, "upgrade", "websocket");
    websocket_handshake_add_version(&r->fields);
    reply_status(r, 426);
}

/* A plain request, which may have a body (RFC 9110 15.5.22). */
static void want_upgrade(struct stream *s)
{
    static const struct reply_ops ops = {.on_end = upgrade_on_end};
    struct reply *r = ARENA_NEW(s->arena, struct reply);
    reply_init(r, s, &ops);
}

static void refuse(struct stream *s, int status)
{
    static const struct reply_ops ops = {.on_end = NULL};
    if (status != 426) {
        answers_refuse_start(s, status);
        return;
    }
    struct reply *r = ARENA_NEW(s->arena, struct reply);
    reply_init(r, s, &ops);
    upgrade_on_end(r, NULL);
}

static struct websocket_policy policy_of(const struct stream *s)
{
    struct websocket_policy policy = {.no_deflate = false};
    struct span target = s->request->target;
    struct span value;
    if (target_param(target, "subprotocol", s->arena, &value))
        policy.subprotocol = value;
    if (target_param(target, "deflate", s->arena, &value))
        policy.no_deflate = span_equal(value, SPAN_LIT("no"));
    return policy;
}

void websocket_echo_start(struct stream *s, struct span argument)
{
    struct span protocol = s->request->protocol;
    (void)argument;
    if (protocol.base == NULL) {
        want_upgrade(s);
        return;
    }
    if (!span_equal_nocase(protocol, SPAN_LIT("websocket"))) {
        refuse(s, s->version > HTTP_VERSION_1_1 ? 501 : 426);
        return;
    }
    struct websocket_policy policy = policy_of(s);
    struct websocket_handshake agreed;
    struct fields answer;
    fields_init(&answer, s->arena);
    int status = websocket_handshake_answer(s->request, s->version, &policy,
                                            &answer, &agreed);
    if (status)
        refuse(s, status);
    else
        open_websocket(s, &answer, &agreed);
}
