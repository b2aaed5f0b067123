/*
 * One request after the other.  Pipelined ones wait in the socket, and at
 * most one read's worth in `kept`: nothing is read while a request is being
 * answered, so a client that sends faster than it reads fills its own buffers
 * and not ours.  Responses of pipelined requests are gathered in one queue and
 * written once.
 *
 *   OPEN -> LINGERING -> GONE        (or CUT -> GONE, by a handler)
 *
 * A connection that was switched has two ends.  Ours is told by FIN or
 * close_notify, which is all there is; the client's is awaited, and the
 * connection is closed behind both.
 *
 * A connection that ends while the client may still be sending is not closed
 * at once: a reset would take the answer with it before it is read (RFC 9112
 * 9.6).  What comes is thrown away for a while, or until the client closes.
 *
 * One timer serves all deadlines: of the head that is due, and of a connection
 * on which nothing moves.  It is not moved with each read but looks, when it
 * expires, how much later it should have been.
 */
#include <stdlib.h>

#include "base/xalloc.h"
#include "serve/h1_server_self.h"

/* Fills of the queue, or pipelined requests, in one turn. */
#define ROUNDS 16
/* Reads of a client that sends faster than that, before anything is answered: each
 * write wakes it, which costs more than the bytes do. */
#define READS 4

static struct h1_server *of_peer(struct peer *p)
{
    return container_of(p, struct h1_server, peer);
}

static const struct server_options *options(const struct h1_server *h)
{
    return server_get_options(h->peer.server);
}

static bool has_request(const struct h1_server *h)
{
    return h->stream.handler != NULL;
}

/* ---- life ---- */

void h1_server_free_request(struct h1_server *h, bool is_complete)
{
    struct handler *handler = h->stream.handler;
    h->stream.handler = NULL;
    if (handler)
        handler->ops->on_free(handler, is_complete);
}

static void set_gone(struct h1_server *h)
{
    h->life = H1_SERVER_GONE;
    h1_server_free_request(h, false);
    transport_close(h->transport);
    loop_disarm(h->loop, &h->timer);
    loop_forget(h->loop, &h->turn);
    loop_reap(h->loop, &h->reap);
}

void h1_server_end(struct h1_server *h)
{
    if (h->life == H1_SERVER_GONE)
        return;
    set_gone(h);
    h->peer.on_gone(&h->peer);
}

static uint64_t deadline(const struct h1_server *h)
{
    if (h->life == H1_SERVER_LINGERING)
        return h->progress_at +
               server_settings(h->peer.server)->timeouts.linger;
    uint64_t idle = h->progress_at +
                    (h->is_switched ? server_options_switched_limit(options(h))
                                    : options(h)->idle_timeout);
    uint64_t head = h->head_began + options(h)->head_timeout;
    return h->head_began && head < idle ? head : idle;
}

void h1_server_linger(struct h1_server *h)
{
    h->life = H1_SERVER_LINGERING;
    h->progress_at = loop_now(h->loop); /* the last one that counts */
    loop_arm(h->loop, &h->timer, deadline(h));
}

void h1_server_head_began(struct h1_server *h)
{
    h->head_began = loop_now(h->loop);
    loop_arm(h->loop, &h->timer, deadline(h));
}

/* ---- out ---- */

/* False: nothing more can be written now, or ever. */
static bool flush(struct h1_server *h)
{
    size_t n;
    enum io io = transport_write_queue(h->transport, &h->out, &n);
    if (n > 0)
        h->progress_at = loop_now(h->loop);
    if (io == IO_FAILED)
        h1_server_end(h);
    return io == IO_OK;
}

/* ---- requests ---- */

/* Is the exchange over, so that the next can begin?  True if something
 * changed. */
static bool finish_request(struct h1_server *h)
{
    if (h->life != H1_SERVER_OPEN || !has_request(h) ||
        h->out_state != H1_SERVER_OUT_DONE)
        return false;
    bool is_read = h->in == H1_SERVER_IN_DONE;
    if (!is_read && (!h->must_close || h->is_switched))
        return false; /* the handler gets the rest of it first */
    h1_server_free_request(h, is_read);
    if (h->must_close)
        h1_server_linger(h);
    else
        h1_server_in_begin(h);
    return true;
}

/* ---- turns ---- */

/* After an answer that was the last: wait for the client's end, unless it
 * has sent all it wanted, its handshake included. */
static void close_when_flushed(struct h1_server *h)
{
    if (h->life == H1_SERVER_LINGERING && h->out.len == 0 &&
        h->in == H1_SERVER_IN_DONE && !transport_is_early(h->transport))
        h1_server_end(h);
}

/* Our end of a stream, behind its last byte. */
static void shut_when_flushed(struct h1_server *h)
{
    if (!h->is_switched || h->is_shut || h->life != H1_SERVER_OPEN ||
        h->out_state != H1_SERVER_OUT_DONE || h->out.len > 0)
        return;
    h->is_shut = true;
    transport_shut(h->transport);
}

static bool may_read(const struct h1_server *h)
{
    return h->life == H1_SERVER_LINGERING ||
           (h1_server_in_may_parse(h) && h->kept_at == h->kept.len);
}

static void want(struct h1_server *h)
{
    unsigned events = may_read(h) ? LOOP_READ : 0;
    if (h->out.len > 0 || h->out_state == H1_SERVER_OUT_BODY)
        events |= LOOP_WRITE;
    transport_want(h->transport, events);
}

