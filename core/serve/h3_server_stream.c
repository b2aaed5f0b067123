/*
 * A request is routed when its head is complete.  Its handler is freed when
 * QUIC's stream is gone, which is after the client has acknowledged the
 * response, or when either side gives the stream up.  What a handler asks for
 * (reset, cut) is done in a task, because the handler is in a call then.
 */
#include "serve/h3_server_stream.h"

#include <stdlib.h>

#include <nghttp3/nghttp3.h>

#include "base/xalloc.h"
#include "conn/h3_datagram.h"
#include "conn/h3_qlog.h"
#include "conn/h3_send.h"
#include "serve/router.h"

static struct h3_server_stream *of_stream(struct stream *s)
{
    return container_of(s, struct h3_server_stream, stream);
}

static struct h3_server *of_session(struct h3_session *s)
{
    return container_of(s, struct h3_server, session);
}

static void note_progress(struct h3_server *h)
{
    h->active_at = loop_now(h->session.loop);
}

/* --- what the handler calls -------------------------------------------- */

static void inform(struct stream *s, int status, const struct fields *fields)
{
    struct h3_server_stream *job = of_stream(s);
    if (job->h3 == NULL || job->has_response)
        return;
    struct h3_fields_out head;
    h3_fields_response(&head, status, fields, BODY_LEN_NONE, &job->arena);
    h3_session_inform(&job->server->session, job->h3, &head);
}

/* RFC 9220 3: DATA both ways, to the end of each. */
static void respond_switched(struct h3_server_stream *job)
{
    const struct response *r = &job->response;
    struct h3_fields_out head;
    job->is_switched = true;
    job->server->nswitched++;
    job->response.trailers = NULL;
    job->h3->body = r->body;
    job->h3->body_left = -1;
    h3_fields_response(&head, r->status, r->fields, BODY_LEN_NONE, &job->arena);
    h3_session_respond(&job->server->session, job->h3, &head, r->body != NULL);
}

static void respond(struct stream *s, const struct response *r)
{
    struct h3_server_stream *job = of_stream(s);
    if (job->h3 == NULL || job->has_response)
        return;
    job->has_response = true;
    job->response = *r;
    if (stream_is_switched_by(s, r->status)) {
        respond_switched(job);
        return;
    }
    bool is_bodyless = message_is_bodyless(job->request.method, r->status);
    bool has_body = !is_bodyless && r->body && r->body_len != BODY_LEN_NONE &&
                    r->body_len != 0;
    bool has_trailers = !is_bodyless && r->trailers && r->trailers->len > 0;
    if (has_body) {
        job->h3->body = r->body;
        job->h3->body_left = r->body_len > 0 ? r->body_len : -1;
    }
    struct h3_fields_out head;
    h3_fields_response(&head, r->status, r->fields, r->body_len, &job->arena);
    h3_session_respond(&job->server->session, job->h3, &head,
                       has_body || has_trailers);
}

static void resume(struct stream *s, unsigned ways)
{
    struct h3_server_stream *job = of_stream(s);
    if (job->h3)
        h3_session_resume(&job->server->session, job->h3, ways);
}

static void reset(struct stream *s, uint64_t code)
{
    struct h3_server_stream *job = of_stream(s);
    if (job->h3 == NULL)
        return;
    job->reset_code = code;
    list_remove(&job->link);
    list_append(&job->server->doomed, &job->link);
    loop_later(job->server->session.loop, &job->server->turn);
}

static void drain(struct stream *s)
{
    h3_server_drain(of_stream(s)->server);
}

static void cut(struct stream *s)
{
    h3_server_cut(of_stream(s)->server, NGHTTP3_H3_INTERNAL_ERROR);
}

static const struct stream_ops stream_ops = {
    .internal_error = NGHTTP3_H3_INTERNAL_ERROR,
    .malformed_error = NGHTTP3_H3_MESSAGE_ERROR,
    .connect_error = NGHTTP3_H3_CONNECT_ERROR,
    .inform = inform,
    .respond = respond,
    .resume = resume,
    .reset = reset,
    .drain = drain,
    .cut = cut,
};

