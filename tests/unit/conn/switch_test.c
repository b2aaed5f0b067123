/*
 * A stream that becomes another protocol's, over every version: opened by the
 * answer, open both ways, ended by each side alone; or refused.
 *
 * One table of what the peer does, and one vocabulary for what the owner of
 * the exchange sees, so that the versions can be held against each other.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "conn/h1.h"
#include "conn/h2.h"
#include "conn/h2_wire.h"
#include "conn/h3.h"
#include "support/fake_quic.h"
#include "support/h3_script.h"
#include "support/pipe_transport.h"

struct rig;

/* What the peer does on the one stream there is. */
struct version {
    const char *name;
    enum http_version version;
    const char *cancel;  /* what cancel() tells it */
    uint64_t some_error; /* a code to reset with; h1: none */
    void (*open)(struct rig *r);
    void (*fini)(struct rig *r);
    void (*hello)(struct rig *r);
    void (*interim)(struct rig *r);
    void (*accept)(struct rig *r);
    void (*refuse)(struct rig *r);
    void (*data)(struct rig *r, const char *text);
    void (*fin)(struct rig *r);
    void (*reset)(struct rig *r, uint64_t code);
    void (*lose)(struct rig *r); /* the connection */
    void (*goaway)(struct rig *r);
    /* Appends what came since the last call: "{head}", bytes, "|" for our end,
     * "!code" for a reset; "." when the connection is closed. */
    void (*look)(struct rig *r, struct str *to);
};

struct rig {
    const struct version *version;
    struct loop *loop;
    struct settings settings;
    struct conn *conn; /* NULL: closed */
    struct transport *near;
    struct transport *far;
    struct h2_wire wire;
    struct quic *quic;
    size_t nlooked; /* bytes of the stream that look() has told */
    bool has_told_end;
    bool has_told_reset;
    struct str peer; /* h1: what came and was not told */
    struct str traced;
    struct trace trace;

    struct exchange ex;
    struct request request;
    struct fields upgrade_fields;
    struct arena arena; /* of the request */
    struct str log;     /* "200 <abc> end done " */
    struct fault fault;
    struct body_source source;
    const char *give; /* what the source has; NULL: no more, and never */
    bool is_last;     /* then its end */
    unsigned nreads;
    bool pauses;
    const char *cancels_at; /* the place where the owner cancels */
};

/* ---- the owner ---- */

static void say(struct rig *r, const char *what)
{
    str_printf(&r->log, "%s ", what);
}

/* True: the exchange is gone. */
static bool act(struct rig *r, const char *place)
{
    if (!r->cancels_at || strcmp(r->cancels_at, place) != 0)
        return false;
    r->cancels_at = NULL;
    say(r, "cancel");
    r->conn->ops->cancel(r->conn, &r->ex);
    arena_fini(&r->ex.arena); /* whoever looks at it now is caught */
    return true;
}

static struct rig *of(struct exchange *ex)
{
    return container_of(ex, struct rig, ex);
}

static void on_head(struct exchange *ex, const struct response_head *head)
{
    struct rig *r = of(ex);
    bool is_switched = message_is_switched(head);
    str_printf(&r->log, "%d%s ", head->status, is_switched ? "=switched" : "");
    (void)act(r, "head");
}

static enum sink_flow on_body(struct exchange *ex, struct span data)
{
    struct rig *r = of(ex);
    str_printf(&r->log, "<%.*s> ", SPAN_ARG(data));
    if (act(r, "body"))
        return SINK_MORE;
    return r->pauses ? SINK_PAUSE : SINK_MORE;
}

static void on_trailers(struct exchange *ex, const struct fields *trailers)
{
    (void)trailers;
    say(of(ex), "trailers");
}

static void on_end(struct exchange *ex)
{
    say(of(ex), "end");
    (void)act(of(ex), "end");
}

static void on_done(struct exchange *ex, const struct fault *fault)
{
    struct rig *r = of(ex);
    assert_null(ex->conn);
    say(r, fault ? err_name(fault->code) : "done");
    if (fault)
        r->fault = *fault;
}

static const struct exchange_sink sink = {
    .on_head = on_head,
    .on_body = on_body,
    .on_trailers = on_trailers,
    .on_end = on_end,
    .on_done = on_done,
};

