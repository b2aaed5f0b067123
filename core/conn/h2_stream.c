/*
 * Two rules shape this file.
 *
 * A callback of the role may end the stream it is told about, and then its
 * memory may be gone when the callback returns.  So session->current names
 * the stream whose callback runs, h2_stream_forget() clears it, and nobody
 * touches the stream afterwards without looking.
 *
 * The peer is credited for what a reader took, not for what arrived.  A
 * reader that pauses keeps its stream's credit back, so at most one stream
 * window is kept for it here; the connection's credit is given at once, so
 * that other streams go on, until the readers together hold more than a
 * connection window.
 */
#include "conn/h2_stream.h"

#include "conn/h2_errors.h"
#include "conn/h2_session_self.h"

void h2_stream_init(struct h2_stream *st, struct h2_session *s,
                    struct arena *arena)
{
    *st = (struct h2_stream){
        .session = s,
        .arena = arena,
        .body_left = -1,
    };
    list_init(&st->link);
    list_init(&st->resumed);
    fields_init(&st->fields, arena);
    fields_init(&st->trailers, arena);
    buf_init(&st->held, loop_buffers(s->loop));
}

static bool is_on_wire(const struct h2_stream *st)
{
    return st->id != 0 && !st->is_closed;
}

static void credit_connection(struct h2_session *s, size_t n)
{
    if (n > 0)
        (void)nghttp2_session_consume_connection(s->ng, n);
}

void h2_stream_forget(struct h2_stream *st)
{
    struct h2_session *s = st->session;
    list_remove(&st->link);
    list_remove(&st->resumed);
    if (s->current == st)
        s->current = NULL;
    credit_connection(s, st->conn_owed);
    st->conn_owed = 0;
    s->held -= st->held.len;
    buf_fini(&st->held);
    if (is_on_wire(st))
        (void)nghttp2_session_set_stream_user_data(s->ng, st->id, NULL);
}

void h2_stream_reset(struct h2_stream *st, uint32_t code)
{
    struct h2_session *s = st->session;
    if (is_on_wire(st) && h2_session_is_open(s)) {
        (void)nghttp2_submit_rst_stream(s->ng, NGHTTP2_FLAG_NONE, st->id, code);
        h2_session_wake(s);
    }
    h2_stream_forget(st);
}

void h2_stream_abort(struct h2_stream *st, uint32_t code)
{
    struct h2_session *s = st->session;
    st->is_aborted = true;
    if (is_on_wire(st) && h2_session_is_open(s))
        (void)nghttp2_submit_rst_stream(s->ng, NGHTTP2_FLAG_NONE, st->id, code);
    h2_session_wake(s);
}

void h2_stream_fail(struct h2_stream *st, uint32_t code,
                    const struct fault *why)
{
    struct fault copy = *why;
    h2_stream_reset(st, code);
    st->session->role->on_closed(st, &copy);
}

void h2_stream_resume(struct h2_stream *st, unsigned ways)
{
    struct h2_session *s = st->session;
    st->ways |= ways;
    if (list_is_empty(&st->resumed))
        list_append(&s->resumed, &st->resumed);
    h2_session_wake(s);
}

/* ---- in ---- */

static void credit_stream(struct h2_stream *st)
{
    if (st->owed > 0 && is_on_wire(st))
        (void)nghttp2_session_consume_stream(st->session->ng, st->id, st->owed);
    st->owed = 0;
}

/* False when the stream is gone. */
static bool hand_over(struct h2_stream *st, struct span data)
{
    struct h2_session *s = st->session;
    st->owed += data.len;
    s->current = st;
    enum sink_flow flow = s->role->on_data(st, data);
    if (s->current != st)
        return false;
    s->current = NULL;
    if (flow == SINK_PAUSE) {
        st->is_paused = true;
        st->ways &= ~(unsigned)EXCHANGE_RECEIVE; /* asked for before it */
    } else {
        credit_stream(st);
    }
    return true;
}

static void hold(struct h2_stream *st, struct span data)
{
    struct h2_session *s = st->session;
    buf_add(&st->held, data);
    s->held += data.len;
    if (s->held <= s->settings->h2.conn_window)
        credit_connection(s, data.len);
    else
        st->conn_owed += data.len;
}

void h2_stream_data(struct h2_stream *st, struct span data)
{
    if (st->is_paused || st->held.len > 0) {
        hold(st, data);
        return;
    }
    credit_connection(st->session, data.len);
    (void)hand_over(st, data);
}

static void tell_end(struct h2_stream *st)
{
    struct h2_session *s = st->session;
    st->in = H2_IN_DONE;
    s->current = st;
    s->role->on_end(st);
    if (s->current != st)
        return;
    s->current = NULL;
    if (st->is_closed) {
        h2_stream_forget(st);
        s->role->on_closed(st, NULL);
    }
}

void h2_stream_ended(struct h2_stream *st)
{
    st->in = H2_IN_ENDED;
    if (!st->is_paused && st->held.len == 0)
        tell_end(st);
}

/* Hands over what was held.  The bytes leave the stream first: its reader may
 * end it while it looks at them.  False when the stream is gone. */
static bool hand_over_held(struct h2_stream *st)
{
    struct h2_session *s = st->session;
    struct buf held = st->held;
    bool is_there = true;
    buf_init(&st->held, loop_buffers(s->loop));
    while (is_there && !st->is_paused && held.len > 0) {
        struct span piece;
        (void)buf_peek(&held, &piece, 1);
        size_t due = piece.len < st->conn_owed ? piece.len : st->conn_owed;
        st->conn_owed -= due;
        credit_connection(s, due);
        is_there = hand_over(st, piece);
        s->held -= piece.len;
        buf_consume(&held, piece.len);
    }
    if (is_there) {
        st->held = held;
    } else {
        s->held -= held.len;
        buf_fini(&held);
    }
    return is_there;
}

static void go_on_sending(struct h2_stream *st)
{
    if (!st->is_deferred || st->holds_body)
        return;
    st->is_deferred = false;
    if (is_on_wire(st))
        (void)nghttp2_session_resume_data(st->session->ng, st->id);
}

static void go_on_receiving(struct h2_stream *st)
{
    st->is_paused = false;
    credit_stream(st);
    if (!hand_over_held(st))
        return;
    if (st->in == H2_IN_ENDED && !st->is_paused)
        tell_end(st);
}

void h2_stream_pump(struct h2_stream *st)
{
    unsigned ways = st->ways;
    st->ways = 0;
    if (st->is_aborted)
        return;
    if (ways & EXCHANGE_SEND)
        go_on_sending(st);
    if (ways & EXCHANGE_RECEIVE)
        go_on_receiving(st);
}

void h2_stream_closed(struct h2_stream *st, uint32_t code)
{
    struct h2_session *s = st->session;
    st->is_closed = true;
    if (code == NGHTTP2_NO_ERROR && st->in >= H2_IN_ENDED && !st->is_aborted) {
        if (st->in == H2_IN_DONE) {
            h2_stream_forget(st);
            s->role->on_closed(st, NULL);
        }
        return;
    }
    struct fault why;
    h2_errors_reset(&why, code, st->in != H2_IN_HEAD);
    h2_stream_forget(st);
    s->role->on_closed(st, &why);
}
