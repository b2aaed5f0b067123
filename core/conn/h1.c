/*
 * One exchange at a time.  The request side (h1_send.c) and the response side
 * (h1_receive.c) run on their own: a server may answer before it has read
 * everything, and that answer counts (RFC 9112 9.5).
 *
 *   OPEN --------> DRAINING --> CLOSED --> GONE
 *     drain(), Connection: close   |  on_closed() is told
 *     `--- lost, cancelled, poisoned ---'
 *
 * Is the connection used again?  Only if the message that ended said so, all
 * of the request was sent, and not a byte followed the response.  An idle
 * connection is watched: its end closes it, and so do bytes that nobody asked
 * for (RFC 9112 9.2), so that they can never be taken for the next answer.
 * Before the first byte of another request one read looks once more, since a
 * server's close may have arrived in this very turn; a request of which no
 * byte was written goes back to the pool, whatever its method.
 *
 * A connection that was switched to another protocol (101, or 2xx to CONNECT)
 * carries that one's bytes until it ends.  The peer's end is that of both: a
 * close is all that TCP and TLS have for most peers, and what is sent behind it
 * is answered with a reset.  Our end is not told: servers and proxies take a
 * FIN or close_notify for the client's going away (nginx drops what its own
 * backend has yet to say), so a reply would be lost with it.  The transport
 * stays open for reading, and the owner cancels when it has waited enough.
 * A tunnel by CONNECT is another matter: its two sides are those of the target's
 * connection, either of which may end first, so each end is told.
 *
 * Start functions never call back: what they cause runs in the turn's task.
 */
#include "conn/h1.h"

#include <stdlib.h>

#include "base/fault.h"
#include "base/xalloc.h"
#include "conn/h1_qlog.h"
#include "conn/h1_self.h"
#include "conn/h1_upgrade.h"

static void shut_transport(struct h1 *h)
{
    if (h->transport)
        transport_close(h->transport);
    h->transport = NULL;
    loop_disarm(h->loop, &h->expect);
}

static void set_life(struct h1 *h, enum h1_life life)
{
    h->life = life;
    switch (life) {
    case H1_OPEN:
    case H1_DRAINING:
        return;
    case H1_CLOSED:
        shut_transport(h);
        return;
    case H1_GONE:
        shut_transport(h);
        loop_forget(h->loop, &h->turn);
        loop_reap(h->loop, &h->reap);
        return;
    }
}

/* The last event, unless a callback has closed it in the meantime. */
static void tell_closed(struct h1 *h)
{
    if (h->life != H1_CLOSED)
        return;
    set_life(h, H1_GONE);
    if (h->conn.events)
        h->conn.events->on_closed(&h->conn, &h->why);
}

/* The exchange leaves; the connection is as if it had never been there. */
static struct exchange *detach(struct h1 *h)
{
    struct exchange *ex = h->ex;
    h->ex = NULL;
    h->is_paused = false;
    h->has_peer_ended = false;
    h->has_failed = false;
    h->kept_at = 0;
    str_clear(&h->kept);
    h1_send_reset(h);
    if (ex == NULL)
        return NULL;
    conn_release(&h->conn, ex);
    return ex;
}

static void tell_done(struct exchange *ex, const struct fault *fault)
{
    ex->state = EXCHANGE_DONE;
    ex->sink->on_done(ex, fault);
}

/* Asks the transport for the readiness that matters now. */
static void want(struct h1 *h)
{
    if (h->life > H1_DRAINING)
        return;
    unsigned events = h1_receive_is_open(h) ? LOOP_READ : 0;
    if (h->out.len > 0 || h->send == H1_SEND_BODY)
        events |= LOOP_WRITE;
    transport_want(h->transport, events);
}

void h1_finish(struct h1 *h, const struct fault *fault)
{
    bool closes = h->must_close || h->life == H1_DRAINING;
    struct exchange *ex = detach(h);
    h->idle_since = loop_now(h->loop);
    if (closes) {
        fault_set(&h->why, ERR_NONE, 0, "done");
        set_life(h, H1_CLOSED);
    }
    tell_done(ex, fault);
    if (h->life == H1_CLOSED) {
        tell_closed(h);
    } else if (h->life == H1_OPEN && h->ex == NULL) {
        want(h);
        h->conn.events->on_capacity(&h->conn);
    }
}

