/*
 * The connection against a server that is played by the test, over a pair of
 * pipes.  What happens is written down in one line: "200 <body> done", events
 * of the connection in brackets.
 */
#include "conn/h1.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/fault.h"
#include "base/xalloc.h"
#include "conn/h1_parse.h"
#include "support/pipe_transport.h"
#include "support/spin.h"

/* A body source that can do all that a source may do. */
struct source {
    struct body_source source;
    struct span bytes;
    size_t pos;
    size_t piece;    /* bytes a read */
    size_t stall_at; /* once; 0: never */
    size_t fail_at;
    unsigned rewinds;
    bool no_rewind;
};

struct
try {
    struct exchange ex;
    struct request request;
    struct source source;
    struct test *test;
    bool pause_body;
    bool cancel_in_body;
    bool close_in_done;
    bool is_over;
};

struct test {
    struct loop *loop;
    struct conn *conn;
    struct transport *near;
    struct transport *far;
    struct settings settings;
    struct conn_facts facts;
    struct str log;
    struct str sent; /* what the server got */
    struct fault fault;
    bool in_body;
    struct try tries[3];
    struct try *next; /* submitted by on_capacity */
    struct trace trace;
    struct str traced;
};

static enum io source_read(struct body_source *src, uint8_t *buf, size_t cap,
                           size_t *n)
{
    struct source *s = container_of(src, struct source, source);
    *n = 0;
    if (s->stall_at && s->pos >= s->stall_at) {
        s->stall_at = 0;
        return IO_AGAIN;
    }
    if (s->fail_at && s->pos >= s->fail_at)
        return fault_set(&s->source.fault, ERR_READ, 0, "disk on fire");
    size_t left = s->bytes.len - s->pos;
    if (left == 0)
        return IO_EOF;
    *n = left < cap ? left : cap;
    if (s->piece && *n > s->piece)
        *n = s->piece;
    memcpy(buf, s->bytes.base + s->pos, *n);
    s->pos += *n;
    return IO_OK;
}

static bool source_rewind(struct body_source *src)
{
    struct source *s = container_of(src, struct source, source);
    s->rewinds++;
    s->pos = 0;
    return !s->no_rewind;
}

static void say(struct test *t, const char *what)
{
    if (t->in_body)
        str_add_text(&t->log, "> ");
    t->in_body = false;
    str_add_text(&t->log, what);
    str_add_char(&t->log, ' ');
}

static struct try *try_of(struct exchange *ex)
{
    return container_of(ex, struct try, ex);
}

static void on_head(struct exchange *ex, const struct response_head *head)
{
    char status[16];
    (void)snprintf(status, sizeof status, "%d", head->status);
    assert_non_null(ex->facts);
    say(try_of(ex)->test, status);
}

static enum sink_flow on_body(struct exchange *ex, struct span data)
{
    struct try *y = try_of(ex);
    struct test *t = y->test;
    if (!t->in_body)
        str_add_char(&t->log, '<');
    t->in_body = true;
    str_add(&t->log, data);
    if (y->cancel_in_body) {
        say(t, "cancel");
        y->is_over = true;
        t->conn->ops->cancel(t->conn, ex);
    }
    if (!y->pause_body)
        return SINK_MORE;
    say(t, "pause");
    return SINK_PAUSE;
}

static void on_trailers(struct exchange *ex, const struct fields *trailers)
{
    char text[32];
    (void)snprintf(text, sizeof text, "{%zu}", trailers->len);
    say(try_of(ex)->test, text);
}

static void on_done(struct exchange *ex, const struct fault *fault)
{
    struct try *y = try_of(ex);
    struct test *t = y->test;
    assert_false(y->is_over);
    assert_int_equal(ex->state, EXCHANGE_DONE);
    assert_null(ex->conn);
    y->is_over = true;
    say(t, fault ? err_name(fault->code) : "done");
    if (fault) {
        t->fault = *fault;
        assert_int_not_equal(fault->code, ERR_NONE);
        assert_true(fault->detail[0] != '\0');
    }
    if (y->close_in_done) {
        t->conn->ops->close(t->conn);
        t->conn = NULL;
    }
}

static const struct exchange_sink sink = {
    .on_head = on_head,
    .on_body = on_body,
    .on_trailers = on_trailers,
    .on_done = on_done,
};

static void on_capacity(struct conn *c)
{
    struct test *t = c->owner;
    say(t, "[room]");
    assert_int_equal(c->ops->capacity(c), 1);
    assert_int_equal(c->active, 0);
    if (t->next) {
        struct try *y = t->next;
        t->next = NULL;
        c->ops->submit(c, &y->ex);
    }
}

static void on_returned(struct conn *c, struct exchange *ex,
                        enum conn_return how, const struct fault *why)
{
    (void)how;
    struct try *y = try_of(ex);
    (void)why;
    assert_false(y->is_over);
    y->is_over = true;
    say(c->owner, "[returned]");
}

static void on_draining(struct conn *c, const struct fault *why)
{
    (void)why;
    assert_int_equal(c->ops->capacity(c), 0);
    say(c->owner, "[draining]");
}

static void on_closed(struct conn *c, const struct fault *why)
{
    struct test *t = c->owner;
    assert_non_null(why);
    say(t, "[closed]");
    t->conn = NULL;
}

static const struct conn_events events = {
    .on_capacity = on_capacity,
    .on_returned = on_returned,
    .on_draining = on_draining,
    .on_closed = on_closed,
};

