/*
 * The client's side: which exchange is on which stream, and what the end of
 * a stream or of the connection means for it.
 *
 *   submit -> (stream) -> head -> body -> on_done
 *      '-> no stream: on_returned, in the next task
 *
 * An exchange is returned when the peer surely did not process it: no byte of
 * it was taken by the transport, the stream was rejected, or it is at or
 * above GOAWAY's id (RFC 9114 4.1.1, 5.2).  It fails for good when the fault is
 * in its own messages, and with a fault that may be tried again when it
 * only shared the connection with one of those.
 */
#include "conn/h3.h"

#include <inttypes.h>
#include <stdlib.h>

#include <nghttp3/nghttp3.h>

#include "base/fault.h"
#include "base/str.h"
#include "base/xalloc.h"
#include "conn/h3_errors.h"
#include "conn/h3_receive.h"
#include "conn/h3_send.h"
#include "conn/h3_session.h"

/* "HTTP/3 200" CR LF */
#define STATUS_LINE 12

struct h3 {
    struct conn conn;
    struct h3_session session;
    struct list stranded;  /* calls that got no stream */
    struct loop_task turn; /* they, room, and the end of a drain */
    struct loop_task reap;
    bool is_leaving; /* GOAWAY came, or the owner drains */
    bool has_room;   /* it may have grown: tell the owner */
    bool was_used;
};

/* One exchange on this connection; in its arena. */
struct call {
    struct h3 *h;
    struct exchange *ex;
    struct h3_stream *stream; /* NULL: stranded */
    struct list link;
    struct fault why;         /* it is stranded; ERR_NONE: return it */
    struct loop_timer expect; /* for 100 Continue */
    bool holds_body;          /* until then */
    bool is_answered;         /* wholly, while the upload goes on */
    int status;               /* of the final head; 0: none yet */
    int64_t body_left;        /* of a known length, or -1 */
};

static struct h3 *of_conn(const struct conn *c)
{
    return container_of((struct conn *)(uintptr_t)c, struct h3, conn);
}

static struct h3 *of_session(struct h3_session *s)
{
    return container_of(s, struct h3, session);
}

static void trace_text(struct h3 *h, enum trace_kind kind, struct str *text)
{
    trace_emit(loop_trace(h->session.loop), kind, loop_now(h->session.loop),
               h->conn.facts.id, str_span(text));
    str_fini(text);
}

static bool is_traced(const struct h3 *h)
{
    return trace_wanted(loop_trace(h->session.loop));
}

/* --- the end of an exchange -------------------------------------------- */

/* The connection forgets the exchange. */
static void release(struct call *call)
{
    struct h3 *h = call->h;
    loop_disarm(h->session.loop, &call->expect);
    list_remove(&call->link);
    call->ex->stream = NULL;
    call->ex->conn = NULL;
    h->conn.active--;
    h->has_room = true;
    loop_later(h->session.loop, &h->turn);
}

static void finish(struct call *call, const struct fault *why)
{
    struct exchange *ex = call->ex;
    release(call);
    ex->state = EXCHANGE_DONE;
    ex->sink->on_done(ex, why);
}

static void give_back(struct call *call, const struct fault *why)
{
    struct h3 *h = call->h;
    struct exchange *ex = call->ex;
    release(call);
    ex->state = EXCHANGE_QUEUED;
    h->conn.events->on_returned(&h->conn, ex, why);
}

static void finish_stream(struct call *call, const struct fault *why)
{
    h3_session_forget(&call->h->session, call->stream);
    finish(call, why);
}

static void abandon(struct call *call)
{
    h3_session_abandon(&call->h->session, call->stream,
                       NGHTTP3_H3_REQUEST_CANCELLED);
}

/* --- the response ------------------------------------------------------ */

static void start_body(struct call *call)
{
    loop_disarm(call->h->session.loop, &call->expect);
    if (!call->holds_body)
        return;
    call->holds_body = false;
    h3_send_resume(&call->h->session, call->stream);
}

static void on_head(struct h3_session *s, struct h3_stream *st)
{
    struct call *call = st->owner;
    struct exchange *ex = call->ex;
    if (ex->first_byte_at == 0)
        ex->first_byte_at = loop_now(s->loop);
    struct response_head head = {
        .status = st->in.status,
        .version = HTTP_VERSION_3,
        .fields = st->in.fields,
        .wire_len = st->in.text + STATUS_LINE,
    };
    ex->bytes_head_received += head.wire_len;
    /* A final head before 100 Continue: a refusal gets no body. */
    if (head.status < 300)
        start_body(call);
    if (head.status >= 200)
        call->status = head.status;
    if (is_traced(call->h)) {
        struct str text;
        str_init(&text);
        h3_fields_print_response(&text, &head);
        trace_text(call->h, TRACE_RESPONSE_HEAD, &text);
    }
    ex->sink->on_head(ex, &head);
}

