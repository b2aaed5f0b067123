/*
 * What a stream's end means for its exchange is decided in
 * h2_call_on_closed(): a peer that refused the stream, or never got a byte of
 * it, did not process it, and it is returned; everything else is told to the
 * sink.
 */
#include "conn/h2_call.h"

#include "base/fault.h"
#include "base/str.h"
#include "conn/h2_fields.h"
#include "conn/h2_qlog.h"
#include "conn/h2_session.h"

static struct h2_call *of_stream(struct h2_stream *st)
{
    return container_of(st, struct h2_call, stream);
}

static void trace_head(struct h2_call *call, enum trace_kind kind,
                       struct str *text)
{
    struct h2 *h = call->h;
    conn_note(&h->conn, h->session.loop, call->ex, kind, str_span(text));
    str_fini(text);
}

/* ---- the end of an exchange ---- */

static void note_counters(struct h2_call *call)
{
    call->ex->bytes_head_sent = call->stream.out_head;
    call->ex->bytes_body_sent = call->stream.out_body;
}

/* The connection forgets the exchange. */
void h2_call_release(struct h2_call *call)
{
    struct h2 *h = call->h;
    note_counters(call);
    loop_disarm(h->session.loop, &call->expect);
    conn_release(&h->conn, call->ex);
    if (h->conn.active == 0)
        h->idle_since = loop_now(h->session.loop);
    h->has_capacity = true;
    h2_session_wake(&h->session);
}

static void finish(struct h2_call *call, const struct fault *why)
{
    struct exchange *ex = call->ex;
    h2_call_release(call);
    ex->state = EXCHANGE_DONE;
    ex->sink->on_done(ex, why);
}

void h2_call_return(struct h2_call *call, enum conn_return how,
                    const struct fault *why)
{
    struct h2 *h = call->h;
    struct exchange *ex = call->ex;
    h2_call_release(call);
    ex->state = EXCHANGE_QUEUED;
    h->conn.events->on_returned(&h->conn, ex, how, why);
}

void h2_call_stop_waiting(struct h2_call *call)
{
    list_remove(&call->stream.link);
    call->h->nwaiting--;
}

/* ---- the response ---- */

static void note_first_byte(struct h2_call *call)
{
    if (call->ex->first_byte_at == 0)
        call->ex->first_byte_at = loop_now(call->h->session.loop);
}

/* The body may go, if it was waiting for 100 Continue, or for the switch. */
static void start_body(struct h2_call *call)
{
    loop_disarm(call->h->session.loop, &call->expect);
    if (!call->stream.holds_body)
        return;
    call->stream.holds_body = false;
    h2_stream_resume(&call->stream, EXCHANGE_SEND);
}

/* What the head of the answer means for a body that waits.  A refusal gets
 * none; a stream that was not switched ends on our side as it is, empty. */
static void decide_body(struct h2_call *call)
{
    int status = call->stream.pseudo.status;
    bool is_accepted = status >= 200 && status < 300;
    if (!message_wants_switch(call->ex->request)) {
        if (status == 100 || is_accepted)
            start_body(call);
        return;
    }
    if (status < 200)
        return;
    call->is_switched = is_accepted;
    if (!is_accepted)
        call->stream.body_left = 0;
    start_body(call);
}