static void on_trace(struct trace *trace, const struct trace_event *event)
{
    struct test *t = container_of(trace, struct test, trace);
    str_printf(&t->traced, "%d:", (int)event->kind);
    str_add(&t->traced, event->text);
}

static void start(struct test *t)
{
    *t = (struct test){.loop = loop_new()};
    settings_defaults(&t->settings);
    str_init(&t->log);
    str_init(&t->sent);
    str_init(&t->traced);
    t->trace.wants_notes = true;
    t->trace.on_event = on_trace;
    pipe_transport_pair(t->loop, &t->near, &t->far);
    t->conn = h1_new(t->loop, t->near, &t->settings, &t->facts);
    t->conn->events = &events;
    t->conn->owner = t;
    for (size_t i = 0; i < 3; i++) {
        struct try *y = &t->tries[i];
        y->test = t;
        y->ex.request = &y->request;
        y->ex.sink = &sink;
        arena_init(&y->ex.arena);
        list_init(&y->ex.link);
        y->request = (struct request){
            .method = SPAN_LIT("GET"),
            .scheme = SPAN_LIT("http"),
            .authority = SPAN_LIT("h.example"),
            .target = SPAN_LIT("/"),
            .body_len = BODY_LEN_NONE,
        };
        fields_init(&y->request.fields, &y->ex.arena);
    }
}

static void stop(struct test *t)
{
    if (t->conn)
        t->conn->ops->close(t->conn);
    transport_close(t->far);
    loop_run(t->loop);
    for (size_t i = 0; i < 3; i++)
        arena_fini(&t->tries[i].ex.arena);
    str_fini(&t->log);
    str_fini(&t->sent);
    str_fini(&t->traced);
    loop_free(t->loop);
}

static void set_body(struct try *y, const char *method, struct span bytes,
                     int64_t len)
{
    y->request.method = span_str(method);
    y->request.body_len = len;
    y->source = (struct source){
        .source = {.read = source_read, .rewind = source_rewind},
        .bytes = bytes,
    };
    y->ex.body = &y->source.source;
}

static void submit(struct test *t, size_t i)
{
    t->conn->ops->submit(t->conn, &t->tries[i].ex);
}

/* Until nothing moves; the server reads what came. */
static void run(struct test *t)
{
    loop_run(t->loop);
    (void)pipe_transport_receive(t->far, &t->sent);
    loop_run(t->loop);
}

static void reply(struct test *t, const char *text)
{
    pipe_transport_send_text(t->far, text);
    run(t);
}

static void expect_log(struct test *t, const char *want, const char *what)
{
    if (t->in_body)
        say(t, "");
    if (strcmp(str_text(&t->log), want) != 0)
        fail_msg("%s:\n got  %s\n want %s\n (%s)", what, str_text(&t->log),
                 want, t->fault.detail);
    str_clear(&t->log);
}

#define OK      "HTTP/1.1 200 OK\r\n"
#define EMPTY   OK "Content-Length: 0\r\n\r\n"
#define HELLO   OK "Content-Length: 5\r\n\r\nhello"
#define CHUNKED OK "Transfer-Encoding: chunked\r\n\r\n"

enum ending {
    STAY,
    SHUT,
    CUT,
};

/* One GET, one reply, one end. */
static void test_replies(void **state)
{
    (void)state;
    static const struct {
        const char *id;
        const char *method;
        const char *wire;
        enum ending ending;
        const char *want;
    } rows[] = {
        {"plain", "GET", HELLO, STAY, "200 <hello> done [room] "},
        {"then close", "GET", HELLO, SHUT, "200 <hello> done [room] [closed] "},
        {"close-delimited", "GET", OK "\r\nhello", SHUT,
         "[draining] 200 <hello> done [closed] "},
        {"Connection: close", "GET",
         OK "Connection: close\r\nContent-Length: 5\r\n\r\nhello", STAY,
         "[draining] 200 <hello> done [closed] "},
        {"HTTP/1.0", "GET", "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na",
         STAY, "[draining] 200 <a> done [closed] "},
        {"trailers", "GET", CHUNKED "2\r\nok\r\n0\r\nX: y\r\n\r\n", STAY,
         "200 <ok> {1} done [room] "},
        {"interim", "GET", "HTTP/1.1 103 Hints\r\nLink: x\r\n\r\n" EMPTY, STAY,
         "103 200 done [room] "},
        {"H1-1", "GET", OK "Content-Length: 6\r\n\r\nhello", SHUT,
         "200 <hello> partial [closed] "},
        {"H1-1 RST", "GET", OK "Content-Length: 6\r\n\r\nhello", CUT,
         "200 <hello> receive [closed] "},
        {"H1-2", "GET", CHUNKED "5\r\nhello\r\n0\r\n", SHUT,
         "200 <hello> partial [closed] "},
        {"H1-3", "GET", OK "\r\nhello", CUT,
         "[draining] 200 <hello> receive [closed] "},
        {"H1-4", "GET", OK "Content-Le", SHUT, "partial [closed] "},
        {"H1-7", "GET",
         OK "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
         STAY, "weird_reply [closed] "},
        {"H1-13", "GET", "SSH-2.0-x\r\n", STAY, "not_http [closed] "},
        {"H1-14", "GET", "HTTP/1.1 101 No\r\nUpgrade: x\r\n\r\n", STAY,
         "weird_reply [closed] "},
        {"H1-15", "GET", "HTTP/1.1 100 Continue\r\n\r\n", SHUT,
         "100 empty_reply [closed] "},
        {"52", "GET", "", SHUT, "empty_reply [closed] "},
        {"RST at once", "GET", "", CUT, "receive [closed] "},
        {"H1-18", "GET", HELLO "POISON", STAY, "200 <hello> done [closed] "},
        {"H1-18", "GET", CHUNKED "0\r\n\r\nPOISON", STAY, "200 done [closed] "},
        {"H1-18 two answers", "GET", HELLO HELLO, STAY,
         "200 <hello> done [closed] "},
        {"H1-22", "HEAD", OK "Content-Length: 5\r\n\r\n", STAY,
         "200 done [room] "},
        {"H1-22", "GET", "HTTP/1.1 204 No\r\n\r\n", STAY, "204 done [room] "},
        {"H1-22", "GET", "HTTP/1.1 304 No\r\nContent-Length: 5\r\n\r\n", STAY,
         "304 done [room] "},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (size_t piece = 0; piece < 2; piece++) {
            struct test t;
            start(&t);
            t.tries[0].request.method = span_str(rows[i].method);
            /* Bytes after the end arrive after the answer in pieces. */
            if (piece && strncmp(rows[i].id, "H1-18", 5) == 0) {
                stop(&t);
                continue;
            }
            pipe_transport_set_piece(t.near, piece);
            submit(&t, 0);
            run(&t);
            pipe_transport_send_text(t.far, rows[i].wire);
            if (rows[i].ending == SHUT)
                pipe_transport_shut(t.far);
            run(&t);
            if (rows[i].ending == CUT)
                pipe_transport_cut(t.far);
            run(&t);
            assert_true(t.tries[0].is_over);
            expect_log(&t, rows[i].want, rows[i].id);
            stop(&t);
        }
    }
}