/* Nothing of it was sent, and what was read of its body can be read again. */
static bool is_unsent(const struct h1 *h)
{
    if (h->has_sent)
        return false;
    struct body_source *source = h->feed.source;
    return h->feed.taken == 0 || source->rewind(source);
}

void h1_lose(struct h1 *h, const struct fault *why)
{
    if (h->life > H1_DRAINING)
        return;
    h->why = *why;
    bool is_returned = h->ex && is_unsent(h);
    struct exchange *ex = detach(h);
    set_life(h, H1_CLOSED);
    if (is_returned)
        h->conn.events->on_returned(&h->conn, ex, CONN_RETURN_UNSENT, &h->why);
    else if (ex)
        tell_done(ex, &h->why);
    tell_closed(h);
}

void h1_tell(const struct h1 *h, enum trace_kind kind, struct span wire)
{
    conn_note(&h->conn, h->loop, h->ex, kind, wire);
}

void h1_trace(const struct h1 *h, enum trace_kind kind, const struct str *text)
{
    h1_tell(h, kind, str_span(text));
}

static bool is_alive(const struct h1 *h)
{
    return h->life <= H1_DRAINING;
}

static void on_ready(struct transport *t, unsigned events)
{
    struct h1 *h = t->owner;
    if (events & LOOP_READ)
        h1_receive_ready(h);
    if (is_alive(h) && ((events & LOOP_WRITE) || h->send == H1_SEND_BODY))
        h1_send_some(h);
    want(h);
}

static void on_failed(struct transport *t)
{
    h1_receive_failed(t->owner);
}

static void on_confirmed(struct transport *t,
                         const struct transport_confirmed *how)
{
    struct h1 *h = t->owner;
    conn_confirm(&h->conn, how, h->loop);
    if (h->ex)
        conn_confirm_exchange(h->ex, how);
    if (is_alive(h) && h->conn.events)
        h->conn.events->on_features(&h->conn);
}

static const struct transport_events transport_events = {
    .on_confirmed = on_confirmed,
    .on_ready = on_ready,
    .on_failed = on_failed,
};

static void run_turn(struct loop_task *task)
{
    struct h1 *h = container_of(task, struct h1, turn);
    tell_closed(h);
    if (!is_alive(h))
        return;
    if (h->has_failed) {
        const struct fault fault = h->why;
        h1_finish(h, &fault);
    } else if (h->ex == NULL) {
        bool is_due = h->has_capacity_to_tell;
        h->has_capacity_to_tell = false;
        if (is_due)
            h->conn.events->on_capacity(&h->conn);
    } else {
        h1_receive_kept(h);
        if (is_alive(h))
            h1_send_some(h);
    }
    want(h);
}

static void on_expect_expired(struct loop_timer *timer, uint64_t now)
{
    struct h1 *h = container_of(timer, struct h1, expect);
    (void)now;
    h1_send_go(h);
    h1_send_some(h);
    want(h);
}

static void submit(struct conn *c, struct exchange *ex)
{
    struct h1 *h = h1_self(c);
    h->ex = ex;
    h->has_capacity_to_tell = false;
    conn_take(c, ex, loop_now(h->loop));
    if (transport_is_early(h->transport))
        ex->early = EARLY_DATA_SENT;
    h->parse.keep_raw = trace_wanted(loop_trace(h->loop));
    h1_parse_begin(&h->parse, &ex->arena, h1_upgrade_method(ex->request),
                   h1_upgrade_is_asked(ex->request));
    h->parse.is_raw = ex->request->is_raw;
    h->parse.takes_coding = ex->request->takes_coding;
    h->parse.ignores_length = ex->request->ignores_length;
    h->has_failed = !h1_send_start(h);
    loop_later(h->loop, &h->turn);
}

static void cancel(struct conn *c, struct exchange *ex)
{
    struct h1 *h = h1_self(c);
    if (h->ex != ex)
        return;
    /* `out` cannot be used for another one while a source reads into it. */
    bool is_untouched = !h->has_sent && !h->is_pulling;
    detach(h);
    if (!is_untouched || h->life == H1_DRAINING) {
        fault_set(&h->why, ERR_NONE, 0, "its request was cancelled");
        set_life(h, H1_CLOSED);
    }
    h->has_capacity_to_tell = h->life == H1_OPEN;
    loop_later(h->loop, &h->turn);
}

/* HTTP/1 has no code to give. */
static void reset(struct conn *c, struct exchange *ex, uint64_t code)
{
    (void)code;
    cancel(c, ex);
}