/* --- life -------------------------------------------------------------- */

static struct h3_server_stream *take_job(struct h3_server *h)
{
    struct h3_server_stream *job = h->free;
    if (job) {
        h->free = job->next_free;
        return job;
    }
    job = XALLOC_NEW(struct h3_server_stream);
    arena_init(&job->arena);
    return job;
}

void h3_server_stream_open(struct h3_session *s, struct h3_stream *st)
{
    struct h3_server *h = of_session(s);
    struct h3_server_stream *job = take_job(h);
    struct arena kept = job->arena;
    *job = (struct h3_server_stream){
        .server = h,
        .h3 = st,
        .arena = kept,
        .opened_at = loop_now(s->loop),
        .stream =
            {
                .ops = &stream_ops,
                .server = h->peer.server,
                .version = HTTP_VERSION_3,
                .is_secure = true,
                .is_early = quic_is_early(s->q),
                .remote = h->peer.remote,
            },
    };
    job->stream.request = &job->request;
    job->stream.arena = &job->arena;
    list_append(&h->jobs, &job->link);
    note_progress(h);
    st->owner = job;
    st->arena = &job->arena;
}

/* The last of it: the session has forgotten it, or does so now. */
static void end(struct h3_server_stream *job)
{
    struct h3_server *h = job->server;
    struct h3_stream *st = job->h3;
    bool is_complete = st && st->tx == H3_STREAM_TX_ENDED &&
                       (!job->is_switched || st->rx == H3_STREAM_RX_ENDED);
    if (st)
        h3_session_forget(&h->session, st);
    job->h3 = NULL;
    list_remove(&job->link);
    h->nswitched -= job->is_switched;
    if (job->stream.handler)
        job->stream.handler->ops->on_free(job->stream.handler, is_complete);
    arena_reset(&job->arena);
    job->next_free = h->free;
    h->free = job;
    note_progress(h);
    loop_later(h->session.loop, &h->turn);
}

void h3_server_stream_drop(struct h3_server_stream *job, uint64_t code)
{
    if (job->h3)
        h3_session_abandon(&job->server->session, job->h3, code);
    end(job);
}

void h3_server_stream_free_all(struct h3_server *h)
{
    while (h->free) {
        struct h3_server_stream *job = h->free;
        h->free = job->next_free;
        arena_fini(&job->arena);
        free(job);
    }
}

/* --- what arrives ------------------------------------------------------ */

static void route(struct h3_server_stream *job)
{
    struct h3_server *h = job->server;
    job->is_routed = true;
    h->nrequests++;
    if (h->options->max_requests && h->nrequests >= h->options->max_requests)
        h3_server_drain(h);
    if (h3_session_qlog(&h->session) && message_wants_switch(&job->request))
        job->stream.qlog =
            h3_qlog_stream(h->session.qlog, job->h3->id, &job->arena);
    router_route(&job->stream);
    /* RFC 9110 10.1.1 */
    if (job->request.expect_continue && !job->has_response)
        inform(&job->stream, 100, NULL);
}

/* Without flow control of sessions there is one of WebTransport at a time
 * (draft-ietf-webtrans-http3 5.1). */
static bool is_session(const struct request *r)
{
    return span_equal(r->protocol, SPAN_LIT("webtransport")) ||
           span_equal(r->protocol, SPAN_LIT("webtransport-h3"));
}

/* One that both sides have ended is none, though its end may not be
 * acknowledged yet. */
static bool has_session(const struct h3_server *h)
{
    list_each (l, &h->jobs) {
        const struct h3_server_stream *job =
            container_of(l, struct h3_server_stream, link);
        if (job->is_session && job->h3 &&
            (job->h3->rx != H3_STREAM_RX_ENDED ||
             job->h3->tx != H3_STREAM_TX_ENDED))
            return true;
    }
    return false;
}

