#include "serve/upload.h"

#include <stdio.h>

#include <wolfssl/options.h>
#include <wolfssl/wolfcrypt/sha256.h>

#include "base/list.h"
#include "serve/body_pipe.h"
#include "serve/json.h"
#include "serve/reply.h"

#define HEX_LEN (2 * WC_SHA256_DIGEST_SIZE)

struct upload {
    struct reply reply;
    wc_Sha256 sha;
    bool is_broken; /* the hash would be wrong */
    struct body_pipe pipe;
    struct fields trailers;
};

static void hash(struct upload *u, struct span data)
{
    if (wc_Sha256Update(&u->sha, data.base, (word32)data.len) != 0)
        u->is_broken = true;
}

static bool finish_hash(struct upload *u, char hex[HEX_LEN + 1])
{
    uint8_t digest[WC_SHA256_DIGEST_SIZE];
    if (u->is_broken || wc_Sha256Final(&u->sha, digest) != 0)
        return false;
    for (size_t i = 0; i < sizeof digest; i++)
        (void)snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    return true;
}

static struct upload *upload_new(struct stream *s, const struct reply_ops *ops)
{
    struct upload *u = ARENA_NEW(s->arena, struct upload);
    u->is_broken = wc_InitSha256(&u->sha) != 0;
    reply_init(&u->reply, s, ops);
    return u;
}

/* ---- /upload ---- */

static enum sink_flow on_body(struct reply *r, struct span data)
{
    hash(container_of(r, struct upload, reply), data);
    return SINK_MORE;
}

static void on_end(struct reply *r, const struct fields *trailers)
{
    struct upload *u = container_of(r, struct upload, reply);
    char hex[HEX_LEN + 1];
    if (!finish_hash(u, hex)) {
        reply_status(r, 500);
        return;
    }
    yyjson_mut_doc *doc = yyjson_mut_doc_new(NULL);
    yyjson_mut_val *o = yyjson_mut_obj(doc);
    yyjson_mut_doc_set_root(doc, o);
    json_add(doc, o, "method", r->stream->request->method);
    yyjson_mut_obj_add_uint(doc, o, "bytes", r->bytes_received);
    json_add(doc, o, "sha256", span_str(hex));
    if (trailers != NULL && trailers->len > 0)
        yyjson_mut_obj_add_val(doc, o, "trailers", json_fields(doc, trailers));
    struct str text;
    str_init(&text);
    json_finish(doc, true, &text);
    str_add_char(&text, '\n');
    reply_text(r, 200, "application/json", str_span(&text));
    str_fini(&text);
}

static void on_free(struct reply *r)
{
    wc_Sha256Free(&container_of(r, struct upload, reply)->sha);
}

void upload_start(struct stream *s, struct span argument)
{
    static const struct reply_ops ops = {
        .on_body = on_body,
        .on_end = on_end,
        .on_free = on_free,
    };
    (void)argument;
    (void)upload_new(s, &ops);
}

/* ---- /trailers ---- */

static void trailers_respond(struct upload *u)
{
    if (u->reply.is_sent)
        return;
    reply_field(&u->reply, "content-type", "text/plain; charset=utf-8");
    reply_field(&u->reply, "trailer", "x-bytes, x-sha256");
    u->reply.response.trailers = &u->trailers;
    reply_send(&u->reply, 200, &u->pipe.source, BODY_LEN_UNKNOWN);
}

static enum sink_flow trailers_on_body(struct reply *r, struct span data)
{
    struct upload *u = container_of(r, struct upload, reply);
    hash(u, data);
    trailers_respond(u);
    return body_pipe_add(&u->pipe, data);
}

static void trailers_on_end(struct reply *r, const struct fields *trailers)
{
    struct upload *u = container_of(r, struct upload, reply);
    uint64_t bytes = r->bytes_received;
    if (bytes == 0) {
        struct span line = SPAN_LIT("Trailers follow.\n");
        hash(u, line);
        (void)body_pipe_add(&u->pipe, line);
        bytes = line.len;
    }
    for (size_t i = 0; trailers != NULL && i < trailers->len; i++)
        fields_add(&u->trailers, trailers->items[i].name,
                   trailers->items[i].value);
    char text[HEX_LEN + 1];
    (void)snprintf(text, sizeof text, "%llu", (unsigned long long)bytes);
    fields_add(&u->trailers, SPAN_LIT("x-bytes"), span_str(text));
    if (finish_hash(u, text))
        fields_add(&u->trailers, SPAN_LIT("x-sha256"), span_str(text));
    body_pipe_end(&u->pipe);
    trailers_respond(u);
}

static void trailers_on_free(struct reply *r)
{
    body_pipe_fini(&container_of(r, struct upload, reply)->pipe);
    on_free(r);
}

void upload_trailers_start(struct stream *s, struct span argument)
{
    static const struct reply_ops ops = {
        .on_body = trailers_on_body,
        .on_end = trailers_on_end,
        .on_free = trailers_on_free,
    };
    struct upload *u = upload_new(s, &ops);
    (void)argument;
    body_pipe_init(&u->pipe, s);
    fields_init(&u->trailers, s->arena);
}
