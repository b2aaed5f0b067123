/*
 * The server's role on an h2_session: streams that the peer opens become
 * requests for the router, a handler's response goes out as HEADERS, DATA
 * pulled from its body source, and trailers.
 *
 * A connection drains in two steps (RFC 9113 6.8): GOAWAY with 2^31-1 and a
 * PING; when that is answered, no request can be on its way that the peer
 * thinks accepted, and the GOAWAY with the true last stream follows.
 *
 * One timer serves all deadlines: of the head that is arriving, and of a
 * connection on which nothing moves.  It is not moved with each frame but
 * looks, when it expires, how much later it should have been.
 */
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/xalloc.h"
#include "conn/h2_qlog.h"
#include "conn/h2_session.h"
#include "serve/codecs.h"
#include "serve/router.h"
#include "serve/server.h"
#include "serve/stream.h"

struct h2_server {
    struct peer peer;
    struct h2_session session;
    struct served *free; /* recycled, with their arenas */
    uint64_t nrequests;
    size_t nswitched; /* of them, streams of other protocols now */
    bool is_draining; /* the notice is out */
    bool is_last;     /* and the final GOAWAY too */
    struct loop_timer timer;
    uint64_t head_began; /* 0: none is arriving */
};

/* One request and its response. */
struct served {
    struct stream stream;
    struct h2_stream h2;
    struct h2_server *srv;
    struct request request;
    struct arena arena;
    struct served *next_free;
    bool has_response;
    bool is_switched; /* by it, to another protocol */
};

static struct h2_server *of_session(struct h2_session *s)
{
    return container_of(s, struct h2_server, session);
}

static struct h2_server *of_peer(struct peer *p)
{
    return container_of(p, struct h2_server, peer);
}

static struct served *of_h2(struct h2_stream *st)
{
    return container_of(st, struct served, h2);
}

static struct served *of_stream(struct stream *s)
{
    return container_of(s, struct served, stream);
}

static const struct server_options *options(const struct h2_server *h)
{
    return server_get_options(h->peer.server);
}

/* ---- deadlines ---- */

static uint64_t deadline(const struct h2_server *h)
{
    uint64_t idle =
        h->session.progress_at +
        (h->nswitched > 0 ? server_options_switched_limit(options(h))
                          : options(h)->idle_timeout);
    uint64_t head = h->head_began + options(h)->head_timeout;
    return h->head_began && head < idle ? head : idle;
}

static void on_expired(struct loop_timer *t, uint64_t now)
{
    struct h2_server *h = container_of(t, struct h2_server, timer);
    uint64_t due = deadline(h);
    if (now < due) {
        loop_arm(h->session.loop, t, due);
        return;
    }
    struct fault why;
    fault_set(&why, ERR_TIMEOUT, 0, "nothing came from the client");
    h2_session_fail(&h->session, NGHTTP2_NO_ERROR, &why);
}

static void head_begins(struct h2_server *h)
{
    h->head_began = loop_now(h->session.loop);
    loop_arm(h->session.loop, &h->timer, deadline(h));
}

/* ---- drain ---- */

static void drain(struct h2_server *h)
{
    if (h->is_draining)
        return;
    h->is_draining = true;
    h2_session_notice(&h->session);
    (void)h2_session_ping(&h->session);
}

static void on_ping(struct h2_session *s)
{
    struct h2_server *h = of_session(s);
    if (!h->is_draining || h->is_last)
        return;
    h->is_last = true;
    h2_session_finish(s);
}

/* ---- what handlers do ---- */

static void stream_inform(struct stream *stream, int status,
                          const struct fields *fields)
{
    struct served *v = of_stream(stream);
    struct h2_fields_out head;
    h2_fields_response(&head, &v->arena, status, fields, BODY_LEN_NONE);
    h2_session_inform(&v->h2, &head);
}

/* RFC 8441 5: DATA both ways, to the end of each. */
static void respond_switched(struct served *v, const struct response *r)
{
    struct h2_fields_out head;
    h2_fields_response(&head, &v->arena, r->status, r->fields, BODY_LEN_NONE);
    v->is_switched = true;
    v->srv->nswitched++;
    v->h2.body = r->body;
    v->h2.body_left = -1;
    h2_session_respond(&v->h2, &head);
}