static void advance(struct h1_server *h)
{
    bool has_more = true;
    for (int round = 0; round < ROUNDS && has_more; round++) {
        h1_server_in_parse_kept(h);
        if (h->life == H1_SERVER_OPEN && h->out_state == H1_SERVER_OUT_BODY &&
            !h1_server_reply_fill(h))
            h->life = H1_SERVER_CUT;
        has_more = finish_request(h) || h->out_state == H1_SERVER_OUT_BODY;
        if (h->out.len < H1_FEED_HIGH && has_more && h->kept_at < h->kept.len)
            continue; /* gather the answers to pipelined requests */
        if (h->life == H1_SERVER_GONE || !flush(h))
            break;
    }
    if (h->life == H1_SERVER_CUT) {
        (void)flush(h);
        h1_server_end(h);
        return;
    }
    if (h->life == H1_SERVER_GONE)
        return;
    if (has_more && h1_server_in_may_parse(h) && h->kept_at < h->kept.len)
        loop_later(h->loop, &h->turn);
    shut_when_flushed(h);
    close_when_flushed(h);
    if (h->life != H1_SERVER_GONE)
        want(h);
}

static void run_turn(struct loop_task *task)
{
    advance(container_of(task, struct h1_server, turn));
}

/* True: it was all that fits, and there may be more. */
static bool read_some(struct h1_server *h)
{
    size_t cap = 0;
    size_t n = 0;
    uint8_t *scratch = loop_scratch(h->loop, &cap);
    switch (transport_read(h->transport, scratch, cap, &n)) {
    case IO_OK:
        break;
    case IO_AGAIN:
        return false;
    case IO_EOF:
        if (h->life == H1_SERVER_OPEN && h->in == H1_SERVER_IN_STREAM) {
            h1_server_in_ended(h);
            return false;
        }
        h1_server_end(h);
        return false;
    case IO_FAILED:
        h1_server_end(
            h); /* between requests, or in one that will not be complete */
        return false;
    }
    if (h->life == H1_SERVER_LINGERING)
        return false;
    h->progress_at = loop_now(h->loop);
    struct span input = span_of(scratch, n);
    h1_server_in_parse(h, &input);
    str_clear(&h->kept);
    h->kept_at = 0;
    if (input.len > 0)
        str_add(&h->kept, input);
    return n == cap;
}

static void on_ready(struct transport *t, unsigned events)
{
    struct h1_server *h = t->owner;
    bool has_more = events & LOOP_READ;
    for (int i = 0; i < READS && has_more && may_read(h); i++)
        has_more = read_some(h);
    if (h->life != H1_SERVER_GONE)
        advance(h);
}

static void on_failed(struct transport *t)
{
    h1_server_end(t->owner);
}

static const struct transport_events transport_events = {
    .on_ready = on_ready,
    .on_failed = on_failed,
};

static void on_expired(struct loop_timer *timer, uint64_t now)
{
    struct h1_server *h = container_of(timer, struct h1_server, timer);
    uint64_t due = deadline(h);
    if (now < due) {
        loop_arm(h->loop, timer, due);
        return;
    }
    bool is_half_head =
        h->life == H1_SERVER_OPEN && !has_request(h) && h->parse.head_total > 0;
    if (!is_half_head) {
        h1_server_end(h);
        return;
    }
    h1_server_reply_error(h, 408);
    h1_server_linger(h);
    advance(h);
}

/* ---- the listener's side ---- */

static void drain(struct peer *p)
{
    struct h1_server *h = of_peer(p);
    if (h->life != H1_SERVER_OPEN)
        return;
    h->must_close = true;
    if (has_request(h))
        return;
    h->life = H1_SERVER_CUT; /* idle: in the turn's task */
    loop_later(h->loop, &h->turn);
}

static void close_now(struct peer *p)
{
    struct h1_server *h = of_peer(p);
    if (h->life != H1_SERVER_GONE)
        set_gone(h);
}

static const struct peer_ops peer_ops = {
    .drain = drain,
    .close = close_now,
};

static void reap(struct loop_task *task)
{
    struct h1_server *h = container_of(task, struct h1_server, reap);
    buf_fini(&h->out);
    str_fini(&h->head);
    str_fini(&h->kept);
    h1_parse_fini(&h->parse);
    arena_fini(&h->arena);
    free(h);
}

struct peer *h1_server_new(struct server *srv, struct transport *t,
                           bool is_secure, const char *remote)
{
    struct h1_server *h = XALLOC_NEW(struct h1_server);
    *h = (struct h1_server){
        .peer = {.ops = &peer_ops, .server = srv, .is_secure = is_secure},
        .loop = server_loop(srv),
        .transport = t,
        .life = H1_SERVER_OPEN,
        .turn.run = run_turn,
        .reap.run = reap,
        .timer.on_expired = on_expired,
    };
    size_t len = strnlen(remote, sizeof h->peer.remote - 1);
    memcpy(h->peer.remote, remote, len);
    list_init(&h->peer.link);
    buf_init(&h->out, loop_buffers(h->loop));
    str_init(&h->head);
    str_init(&h->kept);
    arena_init(&h->arena);
    h1_parse_init(&h->parse, H1_PARSE_REQUESTS, &server_settings(srv)->limits);
    h1_server_in_begin(h);
    h->progress_at = loop_now(h->loop);
    h->head_began = h->progress_at;
    loop_arm(h->loop, &h->timer, deadline(h));
    t->owner = h;
    t->events = &transport_events;
    want(h);
    return &h->peer;
}
