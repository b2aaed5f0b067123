/*
 * What a client sends: heads, bodies, and the bytes of another protocol.
 *
 * A request that asks for another protocol is not read past its head until the
 * handler has answered: what stands behind it is the protocol's, or the next
 * request.
 */
#include "conn/h1_upgrade.h"
#include "serve/h1_server_self.h"
#include "serve/router.h"

void h1_server_in_begin(struct h1_server *h)
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
    uint64_t max = server_get_options(h->peer.server)->max_requests;
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

void h1_server_in_ended(struct h1_server *h)
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
    bool is_begun =
        h->stream.handler != NULL && h->out_state != H1_SERVER_OUT_NONE;
    h1_server_free_request(h, false);
    if (is_begun) {
        h1_server_end(h);
        return;
    }
    h->out_state = H1_SERVER_OUT_DONE;
    h1_server_reply_error(h, h->parse.answer);
    h1_server_linger(h);
}

/* Requests wait for their answers; the two ways of a stream do not wait for each
 * other. */
bool h1_server_in_may_parse(const struct h1_server *h)
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

void h1_server_in_parse(struct h1_server *h, struct span *input)
{
    while (h1_server_in_may_parse(h)) {
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
                h1_server_head_began(h);
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

void h1_server_in_parse_kept(struct h1_server *h)
{
    struct span rest = span_of("", 0);
    if (h->kept.len > h->kept_at)
        rest = span_of(h->kept.base + h->kept_at, h->kept.len - h->kept_at);
    h1_server_in_parse(h, &rest);
    h->kept_at = h->kept.len - rest.len;
}