static void stream_respond(struct stream *stream, const struct response *r)
{
    struct served *v = of_stream(stream);
    struct h2_fields_out head;
    v->has_response = true;
    if (stream_is_switched_by(stream, r->status)) {
        respond_switched(v, r);
        return;
    }
    h2_fields_response(&head, &v->arena, r->status, r->fields, r->body_len);
    if (!message_is_bodyless(v->request.method, r->status)) {
        bool has_body =
            r->body && r->body_len != 0 && r->body_len != BODY_LEN_NONE;
        v->h2.body = has_body ? r->body : NULL;
        v->h2.body_left = has_body ? r->body_len : 0;
        /* Behind a body they may still be added to. */
        bool may_trail = r->trailers && (has_body || r->trailers->len > 0);
        v->h2.out_trailers = may_trail ? r->trailers : NULL;
    }
    h2_session_respond(&v->h2, &head);
}

static void stream_resume(struct stream *stream, unsigned ways)
{
    h2_stream_resume(&of_stream(stream)->h2, ways);
}

static void stream_reset(struct stream *stream, uint64_t code)
{
    h2_stream_abort(&of_stream(stream)->h2, (uint32_t)code);
}

static void stream_drain(struct stream *stream)
{
    drain(of_stream(stream)->srv);
}

static void stream_cut(struct stream *stream)
{
    struct fault why;
    fault_set(&why, ERR_ABORTED, 0, "cut by the handler");
    h2_session_cut(&of_stream(stream)->srv->session, &why);
}

static const struct stream_ops stream_ops = {
    .internal_error = NGHTTP2_INTERNAL_ERROR,
    .malformed_error = NGHTTP2_PROTOCOL_ERROR,
    .connect_error = NGHTTP2_CONNECT_ERROR,
    .inform = stream_inform,
    .respond = stream_respond,
    .resume = stream_resume,
    .reset = stream_reset,
    .drain = stream_drain,
    .cut = stream_cut,
};

/* ---- requests ---- */

static struct h2_stream *on_open(struct h2_session *s)
{
    struct h2_server *h = of_session(s);
    struct served *v = h->free;
    if (v) {
        h->free = v->next_free;
    } else {
        v = XALLOC_NEW(struct served);
        arena_init(&v->arena);
    }
    struct arena arena = v->arena;
    *v = (struct served){.srv = h, .arena = arena};
    h2_stream_init(&v->h2, s, &v->arena);
    head_begins(h);
    h->nrequests++;
    uint64_t max = options(h)->max_requests;
    if (max && h->nrequests >= max)
        drain(h);
    return &v->h2;
}

static void recycle(struct served *v)
{
    struct h2_server *h = v->srv;
    h->nswitched -= v->is_switched;
    arena_reset(&v->arena);
    v->next_free = h->free;
    h->free = v;
}

static int64_t request_body_len(const struct h2_stream *st)
{
    uint64_t len = 0;
    if (st->is_bodyless)
        return BODY_LEN_NONE;
    if (st->pseudo.protocol.base)
        return BODY_LEN_UNKNOWN;
    /* nghttp2 holds it against the DATA that comes. */
    if (message_content_length(&st->fields, &len) == MESSAGE_LENGTH_KNOWN)
        return (int64_t)len;
    return BODY_LEN_UNKNOWN;
}

static void on_head(struct h2_stream *st)
{
    struct served *v = of_h2(st);
    struct h2_server *h = v->srv;
    h->head_began = 0;
    struct span host = fields_value(&st->fields, "host");
    struct span authority =
        st->pseudo.authority.base ? st->pseudo.authority : host;
    v->request = (struct request){
        .method = st->pseudo.method,
        .scheme = st->pseudo.scheme,
        .authority = authority,
        /* CONNECT has no :path: its target is the authority. */
        .target = st->pseudo.path.base ? st->pseudo.path : authority,
        .fields = st->fields,
        .protocol = st->pseudo.protocol,
        .body_len = request_body_len(st),
        .expect_continue =
            fields_has_token(&st->fields, "expect", "100-continue"),
    };
    v->stream = (struct stream){
        .ops = &stream_ops,
        .server = h->peer.server,
        .request = &v->request,
        .arena = &v->arena,
        .version = HTTP_VERSION_2,
        .is_secure = h->peer.is_secure,
        .is_early =
            h->session.transport && transport_is_early(h->session.transport),
        .remote = h->peer.remote,
    };
    if (st->session->qlog && message_wants_switch(&v->request))
        v->stream.qlog = h2_qlog_stream(st);
    router_route(&v->stream);
    if (v->request.expect_continue && !st->is_bodyless && !v->has_response)
        stream_inform(&v->stream, 100, NULL);
}

