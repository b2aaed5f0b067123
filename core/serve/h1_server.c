/*
 * One request after the other.  Pipelined ones wait in the socket, and at
 * most one read's worth in `kept`: nothing is read while a request is being
 * answered, so a client that sends faster than it reads fills its own buffers
 * and not ours.  Responses of pipelined requests are gathered in one queue and
 * written once.
 *
 *   OPEN -> LINGERING -> GONE        (or CUT -> GONE, by a handler)
 *
 * A request that asks for another protocol is not read past its head until the
 * handler has answered: what stands behind it is the protocol's, or the next
 * request.  A connection that was switched has two ends.  Ours is told by FIN or
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

#include "base/fault.h"
#include "base/xalloc.h"
#include "conn/h1_upgrade.h"
#include "serve/h1_server_self.h"
#include "serve/router.h"

/* Spans of one gathered write. */
#define SPANS 16

/* Fills of the queue, or pipelined requests, in one turn. */
#define ROUNDS 16

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

static void free_request(struct h1_server *h, bool is_complete)
{
    struct handler *handler = h->stream.handler;
    h->stream.handler = NULL;
    if (handler)
        handler->ops->on_free(handler, is_complete);
}

static void set_gone(struct h1_server *h)
{
    h->life = H1_SERVER_GONE;
    free_request(h, false);
    transport_close(h->transport);
    loop_disarm(h->loop, &h->timer);
    loop_forget(h->loop, &h->turn);
    loop_reap(h->loop, &h->reap);
}

static void end(struct h1_server *h)
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

static void linger(struct h1_server *h)
{
    h->life = H1_SERVER_LINGERING;
    h->progress_at = loop_now(h->loop); /* the last one that counts */
    loop_arm(h->loop, &h->timer, deadline(h));
}

/* ---- out ---- */

/* False: nothing more can be written now, or ever. */
static bool flush(struct h1_server *h)
{
    while (h->out.len > 0) {
        struct span spans[SPANS];
        size_t n = 0;
        int nspans = buf_peek(&h->out, spans, SPANS);
        enum io io = transport_write(h->transport, spans, nspans, &n);
        if (io != IO_OK) {
            if (io == IO_FAILED)
                end(h);
            return false;
        }
        buf_consume(&h->out, n);
        h->progress_at = loop_now(h->loop);
    }
    return true;
}

/* ---- requests ---- */

static void begin_request(struct h1_server *h)
{
    arena_reset(&h->arena);
    h1_parse_begin(&h->parse, &h->arena, SPAN_LIT(""), false);
    h->in = H1_SERVER_IN_HEAD;
    h->out_state = H1_SERVER_OUT_NONE;
    h->is_paused = false;
    h->trailers = NULL;
    h->feed.source = NULL;
    h->head_began = 0;
}

/* "http://host/path" (RFC 9112 3.2.2) is "/path" at that host. */
static void split_absolute_form(struct request *r)
{
    static const char *const schemes[] = {"http://", "https://"};
    for (size_t i = 0; i < 2; i++) {
        struct span scheme = span_str(schemes[i]);
        if (!span_starts_nocase(r->target, scheme))
            continue;
        struct span rest =
            span_of(r->target.base + scheme.len, r->target.len - scheme.len);
        size_t len = 0;
        while (len < rest.len && rest.base[len] != '/' && rest.base[len] != '?')
            len++;
        r->authority = span_of(rest.base, len);
        r->target = span_of(rest.base + len, rest.len - len);
        if (r->target.len == 0)
            r->target = SPAN_LIT("/");
        return;
    }
}

static int64_t body_len(const struct h1_framing *f)
{
    switch (f->kind) {
    case H1_FRAMING_NONE:
        return BODY_LEN_NONE;
    case H1_FRAMING_LENGTH:
        return (int64_t)f->len;
    case H1_FRAMING_CHUNKED:
    case H1_FRAMING_CLOSE:
        break;
    }
    return BODY_LEN_UNKNOWN;
}

static void take_head(struct h1_server *h)
{
    const struct h1_parse *p = &h->parse;
    uint64_t max = options(h)->max_requests;
    h->nrequests++;
    h->head_began = 0;
    if (max && h->nrequests >= max)
        h->must_close = true;
    h->request = (struct request){
        .method = p->method,
        .scheme = h->peer.is_secure ? SPAN_LIT("https") : SPAN_LIT("http"),
        .authority = fields_value(&p->fields, "host"),
        .target = p->target,
        .fields = p->fields,
        .body_len = body_len(&p->framing),
        .expect_continue =
            p->version != HTTP_VERSION_1_0 &&
            fields_has_token(&p->fields, "expect", "100-continue"),
    };
    split_absolute_form(&h->request);
    h->request.protocol = h1_upgrade_wanted(&h->request, p->version);
    h->stream = (struct stream){
        .ops = &h1_server_reply_ops,
        .server = h->peer.server,
        .request = &h->request,
        .arena = &h->arena,
        .version = p->version,
        .is_secure = h->peer.is_secure,
        .is_early = transport_is_early(h->transport),
        .remote = h->peer.remote,
    };
    h->in = H1_SERVER_IN_BODY;
    router_route(&h->stream);
    if (h->stream.may_switch && h->out_state == H1_SERVER_OUT_NONE)
        h->in = H1_SERVER_IN_OFFER;
    if (h->request.expect_continue && h->out_state == H1_SERVER_OUT_NONE &&
        h->request.body_len != BODY_LEN_NONE)
        h1_server_reply_continue(h);
}

