/*
 * One turn is: what was paused goes on, the role opens what waits, everything
 * is gathered into one queue and written, and only then is asked whether the
 * connection is over.  Reading ends nothing by itself, it notes `is_over` and
 * wakes the turn: so there is one place where streams are failed because of
 * their connection, and it never runs inside a callback of nghttp2.
 *
 * Rejected: writing from nghttp2's send callback, which would cost a system
 * call a frame; and letting nghttp2 copy DATA through its own frame buffer,
 * which would copy each byte twice.
 */
#include "conn/h2_session.h"

#include <string.h>

#include "base/fault.h"
#include "conn/h2_body.h"
#include "conn/h2_errors.h"
#include "conn/h2_output.h"
#include "conn/h2_qlog.h"
#include "conn/h2_setup.h"

/* Bytes read before others on the loop have their turn. */
#define READ_BUDGET ((size_t)512 * 1024)

/* Until the peer's SETTINGS say otherwise (RFC 9113 6.5.2 recommends at least
 * this; curl assumes it too). */
#define PEER_STREAMS_FIRST 100

/* What else a peer may send without use to anybody. */
#define BYTES_SLACK ((uint64_t)1024 * 1024)

/* ---- reading ---- */

static void check_guard(struct h2_session *s)
{
    struct fault why;
    if (s->guard.saw_push && !s->role->is_server) {
        h2_errors_violation(&why, NGHTTP2_PROTOCOL_ERROR,
                            SPAN_LIT("a push although push is disabled"));
        h2_session_fail(s, NGHTTP2_PROTOCOL_ERROR, &why);
    } else if (h2_guard_is_flood(&s->guard)) {
        h2_errors_violation(&why, NGHTTP2_ENHANCE_YOUR_CALM,
                            SPAN_LIT("a flood of frames without progress"));
        h2_session_fail(s, NGHTTP2_ENHANCE_YOUR_CALM, &why);
    }
}

static void receive(struct h2_session *s, struct span bytes)
{
    for (size_t i = 0; i < bytes.len && s->nfirst < sizeof s->first; i++)
        s->first[s->nfirst++] = bytes.base[i];
    s->heard_at = loop_now(s->loop);
    h2_guard_feed(&s->guard, bytes, loop_now(s->loop));
    nghttp2_ssize n = nghttp2_session_mem_recv2(s->ng, bytes.base, bytes.len);
    if (s->state != H2_SESSION_OPEN)
        return;
    if (n < 0) {
        struct fault why;
        uint32_t code = h2_errors_library(&why, (int)n);
        h2_session_fail(s, code, &why);
        return;
    }
    check_guard(s);
}

static void read_batch(struct h2_session *s)
{
    size_t cap = 0;
    uint8_t *bytes = loop_scratch(s->loop, &cap);
    size_t budget = READ_BUDGET;
    while (s->state == H2_SESSION_OPEN && !s->is_over) {
        size_t n = 0;
        struct fault why = {.code = ERR_RECV};
        switch (transport_read(s->transport, bytes, cap, &n)) {
        case IO_OK:
            receive(s, span_of(bytes, n));
            break;
        case IO_AGAIN:
            return;
        case IO_EOF:
            fault_set(&why, ERR_RECV, 0, "closed by the peer");
            h2_session_note_lost(s, &why);
            return;
        case IO_FAILED:
            h2_session_note_lost(s, &s->transport->fault);
            return;
        }
        if (n >= budget) {
            /* Not drained: a transport that holds bytes must say so again. */
            transport_want(s->transport, s->wanted);
            return;
        }
        budget -= n;
    }
}

/* The transport takes nothing more.  What the peer has said before it went is
 * still read. */
static void write_failed(struct h2_session *s)
{
    struct fault why = s->transport->fault;
    read_batch(s);
    if (s->state == H2_SESSION_OPEN)
        h2_session_note_lost(s, &why);
}

/* ---- the end ---- */

static void drop_transport(struct h2_session *s)
{
    if (s->transport)
        transport_close(s->transport);
    s->transport = NULL;
    buf_clear(&s->out);
}

