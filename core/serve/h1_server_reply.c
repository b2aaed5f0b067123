#include <stdio.h>

#include "base/list.h"
#include "conn/h1_write.h"
#include "serve/h1_server_self.h"

static struct h1_server *of_stream(struct stream *s)
{
    return container_of(s, struct h1_server, stream);
}

static void queue_head(struct h1_server *h)
{
    buf_add(&h->out, str_span(&h->head));
    loop_later(h->loop, &h->turn);
}

void h1_server_reply_continue(struct h1_server *h)
{
    str_clear(&h->head);
    h1_write_interim(&h->head, 100, NULL);
    queue_head(h);
}

static void inform(struct stream *s, int status, const struct fields *fields)
{
    struct h1_server *h = of_stream(s);
    if (s->version == HTTP_VERSION_1_0 || h->out_state != H1_SERVER_OUT_NONE)
        return; /* RFC 9110 15.2: not to an HTTP/1.0 client */
    str_clear(&h->head);
    h1_write_interim(&h->head, status, fields);
    queue_head(h);
}

/* How the body of a response is framed, as far as the head says. */
static struct h1_framing framing_of(const struct h1_server *h,
                                    const struct response *r)
{
    struct h1_framing f = {.kind = H1_FRAMING_LENGTH};
    bool is_1_0 = h->stream.version == HTTP_VERSION_1_0;
    bool has_trailers = r->trailers && r->trailers->len > 0;
    if (r->status < 200 || r->status == 204 ||
        (r->status == 304 && r->body_len < 0)) {
        f.kind = H1_FRAMING_NONE;
    } else if (r->body_len == BODY_LEN_UNKNOWN || (has_trailers && !is_1_0)) {
        f.kind = is_1_0 ? H1_FRAMING_CLOSE : H1_FRAMING_CHUNKED;
    } else if (r->body_len > 0) {
        f.len = (uint64_t)r->body_len;
    }
    f.keep_alive = h->parse.framing.keep_alive && !h->must_close &&
                   f.kind != H1_FRAMING_CLOSE;
    return f;
}

/* 2xx to CONNECT says neither how long it is nor that the connection ends
 * (RFC 9110 9.3.6), in HTTP/1.0 as well. */
static void write_tunnel_head(struct h1_server *h, const struct response *r)
{
    const struct h1_framing none = {.kind = H1_FRAMING_NONE,
                                    .keep_alive = true};
    h1_write_response(&h->head,
                      &(struct h1_write_status){.status = r->status,
                                                .version = HTTP_VERSION_1_1,
                                                .fields = r->fields},
                      &none);
}

/* The connection is the protocol's from here on (RFC 9110 7.8). */
static void respond_switched(struct h1_server *h, const struct response *r)
{
    str_clear(&h->head);
    if (h->request.protocol.base)
        h1_write_switch(&h->head, h->request.protocol, r->fields);
    else
        write_tunnel_head(h, r);
    h->must_close = true;
    h->is_switched = true;
    h->in = H1_SERVER_IN_STREAM;
    h->feed = (struct h1_feed){
        .source = r->body,
        .framing.kind = H1_FRAMING_CLOSE,
    };
    h->out_state = r->body ? H1_SERVER_OUT_BODY : H1_SERVER_OUT_DONE;
    queue_head(h);
}

static void respond(struct stream *s, const struct response *r)
{
    struct h1_server *h = of_stream(s);
    if (h->life != H1_SERVER_OPEN || h->out_state != H1_SERVER_OUT_NONE)
        return;
    if (stream_is_switched_by(s, r->status)) {
        respond_switched(h, r);
        return;
    }
    if (h->in == H1_SERVER_IN_OFFER)
        h->in = H1_SERVER_IN_BODY; /* which it has not */
    /* A refusal does not wait for the rest of what it refuses. */
    bool has_more =
        h->in != H1_SERVER_IN_DONE && h->request.body_len != BODY_LEN_NONE;
    if (has_more && r->status >= 400)
        h->must_close = true;
    struct h1_framing f = framing_of(h, r);
    const struct h1_write_status status = {
        .status = r->status,
        .version = s->version,
        .fields = r->fields,
    };
    str_clear(&h->head);
    h1_write_response(&h->head, &status, &f);
    h->must_close = !f.keep_alive;
    if (message_is_bodyless(h->request.method, r->status))
        f.kind = H1_FRAMING_NONE;
    h->feed = (struct h1_feed){.source = r->body, .framing = f};
    h->trailers = r->trailers;
    h->out_state =
        f.kind == H1_FRAMING_NONE ? H1_SERVER_OUT_DONE : H1_SERVER_OUT_BODY;
    queue_head(h);
}

bool h1_server_reply_fill(struct h1_server *h)
{
    struct fault fault;
    switch (h1_feed_fill(&h->feed, h->trailers, &h->out, &fault)) {
    case IO_OK:
        return true;
    case IO_AGAIN:
        h->out_state = H1_SERVER_OUT_STALLED;
        return true;
    case IO_EOF:
        h->out_state = H1_SERVER_OUT_DONE;
        return true;
    case IO_FAILED:
        break;
    }
    return false;
}

static void resume(struct stream *s, unsigned ways)
{
    struct h1_server *h = of_stream(s);
    if (ways & EXCHANGE_RECEIVE)
        h->is_paused = false;
    if ((ways & EXCHANGE_SEND) && h->out_state == H1_SERVER_OUT_STALLED)
        h->out_state = H1_SERVER_OUT_BODY;
    loop_later(h->loop, &h->turn);
}

/* What was pulled goes out in the turn's task, as far as it goes. */
static void cut(struct stream *s)
{
    struct h1_server *h = of_stream(s);
    if (h->life != H1_SERVER_OPEN)
        return;
    h->life = H1_SERVER_CUT;
    loop_later(h->loop, &h->turn);
}

/* HTTP/1 has nothing smaller than the connection to end. */
static void reset(struct stream *s, uint64_t code)
{
    (void)code;
    cut(s);
}

static void drain(struct stream *s)
{
    of_stream(s)->must_close = true;
}

const struct stream_ops h1_server_reply_ops = {
    .inform = inform,
    .respond = respond,
    .resume = resume,
    .reset = reset,
    .drain = drain,
    .cut = cut,
};

void h1_server_reply_error(struct h1_server *h, int status)
{
    char text[64];
    int len =
        snprintf(text, sizeof text, "%d %s\n", status, message_reason(status));
    struct h1_framing f = {.kind = H1_FRAMING_LENGTH, .len = (uint64_t)len};
    struct fields fields;
    fields_init(&fields, &h->arena);
    fields_add(&fields, SPAN_LIT("Date"),
               span_str(server_date(h->peer.server)));
    fields_add(&fields, SPAN_LIT("Content-Type"), SPAN_LIT("text/plain"));
    str_clear(&h->head);
    h1_write_response(
        &h->head,
        &(struct h1_write_status){.status = status, .fields = &fields}, &f);
    buf_add(&h->out, str_span(&h->head));
    buf_add(&h->out, span_of(text, (size_t)len));
    h->must_close = true;
}
