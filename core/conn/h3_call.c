/*
 * An exchange is returned when the peer surely did not process it: no byte of
 * it was taken by the transport, the stream was rejected, or it is at or
 * above GOAWAY's id (RFC 9114 4.1.1, 5.2).  It fails for good when the fault is
 * in its own messages, and with a fault that may be tried again when it
 * only shared the connection with one of those.
 */
#include "conn/h3_call.h"

#include <inttypes.h>

#include <nghttp3/nghttp3.h>

#include "base/fault.h"
#include "base/str.h"
#include "conn/h3_datagram.h"
#include "conn/h3_errors.h"
#include "conn/h3_qlog.h"
#include "conn/h3_send.h"

static void trace_text(struct h3_call *call, enum trace_kind kind,
                       struct str *text)
{
    struct h3 *h = call->h;
    conn_note(&h->conn, h->session.loop, call->ex, kind, str_span(text));
    str_fini(text);
}

static bool is_traced(const struct h3 *h)
{
    return trace_wanted(loop_trace(h->session.loop));
}

/* --- the end of an exchange -------------------------------------------- */

/* Requests are answered or time out; a stream of another protocol may be silent
 * for as long as it likes. */
static void note_switched(struct h3 *h, bool is_one_more)
{
    if (is_one_more)
        h->nswitched++;
    else
        h->nswitched--;
    if (h->nswitched == 0)
        h->ping_interval = 0;
    h3_call_keep_alive(h);
}

void h3_call_keep_alive(struct h3 *h)
{
    if (h->session.q)
        quic_keep_alive(h->session.q, h->nswitched > 0, h->ping_interval);
}

/* The connection forgets the exchange. */
void h3_call_release(struct h3_call *call)
{
    struct h3 *h = call->h;
    if (call->is_switched)
        note_switched(h, false);
    loop_disarm(h->session.loop, &call->expect);
    list_remove(&call->link);
    conn_release(&h->conn, call->ex);
    if (h->session.q && h->conn.active == 0)
        quic_expect(h->session.q, false);
    h->has_capacity = true;
    loop_later(h->session.loop, &h->turn);
}

void h3_call_finish(struct h3_call *call, const struct fault *why)
{
    struct exchange *ex = call->ex;
    h3_call_release(call);
    ex->state = EXCHANGE_DONE;
    ex->sink->on_done(ex, why);
}

void h3_call_give_back(struct h3_call *call, enum conn_return how,
                       const struct fault *why)
{
    struct h3 *h = call->h;
    struct exchange *ex = call->ex;
    if (call->status != 0) {
        struct fault broken = *why;
        broken.code = ERR_PARTIAL;
        h3_call_finish(call, &broken);
        return;
    }
    h3_call_release(call);
    ex->state = EXCHANGE_QUEUED;
    h->conn.events->on_returned(&h->conn, ex, how, why);
}

static void finish_stream(struct h3_call *call, const struct fault *why)
{
    h3_session_forget(&call->h->session, call->stream);
    h3_call_finish(call, why);
}

void h3_call_abandon(struct h3_call *call)
{
    h3_session_abandon(&call->h->session, call->stream,
                       NGHTTP3_H3_REQUEST_CANCELLED);
}

/* --- the response ------------------------------------------------------ */

/* The body may go, if it was waiting for 100 Continue, or for the switch. */
static void start_body(struct h3_call *call)
{
    loop_disarm(call->h->session.loop, &call->expect);
    if (!call->holds_body)
        return;
    call->holds_body = false;
    h3_send_resume(&call->h->session, call->stream);
}

/* What the head of the answer means for a body that waits.  A final head before
 * 100 Continue: a refusal gets no body; a stream that was not switched ends on
 * our side as it is, empty. */
static void decide_body(struct h3_call *call, int status)
{
    bool is_accepted = status >= 200 && status < 300;
    if (!message_wants_switch(call->ex->request)) {
        if (status < 300)
            start_body(call);
        return;
    }
    if (status < 200)
        return;
    call->is_switched = is_accepted;
    if (is_accepted)
        note_switched(call->h, true);
    else
        call->stream->body_left = 0;
    start_body(call);
}

void h3_call_head(struct h3_session *s, struct h3_stream *st)
{
    struct h3_call *call = st->owner;
    struct exchange *ex = call->ex;
    if (ex->first_byte_at == 0)
        ex->first_byte_at = loop_now(s->loop);
    struct response_head head = {
        .status = st->in.status,
        .version = HTTP_VERSION_3,
        .fields = st->in.fields,
        /* Its ":status: 200" stands for "HTTP/3 200 ". */
        .wire_len = st->in.text - 1,
    };
    ex->bytes_head_received += head.wire_len;
    decide_body(call, head.status);
    if (head.status >= 200)
        call->status = head.status;
    if (is_traced(call->h)) {
        struct str text;
        str_init(&text);
        h3_fields_print_response(&text, &head);
        trace_text(call, TRACE_RESPONSE_HEAD, &text);
    }
    ex->sink->on_head(ex, &head);
}