static enum sink_flow on_body(struct h3_session *s, struct h3_stream *st,
                              struct span data)
{
    (void)s;
    struct call *call = st->owner;
    call->ex->bytes_body_received += data.len;
    return call->ex->sink->on_body(call->ex, data);
}

static void on_trailers(struct h3_session *s, struct h3_stream *st)
{
    (void)s;
    struct call *call = st->owner;
    call->ex->bytes_head_received += st->in.text;
    if (is_traced(call->h)) {
        struct str text;
        str_init(&text);
        h3_fields_print(&text, st->in.fields);
        trace_text(call->h, TRACE_TRAILERS, &text);
    }
    call->ex->sink->on_trailers(call->ex, st->in.fields);
}

static bool is_sending(const struct h3_stream *st)
{
    return st->tx != H3_STREAM_TX_ENDED && st->tx != H3_STREAM_TX_CUT;
}

/* An answer that refuses ends the upload (RFC 9114 4.1); one that accepts may
 * come before all of it was read. */
static void on_end(struct h3_session *s, struct h3_stream *st)
{
    struct call *call = st->owner;
    bool is_over = st->is_closed || s->q == NULL;
    if (is_sending(st) && call->status < 300 && !is_over) {
        call->is_answered = true;
        start_body(call);
        return;
    }
    if (is_sending(st))
        abandon(call);
    finish_stream(call, NULL);
}

static void on_sent(struct h3_session *s, struct h3_stream *st)
{
    struct call *call = st->owner;
    call->ex->sent_at = loop_now(s->loop);
    if (call->is_answered)
        finish_stream(call, NULL);
}

static void on_stopped(struct h3_session *s, struct h3_stream *st)
{
    (void)s;
    struct call *call = st->owner;
    if (call->is_answered)
        finish_stream(call, NULL);
}

/* --- a stream or the connection breaks --------------------------------- */

static void on_reset(struct call *call, uint64_t code)
{
    struct fault why;
    abandon(call);
    if (call->status != 0) {
        h3_errors_fault(&why, ERR_PARTIAL, code,
                        "the server reset the stream in the body");
        finish(call, &why);
        return;
    }
    h3_errors_fault(&why, h3_errors_kind(code), code,
                    "the server reset the stream");
    if (code == NGHTTP3_H3_REQUEST_REJECTED)
        give_back(call, &why);
    else
        finish(call, &why);
}

/* What the loss of the connection is to an exchange that did not cause it. */
static void describe_loss(const struct call *call, const struct fault *why,
                          struct fault *loss)
{
    *loss = *why;
    if (call->status != 0)
        loss->code = ERR_PARTIAL;
    else if (why->code == ERR_NONE)
        loss->code = ERR_RECV;
    else if (why->code == ERR_H3 && why->wire != NGHTTP3_H3_VERSION_FALLBACK)
        loss->code = ERR_RECV;
}

static void on_cut(struct h3_session *s, struct h3_stream *st,
                   const struct h3_session_cut *cut)
{
    struct call *call = st->owner;
    struct fault loss;
    switch (cut->how) {
    case H3_SESSION_RESET:
        on_reset(call, cut->code);
        return;
    case H3_SESSION_REFUSED:
    case H3_SESSION_BROKEN:
        finish_stream(call, cut->fault);
        return;
    case H3_SESSION_LOST:
        describe_loss(call, cut->fault, &loss);
        h3_session_forget(s, st);
        if (st->is_handed)
            finish(call, &loss);
        else
            give_back(call, &loss);
        return;
    }
}

static void on_goaway(struct h3_session *s, uint64_t id)
{
    struct h3 *h = of_session(s);
    struct fault why;
    fault_set(&why, ERR_RECV, NGHTTP3_H3_NO_ERROR,
              "GOAWAY: the server takes no more requests");
    if (!h->is_leaving) {
        h->is_leaving = true;
        if (h->conn.events)
            h->conn.events->on_draining(&h->conn, &why);
    }
    list_each_safe (l, &s->streams.all) {
        struct h3_stream *st = container_of(l, struct h3_stream, link);
        struct call *call = st->owner;
        if (call == NULL || (uint64_t)st->id < id)
            continue;
        abandon(call);
        give_back(call, &why);
    }
    loop_later(s->loop, &h->turn);
}