static void expect_sent(struct test *t, const char *want, const char *what)
{
    (void)pipe_transport_receive(t->far, &t->sent);
    if (strcmp(str_text(&t->sent), want) != 0)
        fail_msg("%s:\n got  %s\n want %s", what, str_text(&t->sent), want);
    str_clear(&t->sent);
}

static void test_requests_on_the_wire(void **state)
{
    (void)state;
    static const struct {
        const char *method;
        const char *body; /* NULL: none */
        int64_t body_len;
        const char *name;
        const char *value;
        enum settings_http http;
        const char *want;
    } rows[] = {
        {"GET", NULL, BODY_LEN_NONE, "X-A", "b", SETTINGS_HTTP_AUTO,
         "GET / HTTP/1.1\r\nHost: h.example\r\nX-A: b\r\n\r\n"},
        {"GET", NULL, BODY_LEN_NONE, "X-A", "b", SETTINGS_HTTP_1_0,
         "GET / HTTP/1.0\r\nHost: h.example\r\nX-A: b\r\n\r\n"},
        {"POST", "abc", 3, "X-A", "", SETTINGS_HTTP_AUTO,
         "POST / HTTP/1.1\r\nHost: h.example\r\nX-A:\r\n"
         "Content-Length: 3\r\n\r\nabc"},
        {"POST", "abc", 3, "Content-Length", "3", SETTINGS_HTTP_AUTO,
         "POST / HTTP/1.1\r\nHost: h.example\r\nContent-Length: 3\r\n\r\nabc"},
        {"POST", "", 0, "X-A", "b", SETTINGS_HTTP_AUTO,
         "POST / HTTP/1.1\r\nHost: h.example\r\nX-A: b\r\n"
         "Content-Length: 0\r\n\r\n"},
        {"POST", NULL, BODY_LEN_NONE, "X-A", "b", SETTINGS_HTTP_AUTO,
         "POST / HTTP/1.1\r\nHost: h.example\r\nX-A: b\r\n"
         "Content-Length: 0\r\n\r\n"},
        {"PUT", "abcdefghijklm", BODY_LEN_UNKNOWN, "X-A", "b",
         SETTINGS_HTTP_AUTO,
         "PUT / HTTP/1.1\r\nHost: h.example\r\nX-A: b\r\n"
         "Transfer-Encoding: chunked\r\n\r\nd\r\nabcdefghijklm\r\n0\r\n\r\n"},
        {"PUT", "", BODY_LEN_UNKNOWN, "X-A", "b", SETTINGS_HTTP_AUTO,
         "PUT / HTTP/1.1\r\nHost: h.example\r\nX-A: b\r\n"
         "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        {"PUT", "abc", 3, "Transfer-Encoding", "chunked", SETTINGS_HTTP_AUTO,
         "PUT / HTTP/1.1\r\nHost: h.example\r\n"
         "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct test t;
        start(&t);
        struct try *y = &t.tries[0];
        t.settings.http = rows[i].http;
        y->request.method = span_str(rows[i].method);
        if (rows[i].body)
            set_body(y, rows[i].method, span_str(rows[i].body),
                     rows[i].body_len);
        fields_add(&y->request.fields, span_str(rows[i].name),
                   span_str(rows[i].value));
        submit(&t, 0);
        assert_int_equal(t.conn->ops->capacity(t.conn), 0);
        run(&t);
        expect_sent(&t, rows[i].want, rows[i].method);
        reply(&t, EMPTY);
        expect_log(&t, "200 done [room] ", rows[i].method);
        assert_int_equal(y->ex.bytes_body_sent,
                         rows[i].body ? strlen(rows[i].body) : 0);
        assert_true(y->ex.sent_at >= y->ex.submitted_at);
        assert_true(y->ex.first_byte_at >= y->ex.sent_at);
        assert_int_equal(y->ex.bytes_head_received, sizeof EMPTY - 1);
        stop(&t);
    }
}

static void test_unknown_length_needs_1_1(void **state)
{
    (void)state;
    struct test t;
    start(&t);
    t.settings.http = SETTINGS_HTTP_1_0;
    set_body(&t.tries[0], "POST", SPAN_LIT("abc"), BODY_LEN_UNKNOWN);
    submit(&t, 0);
    expect_log(&t, "", "no call back");
    run(&t);
    expect_log(&t, "usage [room] ", "1.0");
    expect_sent(&t, "", "nothing");
    stop(&t);
}

/* A body of any size, a slow reader, odd pieces: what arrives is the body. */
static void test_large_uploads(void **state)
{
    (void)state;
    const size_t len = 1000003;
    char *body = xalloc_bytes(len);
    for (size_t i = 0; i < len; i++)
        body[i] = (char)('a' + i % 23);
    static const struct {
        bool is_chunked;
        size_t source_piece;
        size_t room;
        size_t stall_at;
    } rows[] = {
        {false, 0, 0, 0},   {true, 0, 0, 0},       {false, 0, 1000, 0},
        {true, 0, 1000, 0}, {true, 4097, 4096, 0}, {true, 70000, 0, 300000},
        {true, 999, 0, 0},  {false, 0, 0, 500000}, {true, 15, 0, 400},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct test t;
        start(&t);
        struct try *y = &t.tries[0];
        size_t n = rows[i].source_piece == 15 ? 5000 : len;
        set_body(y, "POST", span_of(body, n),
                 rows[i].is_chunked ? BODY_LEN_UNKNOWN : (int64_t)n);
        y->source.piece = rows[i].source_piece;
        y->source.stall_at = rows[i].stall_at;
        pipe_transport_set_room(t.far, rows[i].room);
        submit(&t, 0);
        for (int turn = 0; turn < 2000 && y->ex.sent_at == 0; turn++) {
            run(&t);
            if (y->source.stall_at == 0 && rows[i].stall_at)
                t.conn->ops->resume(t.conn, &y->ex, EXCHANGE_SEND);
        }
        struct h1_parse *parse = XALLOC_NEW(struct h1_parse);
        struct arena arena;
        struct str got;
        arena_init(&arena);
        str_init(&got);
        (void)pipe_transport_receive(t.far, &t.sent);
        struct span input = str_span(&t.sent);
        struct span piece;
        h1_parse_init(parse, H1_PARSE_REQUESTS, &t.settings.limits);
        h1_parse_begin(parse, &arena, SPAN_LIT(""), false);
        assert_int_equal(h1_parse_next(parse, &input, &piece), H1_PARSE_HEAD);
        enum h1_parse_event event = H1_PARSE_BODY;
        while ((event = h1_parse_next(parse, &input, &piece)) == H1_PARSE_BODY)
            str_add(&got, piece);
        assert_int_equal(event, H1_PARSE_DONE);
        assert_int_equal(input.len, 0);
        assert_int_equal(got.len, n);
        assert_memory_equal(got.base, body, n);
        assert_int_equal(y->ex.bytes_body_sent, n);
        reply(&t, EMPTY);
        expect_log(&t, "200 done [room] ", "large");
        str_fini(&got);
        h1_parse_fini(parse);
        arena_fini(&arena);
        free(parse);
        stop(&t);
    }
    free(body);
}

/* The queue stays small, whatever the body. */
static void test_upload_waits_for_the_peer(void **state)
{
    (void)state;
    struct test t;
    start(&t);
    const size_t len = 4000000;
    char *body = xalloc_zeroed(1, len);
    set_body(&t.tries[0], "POST", span_of(body, len), (int64_t)len);
    pipe_transport_set_room(t.far, 1000);
    submit(&t, 0);
    loop_run(t.loop);
    assert_true(t.tries[0].source.pos <= 200000);
    assert_true(t.tries[0].source.pos > 0);
    stop(&t);
    free(body);
}

/* P-11: what a failing source leaves must not look complete. */
static void test_bad_sources(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        int64_t len;
        size_t fail_at;
        const char *want;
    } rows[] = {
        {"fails, chunked", BODY_LEN_UNKNOWN, 10, "read [closed] "},
        {"fails, length", 26, 10, "read [closed] "},
        {"short", 30, 0, "read [closed] "},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct test t;
        start(&t);
        struct try *y = &t.tries[0];
        set_body(y, "POST", SPAN_LIT("abcdefghijklmnopqrstuvwxyz"),
                 rows[i].len);
        y->source.piece = 10;
        y->source.fail_at = rows[i].fail_at;
        submit(&t, 0);
        run(&t);
        expect_log(&t, rows[i].want, rows[i].what);
        (void)pipe_transport_receive(t.far, &t.sent);
        assert_null(strstr(str_text(&t.sent), "0\r\n\r\n"));
        assert_true(pipe_transport_is_shut(t.far));
        stop(&t);
    }
}

