#include "serve/reply.h"

#include <stdio.h>

#include "base/list.h"
#include "serve/access.h"
#include "serve/server.h"
#include "serve/server_counters.h"

static enum io counted_read(struct body_source *src, uint8_t *buf, size_t cap,
                            size_t *n)
{
    struct reply *r = container_of(src, struct reply, counted);
    enum io got = r->body->read(r->body, buf, cap, n);
    if (got == IO_OK)
        r->bytes_sent += *n;
    else if (got == IO_FAILED)
        src->fault = r->body->fault;
    return got;
}

static enum sink_flow on_body(struct handler *h, struct span data)
{
    struct reply *r = container_of(h, struct reply, handler);
    r->bytes_received += data.len;
    return r->ops->on_body ? r->ops->on_body(r, data) : SINK_MORE;
}

static void on_end(struct handler *h, const struct fields *trailers)
{
    struct reply *r = container_of(h, struct reply, handler);
    if (r->ops->on_end)
        r->ops->on_end(r, trailers);
}

static void on_free(struct handler *h, bool is_complete)
{
    struct reply *r = container_of(h, struct reply, handler);
    struct server *srv = r->stream->server;
    server_counters_request(
        server_counters(srv),
        &(struct server_counters_exchange){
            .version = r->stream->version,
            .status = r->is_sent ? r->response.status : 0,
            .bytes_in = r->bytes_received,
            .bytes_out = r->bytes_sent,
            .duration = loop_now(server_loop(srv)) - r->started_at,
            .is_complete = is_complete,
        });
    r->is_complete = is_complete;
    access_log(r, is_complete);
    if (r->ops->on_free)
        r->ops->on_free(r);
}

static const struct handler_ops handler_ops = {
    .on_body = on_body,
    .on_end = on_end,
    .on_free = on_free,
};

void reply_init(struct reply *r, struct stream *s, const struct reply_ops *ops)
{
    *r = (struct reply){
        .handler = {.ops = &handler_ops},
        .ops = ops,
        .stream = s,
        .counted = {.read = counted_read},
        .started_at = loop_now(server_loop(s->server)),
    };
    fields_init(&r->fields, s->arena);
    reply_field(r, "date", server_date(s->server));
    reply_field(r, "server", "quiver/" QUIVER_VERSION);
    s->handler = &r->handler;
}

void reply_field(struct reply *r, const char *name, const char *value)
{
    fields_add(&r->fields, span_str(name), span_str(value));
}

void reply_send(struct reply *r, int status, struct body_source *body,
                int64_t len)
{
    r->is_sent = true;
    r->body = body;
    r->response.status = status;
    r->response.fields = &r->fields;
    r->response.body_len = len;
    r->response.body = body ? &r->counted : NULL;
    r->stream->ops->respond(r->stream, &r->response);
}

void reply_text(struct reply *r, int status, const char *type, struct span text)
{
    reply_field(r, "content-type", type);
    body_bytes_init(&r->text, arena_copy(r->stream->arena, text));
    reply_send(r, status, &r->text.source, (int64_t)text.len);
}

void reply_status(struct reply *r, int status)
{
    if (status == 304 || status == 204 || status < 200) {
        reply_send(r, status, NULL, BODY_LEN_NONE);
        return;
    }
    if (status == 205) { /* no content may follow (RFC 9110 15.3.6) */
        reply_send(r, status, NULL, 0);
        return;
    }
    char text[80];
    const char *reason = message_reason(status);
    int len = snprintf(text, sizeof text, "%d%s%s\n", status,
                       *reason ? " " : "", reason);
    reply_text(r, status, "text/plain; charset=utf-8",
               span_of(text, (size_t)len));
}
