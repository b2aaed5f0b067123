/*
 * The codec between a client that the test plays and a router that the test
 * is: what the client sends is one text, what it gets another.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/fault.h"
#include "base/list.h"
#include "base/xalloc.h"
#include "conn/h1.h"
#include "serve/codecs.h"
#include "serve/fake_server.h"
#include "serve/router.h"
#include "support/pipe_transport.h"
#include "support/spin.h"

/* ---- a server that has options and no sockets ---- */

/* ---- a router: the path says what the handler does ---- */

struct deed {
    struct handler handler;
    struct stream *stream;
    struct response response;
    struct fields fields;
    struct fields trailers;
    struct body_bytes bytes;
    struct str body; /* of the request */
    struct body_source generated;
    size_t generate; /* bytes left */
    bool is_paused;
};

static struct test *current;

struct test {
    struct server srv;
    struct transport *near;
    struct transport *far;
    struct peer *peer;
    struct str got;
    struct str log;
    struct deed *deed; /* the last one, while it lives */
};

static bool path_is(const struct stream *s, const char *path)
{
    return span_starts_nocase(s->request->target, span_str(path));
}

/* A handler that has had enough, in the middle of a call. */
static void give_up(struct deed *d, const char *reset, const char *cut)
{
    if (path_is(d->stream, reset))
        d->stream->ops->reset(d->stream, 0);
    if (path_is(d->stream, cut))
        d->stream->ops->cut(d->stream);
}

static enum io generate(struct body_source *src, uint8_t *buf, size_t cap,
                        size_t *n)
{
    struct deed *d = container_of(src, struct deed, generated);
    *n = d->generate < cap ? d->generate : cap;
    if (path_is(d->stream, "/read-") && d->generate <= 5)
        return IO_AGAIN;
    give_up(d, "/read-reset", "/read-cut");
    if (path_is(d->stream, "/fail"))
        return fault_set(&src->fault, ERR_READ, 0, "no more");
    if (path_is(d->stream, "/read-"))
        *n = 5;
    if (path_is(d->stream, "/stall") && d->generate <= 5 && !d->is_paused) {
        d->is_paused = true;
        *n = 0;
        return IO_AGAIN;
    }
    if (*n == 0)
        return IO_EOF;
    if (path_is(d->stream, "/stall"))
        *n = 5;
    memset(buf, 'g', *n);
    d->generate -= *n;
    return IO_OK;
}

static enum sink_flow deed_on_body(struct handler *h, struct span data)
{
    struct deed *d = container_of(h, struct deed, handler);
    str_add(&d->body, data);
    give_up(d, "/body-reset", "/body-cut");
    if (path_is(d->stream, "/early")) {
        d->response.status = 413;
        d->stream->ops->respond(d->stream, &d->response);
    }
    if (path_is(d->stream, "/pause") && !d->is_paused) {
        d->is_paused = true;
        return SINK_PAUSE;
    }
    return SINK_MORE;
}

static void use_generated(struct deed *d, size_t n, int64_t len)
{
    d->generated.read = generate;
    d->generate = n;
    d->response.body = &d->generated;
    d->response.body_len = len;
}

static void deed_on_end(struct handler *h, const struct fields *trailers)
{
    struct deed *d = container_of(h, struct deed, handler);
    struct stream *s = d->stream;
    if (path_is(s, "/early"))
        return;
    if (trailers)
        str_printf(&d->body, "{%zu}", trailers->len);
    body_bytes_init(&d->bytes, str_span(&d->body));
    d->response.body = &d->bytes.source;
    d->response.body_len = (int64_t)d->body.len;
    if (path_is(s, "/chunked") || path_is(s, "/trailers"))
        d->response.body_len = BODY_LEN_UNKNOWN;
    if (path_is(s, "/trailers")) {
        fields_add(&d->trailers, SPAN_LIT("X-Sum"), SPAN_LIT("1"));
        d->response.trailers = &d->trailers;
    }
    if (path_is(s, "/empty"))
        d->response.body_len = BODY_LEN_NONE;
    if (path_is(s, "/204"))
        d->response.status = 204;
    if (path_is(s, "/hints"))
        s->ops->inform(s, 103, &d->fields);
    if (path_is(s, "/big"))
        use_generated(d, 5000000, 5000000);
    if (path_is(s, "/fail") || path_is(s, "/stall") || path_is(s, "/read-"))
        use_generated(d, 10, BODY_LEN_UNKNOWN);
    if (path_is(s, "/drain"))
        s->ops->drain(s);
    if (path_is(s, "/reset")) {
        s->ops->reset(s, 0);
        return;
    }
    if (path_is(s, "/later"))
        return;
    s->ops->respond(s, &d->response);
}