/* What the end of the connection means for one stream. */
static void stream_fault(const struct h2_session *s, const struct h2_stream *st,
                         struct fault *why)
{
    *why = s->fault;
    if (why->code == ERR_NONE)
        fault_set(why, ERR_RECV, why->wire, "the connection was closed");
    /* A body that stops is a short body, whatever stopped it; our own verdict
     * on the peer (ERR_H2_FRAMING) tells more. */
    if (st->in != H2_IN_HEAD && why->code == ERR_RECV)
        why->code = ERR_PARTIAL;
}

static void end(struct h2_session *s)
{
    s->state = H2_SESSION_ENDED;
    s->was_idle = list_is_empty(&s->streams);
    drop_transport(s);
    list_each_safe (pos, &s->streams) {
        struct h2_stream *st = container_of(pos, struct h2_stream, link);
        if (!st->is_closed) {
            list_remove(&st->link);
            list_append(&s->dying, &st->link);
        }
    }
    while (!list_is_empty(&s->dying)) {
        struct h2_stream *st =
            container_of(s->dying.next, struct h2_stream, link);
        struct fault why;
        stream_fault(s, st, &why);
        h2_stream_fail(st, NGHTTP2_CANCEL, &why);
    }
}

static void retire(struct h2_session *s)
{
    s->state = H2_SESSION_GONE;
    if (s->qlog)
        h2_qlog_ended(s);
    drop_transport(s);
    loop_forget(s->loop, &s->turn);
    loop_reap(s->loop, &s->reap);
}

static void say_goodbye(struct h2_session *s)
{
    if (s->transport && !s->is_over) {
        (void)nghttp2_session_terminate_session(s->ng, NGHTTP2_NO_ERROR);
        s->state = H2_SESSION_OPEN;
        (void)h2_output_flush(s); /* nobody is left to be told */
    }
    retire(s);
}

static bool has_finished(const struct h2_session *s)
{
    return !nghttp2_session_want_read(s->ng) &&
           !nghttp2_session_want_write(s->ng) && s->out.len == 0;
}

static void settle(struct h2_session *s)
{
    if (s->state == H2_SESSION_OPEN && (s->is_over || has_finished(s))) {
        end(s);
        if (s->state == H2_SESSION_ENDED)
            s->role->on_turn(s);
    }
    if (s->state == H2_SESSION_ENDED && list_is_empty(&s->streams)) {
        struct fault why = s->fault;
        if (s->was_idle && !s->has_failed)
            why.code = ERR_NONE; /* it may go while nothing runs */
        retire(s);
        s->role->on_gone(s, &why);
    } else if (s->state == H2_SESSION_CLOSING) {
        say_goodbye(s);
    }
}

/* ---- the turn ---- */

static void pump_resumed(struct h2_session *s)
{
    while (!list_is_empty(&s->resumed)) {
        struct h2_stream *st =
            container_of(s->resumed.next, struct h2_stream, resumed);
        list_remove(&st->resumed);
        h2_stream_pump(st);
    }
}

static void run_turn(struct loop_task *task)
{
    struct h2_session *s = container_of(task, struct h2_session, turn);
    s->busy++;
    pump_resumed(s);
    if (s->state == H2_SESSION_OPEN || s->state == H2_SESSION_ENDED)
        s->role->on_turn(s);
    if (s->state == H2_SESSION_OPEN && !h2_output_flush(s))
        write_failed(s);
    settle(s);
    s->busy--;
}

static void on_ready(struct transport *t, unsigned events)
{
    struct h2_session *s = t->owner;
    if (s->state != H2_SESSION_OPEN)
        return;
    s->busy++;
    if (events & LOOP_READ)
        read_batch(s);
    s->busy--;
    if (s->state != H2_SESSION_GONE)
        h2_session_wake(s);
}

static void on_failed(struct transport *t)
{
    struct h2_session *s = t->owner;
    h2_session_note_lost(s, &t->fault);
}

static void on_confirmed(struct transport *t,
                         const struct transport_confirmed *how)
{
    struct h2_session *s = t->owner;
    if (s->role->on_confirmed)
        s->role->on_confirmed(s, how);
    h2_session_wake(s);
}

static const struct transport_events transport_events = {
    .on_confirmed = on_confirmed,
    .on_ready = on_ready,
    .on_failed = on_failed,
};

