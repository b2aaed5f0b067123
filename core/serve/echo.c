#include "serve/echo.h"

#include <wolfssl/options.h>
#include <wolfssl/wolfcrypt/coding.h>

#include "base/list.h"
#include "serve/accept.h"
#include "serve/body_pipe.h"
#include "serve/json.h"
#include "serve/reply.h"
#include "serve/target.h"

/* ---- raw: a pipe ---- */

struct raw_echo {
    struct reply reply;
    struct body_pipe pipe;
};

/* Not before the codec can take a response: at the first byte, or the end. */
static void raw_respond(struct raw_echo *e)
{
    if (e->reply.is_sent)
        return;
    const struct request *request = e->reply.stream->request;
    struct span type = fields_value(&request->fields, "content-type");
    if (type.len == 0)
        type = SPAN_LIT("application/octet-stream");
    fields_add(&e->reply.fields, SPAN_LIT("content-type"), type);
    int64_t len = request->body_len == BODY_LEN_NONE ? 0 : request->body_len;
    reply_send(&e->reply, 200, &e->pipe.source, len);
}

static enum sink_flow raw_on_body(struct reply *r, struct span data)
{
    struct raw_echo *e = container_of(r, struct raw_echo, reply);
    raw_respond(e);
    return body_pipe_add(&e->pipe, data);
}

static void raw_on_end(struct reply *r, const struct fields *trailers)
{
    struct raw_echo *e = container_of(r, struct raw_echo, reply);
    (void)trailers;
    body_pipe_end(&e->pipe);
    raw_respond(e);
}

static void raw_on_free(struct reply *r)
{
    body_pipe_fini(&container_of(r, struct raw_echo, reply)->pipe);
}

static void raw_start(struct stream *s)
{
    static const struct reply_ops ops = {
        .on_body = raw_on_body,
        .on_end = raw_on_end,
        .on_free = raw_on_free,
    };
    struct raw_echo *e = ARENA_NEW(s->arena, struct raw_echo);
    body_pipe_init(&e->pipe, s);
    reply_init(&e->reply, s, &ops);
}

/* ---- JSON ---- */

struct echo {
    struct reply reply;
    struct str body;
    bool is_too_large;
};

static enum sink_flow on_body(struct reply *r, struct span data)
{
    struct echo *e = container_of(r, struct echo, reply);
    if (e->body.len + data.len > ECHO_BODY_MAX)
        e->is_too_large = true;
    else
        str_add(&e->body, data);
    return SINK_MORE;
}

static void send_json(struct reply *r, yyjson_mut_doc *doc)
{
    struct str text;
    str_init(&text);
    json_finish(doc, true, &text);
    str_add_char(&text, '\n');
    reply_text(r, 200, "application/json", str_span(&text));
    str_fini(&text);
}

static void add_body(yyjson_mut_doc *doc, yyjson_mut_val *o, struct span body)
{
    if (json_is_utf8(body)) {
        json_add(doc, o, "body", body);
        return;
    }
    struct str text;
    str_init(&text);
    word32 len = (word32)(body.len + 2) / 3 * 4 + 1; /* and a NUL */
    char *to = str_reserve(&text, len);
    if (Base64_Encode_NoNl(body.base, (word32)body.len, (byte *)to, &len) == 0)
        str_commit(&text, len);
    json_add(doc, o, "body_base64", str_span(&text));
    str_fini(&text);
}

static void on_end(struct reply *r, const struct fields *trailers)
{
    struct echo *e = container_of(r, struct echo, reply);
    const struct stream *s = r->stream;
    if (e->is_too_large) {
        reply_status(r, 413);
        return;
    }
    yyjson_mut_doc *doc = yyjson_mut_doc_new(NULL);
    yyjson_mut_val *o = yyjson_mut_obj(doc);
    yyjson_mut_doc_set_root(doc, o);
    json_add(doc, o, "method", s->request->method);
    json_add(doc, o, "scheme", span_str(s->is_secure ? "https" : "http"));
    json_add(doc, o, "authority", s->request->authority);
    json_add(doc, o, "target", s->request->target);
    json_add(doc, o, "http_version",
             span_str(message_version_name(s->version)));
    json_add(doc, o, "remote", span_str(s->remote));
    yyjson_mut_obj_add_bool(doc, o, "early", s->is_early);
    yyjson_mut_obj_add_val(doc, o, "headers",
                           json_fields(doc, &s->request->fields));
    yyjson_mut_obj_add_uint(doc, o, "body_bytes", e->body.len);
    add_body(doc, o, str_span(&e->body));
    if (trailers != NULL && trailers->len > 0)
        yyjson_mut_obj_add_val(doc, o, "trailers", json_fields(doc, trailers));
    send_json(r, doc);
}

static void on_free(struct reply *r)
{
    str_fini(&container_of(r, struct echo, reply)->body);
}

static bool wants_raw(const struct stream *s)
{
    struct span value;
    return target_param(s->request->target, "raw", s->arena, &value) ||
           accept_prefers(&s->request->fields, "application/octet-stream",
                          "application/json");
}

void echo_start(struct stream *s, struct span argument)
{
    static const struct reply_ops ops = {
        .on_body = on_body,
        .on_end = on_end,
        .on_free = on_free,
    };
    (void)argument;
    if (wants_raw(s)) {
        raw_start(s);
        return;
    }
    struct echo *e = ARENA_NEW(s->arena, struct echo);
    str_init(&e->body);
    reply_init(&e->reply, s, &ops);
}

/* ---- the fields alone ---- */

static void headers_on_end(struct reply *r, const struct fields *trailers)
{
    (void)trailers;
    yyjson_mut_doc *doc = yyjson_mut_doc_new(NULL);
    yyjson_mut_doc_set_root(doc, json_fields(doc, &r->stream->request->fields));
    send_json(r, doc);
}

void echo_headers_start(struct stream *s, struct span argument)
{
    static const struct reply_ops ops = {.on_end = headers_on_end};
    struct reply *r = ARENA_NEW(s->arena, struct reply);
    (void)argument;
    reply_init(r, s, &ops);
}