static enum io read_source(struct body_source *src, uint8_t *buf, size_t cap,
                           size_t *n)
{
    struct rig *r = container_of(src, struct rig, source);
    *n = 0;
    r->nreads++;
    if (act(r, "read"))
        return IO_AGAIN;
    size_t left = r->give ? strlen(r->give) : 0;
    if (left == 0)
        return r->is_last ? IO_EOF : IO_AGAIN;
    *n = left < cap ? left : cap;
    memcpy(buf, r->give, *n);
    r->give += *n;
    return IO_OK;
}

static bool rewind_source(struct body_source *src)
{
    (void)src;
    return false;
}

static void on_news(struct conn *c)
{
    (void)c;
}

static void on_returned(struct conn *c, struct exchange *ex,
                        enum conn_return how, const struct fault *why)
{
    (void)c, (void)how, (void)why;
    say(of(ex), "returned");
}

static void on_draining(struct conn *c, const struct fault *why)
{
    (void)c, (void)why;
}

static void on_closed(struct conn *c, const struct fault *why)
{
    struct rig *r = c->owner;
    (void)why;
    assert_int_equal(c->active, 0);
    r->conn = NULL;
}

static const struct conn_events events = {
    .on_capacity = on_news,
    .on_features = on_news,
    .on_returned = on_returned,
    .on_draining = on_draining,
    .on_closed = on_closed,
};

static const struct conn_facts facts = {.id = 1};

/* ---- HTTP/1.1 ---- */

static void h1_open(struct rig *r)
{
    pipe_transport_pair(r->loop, &r->near, &r->far);
    r->conn = h1_new(r->loop, r->near, &r->settings, &facts);
}

static void h1_fini(struct rig *r)
{
    transport_close(r->far);
}

static void h1_hello(struct rig *r)
{
    (void)r;
}

static void h1_interim(struct rig *r)
{
    pipe_transport_send_text(r->far, "HTTP/1.1 100 Continue\r\n\r\n");
}

static void h1_accept(struct rig *r)
{
    pipe_transport_send_text(r->far, "HTTP/1.1 101 Switching Protocols\r\n"
                                     "Connection: upgrade\r\n"
                                     "Upgrade: Some-Proto\r\n\r\n");
}

