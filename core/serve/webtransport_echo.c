/*
 * A stream whose way back is full is read no further until that has drained:
 * the piece that came last is kept, and memory stays within what a stream may
 * hold.
 */
#include "serve/webtransport_echo.h"

#include <stdlib.h>

#include "base/list.h"
#include "base/str.h"
#include "base/xalloc.h"
#include "channel/capsule.h"
#include "channel/webtransport.h"
#include "http/substreams.h"
#include "serve/answers.h"
#include "serve/body_pipe.h"
#include "serve/datagram_mirror.h"
#include "serve/reply.h"
#include "serve/server.h"
#include "serve/server_counters.h"

/* Streams that a client may have open at once, of each sort, and streams back
 * that it may leave unread. */
#define STREAMS_MAX 100

struct session {
    struct reply reply;
    struct body_pipe pipe;
    struct datagram_mirror mirror;
    struct capsule_reader capsules;
    struct substreams streams;
    struct list mirrors;
    size_t nback; /* streams of ours */
};

/* A stream of the client's, and the way back. */
struct mirror {
    struct list link;
    struct substream *in;  /* NULL: over */
    struct substream *out; /* the same one, or one of ours; NULL: over */
    struct str waiting;    /* found no room in it */
    bool has_end;          /* behind that */
};

static struct session *of_reply(struct reply *r)
{
    return container_of(r, struct session, reply);
}

/* --- streams ----------------------------------------------------------- */

static void free_mirror(struct mirror *m)
{
    list_remove(&m->link);
    str_fini(&m->waiting);
    free(m);
}

static struct session *of_sub(const struct substream *sub)
{
    return container_of(sub->all, struct session, streams);
}

/* NULL: the client allows none, or has enough of them. */
static struct substream *open_back(struct session *w)
{
    struct substream *sub = NULL;
    if (w->nback < STREAMS_MAX)
        sub = substreams_open(&w->streams, true);
    w->nback += sub != NULL;
    return sub;
}

static void on_open(struct substream *sub)
{
    struct session *w = of_sub(sub);
    struct mirror *m = XALLOC_NEW(struct mirror);
    str_init(&m->waiting);
    list_append(&w->mirrors, &m->link);
    m->in = sub;
    m->out = sub->is_uni ? open_back(w) : sub;
    sub->owner = m;
    if (m->out)
        m->out->owner = m;
    else
        substreams_stop(sub, 0);
}

static enum sink_flow on_data(struct substream *sub, struct span data)
{
    struct mirror *m = sub->owner;
    if (m->out == NULL || substreams_write(m->out, data))
        return SINK_MORE;
    str_add(&m->waiting, data);
    return SINK_PAUSE;
}

static void on_stream_end(struct substream *sub)
{
    struct mirror *m = sub->owner;
    m->has_end = true;
    if (m->out && m->waiting.len == 0)
        substreams_end(m->out);
}

static void on_drain(struct substream *sub)
{
    struct mirror *m = sub->owner;
    if (!substreams_write(sub, str_span(&m->waiting)))
        return;
    str_clear(&m->waiting);
    if (m->has_end)
        substreams_end(sub);
    if (m->in)
        substreams_resume(m->in);
}

static void on_reset(struct substream *sub, uint32_t code)
{
    struct mirror *m = sub->owner;
    if (m->out)
        substreams_reset(m->out, code);
}

static void on_stop(struct substream *sub, uint32_t code)
{
    struct mirror *m = sub->owner;
    if (m->in)
        substreams_stop(m->in, code);
}

static void on_gone(struct substream *sub)
{
    struct mirror *m = sub->owner;
    of_sub(sub)->nback -= sub->is_ours;
    if (m->in == sub)
        m->in = NULL;
    if (m->out == sub)
        m->out = NULL;
    if (m->in == NULL && m->out == NULL)
        free_mirror(m);
}

