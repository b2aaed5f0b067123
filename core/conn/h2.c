/*
 * An exchange waits here until the turn and is only then given to nghttp2: so
 * all that were submitted in a round leave in one write, and one that was not
 * sent yet is given back to the pool without a trace of it on the wire.
 *
 *   submit -> waiting -> (turn) HEADERS -> response -> on_done
 *                 '-> on_returned: the peer goes, or lowered its limit
 *
 * What a stream's end means for its exchange is decided in on_closed(): a
 * peer that refused the stream, or never got a byte of it, did not process
 * it, and it is returned; everything else is told to the sink.
 */
#include "conn/h2.h"

#include <stdlib.h>

#include "base/fault.h"
#include "base/str.h"
#include "base/xalloc.h"
#include "conn/h2_errors.h"
#include "conn/h2_fields.h"
#include "conn/h2_session.h"

struct h2 {
    struct conn conn;
    struct h2_session session;
    struct list waiting; /* calls that are not on the wire yet */
    size_t nwaiting;
    size_t nopened;  /* streams, ever */
    bool is_drained; /* the owner wants no more */
    bool has_room;   /* it may have grown: tell the owner */
};

/* One exchange on this connection. */
struct call {
    struct h2_stream stream;
    struct h2 *h;
    struct exchange *ex;
    struct loop_timer expect; /* for 100 Continue */
    int status;               /* of the final head; 0: none yet */
};

static struct h2 *of_conn(const struct conn *c)
{
    return container_of((struct conn *)(uintptr_t)c, struct h2, conn);
}

static struct h2 *of_session(const struct h2_session *s)
{
    return container_of((struct h2_session *)(uintptr_t)s, struct h2, session);
}

static struct call *of_stream(struct h2_stream *st)
{
    return container_of(st, struct call, stream);
}

static void trace_head(struct h2 *h, enum trace_kind kind, struct str *text)
{
    trace_emit(loop_trace(h->session.loop), kind, loop_now(h->session.loop),
               h->conn.facts.id, str_span(text));
    str_fini(text);
}

/* ---- the end of an exchange ---- */

static void note_counters(struct call *call)
{
    call->ex->bytes_head_sent = call->stream.out_head;
    call->ex->bytes_body_sent = call->stream.out_body;
}

/* The connection forgets the exchange. */
static void release(struct call *call)
{
    struct h2 *h = call->h;
    struct exchange *ex = call->ex;
    note_counters(call);
    loop_disarm(h->session.loop, &call->expect);
    ex->stream = NULL;
    ex->conn = NULL;
    h->conn.active--;
    h->has_room = true;
    h2_session_wake(&h->session);
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
    struct h2 *h = call->h;
    struct exchange *ex = call->ex;
    release(call);
    ex->state = EXCHANGE_QUEUED;
    h->conn.events->on_returned(&h->conn, ex, why);
}

static void stop_waiting(struct call *call)
{
    list_remove(&call->stream.link);
    call->h->nwaiting--;
}

/* ---- the response ---- */

static void note_first_byte(struct call *call)
{
    if (call->ex->first_byte_at == 0)
        call->ex->first_byte_at = loop_now(call->h->session.loop);
}

/* The body may go, if it was waiting for 100 Continue. */
static void start_body(struct call *call)
{
    loop_disarm(call->h->session.loop, &call->expect);
    if (!call->stream.holds_body)
        return;
    call->stream.holds_body = false;
    h2_stream_resume(&call->stream);
}

static void on_head(struct h2_stream *st)
{
    struct call *call = of_stream(st);
    struct h2 *h = call->h;
    int status = st->pseudo.status;
    note_first_byte(call);
    /* A final head before 100 Continue: a refusal gets no body. */
    if (status < 300)
        start_body(call);
    if (status >= 200)
        call->status = status;
    if (trace_wanted(loop_trace(h->session.loop))) {
        struct str text;
        str_init(&text);
        h2_fields_print_response(&text, status, &st->fields);
        trace_head(h, TRACE_RESPONSE_HEAD, &text);
    }
    struct response_head head = {
        .status = status,
        .version = HTTP_VERSION_2,
        .fields = &st->fields,
        .wire_len = st->head_len,
    };
    call->ex->bytes_head_received += st->head_len;
    call->ex->sink->on_head(call->ex, &head);
}

static enum sink_flow on_data(struct h2_stream *st, struct span data)
{
    struct call *call = of_stream(st);
    call->ex->bytes_body_received += data.len;
    return call->ex->sink->on_body(call->ex, data);
}