static void h1_refuse(struct rig *r)
{
    pipe_transport_send_text(
        r->far, "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
}

static void h1_data(struct rig *r, const char *text)
{
    pipe_transport_send_text(r->far, text);
}

static void h1_fin(struct rig *r)
{
    pipe_transport_shut(r->far);
}

static void h1_reset(struct rig *r, uint64_t code)
{
    (void)code;
    pipe_transport_cut(r->far);
}

static void h1_lose(struct rig *r)
{
    pipe_transport_cut(r->far);
}

static void h1_goaway(struct rig *r)
{
    (void)r;
}

static void h1_look(struct rig *r, struct str *to)
{
    bool is_open = pipe_transport_receive(r->far, &r->peer);
    struct span rest = str_span(&r->peer);
    const char *end = strstr(str_text(&r->peer), "\r\n\r\n");
    if (r->nlooked == 0 && end) {
        r->nlooked = 1; /* the head, once */
        size_t len = (size_t)(end + 4 - str_text(&r->peer));
        str_add_text(to, "{head}");
        rest = span_of(rest.base + len, rest.len - len);
    }
    str_add(to, rest);
    str_clear(&r->peer);
    if (!is_open && !r->has_told_end)
        str_add_char(to, '.');
    r->has_told_end |= !is_open;
}

/* ---- HTTP/2 ---- */

static void h2_open(struct rig *r)
{
    struct transport *far = NULL;
    pipe_transport_pair(r->loop, &r->near, &far);
    h2_wire_init(&r->wire, far);
    r->conn = h2_new(r->loop, r->near, &r->settings, &facts);
}

static void h2_fini(struct rig *r)
{
    h2_wire_fini(&r->wire);
}

static void h2_hello(struct rig *r)
{
    h2_wire_setting(&r->wire, NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL, 1);
}

static void h2_interim(struct rig *r)
{
    h2_wire_head(&r->wire, 1, 0, ":status", "100", NULL);
}

static void h2_accept(struct rig *r)
{
    /* A length means nothing here (RFC 9110 9.3.6). */
    h2_wire_head(&r->wire, 1, 0, ":status", "200", "content-length", "2", NULL);
}

static void h2_refuse(struct rig *r)
{
    h2_wire_head(&r->wire, 1, 0, ":status", "403", "content-length", "2", NULL);
    h2_wire_data(&r->wire, 1, NGHTTP2_FLAG_END_STREAM, "no");
}

static void h2_data(struct rig *r, const char *text)
{
    h2_wire_data(&r->wire, 1, 0, text);
}

static void h2_fin(struct rig *r)
{
    h2_wire_data(&r->wire, 1, NGHTTP2_FLAG_END_STREAM, "");
}

static void h2_reset(struct rig *r, uint64_t code)
{
    h2_wire_u32(&r->wire, NGHTTP2_RST_STREAM, 0, 1, (uint32_t)code);
}

static void h2_lose(struct rig *r)
{
    pipe_transport_cut(r->wire.t);
}

static void h2_goaway(struct rig *r)
{
    h2_wire_goaway(&r->wire, 1, NGHTTP2_NO_ERROR);
}

static void h2_look(struct rig *r, struct str *to)
{
    struct h2_wire_frame f;
    while (h2_wire_next(&r->wire, &f)) {
        if (f.id != 1)
            continue;
        if (f.type == NGHTTP2_HEADERS)
            str_add_text(to, "{head}");
        if (f.type == NGHTTP2_DATA)
            str_add(to, f.payload);
        if (f.type == NGHTTP2_RST_STREAM)
            str_printf(to, "!%x", h2_wire_code(&f));
        else if (f.flags & NGHTTP2_FLAG_END_STREAM)
            str_add_char(to, '|');
    }
}

/* ---- HTTP/3 ---- */

static void h3_open(struct rig *r)
{
    r->quic = fake_quic_new(r->loop, false);
    r->conn = h3_new(r->loop, r->quic, &r->settings, &facts);
}

static void h3_fini(struct rig *r)
{
    fake_quic_free(r->quic);
}

static void h3_give(struct rig *r, int64_t id, struct str *bytes, bool fin)
{
    fake_quic_receive(r->quic, id, str_span(bytes), fin);
    str_fini(bytes);
}

static void h3_hello(struct rig *r)
{
    struct str b;
    str_init(&b);
    h3_script_control(&b, (const uint64_t[]){0x8, 1}, 2);
    h3_give(r, 3, &b, false);
}

static void h3_interim(struct rig *r)
{
    struct str b;
    str_init(&b);
    h3_script_headers(&b, ":status", "100", NULL);
    h3_give(r, 0, &b, false);
}

static void h3_accept(struct rig *r)
{
    struct str b;
    str_init(&b);
    h3_script_headers(&b, ":status", "200", "content-length", "2", NULL);
    h3_give(r, 0, &b, false);
}

static void h3_refuse(struct rig *r)
{
    struct str b;
    str_init(&b);
    h3_script_headers(&b, ":status", "403", "content-length", "2", NULL);
    h3_script_data(&b, "no");
    h3_give(r, 0, &b, true);
}

static void h3_data(struct rig *r, const char *text)
{
    struct str b;
    str_init(&b);
    h3_script_data(&b, text);
    h3_give(r, 0, &b, false);
}

static void h3_fin(struct rig *r)
{
    struct str b;
    str_init(&b);
    h3_give(r, 0, &b, true);
}

static void h3_reset(struct rig *r, uint64_t code)
{
    fake_quic_receive_reset(r->quic, 0, code);
}

static void h3_lose(struct rig *r)
{
    fake_quic_lose(r->quic, ERR_QUIC, 0, "no sign of life");
}

static void h3_goaway(struct rig *r)
{
    struct str b;
    str_init(&b);
    h3_script_frame(&b, 0x07, SPAN_LIT("\x04"));
    h3_give(r, 3, &b, false);
}

/* Frames of at most 63 bytes are what these tests send. */
static void h3_look(struct rig *r, struct str *to)
{
    const struct fake_stream *s = fake_quic_find(r->quic, 0);
    while (s && r->nlooked + 2 <= s->out.len) {
        const uint8_t *frame = (const uint8_t *)s->out.base + r->nlooked;
        size_t head = frame[1] < 64 ? 2 : 3;
        size_t len = frame[1] < 64 ? frame[1]
                                   : (size_t)(frame[1] & 0x3f) << 8 | frame[2];
        if (frame[0] == 0x01)
            str_add_text(to, "{head}");
        else
            str_add(to, span_of(frame + head, len));
        r->nlooked += head + len;
    }
    if (s && s->has_fin && !r->has_told_end)
        str_add_char(to, '|');
    if (s && s->reset != FAKE_NONE && !r->has_told_reset)
        str_printf(to, "!%llx", (unsigned long long)s->reset);
    r->has_told_end = s && s->has_fin;
    r->has_told_reset = s && s->reset != FAKE_NONE;
}

#define VERSION(v)                                                             \
    .name = #v, .open = v##_open, .fini = v##_fini, .hello = v##_hello,        \
    .interim = v##_interim, .accept = v##_accept, .refuse = v##_refuse,        \
    .data = v##_data, .fin = v##_fin, .reset = v##_reset, .lose = v##_lose,    \
    .goaway = v##_goaway, .look = v##_look

static const struct version versions[] = {
    {VERSION(h1), .version = HTTP_VERSION_1_1, .cancel = "."},
    {VERSION(h2), .version = HTTP_VERSION_2, .cancel = "!8",
     .some_error = NGHTTP2_PROTOCOL_ERROR},
    {VERSION(h3), .version = HTTP_VERSION_3, .cancel = "!10c",
     .some_error = 0x33},
};

#define NVERSIONS (sizeof versions / sizeof *versions)

/* ---- the rig ---- */

static void on_event(struct trace *t, const struct trace_event *event)
{
    struct rig *r = container_of(t, struct rig, trace);
    if (event->kind == TRACE_REQUEST_HEAD)
        str_add(&r->traced, event->text);
}

static void settle(struct rig *r)
{
    fake_quic_settle(r->loop);
}

static void start(struct rig *r, const struct version *v)
{
    *r = (struct rig){.version = v};
    r->loop = loop_new();
    settings_defaults(&r->settings);
    str_init(&r->log);
    str_init(&r->peer);
    str_init(&r->traced);
    r->trace.wants_notes = true;
    r->trace.on_event = on_event;
    v->open(r);
    r->conn->events = &events;
    r->conn->owner = r;
    settle(r);
    v->hello(r);
    settle(r);
    arena_init(&r->ex.arena);
    arena_init(&r->arena);
    list_init(&r->ex.link);
    r->source = (struct body_source){
        .read = read_source,
        .rewind = rewind_source,
    };
    r->request = (struct request){
        .method = SPAN_LIT("CONNECT"),
        .scheme = SPAN_LIT("https"),
        .authority = SPAN_LIT("example.test"),
        .target = SPAN_LIT("/chat"),
        .protocol = SPAN_LIT("some-proto"),
        .upgrade_fields = &r->upgrade_fields,
        .body_len = BODY_LEN_UNKNOWN,
    };
    fields_init(&r->request.fields, &r->arena);
    fields_init(&r->upgrade_fields, &r->arena);
    fields_add(&r->upgrade_fields, SPAN_LIT("Proto-Key"), SPAN_LIT("k"));
    r->ex.request = &r->request;
    r->ex.body = &r->source;
    r->ex.sink = &sink;
}

static void submit(struct rig *r)
{
    r->conn->ops->submit(r->conn, &r->ex);
    settle(r);
}

static void begin(struct rig *r, const struct version *v)
{
    start(r, v);
    submit(r);
}

static void stop(struct rig *r)
{
    if (r->conn)
        r->conn->ops->close(r->conn);
    settle(r);
    r->version->fini(r);
    settle(r);
    arena_fini(&r->ex.arena);
    arena_fini(&r->arena);
    str_fini(&r->log);
    str_fini(&r->peer);
    str_fini(&r->traced);
    loop_free(r->loop);
}

static void expect_log(struct rig *r, const char *want)
{
    settle(r);
    if (strcmp(str_text(&r->log), want) != 0)
        fail_msg("%s:\n got  %s\n want %s\n (%s)", r->version->name,
                 str_text(&r->log), want, r->fault.detail);
    str_clear(&r->log);
}

static void expect_sent(struct rig *r, const char *want)
{
    struct str got;
    str_init(&got);
    settle(r);
    r->version->look(r, &got);
    bool is_same = strcmp(str_text(&got), want) == 0;
    if (!is_same)
        fail_msg("%s:\n sent %s\n want %s", r->version->name, str_text(&got),
                 want);
    str_fini(&got);
}

static void resume(struct rig *r, unsigned ways)
{
    r->conn->ops->resume(r->conn, &r->ex, ways);
    settle(r);
}

/* Our source has these bytes now. */
static void give(struct rig *r, const char *text, bool is_last)
{
    r->give = text;
    r->is_last = is_last;
    resume(r, EXCHANGE_SEND);
}

static bool is_h1(const struct rig *r)
{
    return r->version->version == HTTP_VERSION_1_1;
}

static const char *opened(const struct rig *r)
{
    return is_h1(r) ? "101=switched " : "200=switched ";
}

static void open_stream(struct rig *r, const struct version *v)
{
    begin(r, v);
    v->accept(r);
    expect_log(r, opened(r));
    expect_sent(r, "{head}");
}

#define EACH_VERSION(v)                                                        \
    for (const struct version *v = versions; v < versions + NVERSIONS; v++)

/* ---- tests ---- */

static void the_head_asks_as_the_version_does(void **state)
{
    (void)state;
    static const char *const heads[NVERSIONS] = {
        "GET /chat HTTP/1.1\r\nHost: example.test\r\nConnection: Upgrade\r\n"
        "Upgrade: some-proto\r\nProto-Key: k\r\nx: y\r\n\r\n",
        "CONNECT /chat HTTP/2\r\n:protocol: some-proto\r\n"
        "Host: example.test\r\nx: y\r\n\r\n",
        "CONNECT /chat HTTP/3\r\n:protocol: some-proto\r\n"
        "Host: example.test\r\nx: y\r\n\r\n",
    };
    for (size_t i = 0; i < NVERSIONS; i++) {
        struct rig r;
        start(&r, &versions[i]);
        /* What belongs to a connection is not the user's here. */
        fields_add(&r.request.fields, SPAN_LIT("x"), SPAN_LIT("y"));
        fields_add(&r.request.fields, SPAN_LIT("Connection"),
                   SPAN_LIT("close"));
        fields_add(&r.request.fields, SPAN_LIT("Upgrade"), SPAN_LIT("other"));
        fields_add(&r.request.fields, SPAN_LIT("Transfer-Encoding"),
                   SPAN_LIT("chunked"));
        loop_set_trace(r.loop, &r.trace);
        submit(&r);
        assert_string_equal(str_text(&r.traced), heads[i]);
        expect_sent(&r, "{head}");
        stop(&r);
    }
}

static void bytes_pass_both_ways_and_each_side_ends_alone(void **state)
{
    (void)state;
    EACH_VERSION(v)
    {
        struct rig r;
        open_stream(&r, v);
        v->data(&r, "hello");
        expect_log(&r, "<hello> ");
        give(&r, "to you", false);
        expect_sent(&r, "to you");
        give(&r, "!", true); /* our end */
        expect_sent(&r, is_h1(&r) ? "!" : "!|");
        v->data(&r, "bye");
        expect_log(&r, "<bye> ");
        v->fin(&r);
        expect_log(&r, "end done ");
        stop(&r);
    }
}

static void the_peers_end_is_told_while_ours_is_open(void **state)
{
    (void)state;
    EACH_VERSION(v)
    {
        struct rig r;
        open_stream(&r, v);
        v->fin(&r);
        /* The end of an HTTP/1.1 connection is that of both ways. */
        expect_log(&r, is_h1(&r) ? "end done " : "end ");
        if (!is_h1(&r)) {
            give(&r, "still here", false);
            expect_sent(&r, "still here");
            expect_log(&r, "");
            give(&r, NULL, true);
            expect_sent(&r, "|");
            expect_log(&r, "done ");
        }
        stop(&r);
    }
}

static void nothing_is_read_from_the_source_before_the_answer(void **state)
{
    (void)state;
    EACH_VERSION(v)
    {
        struct rig r;
        start(&r, v);
        r.give = "early";
        submit(&r);
        v->interim(&r);
        expect_log(&r, "100 ");
        resume(&r, EXCHANGE_SEND);
        assert_int_equal(r.nreads, 0);
        expect_sent(&r, "{head}");
        v->accept(&r);
        expect_log(&r, opened(&r));
        expect_sent(&r, "early");
        stop(&r);
    }
}

static void a_refusal_is_an_ordinary_response(void **state)
{
    (void)state;
    EACH_VERSION(v)
    {
        struct rig r;
        start(&r, v);
        r.give = "never sent";
        submit(&r);
        v->refuse(&r);
        expect_log(&r, "403 <no> done ");
        assert_int_equal(r.nreads, 0);
        /* Our side is ended, not torn: the request had nothing more. */
        expect_sent(&r, is_h1(&r) ? "{head}" : "{head}|");
        assert_non_null(r.conn);
        assert_true(r.conn->ops->capacity(r.conn) > 0);
        stop(&r);
    }
}

/* nghttp2 and nghttp3 do not count the answers to CONNECT. */
static void a_refusal_that_is_cut_short_is_no_success(void **state)
{
    (void)state;
    struct rig r;
    begin(&r, &versions[1]);
    h2_wire_head(&r.wire, 1, 0, ":status", "403", "content-length", "3", NULL);
    h2_wire_data(&r.wire, 1, NGHTTP2_FLAG_END_STREAM, "no");
    expect_log(&r, "403 <no> http2_stream ");
    stop(&r);

    struct str b;
    begin(&r, &versions[2]);
    str_init(&b);
    h3_script_headers(&b, ":status", "403", "content-length", "3", NULL);
    h3_script_data(&b, "no");
    h3_give(&r, 0, &b, true);
    expect_log(&r, "403 <no> http3 ");
    stop(&r);
}

static void without_a_source_our_side_ends_with_the_head(void **state)
{
    (void)state;
    EACH_VERSION(v)
    {
        struct rig r;
        start(&r, v);
        r.ex.body = NULL;
        submit(&r);
        expect_sent(&r, is_h1(&r) ? "{head}" : "{head}|");
        v->accept(&r);
        v->data(&r, "listen");
        expect_log(&r, is_h1(&r) ? "101=switched <listen> "
                                 : "200=switched <listen> ");
        v->fin(&r);
        expect_log(&r, "end done ");
        stop(&r);
    }
}

static void a_reset_by_the_peer_is_told_with_its_code(void **state)
{
    (void)state;
    EACH_VERSION(v)
    {
        struct rig r;
        open_stream(&r, v);
        v->data(&r, "half");
        settle(&r);
        v->reset(&r, v->some_error);
        expect_log(&r,
                   is_h1(&r) ? "<half> receive " : "<half> channel_closed ");
        if (!is_h1(&r)) {
            assert_int_equal(r.fault.wire, v->some_error);
            assert_non_null(r.conn);
        }
        stop(&r);

        /* After its end as well. */
        if (v->version == HTTP_VERSION_2) {
            open_stream(&r, v);
            v->fin(&r);
            expect_log(&r, "end ");
            v->reset(&r, v->some_error);
            expect_log(&r, "channel_closed ");
            assert_int_equal(r.fault.wire, v->some_error);
            stop(&r);
        }
    }
}

static void the_owner_resets_with_any_code(void **state)
{
    (void)state;
    EACH_VERSION(v)
    {
        struct rig r;
        open_stream(&r, v);
        r.conn->ops->reset(r.conn, &r.ex, v->some_error);
        char want[16];
        (void)snprintf(want, sizeof want, "!%llx",
                       (unsigned long long)v->some_error);
        expect_sent(&r, is_h1(&r) ? "." : want);
        expect_log(&r, "");
        assert_true(is_h1(&r) == (r.conn == NULL));
        stop(&r);
    }
}

static void a_lost_connection_is_no_reset(void **state)
{
    (void)state;
    EACH_VERSION(v)
    {
        struct rig r;
        open_stream(&r, v);
        v->lose(&r);
        expect_log(&r, "receive ");
        assert_null(r.conn);
        stop(&r);

        if (is_h1(&r))
            continue;
        /* With the peer's side ended, something of ours is still lost. */
        open_stream(&r, v);
        v->fin(&r);
        expect_log(&r, "end ");
        v->lose(&r);
        expect_log(&r, "receive ");
        stop(&r);
    }
}

static void goaway_lets_it_finish(void **state)
{
    (void)state;
    EACH_VERSION(v)
    {
        struct rig r;
        open_stream(&r, v);
        v->goaway(&r);
        settle(&r);
        assert_int_equal(r.conn->ops->capacity(r.conn), 0);
        v->data(&r, "on and on");
        expect_log(&r, "<on and on> ");
        give(&r, "so do we", true);
        expect_sent(&r, is_h1(&r) ? "so do we" : "so do we|");
        v->fin(&r);
        expect_log(&r, "end done ");
        assert_null(r.conn);
        stop(&r);
    }
}

static void a_reader_that_pauses_stops_the_end_too(void **state)
{
    (void)state;
    EACH_VERSION(v)
    {
        struct rig r;
        open_stream(&r, v);
        r.pauses = true;
        v->data(&r, "one");
        expect_log(&r, "<one> ");
        v->data(&r, "two");
        v->fin(&r);
        expect_log(&r, "");
        give(&r, "the other way", false); /* is not stopped */
        expect_sent(&r, "the other way");
        r.pauses = false;
        resume(&r, EXCHANGE_RECEIVE);
        expect_log(&r, is_h1(&r) ? "<two> end done " : "<two> end ");
        stop(&r);
    }
}

static void a_cancel_in_any_callback_is_silent(void **state)
{
    (void)state;
    static const char *const places[] = {"head", "read", "body", "end"};
    EACH_VERSION(v)
    {
        for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
            struct rig r;
            start(&r, v);
            r.cancels_at = places[i];
            submit(&r);
            v->accept(&r);
            settle(&r);
            if (r.cancels_at)
                v->data(&r, "x");
            settle(&r);
            if (r.cancels_at)
                v->fin(&r);
            settle(&r);
            assert_null(r.cancels_at);
            assert_non_null(strstr(str_text(&r.log), "cancel "));
            assert_null(strstr(str_text(&r.log), "done"));
            char want[32];
            (void)snprintf(want, sizeof want, "{head}%s", v->cancel);
            expect_sent(&r, want);
            stop(&r);
        }
    }
}