static void take_body(struct h1_server *h, struct span body)
{
    struct handler *handler = h->stream.handler;
    if (handler->ops->on_body(handler, body) == SINK_PAUSE)
        h->is_paused = true;
}

/* All that is there is the protocol's. */
static void take_stream(struct h1_server *h, struct span *input)
{
    struct span bytes = *input;
    *input = span_of(bytes.base + bytes.len, 0);
    take_body(h, bytes);
}

static void stream_ended(struct h1_server *h)
{
    struct handler *handler = h->stream.handler;
    h->in = H1_SERVER_IN_DONE;
    handler->ops->on_end(handler, NULL);
}

static void take_end(struct h1_server *h)
{
    struct handler *handler = h->stream.handler;
    const struct fields *t = &h->parse.trailers;
    h->in = H1_SERVER_IN_DONE;
    handler->ops->on_end(handler, t->len > 0 ? t : NULL);
}

/* A request against the grammar, or over a limit.  Half an answer cannot be
 * taken back. */
static void refuse(struct h1_server *h)
{
    bool is_begun = has_request(h) && h->out_state != H1_SERVER_OUT_NONE;
    free_request(h, false);
    if (is_begun) {
        end(h);
        return;
    }
    h->out_state = H1_SERVER_OUT_DONE;
    h1_server_reply_error(h, h->parse.answer);
    linger(h);
}

/* Requests wait for their answers; the two ways of a stream do not wait for each
 * other. */
static bool may_parse(const struct h1_server *h)
{
    if (h->life != H1_SERVER_OPEN || h->is_paused)
        return false;
    switch (h->in) {
    case H1_SERVER_IN_HEAD:
    case H1_SERVER_IN_BODY:
        return h->out.len < H1_FEED_HIGH;
    case H1_SERVER_IN_STREAM:
        return true;
    case H1_SERVER_IN_OFFER:
    case H1_SERVER_IN_DONE:
        return false;
    }
    return false;
}

static void parse(struct h1_server *h, struct span *input)
{
    while (may_parse(h)) {
        struct span body;
        if (h->in == H1_SERVER_IN_STREAM) {
            if (input->len == 0)
                return;
            take_stream(h, input);
            continue;
        }
        switch (h1_parse_next(&h->parse, input, &body)) {
        case H1_PARSE_MORE:
            if (h->parse.head_total > 0 && h->in == H1_SERVER_IN_HEAD &&
                h->head_began == 0) {
                h->head_began = loop_now(h->loop);
                loop_arm(h->loop, &h->timer, deadline(h));
            }
            return;
        case H1_PARSE_HEAD:
            take_head(h);
            break;
        case H1_PARSE_BODY:
            take_body(h, body);
            break;
        case H1_PARSE_DONE:
            take_end(h);
            break;
        case H1_PARSE_FAILED:
            refuse(h);
            return;
        }
    }
}

static void parse_kept(struct h1_server *h)
{
    struct span rest = span_of("", 0);
    if (h->kept.len > h->kept_at)
        rest = span_of(h->kept.base + h->kept_at, h->kept.len - h->kept_at);
    parse(h, &rest);
    h->kept_at = h->kept.len - rest.len;
}

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
    free_request(h, is_read);
    if (h->must_close)
        linger(h);
    else
        begin_request(h);
    return true;
}

/* ---- turns ---- */

/* After an answer that was the last: wait for the client's end, unless it
 * has sent all it wanted, its handshake included. */
static void close_when_flushed(struct h1_server *h)
{
    if (h->life == H1_SERVER_LINGERING && h->out.len == 0 &&
        h->in == H1_SERVER_IN_DONE && !transport_is_early(h->transport))
        end(h);
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
           (may_parse(h) && h->kept_at == h->kept.len);
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
        parse_kept(h);
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
        end(h);
        return;
    }
    if (h->life == H1_SERVER_GONE)
        return;
    if (has_more && may_parse(h) && h->kept_at < h->kept.len)
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

static void read_some(struct h1_server *h)
{
    size_t cap = 0;
    size_t n = 0;
    uint8_t *scratch = loop_scratch(h->loop, &cap);
    switch (transport_read(h->transport, scratch, cap, &n)) {
    case IO_OK:
        break;
    case IO_AGAIN:
        return;
    case IO_EOF:
        if (h->life == H1_SERVER_OPEN && h->in == H1_SERVER_IN_STREAM) {
            stream_ended(h);
            return;
        }
        end(h);
        return;
    case IO_FAILED:
        end(h); /* between requests, or in one that will not be complete */
        return;
    }
    if (h->life == H1_SERVER_LINGERING)
        return;
    h->progress_at = loop_now(h->loop);
    struct span input = span_of(scratch, n);
    parse(h, &input);
    str_clear(&h->kept);
    h->kept_at = 0;
    if (input.len > 0)
        str_add(&h->kept, input);
}

static void on_ready(struct transport *t, unsigned events)
{
    struct h1_server *h = t->owner;
    if ((events & LOOP_READ) && may_read(h))
        read_some(h);
    if (h->life != H1_SERVER_GONE)
        advance(h);
}

static void on_failed(struct transport *t)
{
    end(t->owner);
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
        end(h);
        return;
    }
    h1_server_reply_error(h, 408);
    linger(h);
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
    begin_request(h);
    h->progress_at = loop_now(h->loop);
    h->head_began = h->progress_at;
    loop_arm(h->loop, &h->timer, deadline(h));
    t->owner = h;
    t->events = &transport_events;
    want(h);
    return &h->peer;
}