enum sink_flow h3_call_body(struct h3_session *s, struct h3_stream *st,
                            struct span data)
{
    (void)s;
    struct h3_call *call = st->owner;
    call->ex->bytes_body_received += data.len;
    return call->ex->sink->on_body(call->ex, data);
}

void h3_call_trailers(struct h3_session *s, struct h3_stream *st)
{
    (void)s;
    struct h3_call *call = st->owner;
    call->ex->bytes_head_received += fields_text_len(st->in.fields);
    if (is_traced(call->h)) {
        struct str text;
        str_init(&text);
        h3_fields_print(&text, st->in.fields);
        trace_text(call, TRACE_TRAILERS, &text);
    }
    call->ex->sink->on_trailers(call->ex, st->in.fields);
}

static bool is_sending(const struct h3_stream *st)
{
    return st->tx != H3_STREAM_TX_ENDED && st->tx != H3_STREAM_TX_CUT;
}

/* nghttp3 lets the length of every answer to CONNECT pass; it means nothing only
 * where the stream was switched (RFC 9110 9.3.6). */
static bool is_miscounted(const struct h3_call *call,
                          const struct h3_stream *st)
{
    const struct request *r = call->ex->request;
    return message_wants_switch(r) && !call->is_switched &&
           !message_is_bodyless(r->method, call->status) && st->expected >= 0 &&
           (uint64_t)st->expected != st->received;
}

/* The peer's side of a switched stream has ended; false: the owner has ended
 * all of it now. */
static bool tell_end(struct h3_call *call, const struct h3_stream *st)
{
    if (call->is_switched && call->ex->sink->on_end)
        call->ex->sink->on_end(call->ex);
    return st->owner == call;
}

/* The peer's message had come to its end before.  is_unsaid: the rest of ours
 * will not be sent.  On a switched stream that is a loss, unless it is the
 * peer's wish. */
static void finish_answered(struct h3_session *s, struct h3_call *call,
                            bool is_unsaid)
{
    bool is_lost = is_unsaid && call->is_switched && s->q == NULL &&
                   s->why.code != ERR_NONE;
    struct fault loss = s->why;
    loss.code = ERR_RECV;
    finish_stream(call, is_lost ? &loss : NULL);
}

/* An answer that refuses ends the upload (RFC 9114 4.1); one that accepts may
 * come before all of it was read. */
void h3_call_end(struct h3_session *s, struct h3_stream *st)
{
    struct h3_call *call = st->owner;
    if (is_miscounted(call, st)) {
        h3_session_refuse(s, st, ERR_H3, NGHTTP3_H3_MESSAGE_ERROR,
                          "malformed message");
        return;
    }
    if (!tell_end(call, st))
        return;
    bool is_over = st->is_closed || s->q == NULL;
    bool is_pointless = call->status >= 300 && st->body_left != 0;
    if (is_sending(st) && !is_pointless && !is_over) {
        call->is_answered = true;
        start_body(call);
        return;
    }
    bool is_unsaid = is_sending(st);
    if (is_unsaid && !is_over)
        h3_call_abandon(call);
    finish_answered(s, call, is_unsaid);
}

void h3_call_sent(struct h3_session *s, struct h3_stream *st)
{
    struct h3_call *call = st->owner;
    struct exchange *ex = call->ex;
    ex->sent_at = loop_now(s->loop);
    if (call->is_answered)
        finish_stream(call, NULL);
    else if (call->is_switched && ex->sink->on_sent)
        ex->sink->on_sent(ex);
}

void h3_call_stopped(struct h3_session *s, struct h3_stream *st)
{
    struct h3_call *call = st->owner;
    if (call->is_answered)
        finish_answered(s, call, true);
}

static void keep_unsent(struct h3_call *call)
{
    list_append(&call->h->unsent, &call->link);
    loop_later(call->h->session.loop, &call->h->turn);
}

/* --- a stream or the connection breaks --------------------------------- */

static void on_reset(struct h3_call *call, uint64_t code)
{
    struct fault why;
    h3_call_abandon(call);
    h3_errors_reset(&why, code, call->status != 0);
    if (call->is_switched)
        h3_errors_fault(&why, ERR_CHANNEL_CLOSED, code,
                        "the server reset the stream");
    if (why.remedy == REMEDY_RESEND)
        h3_call_give_back(call,
                          call->h->is_leaving ? CONN_RETURN_GOAWAY
                                              : CONN_RETURN_REFUSED,
                          &why);
    else
        h3_call_finish(call, &why);
}