static void each_byte_may_come_alone(void **state)
{
    (void)state;
    EACH_VERSION(v)
    {
        struct rig r;
        start(&r, v);
        if (v->version == HTTP_VERSION_3)
            r.quic->piece = 1;
        else
            pipe_transport_set_piece(r.near, 1);
        submit(&r);
        v->accept(&r);
        v->data(&r, "abc");
        v->fin(&r);
        expect_log(&r, is_h1(&r) ? "101=switched <a> <b> <c> end done "
                                 : "200=switched <a> <b> <c> end ");
        if (!is_h1(&r))
            give(&r, "back", true);
        expect_sent(&r, is_h1(&r) ? "{head}." : "{head}back|");
        stop(&r);
    }
}

static void a_plain_connect_is_open_both_ways_too(void **state)
{
    (void)state;
    for (size_t i = 1; i < NVERSIONS; i++) {
        struct rig r;
        start(&r, &versions[i]);
        r.request.protocol = (struct span){NULL, 0};
        r.request.target = SPAN_LIT("o.example:443");
        r.give = "client";
        submit(&r);
        assert_int_equal(r.nreads, 0);
        r.version->accept(&r);
        expect_log(&r, opened(&r));
        expect_sent(&r, "{head}client");
        r.version->data(&r, "server");
        r.version->fin(&r);
        expect_log(&r, "<server> end ");
        give(&r, NULL, true);
        expect_log(&r, "done ");
        stop(&r);
    }
}