static void deed_on_free(struct handler *h, bool is_complete)
{
    struct deed *d = container_of(h, struct deed, handler);
    str_add_text(&current->log, is_complete ? "complete " : "cut ");
    current->deed = NULL;
    str_fini(&d->body);
    free(d);
}

static const struct handler_ops deed_ops = {
    .on_body = deed_on_body,
    .on_end = deed_on_end,
    .on_free = deed_on_free,
};

void router_route(struct stream *s)
{
    struct deed *d = XALLOC_NEW(struct deed);
    d->handler.ops = &deed_ops;
    d->stream = s;
    d->response.status = 200;
    d->response.fields = &d->fields;
    fields_init(&d->fields, s->arena);
    fields_init(&d->trailers, s->arena);
    fields_add(&d->fields, SPAN_LIT("Server"), SPAN_LIT("t"));
    fields_add(&d->fields, SPAN_LIT("Connection"), SPAN_LIT("not ours"));
    str_init(&d->body);
    s->handler = &d->handler;
    current->deed = d;
    str_printf(&current->log, "%.*s:%.*s%.*s ", SPAN_ARG(s->request->method),
               SPAN_ARG(s->request->authority), SPAN_ARG(s->request->target));
}

/* ---- the frame ---- */

static void on_gone(struct peer *p)
{
    (void)p;
    current->peer = NULL;
    str_add_text(&current->log, "gone ");
}

static void start(struct test *t)
{
    *t = (struct test){.srv.loop = loop_new()};
    current = t;
    settings_defaults(&t->srv.settings);
    t->srv.settings.limits.head = 4096;
    t->srv.settings.timeouts.linger = 1; /* the next turn */
    t->srv.options.head_timeout = 3600 * LOOP_S;
    t->srv.options.idle_timeout = 3600 * LOOP_S;
    str_init(&t->got);
    str_init(&t->log);
    pipe_transport_pair(t->srv.loop, &t->near, &t->far);
    t->peer = h1_server_new(&t->srv, t->near, false, "127.0.0.1");
    t->peer->on_gone = on_gone;
}

/* The server's deadlines would keep loop_run() waiting for hours: so many
 * turns instead, which is more than any row needs at a byte a turn. */
static void turn(struct test *t)
{
    spin_turns(t->srv.loop, 300);
}

/* Until nothing comes any more. */
static void run(struct test *t)
{
    size_t before = 0;
    do {
        before = t->got.len;
        turn(t);
        (void)pipe_transport_receive(t->far, &t->got);
    } while (t->got.len > before);
}

static void stop(struct test *t)
{
    if (t->peer)
        t->peer->ops->close(t->peer);
    transport_close(t->far);
    loop_run(t->srv.loop);
    assert_null(t->deed);
    loop_free(t->srv.loop);
    str_fini(&t->got);
    str_fini(&t->log);
}

static void expect(const struct str *got, const char *want, const char *what)
{
    if (strcmp(str_text(got), want) != 0)
        fail_msg("%s:\n got  %s\n want %s", what, str_text(got), want);
}

#define HOST     "Host: h\r\n"
#define GET(p)   "GET " p " HTTP/1.1\r\n" HOST "\r\n"
#define OK       "HTTP/1.1 200 OK\r\nServer: t\r\n"
#define EMPTY    OK "Content-Length: 0\r\n\r\n"
#define CLOSE    "Connection: close\r\n"
#define ERROR(n) "HTTP/1.1 " n "\r\n"