static enum sink_flow on_data(struct h2_stream *st, struct span data)
{
    struct handler *handler = of_h2(st)->stream.handler;
    return handler->ops->on_body(handler, data);
}

static void on_end(struct h2_stream *st)
{
    struct handler *handler = of_h2(st)->stream.handler;
    handler->ops->on_end(handler, st->has_trailers ? &st->trailers : NULL);
}

static void finish(struct served *v, bool is_complete)
{
    struct handler *handler = v->stream.handler;
    if (v->h2.in == H2_IN_HEAD)
        v->srv->head_began = 0;
    if (handler)
        handler->ops->on_free(handler, is_complete);
    recycle(v);
}

/* The response is complete.  What is left of the request is not wanted any
 * more (RFC 9113 8.1); a switched stream has another side, that goes on. */
static void on_sent(struct h2_stream *st)
{
    if (st->in == H2_IN_DONE || of_h2(st)->is_switched)
        return; /* on_closed() comes */
    if (st->in == H2_IN_ENDED)
        h2_stream_forget(st);
    else
        h2_stream_reset(st, NGHTTP2_NO_ERROR);
    finish(of_h2(st), true);
}

static void on_closed(struct h2_stream *st, const struct fault *why)
{
    finish(of_h2(st), why == NULL && st->out == H2_OUT_DONE);
}

static void on_dropped(struct h2_stream *st)
{
    finish(of_h2(st), false);
}

/* ---- the connection ---- */

static void on_turn(struct h2_session *s)
{
    (void)s;
}

static void on_gone(struct h2_session *s, const struct fault *why)
{
    struct h2_server *h = of_session(s);
    (void)why;
    loop_disarm(s->loop, &h->timer);
    h->peer.on_gone(&h->peer);
}

static void on_reap(struct h2_session *s)
{
    struct h2_server *h = of_session(s);
    h2_session_fini(s);
    while (h->free) {
        struct served *v = h->free;
        h->free = v->next_free;
        arena_fini(&v->arena);
        free(v);
    }
    free(h);
}

static const struct h2_role role = {
    .is_server = true,
    .on_open = on_open,
    .on_head = on_head,
    .on_data = on_data,
    .on_end = on_end,
    .on_sent = on_sent,
    .on_closed = on_closed,
    .on_dropped = on_dropped,
    .on_turn = on_turn,
    .on_ping = on_ping,
    .on_gone = on_gone,
    .on_reap = on_reap,
};

static void peer_drain(struct peer *p)
{
    drain(of_peer(p));
}

static void peer_close(struct peer *p)
{
    struct h2_server *h = of_peer(p);
    loop_disarm(h->session.loop, &h->timer);
    h2_session_close(&h->session);
}

static const struct peer_ops peer_ops = {
    .drain = peer_drain,
    .close = peer_close,
};

struct peer *h2_server_new(struct server *srv, struct transport *t,
                           bool is_secure, const char *remote)
{
    struct h2_server *h = XALLOC_NEW(struct h2_server);
    h->peer.ops = &peer_ops;
    h->peer.server = srv;
    h->peer.is_secure = is_secure;
    list_init(&h->peer.link);
    size_t len = strnlen(remote, sizeof h->peer.remote - 1);
    memcpy(h->peer.remote, remote, len);
    h->timer.on_expired = on_expired;
    h2_session_init(&h->session, server_loop(srv), t, server_settings(srv),
                    &role, server_get_options(srv)->h2_max_streams);
    head_begins(h);
    return &h->peer;
}