static void on_end(struct h2_stream *st)
{
    struct call *call = of_stream(st);
    struct h2_session *s = st->session;
    note_counters(call);
    if (st->has_trailers) {
        if (trace_wanted(loop_trace(s->loop))) {
            struct str text;
            str_init(&text);
            h2_fields_print_section(&text, &st->trailers);
            trace_head(call->h, TRACE_TRAILERS, &text);
        }
        call->ex->sink->on_trailers(call->ex, &st->trailers);
        if (s->current != st)
            return;
    }
    /* An answer that refuses ends the upload (RFC 9113 8.1); one that accepts
     * may come before all of it was read. */
    if (st->out == H2_OUT_BODY && call->status >= 300) {
        h2_stream_reset(st, NGHTTP2_NO_ERROR);
        finish(call, NULL);
    }
}

static void on_sent(struct h2_stream *st)
{
    struct call *call = of_stream(st);
    call->ex->sent_at = loop_now(st->session->loop);
    note_counters(call);
}

/* Has the peer surely done nothing with it (RFC 9113 8.7)? */
static bool is_unprocessed(const struct call *call, const struct fault *why)
{
    const struct h2_stream *st = &call->stream;
    const struct h2_session *s = st->session;
    if (st->in != H2_IN_HEAD || st->interim > 0)
        return false;
    if (why->code == ERR_H2_STREAM && why->wire == NGHTTP2_REFUSED_STREAM)
        return true;
    /* Not a byte of its HEADERS was taken by the transport. */
    return !h2_session_is_open(s) &&
           (st->out_head == 0 || st->first_byte >= s->out_written);
}

static void on_closed(struct h2_stream *st, const struct fault *why)
{
    struct call *call = of_stream(st);
    struct fault other;
    if (why == NULL || !is_unprocessed(call, why)) {
        finish(call, why);
        return;
    }
    /* The peer's GOAWAY asks for HTTP/1.1: coming back would not help. */
    const struct h2_session *s = st->session;
    if (s->has_goaway && s->fault.wire == NGHTTP2_HTTP_1_1_REQUIRED) {
        h2_errors_reset(&other, NGHTTP2_HTTP_1_1_REQUIRED, false);
        finish(call, &other);
        return;
    }
    give_back(call, why);
}

static void on_dropped(struct h2_stream *st)
{
    release(of_stream(st));
}

/* ---- the request ---- */

static void on_expect_timeout(struct loop_timer *t, uint64_t now)
{
    (void)now;
    start_body(container_of(t, struct call, expect));
}

static void send_request(struct call *call)
{
    struct h2 *h = call->h;
    struct h2_session *s = &h->session;
    struct exchange *ex = call->ex;
    const struct request *r = ex->request;
    struct h2_fields_out head;
    h2_fields_request(&head, &ex->arena, r);
    if (head.bytes > s->peer_head_max) {
        struct fault why;
        fault_set(&why, ERR_HEAD_TOO_LARGE, 0,
                  "the request head has %zu bytes, the peer takes %zu",
                  head.bytes, s->peer_head_max);
        finish(call, &why);
        return;
    }
    if (trace_wanted(loop_trace(s->loop))) {
        struct str text;
        str_init(&text);
        h2_fields_print_request(&text, r, &head);
        trace_head(h, TRACE_REQUEST_HEAD, &text);
    }
    if (ex->body && r->body_len != BODY_LEN_NONE && r->body_len != 0) {
        call->stream.body = ex->body;
        call->stream.body_left = r->body_len > 0 ? r->body_len : -1;
        if (r->expect_continue) {
            call->stream.holds_body = true;
            call->expect.on_expired = on_expect_timeout;
            loop_arm(s->loop, &call->expect,
                     loop_now(s->loop) + s->settings->timeouts.expect_100);
        }
    }
    h->nopened++;
    h2_session_request(s, &call->stream, &head);
}

static size_t stream_limit(const struct h2 *h)
{
    const struct h2_session *s = &h->session;
    uint32_t own = s->settings->h2.max_streams;
    return s->peer_streams < own ? s->peer_streams : own;
}

static bool may_open(const struct h2 *h)
{
    return !h->is_drained && h2_session_may_open(&h->session);
}

static void send_waiting(struct h2 *h)
{
    while (!list_is_empty(&h->waiting)) {
        struct call *call =
            container_of(h->waiting.next, struct call, stream.link);
        bool fits = h->conn.active - h->nwaiting < stream_limit(h);
        stop_waiting(call);
        if (fits && h2_session_may_open(&h->session)) {
            send_request(call);
        } else {
            struct fault why = h->session.fault;
            if (why.code == ERR_NONE)
                fault_set(&why, ERR_RECV, 0,
                          "the connection takes no more requests");
            give_back(call, &why);
        }
    }
}