void h2_call_on_head(struct h2_stream *st)
{
    struct h2_call *call = of_stream(st);
    struct h2 *h = call->h;
    int status = st->pseudo.status;
    note_first_byte(call);
    decide_body(call);
    if (status >= 200)
        call->status = status;
    if (trace_wanted(loop_trace(h->session.loop))) {
        struct str text;
        str_init(&text);
        h2_fields_print_response(&text, status, &st->fields);
        trace_head(call, TRACE_RESPONSE_HEAD, &text);
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

enum sink_flow h2_call_on_data(struct h2_stream *st, struct span data)
{
    struct h2_call *call = of_stream(st);
    call->ex->bytes_body_received += data.len;
    return call->ex->sink->on_body(call->ex, data);
}

/* nghttp2 lets the length of every answer to CONNECT pass; it means nothing only
 * where the stream was switched (RFC 9110 9.3.6). */
static bool is_miscounted(const struct h2_call *call)
{
    const struct exchange *ex = call->ex;
    uint64_t len = 0;
    return message_wants_switch(ex->request) && !call->is_switched &&
           !message_is_bodyless(ex->request->method, call->status) &&
           message_content_length(&call->stream.fields, &len) ==
               MESSAGE_LENGTH_KNOWN &&
           len != ex->bytes_body_received;
}

void h2_call_on_end(struct h2_stream *st)
{
    struct h2_call *call = of_stream(st);
    struct h2_session *s = st->session;
    note_counters(call);
    if (is_miscounted(call)) {
        struct fault why;
        fault_set(&why, ERR_H2_STREAM, NGHTTP2_PROTOCOL_ERROR,
                  "malformed message: content-length does not match the body");
        h2_stream_fail(st, NGHTTP2_PROTOCOL_ERROR, &why);
        return;
    }
    if (st->has_trailers) {
        if (trace_wanted(loop_trace(s->loop))) {
            struct str text;
            str_init(&text);
            h2_fields_print_section(&text, &st->trailers);
            trace_head(call, TRACE_TRAILERS, &text);
        }
        call->ex->bytes_head_received += fields_text_len(&st->trailers);
        call->ex->sink->on_trailers(call->ex, &st->trailers);
        if (s->current != st)
            return;
    }
    if (call->is_switched) {
        if (call->ex->sink->on_end)
            call->ex->sink->on_end(call->ex);
        return;
    }
    /* An answer that refuses ends the upload (RFC 9113 8.1); one that accepts
     * may come before all of it was read. */
    bool is_upload = st->out == H2_OUT_BODY && st->body_left != 0;
    if (is_upload && call->status >= 300) {
        h2_stream_reset(st, NGHTTP2_NO_ERROR);
        finish(call, NULL);
    }
}

/* Progress and the minimum of speed look at it while it goes on. */
void h2_call_on_body_sent(struct h2_stream *st)
{
    note_counters(of_stream(st));
}

void h2_call_on_sent(struct h2_stream *st)
{
    struct h2_call *call = of_stream(st);
    struct exchange *ex = call->ex;
    ex->sent_at = loop_now(st->session->loop);
    note_counters(call);
    if (call->is_switched && ex->sink->on_sent)
        ex->sink->on_sent(ex);
}

/* Has the peer surely done nothing with it (RFC 9113 8.7)? */
static bool is_unprocessed(const struct h2_call *call, const struct fault *why)
{
    const struct h2_stream *st = &call->stream;
    const struct h2_session *s = st->session;
    if (st->in != H2_IN_HEAD || st->interim > 0)
        return false;
    if (why->remedy == REMEDY_RESEND)
        return true;
    /* Not a byte of its HEADERS was taken by the transport. */
    return !h2_session_is_open(s) &&
           (st->out_head == 0 || st->first_byte >= s->out_written);
}

static enum conn_return how_returned(const struct h2_call *call)
{
    const struct h2_session *s = call->stream.session;
    if (!h2_session_is_open(s))
        return CONN_RETURN_UNSENT;
    if (s->has_goaway)
        return CONN_RETURN_GOAWAY;
    return call->is_early ? CONN_RETURN_CROWDED : CONN_RETURN_REFUSED;
}

/* There is no body that could be short: what was a stream of bytes was reset,
 * or lost its connection. */
static void finish_switched(struct h2_call *call, const struct fault *why)
{
    struct fault cause = *why;
    if (cause.code == ERR_PARTIAL)
        cause.code = h2_session_is_open(call->stream.session)
                         ? ERR_CHANNEL_CLOSED
                         : ERR_RECV;
    finish(call, &cause);
}

void h2_call_on_closed(struct h2_stream *st, const struct fault *why)
{
    struct h2_call *call = of_stream(st);
    if (why && call->is_switched) {
        finish_switched(call, why);
        return;
    }
    if (why == NULL || !is_unprocessed(call, why)) {
        finish(call, why);
        return;
    }
    enum conn_return how = how_returned(call);
    /* nghttp2 closes what GOAWAY leaves out as if it had been refused. */
    struct fault cause = how == CONN_RETURN_GOAWAY ? st->session->fault : *why;
    if (cause.code == ERR_NONE)
        cause.code = ERR_RECV;
    /* A GOAWAY that asks for HTTP/1.1: coming back would not help. */
    if (how == CONN_RETURN_GOAWAY && cause.remedy == REMEDY_HTTP_1_1)
        finish(call, &cause);
    else
        h2_call_return(call, how, &cause);
}

void h2_call_on_dropped(struct h2_stream *st)
{
    h2_call_release(of_stream(st));
}

/* ---- the request ---- */

static void on_expect_timeout(struct loop_timer *t, uint64_t now)
{
    (void)now;
    start_body(container_of(t, struct h2_call, expect));
}

/* A head that the peer would not take fails here. */
static bool fits(struct h2_call *call, const struct h2_fields_out *head)
{
    size_t max = call->h->session.peer_head_max;
    if (max > H2_SESSION_HEAD_MAX)
        max = H2_SESSION_HEAD_MAX;
    if (head->bytes <= max)
        return true;
    struct fault why;
    fault_set(&why, ERR_HEAD_TOO_LARGE, 0,
              "the request head has %zu bytes, %zu are possible", head->bytes,
              max);
    finish(call, &why);
    return false;
}

/* Only if the request says so on the wire.  HTTP/1 asks on its own, since it
 * can stop an upload only by closing; here a reset does that, and few servers
 * answer 100 over HTTP/2. */
static bool waits_for_continue(const struct request *r)
{
    return r->expect_continue &&
           fields_has_token(&r->fields, "expect", "100-continue");
}

/* Whether there is a body, and what it waits for. */
static void prepare_body(struct h2_call *call)
{
    struct h2_session *s = &call->h->session;
    const struct request *r = call->ex->request;
    if (!call->ex->body || r->body_len == BODY_LEN_NONE)
        return;
    call->stream.out_trailers = r->trailers;
    call->stream.body_left = r->body_len >= 0 ? r->body_len : -1;
    if (r->body_len == 0)
        return;
    call->stream.body = call->ex->body;
    call->stream.holds_body = message_wants_switch(r) || waits_for_continue(r);
    if (!waits_for_continue(r) || message_wants_switch(r))
        return;
    call->expect.on_expired = on_expect_timeout;
    loop_arm(s->loop, &call->expect,
             loop_now(s->loop) + s->settings->timeouts.expect_100);
}

void h2_call_send(struct h2_call *call)
{
    struct h2 *h = call->h;
    struct h2_session *s = &h->session;
    struct exchange *ex = call->ex;
    const struct request *r = ex->request;
    struct h2_fields_out head;
    h2_fields_request(&head, &ex->arena, r);
    if (!fits(call, &head))
        return;
    if (trace_wanted(loop_trace(s->loop))) {
        struct str text;
        str_init(&text);
        h2_fields_print_request(&text, r, &head);
        trace_head(call, TRACE_REQUEST_HEAD, &text);
    }
    prepare_body(call);
    call->is_early = h->conn.limit == CONN_LIMIT_UNKNOWN;
    h2_session_request(s, &call->stream, &head);
    if (s->qlog && message_wants_switch(r))
        call->ex->qlog = h2_qlog_stream(&call->stream);
    if (r->priority.base)
        h2_session_prioritize(&call->stream, r->priority);
}
