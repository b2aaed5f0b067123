#include "serve/event_source.h"

#include <stdio.h>
#include <string.h>

#include "base/list.h"
#include "serve/reply.h"
#include "serve/server.h"
#include "serve/target.h"

#define EVENTS_USUAL 10
#define EVENTS_MAX   ((uint64_t)1000000000)
#define MS_USUAL     1000
#define MS_MAX       ((uint64_t)3600 * 1000)
#define EVENT_MAX    64 /* bytes of an event */

struct event_source {
    struct reply reply;
    struct body_source source;
    struct loop_timer timer;
    uint64_t last;     /* the number of the event that was made last */
    uint64_t count;    /* of the last one that is to come */
    uint64_t interval; /* ns */
    char event[EVENT_MAX];
    size_t len; /* of the event */
    size_t pos; /* what of it has left */
};

static struct loop *loop_of(const struct event_source *e)
{
    return server_loop(e->reply.stream->server);
}

static void make_event(struct event_source *e)
{
    unsigned long long number = (unsigned long long)++e->last;
    int len = snprintf(e->event, sizeof e->event,
                       "id: %llu\ndata: {\"n\":%llu}\n\n", number, number);
    e->len = (size_t)len;
    e->pos = 0;
}

static enum io read_event(struct body_source *src, uint8_t *buf, size_t cap,
                          size_t *n)
{
    struct event_source *e = container_of(src, struct event_source, source);
    size_t left = e->len - e->pos;
    if (left == 0) {
        if (e->last == e->count)
            return IO_EOF;
        if (!heap_has(&e->timer.node))
            loop_arm(loop_of(e), &e->timer, loop_now(loop_of(e)) + e->interval);
        return IO_AGAIN;
    }
    *n = left < cap ? left : cap;
    memcpy(buf, e->event + e->pos, *n);
    e->pos += *n;
    return IO_OK;
}

static void on_expired(struct loop_timer *t, uint64_t now)
{
    struct event_source *e = container_of(t, struct event_source, timer);
    struct stream *s = e->reply.stream;
    (void)now;
    make_event(e);
    s->ops->resume(s, EXCHANGE_SEND);
}

static void on_end(struct reply *r, const struct fields *trailers)
{
    struct event_source *e = container_of(r, struct event_source, reply);
    const struct request *request = r->stream->request;
    uint64_t ms = target_number(request->target, "ms", MS_USUAL);
    const struct field *last =
        fields_find(&request->fields, SPAN_LIT("last-event-id"));
    (void)trailers;
    e->count = target_number(request->target, "n", EVENTS_USUAL);
    e->interval = ms * LOOP_MS;
    if (e->count > EVENTS_MAX || ms > MS_MAX ||
        (last && !span_to_u64(last->value, &e->last))) {
        reply_status(r, 400);
        return;
    }
    if (e->last >= e->count) {
        reply_status(r, 204);
        return;
    }
    make_event(e);
    reply_field(r, "content-type", "text/event-stream");
    reply_field(r, "cache-control", "no-store");
    reply_send(r, 200, &e->source, BODY_LEN_UNKNOWN);
}

static void on_free(struct reply *r)
{
    struct event_source *e = container_of(r, struct event_source, reply);
    loop_disarm(loop_of(e), &e->timer);
}

void event_source_start(struct stream *s, struct span argument)
{
    static const struct reply_ops ops = {
        .on_end = on_end,
        .on_free = on_free,
    };
    struct event_source *e = ARENA_NEW(s->arena, struct event_source);
    (void)argument;
    reply_init(&e->reply, s, &ops);
    e->source.read = read_event;
    e->timer.on_expired = on_expired;
}