static void a_101_has_to_name_what_was_asked_for(void **state)
{
    (void)state;
    static const struct {
        const char *upgrade; /* a field line of the answer */
        bool is_fine;
    } rows[] = {
        {"Upgrade: some-proto\r\n", true},
        {"Upgrade: SOME-PROTO\r\n", true},
        {"Upgrade: other, some-proto\r\n", true},
        {"Upgrade: some-proto/2\r\n", false},
        {"Upgrade: h2c\r\n", false},
        {"", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct rig r;
        begin(&r, &versions[0]);
        pipe_transport_send_text(r.far, "HTTP/1.1 101 Yes\r\n");
        pipe_transport_send_text(r.far, rows[i].upgrade);
        pipe_transport_send_text(r.far, "Connection: upgrade\r\n\r\nraw");
        expect_log(&r,
                   rows[i].is_fine ? "101=switched <raw> " : "weird_reply ");
        assert_true(rows[i].is_fine == (r.conn != NULL));
        stop(&r);
    }
}

static void a_refused_upgrade_gives_the_connection_back(void **state)
{
    (void)state;
    struct rig r;
    begin(&r, &versions[0]);
    /* 200 is no switch in HTTP/1.1, and no tunnel: this was a GET. */
    pipe_transport_send_text(
        r.far, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\npage");
    expect_log(&r, "200 <page> done ");
    assert_int_equal(r.conn->ops->capacity(r.conn), 1);
    stop(&r);
}

static void http_1_0_has_no_upgrade(void **state)
{
    (void)state;
    struct rig r;
    start(&r, &versions[0]);
    r.settings.http = SETTINGS_HTTP_1_0;
    struct conn_features f = {.has = 0};
    r.conn->ops->features(r.conn, &f);
    assert_false(f.has & FEATURE_PROTOCOL);
    submit(&r);
    expect_log(&r, "not_negotiated ");
    stop(&r);

    start(&r, &versions[0]);
    r.conn->ops->features(r.conn, &f);
    assert_true(f.has & FEATURE_PROTOCOL);
    stop(&r);
}

static void quic_is_kept_alive_while_a_stream_is_switched(void **state)
{
    (void)state;
    struct rig r;
    begin(&r, &versions[2]);
    assert_false(r.quic->is_kept_alive);
    r.version->accept(&r);
    settle(&r);
    assert_true(r.quic->is_kept_alive);
    r.conn->ops->cancel(r.conn, &r.ex);
    settle(&r);
    assert_false(r.quic->is_kept_alive);
    stop(&r);
}

/* STOP_SENDING means our bytes alone: what the peer says still comes. */
static void a_peer_that_wants_no_more_is_still_heard(void **state)
{
    (void)state;
    struct rig r;
    open_stream(&r, &versions[2]);
    fake_quic_receive_stop(r.quic, 0, 0x10c);
    settle(&r);
    r.version->data(&r, "last words");
    r.version->fin(&r);
    expect_log(&r, "<last words> end done ");
    stop(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_head_asks_as_the_version_does),
        cmocka_unit_test(bytes_pass_both_ways_and_each_side_ends_alone),
        cmocka_unit_test(the_peers_end_is_told_while_ours_is_open),
        cmocka_unit_test(nothing_is_read_from_the_source_before_the_answer),
        cmocka_unit_test(a_refusal_is_an_ordinary_response),
        cmocka_unit_test(a_refusal_that_is_cut_short_is_no_success),
        cmocka_unit_test(without_a_source_our_side_ends_with_the_head),
        cmocka_unit_test(a_reset_by_the_peer_is_told_with_its_code),
        cmocka_unit_test(the_owner_resets_with_any_code),
        cmocka_unit_test(a_lost_connection_is_no_reset),
        cmocka_unit_test(goaway_lets_it_finish),
        cmocka_unit_test(a_reader_that_pauses_stops_the_end_too),
        cmocka_unit_test(a_cancel_in_any_callback_is_silent),
        cmocka_unit_test(each_byte_may_come_alone),
        cmocka_unit_test(a_plain_connect_is_open_both_ways_too),
        cmocka_unit_test(a_101_has_to_name_what_was_asked_for),
        cmocka_unit_test(a_refused_upgrade_gives_the_connection_back),
        cmocka_unit_test(http_1_0_has_no_upgrade),
        cmocka_unit_test(quic_is_kept_alive_while_a_stream_is_switched),
        cmocka_unit_test(a_peer_that_wants_no_more_is_still_heard),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