static void test_body_longer_than_said(void **state)
{
    (void)state;
    struct test t;
    start(&t);
    set_body(&t.tries[0], "POST", SPAN_LIT("abcdef"), 3);
    submit(&t, 0);
    run(&t);
    assert_non_null(strstr(str_text(&t.sent), "\r\n\r\nabc"));
    assert_null(strstr(str_text(&t.sent), "abcd"));
    stop(&t);
}

static void start_expecting(struct test *t, uint64_t wait)
{
    start(t);
    t->settings.timeouts.expect_100 = wait;
    set_body(&t->tries[0], "POST", SPAN_LIT("abc"), 3);
    t->tries[0].request.expect_continue = true;
    submit(t, 0);
}

#define POST_HEAD                                                              \
    "POST / HTTP/1.1\r\nHost: h.example\r\nContent-Length: 3\r\n"              \
    "Expect: 100-continue\r\n\r\n"

/* The timer of Expect would hold loop_run(): so many turns instead. */
static void run_turns(struct test *t)
{
    spin_turns(t->loop, 50);
    (void)pipe_transport_receive(t->far, &t->sent);
}

/* H1-24 */
static void test_expect_continue(void **state)
{
    (void)state;
    struct test t;
    start_expecting(&t, 3600 * LOOP_S);
    run_turns(&t);
    expect_sent(&t, POST_HEAD, "head only");
    pipe_transport_send_text(t.far, "HTTP/1.1 100 Continue\r\n\r\n");
    run(&t);
    expect_sent(&t, "abc", "body after 100");
    reply(&t, EMPTY);
    expect_log(&t, "100 200 done [room] ", "100");
    stop(&t);

    start_expecting(&t, 2 * LOOP_MS);
    run(&t);
    expect_sent(&t, POST_HEAD "abc", "body after the wait");
    reply(&t, EMPTY);
    expect_log(&t, "200 done [room] ", "wait");
    stop(&t);

    start_expecting(&t, 3600 * LOOP_S);
    run_turns(&t);
    pipe_transport_send_text(t.far,
                             "HTTP/1.1 417 No\r\nContent-Length: 0\r\n\r\n");
    run(&t);
    expect_sent(&t, POST_HEAD, "no body after 417");
    expect_log(&t, "417 done [closed] ", "417");
    stop(&t);

    start_expecting(&t, 3600 * LOOP_S);
    run_turns(&t);
    pipe_transport_send_text(t.far, EMPTY);
    run(&t);
    expect_sent(&t, POST_HEAD, "no body after an early 200");
    expect_log(&t, "200 done [closed] ", "200");
    stop(&t);
}