void h3_server_stream_head(struct h3_session *s, struct h3_stream *st)
{
    struct h3_server_stream *job = st->owner;
    note_progress(job->server);
    if (!h3_fields_to_request(&st->in, !st->is_only_head, &job->request)) {
        h3_session_refuse(s, st, ERR_H3, NGHTTP3_H3_MESSAGE_ERROR,
                          "malformed request");
        return;
    }
    job->request.expect_continue =
        !st->is_only_head &&
        fields_has_token(&job->request.fields, "expect", "100-continue");
    if (is_session(&job->request) && has_session(job->server)) {
        h3_session_refuse(s, st, ERR_H3, NGHTTP3_H3_REQUEST_REJECTED,
                          "a second session on a connection");
        return;
    }
    route(job);
    job->is_session = job->h3 && job->stream.handler->substreams;
    if (job->h3)
        h3_datagram_attach(s, st, job->stream.handler->datagrams);
    if (job->h3)
        h3_substreams_attach(s, st, job->stream.handler->substreams);
}

enum sink_flow h3_server_stream_body(struct h3_session *s, struct h3_stream *st,
                                     struct span data)
{
    struct h3_server_stream *job = st->owner;
    note_progress(of_session(s));
    return job->stream.handler->ops->on_body(job->stream.handler, data);
}

void h3_server_stream_trailers(struct h3_session *s, struct h3_stream *st)
{
    (void)s;
    struct h3_server_stream *job = st->owner;
    job->trailers = st->in.fields;
}

void h3_server_stream_end(struct h3_session *s, struct h3_stream *st)
{
    (void)s;
    struct h3_server_stream *job = st->owner;
    job->stream.handler->ops->on_end(job->stream.handler, job->trailers);
}

/* RFC 9114 4.1.1: a request that will never be whole. */
void h3_server_stream_broken(struct h3_session *s, struct h3_stream *st,
                             const struct h3_session_cut *cut)
{
    (void)s;
    struct h3_server_stream *job = st->owner;
    uint64_t code = NGHTTP3_H3_REQUEST_CANCELLED;
    if (cut->how == H3_SESSION_RESET)
        code = NGHTTP3_H3_REQUEST_INCOMPLETE;
    h3_server_stream_drop(job, code);
}

/* --- what leaves ------------------------------------------------------- */

enum io h3_server_stream_pull(struct h3_session *s, struct h3_stream *st,
                              uint8_t *buf, size_t cap, size_t *n)
{
    struct h3_server_stream *job = st->owner;
    struct h3_server *h = of_session(s);
    if (h->is_cut)
        return IO_AGAIN;
    struct fault why;
    enum io io = h3_send_pull(st, buf, cap, n, &why);
    if (io == IO_OK)
        note_progress(h);
    if (io == IO_FAILED)
        reset(&job->stream, NGHTTP3_H3_INTERNAL_ERROR);
    return io;
}

const struct fields *h3_server_stream_own_trailers(struct h3_session *s,
                                                   struct h3_stream *st)
{
    (void)s;
    const struct h3_server_stream *job = st->owner;
    return job->response.trailers;
}

/* The response is whole: what is still to come of the request does not
 * matter (RFC 9114 4.1); a switched stream has another side, that goes on. */
void h3_server_stream_sent(struct h3_session *s, struct h3_stream *st)
{
    const struct h3_server_stream *job = st->owner;
    note_progress(of_session(s));
    if (!job->is_switched)
        h3_session_unread(s, st, NGHTTP3_H3_NO_ERROR);
}

void h3_server_stream_stopped(struct h3_session *s, struct h3_stream *st)
{
    const struct h3_server_stream *job = st->owner;
    if (job->is_switched && s->q)
        return; /* the client may still have something to say */
    h3_server_stream_drop(st->owner, NGHTTP3_H3_REQUEST_CANCELLED);
}

void h3_server_stream_gone(struct h3_session *s, struct h3_stream *st)
{
    (void)s;
    end(st->owner);
}