/* --- the request ------------------------------------------------------- */

static enum io pull(struct h3_session *s, struct h3_stream *st, uint8_t *buf,
                    size_t cap, size_t *n)
{
    (void)s;
    struct call *call = st->owner;
    struct exchange *ex = call->ex;
    if (call->holds_body)
        return IO_AGAIN;
    struct fault why;
    enum io io = h3_send_pull(ex->body, &call->body_left, buf, cap, n, &why);
    if (io == IO_OK)
        ex->bytes_body_sent += *n;
    if (io == IO_FAILED) {
        abandon(call);
        finish(call, &why);
    }
    return io;
}

static const struct fields *no_trailers(struct h3_session *s,
                                        struct h3_stream *st)
{
    (void)s;
    (void)st;
    return NULL;
}

static void on_expect_timeout(struct loop_timer *t, uint64_t now)
{
    (void)now;
    start_body(container_of(t, struct call, expect));
}

static bool has_body(const struct exchange *ex)
{
    return ex->body && ex->request->body_len != BODY_LEN_NONE &&
           ex->request->body_len != 0;
}

static void strand(struct call *call)
{
    list_append(&call->h->stranded, &call->link);
    loop_later(call->h->session.loop, &call->h->turn);
}

static void send_request(struct call *call)
{
    struct h3 *h = call->h;
    struct h3_session *s = &h->session;
    struct exchange *ex = call->ex;
    struct h3_fields_out head;
    h3_fields_request(&head, ex->request, &ex->arena);
    if (head.section > s->peer_section) {
        fault_set(&call->why, ERR_HEAD_TOO_LARGE, 0,
                  "the request head has %zu bytes, the server takes %" PRIu64,
                  head.section, s->peer_section);
        strand(call);
        return;
    }
    bool is_upload = has_body(ex);
    if (is_upload && ex->request->expect_continue) {
        call->holds_body = true;
        loop_arm(s->loop, &call->expect,
                 loop_now(s->loop) + s->settings->timeouts.expect_100);
    }
    if (!h->is_leaving)
        call->stream =
            h3_session_request(s, &head, is_upload, call, &ex->arena);
    if (call->stream == NULL) {
        strand(call);
        return;
    }
    ex->bytes_head_sent = head.text;
    if (is_traced(h)) {
        struct str text;
        str_init(&text);
        h3_fields_print_request(&text, ex->request);
        trace_text(h, TRACE_REQUEST_HEAD, &text);
    }
}

/* --- the connection ---------------------------------------------------- */

static void h3_reap(struct loop_task *task)
{
    struct h3 *h = container_of(task, struct h3, reap);
    h3_session_fini(&h->session);
    free(h);
}

static void retire(struct h3 *h)
{
    loop_forget(h->session.loop, &h->turn);
    loop_reap(h->session.loop, &h->reap);
}

static void release_stranded(struct h3 *h)
{
    while (!list_is_empty(&h->stranded)) {
        struct call *call = container_of(h->stranded.next, struct call, link);
        struct fault why = call->why;
        if (why.code != ERR_NONE) {
            finish(call, &why);
            continue;
        }
        fault_set(&why, ERR_RECV, 0, "the connection takes no more requests");
        give_back(call, &why);
    }
}

static void on_turn(struct loop_task *task)
{
    struct h3 *h = container_of(task, struct h3, turn);
    release_stranded(h);
    if (h->has_room) {
        h->has_room = false;
        if (!h->is_leaving && h->session.q && h->conn.events)
            h->conn.events->on_room(&h->conn);
    }
    if (!h->is_leaving || h->conn.active > 0 || h->session.q == NULL)
        return;
    struct fault why;
    fault_set(&why, ERR_NONE, 0, "drained");
    h3_session_close(&h->session, NGHTTP3_H3_NO_ERROR);
    retire(h);
    if (h->conn.events)
        h->conn.events->on_closed(&h->conn, &why);
}

static void on_room(struct h3_session *s)
{
    struct h3 *h = of_session(s);
    h->has_room = true;
    loop_later(s->loop, &h->turn);
}