static void test_exchanges(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        const char *in;
        const char *out; /* the beginning of it, when it ends in "..." */
        const char *log;
    } rows[] = {
        {"get", GET("/a?b"), EMPTY, "GET:h/a?b complete "},
        {"post", "POST / HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc",
         OK "Content-Length: 3\r\n\r\nabc", "POST:h/ complete "},
        {"chunked in",
         "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"
         "3\r\nabc\r\n2\r\nde\r\n0\r\nX: y\r\n\r\n",
         OK "Content-Length: 8\r\n\r\nabcde{1}", "POST:h/ complete "},
        {"chunked out",
         "POST /chunked HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc",
         OK "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
         "POST:h/chunked complete "},
        {"trailers", GET("/trailers"),
         OK "Transfer-Encoding: chunked\r\n\r\n0\r\nX-Sum: 1\r\n\r\n",
         "GET:h/trailers complete "},
        {"no body", GET("/empty"), EMPTY, "GET:h/empty complete "},
        {"204", GET("/204"), "HTTP/1.1 204 No Content\r\nServer: t\r\n\r\n",
         "GET:h/204 complete "},
        {"HEAD",
         "HEAD / HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc" GET("/"),
         OK "Content-Length: 3\r\n\r\n" EMPTY,
         "HEAD:h/ complete GET:h/ complete "},
        {"1.0", "GET / HTTP/1.0\r\n\r\n",
         OK "Content-Length: 0\r\n" CLOSE "\r\n", "GET:/ complete gone "},
        {"1.0 kept",
         "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
         "GET / HTTP/1.0\r\n\r\n",
         OK "Content-Length: 0\r\nConnection: keep-alive\r\n\r\n" OK
            "Content-Length: 0\r\n" CLOSE "\r\n",
         "GET:/ complete GET:/ complete gone "},
        {"1.0, unknown length",
         "POST /chunked HTTP/1.0\r\nConnection: keep-alive\r\n"
         "Content-Length: 3\r\n\r\nabc",
         OK CLOSE "\r\nabc", "POST:/chunked complete gone "},
        {"asked to close", "GET / HTTP/1.1\r\n" HOST CLOSE "\r\n" GET("/2"),
         OK "Content-Length: 0\r\n" CLOSE "\r\n", "GET:h/ complete gone "},
        {"pipelined", GET("/1") GET("/2") "\r\n" GET("/3"), EMPTY EMPTY EMPTY,
         "GET:h/1 complete GET:h/2 complete GET:h/3 complete "},
        {"absolute form",
         "GET http://o.example:81/x?y HTTP/1.1\r\n" HOST "\r\n", EMPTY,
         "GET:o.example:81/x?y complete "},
        {"absolute form, no path",
         "GET http://o.example HTTP/1.1\r\n" HOST "\r\n", EMPTY,
         "GET:o.example/ complete "},
        {"hints", GET("/hints"),
         "HTTP/1.1 103 Early Hints\r\nServer: t\r\n\r\n" EMPTY,
         "GET:h/hints complete "},
        {"hints to 1.0", "GET /hints HTTP/1.0\r\n\r\n",
         OK "Content-Length: 0\r\n" CLOSE "\r\n", "GET:/hints complete gone "},
        {"expect",
         "POST / HTTP/1.1\r\n" HOST
         "Content-Length: 3\r\nExpect: 100-continue\r\n\r\nabc",
         "HTTP/1.1 100 Continue\r\n\r\n" OK "Content-Length: 3\r\n\r\nabc",
         "POST:h/ complete "},
        {"expect, no body",
         "GET / HTTP/1.1\r\n" HOST "Expect: 100-continue\r\n\r\n", EMPTY,
         "GET:h/ complete "},
        {"drain by a handler", GET("/drain") GET("/2"),
         OK "Content-Length: 0\r\n" CLOSE "\r\n", "GET:h/drain complete gone "},
        {"source fails", GET("/fail"), OK "Transfer-Encoding: chunked\r\n\r\n",
         "GET:h/fail cut gone "},
        {"reset", GET("/reset"), "", "GET:h/reset cut gone "},
        {"reset in the body",
         "POST /body-reset HTTP/1.1\r\n" HOST "Content-Length: 30\r\n\r\nabc",
         "", "POST:h/body-reset cut gone "},
        {"cut in the body",
         "POST /body-cut HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc", "",
         "POST:h/body-cut cut gone "},
        {"reset by the source", GET("/read-reset"),
         OK "Transfer-Encoding: chunked\r\n\r\n5\r\nggggg\r\n",
         "GET:h/read-reset cut gone "},
        {"cut by the source", GET("/read-cut"),
         OK "Transfer-Encoding: chunked\r\n\r\n5\r\nggggg\r\n",
         "GET:h/read-cut cut gone "},
        {"early refusal",
         "POST /early HTTP/1.1\r\n" HOST "Content-Length: 30\r\n\r\nabc",
         "HTTP/1.1 413 Content Too Large\r\nServer: t\r\n"
         "Content-Length: 0\r\n" CLOSE "\r\n",
         "POST:h/early cut gone "},

        {"no method", "G@T / HTTP/1.1\r\n" HOST "\r\n",
         ERROR("501 Not Implemented") "...", "gone "},
        {"version", "GET / HTTP/1.2\r\n" HOST "\r\n",
         ERROR("505 HTTP Version Not Supported") "...", "gone "},
        {"no host", "GET / HTTP/1.1\r\n\r\n", ERROR("400 Bad Request") "...",
         "gone "},
        {"smuggling",
         "POST / HTTP/1.1\r\n" HOST
         "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
         ERROR("400 Bad Request") "...", "gone "},
        {"after a good one", GET("/") "GET / HTTP/1.1\r\n: x\r\n\r\n",
         EMPTY ERROR("400 Bad Request") "...", "GET:h/ complete gone "},
        {"bad chunk",
         "POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\nzz",
         ERROR("400 Bad Request") "...", "POST:h/ cut gone "},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (size_t piece = 0; piece < 2; piece++) {
            struct test t;
            start(&t);
            pipe_transport_set_piece(t.near, piece);
            pipe_transport_send_text(t.far, rows[i].in);
            run(&t);
            run(&t);
            size_t len = strlen(rows[i].out);
            if (len > 3 && strcmp(rows[i].out + len - 3, "...") == 0 &&
                t.got.len > len - 3) {
                t.got.len = len - 3;
                memcpy(t.got.base + len - 3, "...", 4);
            }
            expect(&t.got, rows[i].out, rows[i].what);
            expect(&t.log, rows[i].log, rows[i].what);
            stop(&t);
        }
    }
}