/* What the loss of the connection is to an exchange that did not cause it. */
static void describe_loss(const struct h3_call *call, const struct fault *why,
                          struct fault *loss)
{
    bool has_body = call->status != 0 && !call->is_switched;
    *loss = *why;
    if (has_body)
        loss->code = ERR_PARTIAL;
    else if (call->is_switched || why->code == ERR_NONE ||
             (why->code == ERR_H3 && why->remedy != REMEDY_TCP))
        loss->code = ERR_RECV;
}

void h3_call_cut(struct h3_session *s, struct h3_stream *st,
                 const struct h3_session_cut *cut)
{
    struct h3_call *call = st->owner;
    struct fault loss;
    switch (cut->how) {
    case H3_SESSION_RESET:
        on_reset(call, cut->code);
        return;
    case H3_SESSION_REFUSED:
    case H3_SESSION_BROKEN:
        finish_stream(call, cut->fault);
        return;
    case H3_SESSION_EARLY:
        h3_session_forget(s, st);
        call->ex->early = EARLY_DATA_REJECTED;
        call->stream = NULL;
        call->was_early = true;
        keep_unsent(call);
        return;
    case H3_SESSION_LOST:
        describe_loss(call, cut->fault, &loss);
        h3_session_forget(s, st);
        /* Early data that nobody has confirmed: what may be sent so may be sent
         * again. */
        if (st->is_handed && !s->is_unconfirmed)
            h3_call_finish(call, &loss);
        else
            h3_call_give_back(call, CONN_RETURN_UNSENT, &loss);
        return;
    }
}

/* --- the request ------------------------------------------------------- */

enum io h3_call_pull(struct h3_session *s, struct h3_stream *st, uint8_t *buf,
                     size_t cap, size_t *n)
{
    (void)s;
    struct h3_call *call = st->owner;
    struct exchange *ex = call->ex;
    if (call->holds_body)
        return IO_AGAIN;
    struct fault why;
    enum io io = h3_send_pull(st, buf, cap, n, &why);
    if (st->owner == NULL)
        return IO_FAILED;
    if (io == IO_OK)
        ex->bytes_body_sent += *n;
    if (io == IO_FAILED) {
        h3_call_abandon(call);
        h3_call_finish(call, &why);
    }
    return io;
}

void h3_call_on_expect(struct loop_timer *t, uint64_t now)
{
    (void)now;
    start_body(container_of(t, struct h3_call, expect));
}

static bool has_body(const struct exchange *ex)
{
    return ex->body && ex->request->body_len != BODY_LEN_NONE &&
           (ex->request->body_len != 0 || ex->request->trailers);
}

/* Until the stream is switched, or 100 Continue: that only if the request says
 * so on the wire, HTTP/1 asks on its own, here a reset stops an upload. */
static void hold_body(struct h3_call *call)
{
    struct h3_session *s = &call->h->session;
    const struct request *r = call->ex->request;
    call->holds_body = message_wants_switch(r);
    if (call->holds_body || !r->expect_continue ||
        !fields_has_token(&r->fields, "expect", "100-continue"))
        return;
    call->holds_body = true;
    loop_arm(s->loop, &call->expect,
             loop_now(s->loop) + s->settings->timeouts.expect_100);
}

void h3_call_send(struct h3_call *call)
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
        keep_unsent(call);
        return;
    }
    bool is_upload = has_body(ex);
    if (is_upload)
        hold_body(call);
    if (!h->is_leaving)
        call->stream =
            h3_session_request(s, &head, is_upload, call, &ex->arena);
    if (call->stream == NULL) {
        keep_unsent(call);
        return;
    }
    call->stream->body = ex->body;
    call->stream->body_left =
        ex->request->body_len >= 0 ? ex->request->body_len : -1;
    if (ex->request->priority.base)
        h3_session_prioritize(s, call->stream, ex->request->priority);
    if (h3_session_qlog(s) && message_wants_switch(ex->request))
        ex->qlog = h3_qlog_stream(s->qlog, call->stream->id, &ex->arena);
    h3_datagram_attach(s, call->stream, ex->datagrams);
    h3_substreams_attach(s, call->stream, ex->substreams);
    ex->bytes_head_sent = head.text;
    if (s->is_unconfirmed)
        ex->early = EARLY_DATA_SENT;
    if (is_traced(h)) {
        struct str text;
        str_init(&text);
        h3_fields_print_request(&text, ex->request);
        trace_text(call, TRACE_REQUEST_HEAD, &text);
    }
}

void h3_call_send_doubtfully(struct h3_call *call)
{
    struct h3 *h = call->h;
    quic_ask(h->session.q);
    if (message_is_idempotent(call->ex->request->method))
        h3_call_send(call);
    else
        list_append(&h->doubting, &call->link);
}

void h3_call_trust(struct h3 *h)
{
    while (!list_is_empty(&h->doubting)) {
        struct h3_call *call =
            container_of(h->doubting.next, struct h3_call, link);
        list_remove(&call->link);
        h3_call_send(call);
    }
}
