#include "serve/fake_stream.h"

#include <assert.h>

#include "base/list.h"
#include "serve/router.h"
#include "serve/server.h"

static struct fake_stream *of(struct stream *s)
{
    return container_of(s, struct fake_stream, stream);
}

static void inform(struct stream *s, int status, const struct fields *fields)
{
    (void)fields;
    assert(of(s)->nresponses == 0);
    of(s)->informed = status;
}

static void respond(struct stream *s, const struct response *r)
{
    struct fake_stream *f = of(s);
    f->nresponses++;
    f->response = *r;
    loop_later(f->loop, &f->turn);
}

static void resume(struct stream *s, unsigned ways)
{
    if (ways & EXCHANGE_RECEIVE)
        of(s)->is_paused = false;
    if (ways & EXCHANGE_SEND)
        of(s)->is_dry = false;
    loop_later(of(s)->loop, &of(s)->turn);
}

static void reset(struct stream *s, uint64_t code)
{
    of(s)->is_reset = true;
    of(s)->reset_code = code;
}

static void drain(struct stream *s)
{
    of(s)->is_drained = true;
}

static void cut(struct stream *s)
{
    of(s)->is_cut = true;
}

static void send_request(struct fake_stream *f)
{
    struct handler *h = f->stream.handler;
    size_t piece = f->piece ? f->piece : 1000;
    while (!f->is_paused && f->sent < f->body.len) {
        size_t left = f->body.len - f->sent;
        size_t n = left < piece ? left : piece;
        f->sent += n;
        if (h->ops->on_body(h, span_of(f->body.base + f->sent - n, n)) ==
            SINK_PAUSE)
            f->is_paused = f->was_paused = true;
    }
    if (f->sent == f->body.len && !f->is_ended && !f->is_paused &&
        !f->is_endless) {
        f->is_ended = true;
        h->ops->on_end(h, &f->request_trailers);
    }
}

static bool has_body(const struct fake_stream *f)
{
    const struct response *r = &f->response;
    if (r->body == NULL || r->body_len == BODY_LEN_NONE)
        return false;
    return stream_is_switched_by(&f->stream, r->status) ||
           !message_is_bodyless(f->request.method, r->status);
}

static void take_response(struct fake_stream *f)
{
    struct body_source *source = f->response.body;
    size_t cap = f->read_cap ? f->read_cap : 16384;
    enum io got = has_body(f) ? IO_OK : IO_EOF;
    while (got == IO_OK) {
        size_t n = 0;
        uint8_t *to = (uint8_t *)str_reserve(&f->answer, cap);
        got = source->read(source, to, cap, &n);
        assert((got == IO_OK) == (n > 0));
        str_commit(&f->answer, n);
    }
    assert(got != IO_FAILED);
    f->is_dry = got == IO_AGAIN;
    f->is_complete = got == IO_EOF;
}

static void run_turn(struct loop_task *task)
{
    struct fake_stream *f = container_of(task, struct fake_stream, turn);
    if (f->is_cut || f->is_reset)
        return;
    send_request(f);
    if (f->nresponses > 0 && !f->is_complete && !f->is_dry &&
        (f->is_ended || !f->is_slow))
        take_response(f);
}

static void stop(struct loop_task *task)
{
    loop_stop(container_of(task, struct fake_stream, stop)->loop);
}

static const struct stream_ops ops = {
    .inform = inform,
    .respond = respond,
    .resume = resume,
    .reset = reset,
    .drain = drain,
    .cut = cut,
};

void fake_stream_init(struct fake_stream *f, struct server *srv,
                      const char *method, const char *target)
{
    *f = (struct fake_stream){
        .stream = {.ops = &ops,
                   .server = srv,
                   .request = &f->request,
                   .arena = &f->arena,
                   .version = HTTP_VERSION_1_1,
                   .is_secure = true,
                   .remote = "192.0.2.1"},
        .request = {.method = span_str(method),
                    .scheme = SPAN_LIT("https"),
                    .authority = SPAN_LIT("example.com"),
                    .target = span_str(target),
                    .body_len = BODY_LEN_NONE},
        .loop = server_loop(srv),
        .turn = {.run = run_turn},
        .stop = {.run = stop},
    };
    arena_init(&f->arena);
    fields_init(&f->request.fields, &f->arena);
    fields_init(&f->request_trailers, &f->arena);
    str_init(&f->answer);
}

void fake_stream_field(struct fake_stream *f, const char *name,
                       const char *value)
{
    fields_add(&f->request.fields, span_str(name), span_str(value));
}

void fake_stream_body(struct fake_stream *f, struct span body)
{
    f->body = body;
    f->request.body_len = (int64_t)body.len;
}

void fake_stream_run(struct fake_stream *f)
{
    router_route(&f->stream);
    assert(f->nresponses == 0 || f->request.protocol.base ||
           f->stream.may_switch); /* stream.h */
    fake_stream_go_on(f);
}

void fake_stream_go_on(struct fake_stream *f)
{
    loop_later(f->loop, &f->turn);
    if (f->is_timed)
        loop_later(f->loop, &f->stop);
    loop_run(f->loop);
}

const char *fake_stream_value(const struct fake_stream *f, const char *name)
{
    struct span value = fields_value(f->response.fields, name);
    return value.base ? (const char *)value.base : "";
}

void fake_stream_fini(struct fake_stream *f)
{
    f->stream.handler->ops->on_free(f->stream.handler, f->is_complete);
    arena_fini(&f->arena);
    str_fini(&f->answer);
}