static void test_limits(void **state)
{
    (void)state;
    struct test t;
    start(&t);
    pipe_transport_send_text(t.far, "GET / HTTP/1.1\r\nX: ");
    for (int i = 0; i < 5000; i++)
        pipe_transport_send_text(t.far, "a");
    run(&t);
    assert_memory_equal(t.got.base, "HTTP/1.1 431 ", 13);
    stop(&t);
    start(&t);
    pipe_transport_send_text(t.far, "GET /");
    for (int i = 0; i < 5000; i++)
        pipe_transport_send_text(t.far, "a");
    run(&t);
    assert_memory_equal(t.got.base, "HTTP/1.1 414 ", 13);
    stop(&t);
}

static void test_max_requests(void **state)
{
    (void)state;
    struct test t;
    start(&t);
    t.srv.options.max_requests = 2;
    pipe_transport_send_text(t.far, GET("/1") GET("/2") GET("/3"));
    run(&t);
    expect(&t.got, EMPTY OK "Content-Length: 0\r\n" CLOSE "\r\n", "max");
    expect(&t.log, "GET:h/1 complete GET:h/2 complete gone ", "max");
    stop(&t);
}

/* A client that does not read is not answered ahead. */
static void test_slow_reader(void **state)
{
    (void)state;
    struct test t;
    start(&t);
    pipe_transport_set_room(t.far, 1000);
    pipe_transport_send_text(t.far, GET("/big"));
    turn(&t);
    assert_true(t.deed->generate > 4500000);
    pipe_transport_set_room(t.far, 0);
    run(&t);
    assert_true(t.got.len > 5000000);
    expect(&t.log, "GET:h/big complete ", "slow");
    stop(&t);
}