/* H1-19 */
static void test_early_answer(void **state)
{
    (void)state;
    struct test t;
    start(&t);
    char *body = xalloc_zeroed(1, 1000000);
    set_body(&t.tries[0], "POST", span_of(body, 1000000), 1000000);
    pipe_transport_set_room(t.far, 1000);
    submit(&t, 0);
    loop_run(t.loop);
    size_t before = t.tries[0].source.pos;
    pipe_transport_send_text(
        t.far, "HTTP/1.1 413 Big\r\nContent-Length: 3\r\n\r\nbig");
    loop_run(t.loop);
    expect_log(&t, "413 <big> done [closed] ", "413");
    assert_int_equal(t.tries[0].source.pos, before);
    stop(&t);

    /* A success that is complete before the request is. */
    start(&t);
    set_body(&t.tries[0], "POST", span_of(body, 1000000), 1000000);
    pipe_transport_set_room(t.far, 1000);
    submit(&t, 0);
    loop_run(t.loop);
    pipe_transport_send_text(t.far, HELLO);
    loop_run(t.loop);
    expect_log(&t, "200 <hello> done [closed] ", "200");
    stop(&t);

    /* An echo: the answer begins early and goes on with the request. */
    start(&t);
    set_body(&t.tries[0], "POST", span_of(body, 1000000), 1000000);
    pipe_transport_set_room(t.far, 1000);
    submit(&t, 0);
    loop_run(t.loop);
    pipe_transport_send_text(t.far, OK "Content-Length: 4\r\n\r\nec");
    for (int i = 0; i < 2000 && t.tries[0].ex.sent_at == 0; i++)
        run(&t);
    assert_int_equal(t.tries[0].source.pos, 1000000);
    reply(&t, "ho");
    expect_log(&t, "200 <echo> done [room] ", "echo");
    stop(&t);
    free(body);
}