static void resume(struct conn *c, struct exchange *ex, unsigned ways)
{
    struct h1 *h = h1_self(c);
    if (h->ex != ex)
        return;
    if (ways & EXCHANGE_RECEIVE)
        h->is_paused = false;
    if ((ways & EXCHANGE_SEND) && h->send == H1_SEND_STALLED)
        h->send = H1_SEND_BODY;
    loop_later(h->loop, &h->turn);
}

static size_t capacity(const struct conn *c)
{
    const struct h1 *h = h1_self(c);
    return h->life == H1_OPEN && h->ex == NULL ? 1 : 0;
}

/* Known at once, but for early data: nothing is negotiated. */
static void features(const struct conn *c, struct conn_features *f)
{
    bool has_upgrade = h1_self(c)->settings->http != SETTINGS_HTTP_1_0;
    const struct h1 *h = h1_self(c);
    if (h->transport && transport_is_early(h->transport))
        f->pending = FEATURE_REPLAY_SAFE;
    else
        f->has = FEATURE_REPLAY_SAFE;
    if (has_upgrade)
        f->has |= FEATURE_UPGRADE | FEATURE_PROTOCOL;
}

static void drain(struct conn *c)
{
    struct h1 *h = h1_self(c);
    if (h->life != H1_OPEN)
        return;
    set_life(h, H1_DRAINING);
    if (h->ex)
        return;
    fault_set(&h->why, ERR_NONE, 0, "no longer needed");
    set_life(h, H1_CLOSED);
    loop_later(h->loop, &h->turn);
}

static void close_now(struct conn *c)
{
    struct h1 *h = h1_self(c);
    if (h->life == H1_GONE)
        return;
    detach(h);
    set_life(h, H1_GONE);
}

/* What could be said would be a part of a message. */
static bool ping(struct conn *c, uint64_t interval)
{
    (void)c;
    (void)interval;
    return false;
}

static uint64_t heard(const struct conn *c)
{
    const struct exchange *ex = h1_self(c)->ex;
    return ex ? ex->bytes_head_received + ex->bytes_body_received : 0;
}

static uint64_t rtt(const struct conn *c)
{
    (void)c;
    return 0;
}

static void h1_path_stats(const struct conn *c, struct path_stats *stats)
{
    const struct h1 *h = h1_self(c);
    if (h->transport)
        transport_path_stats(h->transport, stats);
}

/* There is no word for anything there. */
static void h1_allowed(const struct conn *c, struct allowed *a)
{
    (void)c;
    (void)a;
}

static const struct conn_ops ops = {
    .name = "h1",
    .title = "HTTP/1.x",
    .submit = submit,
    .cancel = cancel,
    .reset = reset,
    .resume = resume,
    .capacity = capacity,
    .features = features,
    .drain = drain,
    .close = close_now,
    .ping = ping,
    .heard = heard,
    .rtt = rtt,
    .path_stats = h1_path_stats,
    .allowed = h1_allowed,
};

static void reap(struct loop_task *task)
{
    struct h1 *h = container_of(task, struct h1, reap);
    buf_fini(&h->out);
    str_fini(&h->head);
    str_fini(&h->kept);
    h1_qlog_close(h);
    h1_parse_fini(&h->parse);
    conn_fini(&h->conn);
    free(h);
}

struct conn *h1_new(struct loop *loop, struct transport *t,
                    const struct settings *s, const struct conn_facts *facts)
{
    struct h1 *h = XALLOC_NEW(struct h1);
    *h = (struct h1){
        .conn = {.ops = &ops, .facts = *facts, .limit = 1},
        .loop = loop,
        .transport = t,
        .settings = s,
        .life = H1_OPEN,
        .send = H1_SEND_IDLE,
        .turn.run = run_turn,
        .reap.run = reap,
        .expect.on_expired = on_expect_expired,
    };
    list_init(&h->conn.link);
    if (h->conn.facts.version == HTTP_VERSION_NONE)
        h->conn.facts.version = HTTP_VERSION_1_1;
    buf_init(&h->out, loop_buffers(loop));
    str_init(&h->head);
    str_init(&h->kept);
    h1_parse_init(&h->parse, H1_PARSE_RESPONSES, &s->limits);
    t->owner = h;
    t->events = &transport_events;
    h1_qlog_open(h);
    want(h);
    return &h->conn;
}