static void on_over(struct h3_session *s, const struct fault *why)
{
    struct h3 *h = of_session(s);
    release_stranded(h);
    retire(h);
    if (h->conn.events)
        h->conn.events->on_closed(&h->conn, why);
}

static void on_stream_gone(struct h3_session *s, struct h3_stream *st)
{
    /* The response waits for its consumer. */
    (void)s;
    (void)st;
}

static const struct h3_session_ops session_ops = {
    .on_head = on_head,
    .on_body = on_body,
    .on_trailers = on_trailers,
    .on_end = on_end,
    .on_cut = on_cut,
    .pull = pull,
    .trailers = no_trailers,
    .on_sent = on_sent,
    .on_stopped = on_stopped,
    .on_stream_gone = on_stream_gone,
    .on_goaway = on_goaway,
    .on_room = on_room,
    .on_over = on_over,
};

static void h3_submit(struct conn *c, struct exchange *ex)
{
    struct h3 *h = of_conn(c);
    struct call *call = ARENA_NEW(&ex->arena, struct call);
    call->h = h;
    call->ex = ex;
    call->body_left = ex->request->body_len >= 0 ? ex->request->body_len : -1;
    call->expect.on_expired = on_expect_timeout;
    list_init(&call->link);
    ex->state = EXCHANGE_ACTIVE;
    ex->conn = c;
    ex->stream = call;
    ex->facts = &c->facts;
    ex->is_first = !h->was_used;
    ex->submitted_at = loop_now(h->session.loop);
    h->was_used = true;
    c->active++;
    send_request(call);
}

static void h3_cancel(struct conn *c, struct exchange *ex)
{
    struct call *call = ex->stream;
    (void)c;
    if (call->stream)
        abandon(call);
    release(call);
    ex->state = EXCHANGE_DONE;
}

static void h3_resume(struct conn *c, struct exchange *ex)
{
    struct call *call = ex->stream;
    if (call && call->stream)
        h3_session_resume(&of_conn(c)->session, call->stream);
}

static size_t h3_room(const struct conn *c)
{
    const struct h3 *h = of_conn(c);
    const struct h3_session *s = &h->session;
    if (h->is_leaving || s->q == NULL || !s->is_started || s->is_failed)
        return 0;
    uint64_t own = s->settings->quic.max_streams;
    if (c->active >= own)
        return 0;
    uint64_t left = quic_bidi_left(s->q);
    return (size_t)(left < own - c->active ? left : own - c->active);
}

static void h3_drain(struct conn *c)
{
    struct h3 *h = of_conn(c);
    if (h->is_leaving)
        return;
    h->is_leaving = true;
    h3_session_goaway(&h->session);
    loop_later(h->session.loop, &h->turn);
}

static void drop_calls(struct list *streams)
{
    list_each (l, streams) {
        struct call *call = container_of(l, struct h3_stream, link)->owner;
        if (call)
            release(call);
    }
}

static void h3_close(struct conn *c)
{
    struct h3 *h = of_conn(c);
    drop_calls(&h->session.streams.all);
    drop_calls(&h->session.streams.gone);
    while (!list_is_empty(&h->stranded))
        release(container_of(h->stranded.next, struct call, link));
    h3_session_close(&h->session, NGHTTP3_H3_NO_ERROR);
    retire(h);
}

static uint64_t h3_rtt(const struct conn *c)
{
    const struct h3_session *s = &of_conn(c)->session;
    struct quic_stats stats;
    if (s->q == NULL)
        return 0;
    quic_get_stats(s->q, &stats);
    return stats.rtt;
}

static const struct conn_ops conn_ops = {
    .name = "h3",
    .submit = h3_submit,
    .cancel = h3_cancel,
    .resume = h3_resume,
    .room = h3_room,
    .drain = h3_drain,
    .close = h3_close,
    .rtt = h3_rtt,
};

struct conn *h3_new(struct loop *loop, struct quic *q, const struct settings *s,
                    const struct conn_facts *facts)
{
    struct h3 *h = XALLOC_NEW(struct h3);
    h->conn.ops = &conn_ops;
    h->conn.facts = *facts;
    h->conn.facts.version = HTTP_VERSION_3;
    h->turn.run = on_turn;
    h->reap.run = h3_reap;
    list_init(&h->conn.link);
    list_init(&h->stranded);
    h3_session_init(&h->session, &session_ops, loop, s, false);
    h3_session_attach(&h->session, q);
    quic_set_app(q, &h->session.app);
    h3_session_start(&h->session);
    return &h->conn;
}