static const struct substreams_ops streams_ops = {
    .on_open = on_open,
    .on_data = on_data,
    .on_end = on_stream_end,
    .on_reset = on_reset,
    .on_stop = on_stop,
    .on_drain = on_drain,
    .on_gone = on_gone,
};

/* --- the session ------------------------------------------------------- */

static struct server_counters_switched *counted(const struct session *w)
{
    return &server_counters(w->reply.stream->server)
                ->channels[CHANNEL_WEBTRANSPORT];
}

/* Capsules are read for the one that closes the session (6): the client's FIN
 * follows it, and ours that. */
static enum sink_flow on_body(struct reply *r, struct span data)
{
    struct session *w = of_reply(r);
    struct capsule one;
    const struct stream *s = r->stream;
    while (capsule_next(&w->capsules, &data, &one)) {
        if (one.type == WEBTRANSPORT_CAPSULE_CLOSE)
            body_pipe_end(&w->pipe);
        if (webtransport_is_prohibited(one.type)) {
            s->ops->reset(r->stream, s->ops->malformed_error);
            return SINK_MORE;
        }
    }
    return SINK_MORE;
}

static void on_end(struct reply *r, const struct fields *trailers)
{
    struct session *w = of_reply(r);
    struct stream *s = r->stream;
    (void)trailers;
    if (capsule_may_end(&w->capsules))
        body_pipe_end(&w->pipe);
    else
        s->ops->reset(s, s->ops->malformed_error);
}

static void on_free(struct reply *r)
{
    struct session *w = of_reply(r);
    list_each_safe (l, &w->mirrors)
        free_mirror(container_of(l, struct mirror, link));
    body_pipe_fini(&w->pipe);
    datagram_mirror_fini(&w->mirror);
    server_counters_closed(counted(w));
    capsule_reader_fini(&w->capsules);
}

static void accept_start(struct stream *s)
{
    static const struct reply_ops ops = {
        .on_body = on_body,
        .on_end = on_end,
        .on_free = on_free,
    };
    static const struct capsule_limits nothing_kept = {0};
    struct session *w = ARENA_NEW(s->arena, struct session);
    reply_init(&w->reply, s, &ops);
    body_pipe_init(&w->pipe, s);
    list_init(&w->mirrors);
    datagram_mirror_init(&w->mirror, s);
    server_counters_opened(counted(w));
    capsule_reader_init(&w->capsules, &nothing_kept);
    w->capsules.qlog = s->qlog;
    w->streams.ops = &streams_ops;
    w->streams.limit = STREAMS_MAX;
    substreams_init(&w->streams);
    w->reply.handler.datagrams = &w->mirror.datagrams;
    w->reply.handler.substreams = &w->streams;
    reply_field(&w->reply, "sec-webtransport-http3-draft", "draft02");
    reply_send(&w->reply, 200, &w->pipe.source, BODY_LEN_UNKNOWN);
}

static void refuse_on_end(struct reply *r, const struct fields *trailers)
{
    (void)trailers;
    reply_text(r, 400, "text/plain; charset=utf-8",
               SPAN_LIT("/wt is for WebTransport, over HTTP/3\n"));
}

/* Its name in the drafts up to -14, and in those from -15 on. */
static bool is_webtransport(const struct stream *s)
{
    struct span protocol = s->request->protocol;
    return s->may_switch && s->version == HTTP_VERSION_3 &&
           (span_equal(protocol, SPAN_LIT("webtransport")) ||
            span_equal(protocol, SPAN_LIT("webtransport-h3")));
}

void webtransport_echo_start(struct stream *s, struct span argument)
{
    static const struct reply_ops ops = {.on_end = refuse_on_end};
    (void)argument;
    if (is_webtransport(s))
        accept_start(s);
    else if (s->may_switch)
        answers_refuse_start(s, 501);
    else
        reply_init(ARENA_NEW(s->arena, struct reply), s, &ops);
}