/* The write fails, but the server has said why before. */
static void test_answer_after_failed_write(void **state)
{
    (void)state;
    struct test t;
    char *body = xalloc_zeroed(1, 1000000);
    start(&t);
    set_body(&t.tries[0], "POST", span_of(body, 1000000), 1000000);
    pipe_transport_set_room(t.far, 1000);
    submit(&t, 0);
    loop_run(t.loop);
    pipe_transport_send_text(t.far,
                             "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    transport_close(t.far);
    loop_run(t.loop);
    expect_log(&t, "200 <ok> done [closed] ", "answer");
    pipe_transport_pair(t.loop, &t.near, &t.far); /* for stop() */
    transport_close(t.near);
    stop(&t);

    start(&t);
    set_body(&t.tries[0], "POST", span_of(body, 1000000), 1000000);
    pipe_transport_set_room(t.far, 1000);
    submit(&t, 0);
    loop_run(t.loop);
    transport_close(t.far);
    loop_run(t.loop);
    assert_true(t.fault.code == ERR_SEND || t.fault.code == ERR_EMPTY_REPLY);
    pipe_transport_pair(t.loop, &t.near, &t.far);
    transport_close(t.near);
    stop(&t);
    free(body);
}

static void test_reuse(void **state)
{
    (void)state;
    struct test t;
    start(&t);
    submit(&t, 0);
    assert_true(t.tries[0].ex.is_first);
    run(&t);
    t.next = &t.tries[1];
    reply(&t, HELLO);
    assert_false(t.tries[1].ex.is_first);
    reply(&t, CHUNKED "1\r\na\r\n0\r\n\r\n");
    submit(&t, 2);
    run(&t);
    reply(&t, EMPTY);
    expect_log(&t,
               "200 <hello> done [room] 200 <a> done [room] 200 done [room] ",
               "reuse");
    t.conn->ops->drain(t.conn);
    run(&t);
    expect_log(&t, "[closed] ", "drain");
    stop(&t);
}

static void test_keep_alive_hint(void **state)
{
    (void)state;
    const struct {
        const char *fields;
        uint64_t seconds;
    } cases[] = {
        {"", 0},
        {"Keep-Alive: timeout=5, max=100\r\n", 5},
        {"keep-alive: max=100,Timeout=75\r\n", 75},
        {"Keep-Alive: max=100\r\nX: y\r\nKeep-Alive: timeout=5\r\n", 5},
        {"Keep-Alive: max=100; timeout=5\r\n", 5},
        {"Keep-Alive: x=\"timeout=9, y\", timeout=5\r\n", 5},
        {"Keep-Alive: no-timeout=9\r\n", 0},
        {"Keep-Alive: max=100\r\n", 0},
        {"Keep-Alive: timeout=\r\n", 0},
        {"Keep-Alive: timeout=99999999999999999999999\r\n", 24 * 3600},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct test t;
        char text[200];
        start(&t);
        submit(&t, 0);
        run(&t);
        (void)snprintf(text, sizeof text,
                       "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n%s\r\n",
                       cases[i].fields);
        reply(&t, text);
        assert_int_equal(t.conn->keep_alive, cases[i].seconds * LOOP_S);
        assert_int_equal(t.conn->limit, 1);
        stop(&t);
    }
}

/* H1-20, H1-18: what an idle connection may see. */
static void test_idle(void **state)
{
    (void)state;
    for (int how = 0; how < 3; how++) {
        struct test t;
        start(&t);
        submit(&t, 0);
        run(&t);
        reply(&t, EMPTY);
        expect_log(&t, "200 done [room] ", "idle");
        if (how == 0)
            pipe_transport_shut(t.far);
        else if (how == 1)
            pipe_transport_cut(t.far);
        else
            pipe_transport_send_text(t.far, HELLO);
        run(&t);
        expect_log(&t, "[closed] ", "idle");
        stop(&t);
    }
}

/* H1-20: the close is there before the first byte goes out: any method goes
 * back; once it went out, it does not. */
static void test_close_meets_request(void **state)
{
    (void)state;
    for (int how = 0; how < 3; how++) {
        struct test t;
        start(&t);
        submit(&t, 0);
        run(&t);
        reply(&t, EMPTY);
        expect_log(&t, "200 done [room] ", "idle");
        str_clear(&t.sent);
        set_body(&t.tries[1], "POST", SPAN_LIT("abc"), 3);
        submit(&t, 1);
        if (how == 0)
            pipe_transport_shut(t.far);
        else if (how == 1)
            pipe_transport_cut(t.far);
        else
            pipe_transport_send_text(t.far, HELLO);
        run(&t);
        expect_log(&t, "[returned] [closed] ", "returned");
        expect_sent(&t, "", "nothing");
        stop(&t);
    }
    struct test t;
    start(&t);
    submit(&t, 0);
    run(&t);
    reply(&t, EMPTY);
    set_body(&t.tries[1], "POST", SPAN_LIT("abc"), 3);
    submit(&t, 1);
    run(&t);
    pipe_transport_shut(t.far);
    run(&t);
    expect_log(&t, "200 done [room] empty_reply [closed] ", "not returned");
    stop(&t);
}

/* A body that was read but not sent: back only if it can be read again. */
static void test_first_write_fails(void **state)
{
    (void)state;
    for (int no_rewind = 0; no_rewind < 2; no_rewind++) {
        struct test t;
        start(&t);
        struct try *y = &t.tries[0];
        set_body(y, "POST", SPAN_LIT("abc"), 3);
        y->source.no_rewind = no_rewind;
        /* No room for a single byte. */
        struct span byte = SPAN_LIT("x");
        size_t n = 0;
        pipe_transport_set_room(t.far, 1);
        assert_int_equal(transport_write(t.near, &byte, 1, &n), IO_OK);
        submit(&t, 0);
        loop_run(t.loop);
        assert_int_equal(y->source.pos, 3);
        pipe_transport_cut(t.far);
        loop_run(t.loop);
        assert_int_equal(y->source.rewinds, 1);
        expect_log(&t, no_rewind ? "receive [closed] " : "[returned] [closed] ",
                   "cut");
        stop(&t);
    }
}

static void test_pause(void **state)
{
    (void)state;
    struct test t;
    start(&t);
    struct try *y = &t.tries[0];
    y->pause_body = true;
    submit(&t, 0);
    run(&t);
    reply(&t, CHUNKED "1\r\na\r\n1\r\nb\r\n0\r\nX: y\r\n\r\n");
    expect_log(&t, "200 <a> pause ", "first");
    unsigned calls = pipe_transport_calls(t.near);
    pipe_transport_send_text(t.far, "POISON");
    run(&t);
    assert_int_equal(pipe_transport_calls(t.near), calls);
    t.conn->ops->resume(t.conn, &y->ex, EXCHANGE_RECEIVE);
    expect_log(&t, "", "no call back");
    run(&t);
    expect_log(&t, "<b> pause ", "second");
    t.conn->ops->resume(t.conn, &y->ex, EXCHANGE_RECEIVE);
    run(&t);
    expect_log(&t, "{1} done [room] [closed] ", "end, then poison");
    stop(&t);

    /* Paused at the very end. */
    start(&t);
    y = &t.tries[0];
    y->pause_body = true;
    submit(&t, 0);
    run(&t);
    reply(&t, HELLO);
    expect_log(&t, "200 <hello> pause ", "end");
    t.conn->ops->resume(t.conn, &y->ex, EXCHANGE_RECEIVE);
    run(&t);
    expect_log(&t, "done [room] ", "end");
    stop(&t);

    /* Poison that was read together with the answer. */
    start(&t);
    y = &t.tries[0];
    y->pause_body = true;
    submit(&t, 0);
    run(&t);
    reply(&t, HELLO "POISON");
    t.conn->ops->resume(t.conn, &y->ex, EXCHANGE_RECEIVE);
    run(&t);
    expect_log(&t, "200 <hello> pause done [closed] ", "poison");
    stop(&t);
}

/* An upload that has bytes again does not end the pause of the download, nor
 * the other way round. */
static void test_each_direction_is_resumed_on_its_own(void **state)
{
    (void)state;
    struct test t;
    start(&t);
    struct try *y = &t.tries[0];
    set_body(y, "POST", SPAN_LIT("aaaabbbbcccc"), BODY_LEN_UNKNOWN);
    y->source.piece = 4;
    y->source.stall_at = 4;
    y->pause_body = true;
    submit(&t, 0);
    run(&t);
    reply(&t, CHUNKED "1\r\n1\r\n1\r\n2\r\n");
    expect_log(&t, "200 <1> pause ", "first");
    assert_int_equal(y->source.pos, 4);

    y->source.stall_at = 8;
    t.conn->ops->resume(t.conn, &y->ex, EXCHANGE_SEND);
    run(&t);
    assert_int_equal(y->source.pos, 8);
    expect_log(&t, "", "the upload had bytes");
    /* What is not taken stays the kernel's. */
    unsigned calls = pipe_transport_calls(t.near);
    reply(&t, "1\r\n3\r\n");
    assert_int_equal(pipe_transport_calls(t.near), calls);
    expect_log(&t, "", "more came");

    /* What was read before goes first, whatever comes before the turn. */
    t.conn->ops->resume(t.conn, &y->ex, EXCHANGE_RECEIVE);
    t.near->events->on_ready(t.near, LOOP_READ);
    run(&t);
    expect_log(&t, "<2> pause ", "the reader took one");
    assert_int_equal(y->source.pos, 8);

    y->pause_body = false;
    t.conn->ops->resume(t.conn, &y->ex, EXCHANGE_SEND | EXCHANGE_RECEIVE);
    run(&t);
    assert_int_equal(y->source.pos, 12);
    reply(&t, "0\r\n\r\n");
    expect_log(&t, "<3> done [room] ", "both");
    stop(&t);
}

static void test_large_download(void **state)
{
    (void)state;
    struct test t;
    start(&t);
    const size_t len = 3000000;
    char *body = xalloc_bytes(len);
    for (size_t i = 0; i < len; i++)
        body[i] = (char)('a' + i % 25);
    submit(&t, 0);
    run(&t);
    pipe_transport_send_text(t.far, OK "Content-Length: 3000000\r\n\r\n");
    pipe_transport_send(t.far, span_of(body, len));
    run(&t);
    assert_true(t.tries[0].is_over);
    assert_int_equal(t.tries[0].ex.bytes_body_received, len);
    assert_memory_equal(strchr(str_text(&t.log), '<') + 1, body, len);
    free(body);
    stop(&t);
}

static void test_cancel(void **state)
{
    (void)state;
    struct test t;
    /* Before a byte went out: nothing happened. */
    start(&t);
    submit(&t, 0);
    t.conn->ops->cancel(t.conn, &t.tries[0].ex);
    run(&t);
    expect_sent(&t, "", "nothing");
    expect_log(&t, "[room] ", "untouched");
    submit(&t, 1);
    run(&t);
    /* After: the connection is of no use. */
    t.conn->ops->cancel(t.conn, &t.tries[1].ex);
    assert_int_equal(t.conn->ops->capacity(t.conn), 0);
    expect_log(&t, "", "no call back");
    run(&t);
    expect_log(&t, "[closed] ", "sent");
    stop(&t);

    start(&t);
    t.tries[0].cancel_in_body = true;
    submit(&t, 0);
    run(&t);
    reply(&t, HELLO);
    expect_log(&t, "200 <hello> cancel [closed] ", "in on_body");
    stop(&t);
}

static void test_drain_and_close(void **state)
{
    (void)state;
    struct test t;
    start(&t);
    submit(&t, 0);
    run(&t);
    t.conn->ops->drain(t.conn);
    t.conn->ops->drain(t.conn);
    run(&t);
    expect_log(&t, "", "still busy");
    reply(&t, EMPTY);
    expect_log(&t, "200 done [closed] ", "drained");
    stop(&t);

    start(&t);
    t.tries[0].close_in_done = true;
    submit(&t, 0);
    run(&t);
    reply(&t, EMPTY);
    expect_log(&t, "200 done ", "closed in on_done");
    stop(&t);

    start(&t);
    submit(&t, 0);
    run(&t);
    t.conn->ops->close(t.conn);
    t.conn->ops->close(t.conn);
    t.conn = NULL;
    run(&t);
    expect_log(&t, "", "closed");
    stop(&t);

    /* The user's own Connection: close. */
    start(&t);
    fields_add(&t.tries[0].request.fields, SPAN_LIT("Connection"),
               SPAN_LIT("close"));
    submit(&t, 0);
    run(&t);
    reply(&t, EMPTY);
    expect_log(&t, "200 done [closed] ", "asked for");
    stop(&t);
}

static void test_tunnels(void **state)
{
    (void)state;
    struct test t;
    start(&t);
    set_body(&t.tries[0], "CONNECT", SPAN_LIT("client hello"),
             BODY_LEN_UNKNOWN);
    t.tries[0].request.target = SPAN_LIT("o.example:443");
    submit(&t, 0);
    run(&t);
    expect_sent(&t, "CONNECT o.example:443 HTTP/1.1\r\nHost: h.example\r\n\r\n",
                "CONNECT");
    reply(&t, OK "Content-Length: 3\r\n\r\nserver");
    expect_sent(&t, "client hello", "raw");
    assert_true(pipe_transport_is_shut(t.far)); /* our end is told */
    reply(&t, " hello");
    pipe_transport_shut(t.far);
    run(&t);
    expect_log(&t, "[draining] 200 <server hello> done [closed] ", "CONNECT");
    stop(&t);

    start(&t);
    set_body(&t.tries[0], "CONNECT", SPAN_LIT("client hello"),
             BODY_LEN_UNKNOWN);
    submit(&t, 0);
    run(&t);
    str_clear(&t.sent);
    reply(&t, "HTTP/1.1 407 No\r\nContent-Length: 2\r\n\r\nno");
    expect_sent(&t, "", "nothing after a refusal");
    expect_log(&t, "407 <no> done [room] ", "refused");
    stop(&t);

    start(&t);
    fields_add(&t.tries[0].request.fields, SPAN_LIT("Connection"),
               SPAN_LIT("Upgrade"));
    submit(&t, 0);
    run(&t);
    reply(&t, "HTTP/1.1 101 Go\r\nConnection: upgrade\r\n\r\nraw");
    pipe_transport_shut(t.far);
    run(&t);
    expect_log(&t, "[draining] 101 <raw> done [closed] ", "upgrade");
    stop(&t);
}

static void test_trace(void **state)
{
    (void)state;
    struct test t;
    char want[400];
    start(&t);
    loop_set_trace(t.loop, &t.trace);
    submit(&t, 0);
    run(&t);
    reply(&t, "HTTP/1.1 103 Hints\r\nA:  b\r\n\r\n" CHUNKED
              "1\r\na\r\n0\r\nX: y\r\n\r\n");
    (void)snprintf(want, sizeof want, "%d:%s%d:%s%d:%s%d:%s",
                   TRACE_REQUEST_HEAD,
                   "GET / HTTP/1.1\r\nHost: h.example\r\n\r\n",
                   TRACE_RESPONSE_HEAD, "HTTP/1.1 103 Hints\r\nA:  b\r\n\r\n",
                   TRACE_RESPONSE_HEAD, CHUNKED, TRACE_TRAILERS, "X: y\r\n");
    assert_string_equal(str_text(&t.traced), want);
    stop(&t);
}

/* Every call of the transport fails once: each exchange still ends once. */
static void test_failing_calls(void **state)
{
    (void)state;
    for (unsigned n = 1; n < 8; n++) {
        struct test t;
        start(&t);
        set_body(&t.tries[0], "POST", SPAN_LIT("abc"), 3);
        pipe_transport_fail_at(t.near, n);
        submit(&t, 0);
        run(&t);
        if (!t.tries[0].is_over)
            reply(&t, HELLO);
        assert_true(t.tries[0].is_over);
        stop(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_replies),
        cmocka_unit_test(test_requests_on_the_wire),
        cmocka_unit_test(test_unknown_length_needs_1_1),
        cmocka_unit_test(test_large_uploads),
        cmocka_unit_test(test_upload_waits_for_the_peer),
        cmocka_unit_test(test_bad_sources),
        cmocka_unit_test(test_body_longer_than_said),
        cmocka_unit_test(test_expect_continue),
        cmocka_unit_test(test_early_answer),
        cmocka_unit_test(test_answer_after_failed_write),
        cmocka_unit_test(test_reuse),
        cmocka_unit_test(test_keep_alive_hint),
        cmocka_unit_test(test_idle),
        cmocka_unit_test(test_close_meets_request),
        cmocka_unit_test(test_first_write_fails),
        cmocka_unit_test(test_pause),
        cmocka_unit_test(test_each_direction_is_resumed_on_its_own),
        cmocka_unit_test(test_large_download),
        cmocka_unit_test(test_cancel),
        cmocka_unit_test(test_drain_and_close),
        cmocka_unit_test(test_tunnels),
        cmocka_unit_test(test_trace),
        cmocka_unit_test(test_failing_calls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