static void test_pause_and_resume(void **state)
{
    (void)state;
    struct test t;
    start(&t);
    pipe_transport_send_text(t.far, "POST /pause HTTP/1.1\r\n" HOST
                                    "Content-Length: 6\r\n\r\nabc");
    run(&t);
    assert_int_equal(t.deed->body.len, 3);
    pipe_transport_send_text(t.far, "def");
    run(&t);
    assert_int_equal(t.deed->body.len, 3);
    t.deed->stream->ops->resume(t.deed->stream, EXCHANGE_SEND);
    run(&t);
    assert_int_equal(t.deed->body.len, 3);
    t.deed->stream->ops->resume(t.deed->stream, EXCHANGE_RECEIVE);
    run(&t);
    expect(&t.got, OK "Content-Length: 6\r\n\r\nabcdef", "pause");
    str_clear(&t.got);
    pipe_transport_send_text(t.far, GET("/stall"));
    run(&t);
    expect(&t.got, OK "Transfer-Encoding: chunked\r\n\r\n5\r\nggggg\r\n",
           "stall");
    str_clear(&t.got);
    t.deed->stream->ops->resume(t.deed->stream, EXCHANGE_RECEIVE);
    run(&t);
    expect(&t.got, "", "nothing was asked of the source");
    t.deed->stream->ops->resume(t.deed->stream, EXCHANGE_SEND);
    run(&t);
    expect(&t.got, "5\r\nggggg\r\n0\r\n\r\n", "resume");
    stop(&t);
}

static void test_ends(void **state)
{
    (void)state;
    struct test t;
    /* The client goes: idle, in a head, in a body, during an answer. */
    static const char *const in[] = {
        "",
        "GET / HT",
        "POST / HTTP/1.1\r\n" HOST "Content-Length: 6\r\n\r\nabc",
        GET("/later"),
    };
    for (size_t i = 0; i < 4; i++) {
        start(&t);
        pipe_transport_send_text(t.far, in[i]);
        run(&t);
        pipe_transport_shut(t.far);
        run(&t);
        if (i < 3)
            assert_null(t.peer);
        stop(&t);
    }
    /* The listener goes. */
    start(&t);
    t.peer->ops->drain(t.peer);
    run(&t);
    expect(&t.log, "gone ", "idle drain");
    stop(&t);
    start(&t);
    pipe_transport_send_text(t.far, GET("/later"));
    run(&t);
    t.peer->ops->drain(t.peer);
    run(&t);
    expect(&t.log, "GET:h/later ", "busy drain");
    t.deed->stream->ops->respond(t.deed->stream, &t.deed->response);
    run(&t);
    expect(&t.log, "GET:h/later complete gone ", "busy drain");
    stop(&t);
    start(&t);
    pipe_transport_send_text(t.far, GET("/later"));
    run(&t);
    t.peer->ops->close(t.peer);
    t.peer = NULL;
    run(&t);
    expect(&t.log, "GET:h/later cut ", "close");
    stop(&t);
}

static void test_deadlines(void **state)
{
    (void)state;
    struct test t;
    start(&t);
    t.peer->ops->close(t.peer);
    transport_close(t.far);
    t.srv.options.head_timeout = 3 * LOOP_MS;
    pipe_transport_pair(t.srv.loop, &t.near, &t.far);
    t.peer = h1_server_new(&t.srv, t.near, false, "::1");
    t.peer->on_gone = on_gone;
    pipe_transport_send_text(t.far, "GET / HTTP/1.1\r\n");
    loop_run(t.srv.loop);
    (void)pipe_transport_receive(t.far, &t.got);
    assert_memory_equal(t.got.base, "HTTP/1.1 408 ", 13);
    expect(&t.log, "gone ", "half a head");
    stop(&t);

    start(&t);
    t.srv.options.idle_timeout = 3 * LOOP_MS;
    pipe_transport_send_text(t.far, GET("/"));
    t.srv.options.head_timeout = 1;
    t.peer->ops->close(t.peer);
    transport_close(t.far);
    pipe_transport_pair(t.srv.loop, &t.near, &t.far);
    t.peer = h1_server_new(&t.srv, t.near, false, "::1");
    t.peer->on_gone = on_gone;
    loop_run(t.srv.loop);
    (void)pipe_transport_receive(t.far, &t.got);
    expect(&t.got, "", "silence");
    expect(&t.log, "gone ", "silence");
    stop(&t);
}

/* ---- with the real client ---- */

struct call {
    struct exchange ex;
    struct request request;
    struct body_bytes body;
    uint64_t received;
    int status;
    bool is_over;
    bool is_good;
};