static void run_reap(struct loop_task *task)
{
    struct h2_session *s = container_of(task, struct h2_session, reap);
    s->role->on_reap(s);
}

/* ---- the face ---- */

void h2_session_init(struct h2_session *s, struct loop *loop,
                     struct transport *t, const struct settings *settings,
                     const struct h2_role *role, uint32_t max_streams)
{
    *s = (struct h2_session){
        .loop = loop,
        .transport = t,
        .settings = settings,
        .limits = settings->limits,
        .role = role,
        .turn = {.run = run_turn},
        .reap = {.run = run_reap},
        .peer_streams = PEER_STREAMS_FIRST,
        .peer_head_max = UINT32_MAX,
        .progress_at = loop_now(loop),
    };
    if (settings->h2.max_head)
        s->limits.head = (size_t)settings->h2.max_head;
    list_init(&s->streams);
    list_init(&s->dying);
    list_init(&s->resumed);
    buf_init(&s->out, loop_buffers(loop));
    /* What is in flight when a stream is cancelled fits a connection window:
     * twice that is no accident. */
    uint64_t bytes_max = 2 * settings->h2.conn_window + BYTES_SLACK;
    h2_guard_init(&s->guard, settings->limits.no_progress, bytes_max,
                  role->is_server, loop_now(loop));
    h2_qlog_open(s);
    s->ng = h2_setup_session(s, max_streams);
    t->owner = s;
    t->events = &transport_events;
    h2_output_want(s, LOOP_READ);
    h2_session_wake(s);
}

void h2_session_fini(struct h2_session *s)
{
    nghttp2_session_del(s->ng);
    h2_qlog_close(s);
    slab_fini(&s->memory);
    buf_fini(&s->out);
}

static nghttp2_ssize read_body(nghttp2_session *ng, int32_t id, uint8_t *buf,
                               size_t cap, uint32_t *flags,
                               nghttp2_data_source *source, void *user)
{
    (void)buf;
    (void)source;
    (void)user;
    struct h2_stream *st = nghttp2_session_get_stream_user_data(ng, id);
    if (st == NULL) /* it is being reset */
        return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    return h2_body_pull(st, cap, flags);
}

static const nghttp2_data_provider2 body_provider = {
    .read_callback = read_body,
};

static const nghttp2_data_provider2 *provider_of(struct h2_stream *st)
{
    bool has_body = st->body || st->out_trailers;
    st->out = has_body ? H2_OUT_BODY : H2_OUT_IDLE;
    return has_body ? &body_provider : NULL;
}

void h2_session_request(struct h2_session *s, struct h2_stream *st,
                        const struct h2_fields_out *head)
{
    st->id = nghttp2_submit_request2(s->ng, NULL, head->items, head->len,
                                     provider_of(st), st);
    list_append(&s->streams, &st->link);
}

void h2_session_prioritize(const struct h2_stream *st, struct span priority)
{
    (void)nghttp2_submit_priority_update(st->session->ng, NGHTTP2_FLAG_NONE,
                                         st->id, priority.base, priority.len);
}

void h2_session_inform(struct h2_stream *st, const struct h2_fields_out *head)
{
    (void)nghttp2_submit_headers(st->session->ng, NGHTTP2_FLAG_NONE, st->id,
                                 NULL, head->items, head->len, NULL);
    h2_session_wake(st->session);
}

void h2_session_respond(struct h2_stream *st, const struct h2_fields_out *head)
{
    (void)nghttp2_submit_response2(st->session->ng, st->id, head->items,
                                   head->len, provider_of(st));
    h2_session_wake(st->session);
}

static void drop_streams(struct h2_session *s, struct list *streams)
{
    while (!list_is_empty(streams)) {
        struct h2_stream *st =
            container_of(streams->next, struct h2_stream, link);
        h2_stream_forget(st);
        s->role->on_dropped(st);
    }
}

void h2_session_close(struct h2_session *s)
{
    if (s->state == H2_SESSION_CLOSING || s->state == H2_SESSION_GONE)
        return;
    drop_streams(s, &s->streams);
    drop_streams(s, &s->dying);
    s->state = H2_SESSION_CLOSING;
    if (s->busy)
        h2_session_wake(s);
    else
        say_goodbye(s);
}