static void on_turn(struct h2_session *s)
{
    struct h2 *h = of_session(s);
    if (h->has_room) {
        h->has_room = false;
        if (may_open(h) && h->conn.events)
            h->conn.events->on_room(&h->conn);
    }
    send_waiting(h);
    if (h->is_drained && h->conn.active == 0 && h2_session_is_open(s))
        h2_session_finish(s);
}

/* ---- the connection ---- */

static void on_settings(struct h2_session *s)
{
    of_session(s)->has_room = true;
}

static void on_goaway(struct h2_session *s, const struct fault *why)
{
    struct h2 *h = of_session(s);
    trace_emit(loop_trace(s->loop), TRACE_CONN_DRAIN, loop_now(s->loop),
               h->conn.facts.id, span_str(why->detail));
    if (h->conn.events)
        h->conn.events->on_draining(&h->conn, why);
}

static void on_gone(struct h2_session *s, const struct fault *why)
{
    struct h2 *h = of_session(s);
    h->conn.events->on_closed(&h->conn, why);
}

static void on_reap(struct h2_session *s)
{
    struct h2 *h = of_session(s);
    h2_session_fini(s);
    free(h);
}

static const struct h2_role role = {
    .is_server = false,
    .on_head = on_head,
    .on_data = on_data,
    .on_end = on_end,
    .on_sent = on_sent,
    .on_closed = on_closed,
    .on_dropped = on_dropped,
    .on_turn = on_turn,
    .on_settings = on_settings,
    .on_goaway = on_goaway,
    .on_gone = on_gone,
    .on_reap = on_reap,
};

static void h2_submit(struct conn *c, struct exchange *ex)
{
    struct h2 *h = of_conn(c);
    struct call *call = ARENA_NEW(&ex->arena, struct call);
    call->h = h;
    call->ex = ex;
    h2_stream_init(&call->stream, &h->session, &ex->arena);
    ex->state = EXCHANGE_ACTIVE;
    ex->conn = c;
    ex->stream = call;
    ex->facts = &c->facts;
    ex->is_first = h->nopened + h->nwaiting == 0;
    ex->submitted_at = loop_now(h->session.loop);
    list_append(&h->waiting, &call->stream.link);
    h->nwaiting++;
    c->active++;
    h2_session_wake(&h->session);
}

static void h2_cancel(struct conn *c, struct exchange *ex)
{
    struct call *call = ex->stream;
    (void)c;
    if (call->stream.id == 0)
        stop_waiting(call);
    h2_stream_reset(&call->stream, NGHTTP2_CANCEL);
    release(call);
    ex->state = EXCHANGE_DONE;
}

static void h2_resume(struct conn *c, struct exchange *ex)
{
    struct call *call = ex->stream;
    (void)c;
    if (call && call->stream.id != 0)
        h2_stream_resume(&call->stream);
}

static size_t h2_room(const struct conn *c)
{
    const struct h2 *h = of_conn(c);
    size_t limit = stream_limit(h);
    return may_open(h) && c->active < limit ? limit - c->active : 0;
}

static void h2_drain(struct conn *c)
{
    struct h2 *h = of_conn(c);
    h->is_drained = true;
    h2_session_wake(&h->session);
}

static void h2_close(struct conn *c)
{
    struct h2 *h = of_conn(c);
    while (!list_is_empty(&h->waiting)) {
        struct call *call =
            container_of(h->waiting.next, struct call, stream.link);
        stop_waiting(call);
        release(call);
    }
    h2_session_close(&h->session);
}

static uint64_t h2_rtt(const struct conn *c)
{
    return of_conn(c)->session.rtt;
}

static const struct conn_ops ops = {
    .name = "h2",
    .submit = h2_submit,
    .cancel = h2_cancel,
    .resume = h2_resume,
    .room = h2_room,
    .drain = h2_drain,
    .close = h2_close,
    .rtt = h2_rtt,
};

struct conn *h2_new(struct loop *loop, struct transport *t,
                    const struct settings *s, const struct conn_facts *facts)
{
    struct h2 *h = XALLOC_NEW(struct h2);
    h->conn.ops = &ops;
    h->conn.facts = *facts;
    h->conn.facts.version = HTTP_VERSION_2;
    list_init(&h->conn.link);
    list_init(&h->waiting);
    h2_session_init(&h->session, loop, t, s, &role, 0);
    return &h->conn;
}