static void on_head(struct exchange *ex, const struct response_head *head)
{
    container_of(ex, struct call, ex)->status = head->status;
}

static enum sink_flow on_body(struct exchange *ex, struct span data)
{
    container_of(ex, struct call, ex)->received += data.len;
    return SINK_MORE;
}

static void on_trailers(struct exchange *ex, const struct fields *trailers)
{
    (void)ex;
    (void)trailers;
}

static void on_done(struct exchange *ex, const struct fault *fault)
{
    struct call *c = container_of(ex, struct call, ex);
    c->is_over = true;
    c->is_good = fault == NULL;
}

static const struct exchange_sink sink = {
    .on_head = on_head,
    .on_body = on_body,
    .on_trailers = on_trailers,
    .on_done = on_done,
};

static void on_capacity(struct conn *c)
{
    (void)c;
}

static void on_returned(struct conn *c, struct exchange *ex,
                        enum conn_return how, const struct fault *why)
{
    (void)how;
    (void)c;
    (void)why;
    container_of(ex, struct call, ex)->is_over = true;
}

static void on_conn_end(struct conn *c, const struct fault *why)
{
    (void)c;
    (void)why;
}

static const struct conn_events events = {
    .on_capacity = on_capacity,
    .on_returned = on_returned,
    .on_draining = on_conn_end,
    .on_closed = on_conn_end,
};

static void call(struct test *t, struct conn *c, struct call *call,
                 const char *target, struct span body, int64_t len)
{
    *call = (struct call){
        .ex = {.request = &call->request, .sink = &sink},
        .request = {.method = body.len ? SPAN_LIT("POST") : SPAN_LIT("GET"),
                    .scheme = SPAN_LIT("http"),
                    .authority = SPAN_LIT("h"),
                    .target = span_str(target),
                    .body_len = len,
                    .expect_continue = body.len == 1000},
    };
    arena_init(&call->ex.arena);
    fields_init(&call->request.fields, &call->ex.arena);
    body_bytes_init(&call->body, body);
    if (body.len > 0)
        call->ex.body = &call->body.source;
    c->ops->submit(c, &call->ex);
    for (int i = 0; i < 100 && !call->is_over; i++)
        run(t);
    arena_fini(&call->ex.arena);
}

static void test_both_ends(void **state)
{
    (void)state;
    const size_t len = 300000;
    char *body = xalloc_zeroed(1, len);
    for (size_t piece = 0; piece <= 1000; piece += 500) {
        struct test t;
        struct conn_facts facts = {.id = 1};
        struct call c;
        start(&t);
        struct transport *a = NULL;
        struct transport *b = NULL;
        pipe_transport_pair(t.srv.loop, &a, &b);
        struct peer *peer = h1_server_new(&t.srv, a, true, "::1");
        peer->on_gone = on_gone;
        struct conn *conn = h1_new(t.srv.loop, b, &t.srv.settings, &facts);
        conn->events = &events;
        pipe_transport_set_room(a, piece);
        pipe_transport_set_room(b, piece);
        static const struct {
            const char *target;
            size_t body;
            bool is_chunked;
            uint64_t want;
        } rows[] = {
            {"/", 0, false, 0},          {"/", 300000, false, 300000},
            {"/", 300000, true, 300000}, {"/chunked", 300000, true, 300000},
            {"/big", 0, false, 5000000}, {"/", 1000, false, 1000},
            {"/204", 0, false, 0},
        };
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
            int64_t said = (int64_t)rows[i].body;
            if (rows[i].body == 0)
                said = BODY_LEN_NONE;
            if (rows[i].is_chunked)
                said = BODY_LEN_UNKNOWN;
            call(&t, conn, &c, rows[i].target, span_of(body, rows[i].body),
                 said);
            assert_true(c.is_good);
            assert_int_equal(c.received, rows[i].want);
            assert_int_equal(conn->ops->capacity(conn), 1);
        }
        conn->ops->close(conn);
        run(&t);
        stop(&t);
    }
    free(body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exchanges),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_max_requests),
        cmocka_unit_test(test_slow_reader),
        cmocka_unit_test(test_pause_and_resume),
        cmocka_unit_test(test_ends),
        cmocka_unit_test(test_deadlines),
        cmocka_unit_test(test_both_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
