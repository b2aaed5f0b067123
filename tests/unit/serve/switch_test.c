/*
 * Streams that become another protocol's, between our own client and our own
 * server, over every version: what both ends see.  The router and its handlers
 * are stand-ins.
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
#include "conn/h3.h"
#include "serve/codecs.h"
#include "serve/fake_server.h"
#include "serve/h1_server_self.h"
#include "serve/h3_server.h"
#include "serve/router.h"
#include "serve/stream.h"
#include "support/fake_quic.h"
#include "support/pipe_transport.h"
#include "support/spin.h"

/* ---- one side of a stream: a queue of bytes, its end, a log ---- */

struct side {
    struct str log; /* "<abc> end complete " */
    struct str give;
    size_t given;
    bool is_last; /* then our end */
    bool pauses;
    struct body_source source;
};

static void say(struct side *s, const char *what)
{
    str_printf(&s->log, "%s ", what);
}

static enum io side_read(struct body_source *src, uint8_t *buf, size_t cap,
                         size_t *n)
{
    struct side *s = container_of(src, struct side, source);
    size_t left = s->give.len - s->given;
    *n = left < cap ? left : cap;
    if (*n == 0)
        return s->is_last ? IO_EOF : IO_AGAIN;
    memcpy(buf, s->give.base + s->given, *n);
    s->given += *n;
    return IO_OK;
}

static bool side_rewind(struct body_source *src)
{
    (void)src;
    return false;
}

static enum sink_flow side_take(struct side *s, struct span data)
{
    str_printf(&s->log, "<%.*s> ", SPAN_ARG(data));
    return s->pauses ? SINK_PAUSE : SINK_MORE;
}

static void side_init(struct side *s)
{
    *s = (struct side){.source = {.read = side_read, .rewind = side_rewind}};
    str_init(&s->log);
    str_init(&s->give);
}

static void side_fini(struct side *s)
{
    str_fini(&s->log);
    str_fini(&s->give);
}

/* ---- client and server ---- */

struct rig {
    enum http_version version;
    struct loop *loop;
    struct server server;
    struct settings settings;
    struct conn *conn; /* NULL: closed, or played by the test */
    struct peer *peer; /* NULL: gone */
    struct transport *near;
    struct transport *far; /* the server's end */
    struct quic *quic[2];

    struct exchange ex;
    struct request request;
    struct fields upgrade_fields;
    struct arena arena;
    struct side client;
    struct fault fault;

    struct side serving;
    struct handler handler;
    struct stream *stream; /* NULL: no request, or freed */
    struct response response;
    struct fields fields;
    struct body_bytes text;
    unsigned nrequests;
};

static struct rig *the_rig;

/* ---- the handler: by path ---- */

static bool path_is(const struct stream *s, const char *path)
{
    return span_equal(s->request->target, span_str(path));
}

static void respond(struct rig *r, int status, struct body_source *body,
                    int64_t len)
{
    r->response = (struct response){
        .status = status,
        .fields = &r->fields,
        .body_len = len,
        .body = body,
    };
    r->stream->ops->respond(r->stream, &r->response);
}

static void accept_it(struct rig *r)
{
    respond(r, 200, &r->serving.source, BODY_LEN_UNKNOWN);
}

static void respond_text(struct rig *r, int status)
{
    body_bytes_init(&r->text, SPAN_LIT("text"));
    respond(r, status, &r->text.source, 4);
}

static enum sink_flow on_body(struct handler *h, struct span data)
{
    struct rig *r = container_of(h, struct rig, handler);
    enum sink_flow flow = side_take(&r->serving, data);
    if (path_is(r->stream, "/reset"))
        r->stream->ops->reset(r->stream, r->stream->ops->internal_error);
    return flow;
}

static void on_end(struct handler *h, const struct fields *trailers)
{
    struct rig *r = container_of(h, struct rig, handler);
    (void)trailers;
    say(&r->serving, "end");
    if (!r->stream->may_switch)
        respond_text(r, 200);
}

static void on_free(struct handler *h, bool is_complete)
{
    struct rig *r = container_of(h, struct rig, handler);
    r->stream = NULL;
    say(&r->serving, is_complete ? "complete" : "broken");
}

static const struct handler_ops handler_ops = {
    .on_body = on_body,
    .on_end = on_end,
    .on_free = on_free,
};

void router_route(struct stream *s)
{
    struct rig *r = the_rig;
    struct span protocol = s->request->protocol;
    r->nrequests++;
    r->stream = s;
    r->handler.ops = &handler_ops;
    s->handler = &r->handler;
    fields_init(&r->fields, s->arena);
    fields_add(&r->fields, SPAN_LIT("x"), SPAN_LIT("y"));
    str_printf(&r->serving.log, "%.*s:%.*s ", SPAN_ARG(s->request->method),
               SPAN_ARG(protocol));
    s->may_switch = protocol.base && !path_is(s, "/plain");
    if (!s->may_switch || path_is(s, "/later"))
        return;
    if (path_is(s, "/refuse"))
        respond_text(r, 403);
    else if (path_is(s, "/listen"))
        respond(r, 204, NULL, BODY_LEN_NONE);
    else
        accept_it(r);
}

/* ---- the exchange ---- */

static struct rig *of(struct exchange *ex)
{
    return container_of(ex, struct rig, ex);
}

static void ex_on_head(struct exchange *ex, const struct response_head *head)
{
    struct rig *r = of(ex);
    bool is_switched = message_is_switched(head);
    struct span x = fields_value(head->fields, "x");
    str_printf(&r->client.log, "%s%d%.*s ", is_switched ? "=" : "",
               head->status, SPAN_ARG(x));
}

static enum sink_flow ex_on_body(struct exchange *ex, struct span data)
{
    return side_take(&of(ex)->client, data);
}

static void ex_on_trailers(struct exchange *ex, const struct fields *trailers)
{
    (void)trailers;
    say(&of(ex)->client, "trailers");
}

static void ex_on_end(struct exchange *ex)
{
    say(&of(ex)->client, "end");
}

static void ex_on_done(struct exchange *ex, const struct fault *fault)
{
    struct rig *r = of(ex);
    say(&r->client, fault ? err_name(fault->code) : "done");
    if (fault)
        r->fault = *fault;
}

static const struct exchange_sink sink = {
    .on_head = ex_on_head,
    .on_body = ex_on_body,
    .on_trailers = ex_on_trailers,
    .on_end = ex_on_end,
    .on_done = ex_on_done,
};

static void on_news(struct conn *c)
{
    (void)c;
}

static void on_returned(struct conn *c, struct exchange *ex,
                        enum conn_return how, const struct fault *why)
{
    (void)c, (void)how, (void)why;
    say(&of(ex)->client, "returned");
}

static void on_draining(struct conn *c, const struct fault *why)
{
    (void)c, (void)why;
}

static void on_closed(struct conn *c, const struct fault *why)
{
    (void)c, (void)why;
    the_rig->conn = NULL;
}

static const struct conn_events events = {
    .on_capacity = on_news,
    .on_features = on_news,
    .on_returned = on_returned,
    .on_draining = on_draining,
    .on_closed = on_closed,
};

/* ---- the frame ---- */

static void on_gone(struct peer *p)
{
    assert_ptr_equal(p, the_rig->peer);
    the_rig->peer = NULL;
}

static void settle(struct rig *r)
{
    fake_quic_settle(r->loop);
}

static void open_pipe(struct rig *r)
{
    pipe_transport_pair(r->loop, &r->near, &r->far);
    r->peer = r->version == HTTP_VERSION_2
                  ? h2_server_new(&r->server, r->far, true, "127.0.0.1")
                  : h1_server_new(&r->server, r->far, true, "127.0.0.1");
}

static void open_quic(struct rig *r)
{
    r->quic[0] = fake_quic_new(r->loop, false);
    r->quic[1] = fake_quic_new(r->loop, true);
    struct quic_app *app = h3_server_app(&r->server);
    quic_set_app(r->quic[1], app);
    r->quic[1]->is_told = false;
    r->peer = h3_server_attach(app, r->quic[1], "127.0.0.1");
    quic_wake(r->quic[1]);
    fake_quic_join(r->quic[0], r->quic[1]);
}

static void open_client(struct rig *r)
{
    static const struct conn_facts facts = {.id = 1};
    if (r->version == HTTP_VERSION_1_1)
        r->conn = h1_new(r->loop, r->near, &r->settings, &facts);
    else if (r->version == HTTP_VERSION_2)
        r->conn = h2_new(r->loop, r->near, &r->settings, &facts);
    else
        r->conn = h3_new(r->loop, r->quic[0], &r->settings, &facts);
    r->conn->events = &events;
    r->conn->owner = r;
}

static void prepare_request(struct rig *r, const char *target)
{
    arena_init(&r->ex.arena);
    arena_init(&r->arena);
    list_init(&r->ex.link);
    r->request = (struct request){
        .method = SPAN_LIT("CONNECT"),
        .scheme = SPAN_LIT("https"),
        .authority = SPAN_LIT("example.test"),
        .target = span_str(target),
        .protocol = SPAN_LIT("proto/1"),
        .body_len = BODY_LEN_UNKNOWN,
    };
    fields_init(&r->request.fields, &r->arena);
    r->ex.request = &r->request;
    r->ex.body = &r->client.source;
    r->ex.sink = &sink;
}

static void start_server(struct rig *r, enum http_version version)
{
    *r = (struct rig){.version = version, .loop = loop_new()};
    the_rig = r;
    settings_defaults(&r->settings);
    settings_defaults(&r->server.settings);
    r->server.loop = r->loop;
    r->server.options = (struct server_options){
        .h2_max_streams = 10,
        .head_timeout = 3600 * LOOP_S,
        .idle_timeout = 3600 * LOOP_S,
    };
    side_init(&r->client);
    side_init(&r->serving);
    if (version == HTTP_VERSION_3)
        open_quic(r);
    else
        open_pipe(r);
    r->peer->on_gone = on_gone;
}

static void start(struct rig *r, enum http_version version, const char *target)
{
    start_server(r, version);
    open_client(r);
    settle(r);
    prepare_request(r, target);
}

static void submit(struct rig *r)
{
    r->conn->ops->submit(r->conn, &r->ex);
    settle(r);
}

static void begin(struct rig *r, enum http_version version, const char *target)
{
    start(r, version, target);
    submit(r);
}

static void stop(struct rig *r)
{
    if (r->conn)
        r->conn->ops->close(r->conn);
    settle(r);
    if (r->peer)
        r->peer->ops->close(r->peer);
    settle(r);
    assert_null(r->stream);
    for (int i = 0; i < 2; i++)
        if (r->quic[i])
            fake_quic_free(r->quic[i]);
    arena_fini(&r->ex.arena);
    arena_fini(&r->arena);
    side_fini(&r->client);
    side_fini(&r->serving);
    loop_free(r->loop);
}

static void expect(struct rig *r, const char *client, const char *serving)
{
    settle(r);
    if (strcmp(str_text(&r->client.log), client) != 0 ||
        strcmp(str_text(&r->serving.log), serving) != 0)
        fail_msg("HTTP/%s:\n client  %s\n want    %s\n serving %s\n want    "
                 "%s\n (%s)",
                 message_version_name(r->version), str_text(&r->client.log),
                 client, str_text(&r->serving.log), serving, r->fault.detail);
    str_clear(&r->client.log);
    str_clear(&r->serving.log);
}

/* The client says this now; is_last: and no more. */
static void client_gives(struct rig *r, const char *text, bool is_last)
{
    str_add_text(&r->client.give, text);
    r->client.is_last = is_last;
    r->conn->ops->resume(r->conn, &r->ex, EXCHANGE_SEND);
}

static void handler_gives(struct rig *r, const char *text, bool is_last)
{
    str_add_text(&r->serving.give, text);
    r->serving.is_last = is_last;
    r->stream->ops->resume(r->stream, EXCHANGE_SEND);
}

static bool is_h1(const struct rig *r)
{
    return r->version == HTTP_VERSION_1_1;
}

static const char *opened(const struct rig *r)
{
    return is_h1(r) ? "=101y " : "=200y ";
}

static const char *asked(const struct rig *r)
{
    return is_h1(r) ? "GET:proto/1 " : "CONNECT:proto/1 ";
}

static void open_stream(struct rig *r, enum http_version version)
{
    begin(r, version, "/x");
    expect(r, opened(r), asked(r));
}

#define EACH_VERSION(v)                                                        \
    for (enum http_version v = HTTP_VERSION_1_1; v <= HTTP_VERSION_3; v++)

/* ---- tests ---- */

static void bytes_pass_both_ways_until_each_side_ends(void **state)
{
    (void)state;
    EACH_VERSION(v)
    {
        struct rig r;
        open_stream(&r, v);
        client_gives(&r, "hello", false);
        expect(&r, "", "<hello> ");
        handler_gives(&r, "welcome", false);
        expect(&r, "<welcome> ", "");
        if (!is_h1(&r)) {
            client_gives(&r, "bye", true);
            expect(&r, "", "<bye> end ");
            handler_gives(&r, "so long", false);
            expect(&r, "<so long> ", "");
        }
        handler_gives(&r, "!", true);
        /* HTTP/1.1: the server's end is that of both for the client. */
        expect(&r, "<!> end done ", is_h1(&r) ? "end complete " : "complete ");
        stop(&r);
    }
}

static void the_servers_side_may_end_first(void **state)
{
    (void)state;
    EACH_VERSION(v)
    {
        if (v == HTTP_VERSION_1_1)
            continue;
        struct rig r;
        open_stream(&r, v);
        handler_gives(&r, "", true);
        expect(&r, "end ", "");
        client_gives(&r, "still", false);
        expect(&r, "", "<still> ");
        client_gives(&r, "here", true);
        expect(&r, "done ", "<here> end complete ");
        stop(&r);
    }
}

static void a_handler_may_take_its_time(void **state)
{
    (void)state;
    EACH_VERSION(v)
    {
        struct rig r;
        begin(&r, v, "/later");
        expect(&r, "", asked(&r));
        accept_it(&r);
        expect(&r, opened(&r), "");
        client_gives(&r, "a", false);
        expect(&r, "", "<a> ");
        stop(&r);
    }
}

static void a_refusal_has_a_body_and_the_connection_serves_on(void **state)
{
    (void)state;
    EACH_VERSION(v)
    {
        struct rig r;
        begin(&r, v, "/refuse");
        settle(&r);
        assert_string_equal(str_text(&r.client.log), "403y <text> done ");
        assert_non_null(strstr(str_text(&r.serving.log), "complete "));
        assert_null(r.stream);
        assert_true(r.conn->ops->capacity(r.conn) > 0);
        str_clear(&r.client.log);
        str_clear(&r.serving.log);
        r.request.target = SPAN_LIT("/x");
        submit(&r);
        expect(&r, opened(&r), asked(&r));
        stop(&r);
    }
}

static void an_upgrade_that_nobody_takes_is_ignored(void **state)
{
    (void)state;
    struct rig r;
    begin(&r, HTTP_VERSION_1_1, "/plain");
    expect(&r, "200y <text> done ", "GET:proto/1 end complete ");
    assert_int_equal(r.conn->ops->capacity(r.conn), 1);
    stop(&r);
}

static void a_handler_may_only_listen(void **state)
{
    (void)state;
    EACH_VERSION(v)
    {
        if (v == HTTP_VERSION_1_1)
            continue;
        struct rig r;
        begin(&r, v, "/listen");
        expect(&r, "=204y end ", asked(&r));
        client_gives(&r, "word", true);
        expect(&r, "done ", "<word> end complete ");
        stop(&r);
    }
}

static void a_cancel_frees_the_handler(void **state)
{
    (void)state;
    EACH_VERSION(v)
    {
        struct rig r;
        open_stream(&r, v);
        r.conn->ops->cancel(r.conn, &r.ex);
        /* HTTP/1.1 knows one end only. */
        settle(&r);
        if (is_h1(&r)) {
            expect(&r, "", "end ");
            handler_gives(&r, "", true);
            expect(&r, "", "complete ");
        } else {
            expect(&r, "", "broken ");
        }
        stop(&r);
    }
}

static void a_reset_by_the_handler_reaches_the_client(void **state)
{
    (void)state;
    EACH_VERSION(v)
    {
        struct rig r;
        begin(&r, v, "/reset");
        expect(&r, opened(&r), asked(&r));
        client_gives(&r, "x", false);
        if (is_h1(&r)) {
            expect(&r, "end done ", "<x> broken ");
        } else {
            expect(&r, "channel_closed ", "<x> broken ");
            assert_int_equal(r.fault.wire, v == HTTP_VERSION_2 ? 2 : 0x102);
        }
        stop(&r);
    }
}

static void each_way_pauses_alone(void **state)
{
    (void)state;
    EACH_VERSION(v)
    {
        struct rig r;
        open_stream(&r, v);
        r.serving.pauses = true;
        client_gives(&r, "one", false);
        expect(&r, "", "<one> ");
        client_gives(&r, "two", !is_h1(&r));
        expect(&r, "", "");
        handler_gives(&r, "back", false);
        expect(&r, "<back> ", "");
        r.serving.pauses = false;
        r.stream->ops->resume(r.stream, EXCHANGE_RECEIVE);
        expect(&r, "", is_h1(&r) ? "<two> " : "<two> end ");

        r.client.pauses = true;
        handler_gives(&r, "three", false);
        expect(&r, "<three> ", "");
        handler_gives(&r, "four", true);
        expect(&r, "", is_h1(&r) ? "" : "complete ");
        r.client.pauses = false;
        r.conn->ops->resume(r.conn, &r.ex, EXCHANGE_RECEIVE);
        expect(&r, "<four> end done ", is_h1(&r) ? "end complete " : "");
        stop(&r);
    }
}

static void a_drain_lets_it_finish(void **state)
{
    (void)state;
    EACH_VERSION(v)
    {
        struct rig r;
        open_stream(&r, v);
        r.peer->ops->drain(r.peer);
        settle(&r);
        assert_int_equal(r.conn->ops->capacity(r.conn), 0);
        client_gives(&r, "on", false);
        expect(&r, "", "<on> ");
        handler_gives(&r, "and on", false);
        expect(&r, "<and on> ", "");
        client_gives(&r, "", true);
        handler_gives(&r, "", true);
        settle(&r);
        assert_non_null(strstr(str_text(&r.client.log), "done "));
        assert_non_null(strstr(str_text(&r.serving.log), "complete "));
        stop(&r);
    }
}

/* The timer's own call, with the time that the test says it is. */
static void let_pass(struct rig *r, uint64_t ns)
{
    struct h3_server *h3 = container_of(r->peer, struct h3_server, peer);
    struct h1_server *h1 = container_of(r->peer, struct h1_server, peer);
    struct loop_timer *timer = is_h1(r) ? &h1->timer : &h3->timer;
    timer->on_expired(timer, loop_now(r->loop) + ns);
    settle(r);
}

/* The limit of heads is over with the head. */
static void a_silent_stream_ends_with_the_idle_limit(void **state)
{
    (void)state;
    EACH_VERSION(v)
    {
        struct rig r;
        start(&r, v, "/x");
        r.server.options.head_timeout = v == HTTP_VERSION_2 ? 1 : 10 * LOOP_S;
        r.server.options.idle_timeout = v == HTTP_VERSION_2 ? 1 : 10 * LOOP_S;
        r.server.options.switched_timeout =
            v == HTTP_VERSION_2 ? 300 * LOOP_MS : 60 * LOOP_S;
        submit(&r);
        expect(&r, opened(&r), asked(&r));
        if (v == HTTP_VERSION_2) {
            while (r.peer)
                spin_for(r.loop, 10 * LOOP_MS);
        } else {
            let_pass(&r, 50 * LOOP_S);
            assert_non_null(r.stream);
            let_pass(&r, 61 * LOOP_S);
        }
        assert_null(r.stream);
        assert_string_equal(str_text(&r.serving.log), "broken ");
        stop(&r);
    }
}

static void a_lost_client_breaks_it(void **state)
{
    (void)state;
    EACH_VERSION(v)
    {
        struct rig r;
        open_stream(&r, v);
        if (v == HTTP_VERSION_3) {
            fake_quic_lose(r.quic[1], ERR_QUIC, 0, "gone");
            fake_quic_lose(r.quic[0], ERR_QUIC, 0, "gone");
        } else {
            pipe_transport_cut(r.far);
        }
        expect(&r, "receive ", "broken ");
        assert_null(r.peer);
        stop(&r);
    }
}

static void every_piece_may_be_a_byte(void **state)
{
    (void)state;
    EACH_VERSION(v)
    {
        struct rig r;
        start_server(&r, v);
        if (v == HTTP_VERSION_3) {
            r.quic[0]->piece = r.quic[1]->piece = 1;
        } else {
            pipe_transport_set_piece(r.near, 1);
            pipe_transport_set_piece(r.far, 1);
        }
        open_client(&r);
        prepare_request(&r, "/x");
        submit(&r);
        for (int i = 0; i < 5; i++) /* a byte a turn */
            settle(&r);
        expect(&r, opened(&r), asked(&r));
        client_gives(&r, "abc", !is_h1(&r));
        for (int i = 0; i < 5; i++)
            settle(&r);
        expect(&r, "", is_h1(&r) ? "<a> <b> <c> " : "<a> <b> <c> end ");
        handler_gives(&r, "xyz", true);
        for (int i = 0; i < 5; i++)
            settle(&r);
        expect(&r, "<x> <y> <z> end done ",
               is_h1(&r) ? "end complete " : "complete ");
        stop(&r);
    }
}

static void much_passes_both_ways_at_once(void **state)
{
    (void)state;
    enum {
        MUCH = 400000
    };
    char *text = malloc(MUCH + 1);
    assert_non_null(text);
    memset(text, 'm', MUCH);
    text[MUCH] = '\0';
    EACH_VERSION(v)
    {
        struct rig r;
        start_server(&r, v);
        if (v == HTTP_VERSION_3) {
            for (int i = 0; i < 2; i++) {
                r.quic[i]->send_window = 5000;
                r.quic[i]->conn_limit = 20000;
            }
        } else {
            pipe_transport_set_room(r.near, 3000);
            pipe_transport_set_room(r.far, 3000);
        }
        open_client(&r);
        prepare_request(&r, "/x");
        submit(&r);
        str_clear(&r.client.log);
        str_clear(&r.serving.log);
        client_gives(&r, text, false);
        handler_gives(&r, text, false);
        for (int i = 0; i < 20; i++)
            settle(&r);
        /* Each piece with its brackets: as much arrived as was sent. */
        assert_int_equal(r.ex.bytes_body_sent, MUCH);
        assert_int_equal(r.ex.bytes_body_received, MUCH);
        assert_true(r.serving.log.len > MUCH);
        stop(&r);
    }
    free(text);
}

/* ---- HTTP/1.1 by hand ---- */

static void expect_text(struct rig *r, const char *want, const char *serving)
{
    struct str got;
    str_init(&got);
    settle(r);
    (void)pipe_transport_receive(r->near, &got);
    assert_string_equal(str_text(&got), want);
    str_fini(&got);
    expect(r, "", serving);
}

static void hand_stop(struct rig *r)
{
    transport_close(r->near);
    stop(r);
}

#define HEAD                                                                   \
    "GET /x HTTP/1.1\r\nHost: h\r\nConnection: keep-alive, Upgrade\r\n"        \
    "Upgrade: proto/1, other\r\n"
#define SWITCHED                                                               \
    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n"              \
    "Upgrade: proto/1\r\nx: y\r\n\r\n"

static void what_stands_behind_the_head_is_the_protocols(void **state)
{
    (void)state;
    struct rig r;
    start_server(&r, HTTP_VERSION_1_1);
    pipe_transport_send_text(r.near, HEAD "\r\nearly\r\n\r\n");
    expect_text(&r, SWITCHED, "GET:proto/1 <early\r\n\r\n> ");
    pipe_transport_shut(r.near);
    expect_text(&r, "", "end ");
    handler_gives(&r, "late", false);
    expect_text(&r, "late", "");
    assert_false(pipe_transport_is_shut(r.near));
    handler_gives(&r, "", true);
    expect_text(&r, "", "complete ");
    assert_true(pipe_transport_is_shut(r.near));
    assert_null(r.peer);
    hand_stop(&r);
}

static void the_servers_end_is_told_and_the_clients_awaited(void **state)
{
    (void)state;
    struct rig r;
    start_server(&r, HTTP_VERSION_1_1);
    pipe_transport_send_text(r.near, HEAD "\r\n");
    expect_text(&r, SWITCHED, "GET:proto/1 ");
    handler_gives(&r, "bye", true);
    expect_text(&r, "bye", "");
    assert_true(pipe_transport_is_shut(r.near));
    pipe_transport_send_text(r.near, "last words");
    expect_text(&r, "", "<last words> ");
    pipe_transport_shut(r.near);
    expect_text(&r, "", "end complete ");
    assert_null(r.peer);
    hand_stop(&r);
}

static void a_request_behind_one_that_was_refused_is_answered(void **state)
{
    (void)state;
    struct rig r;
    start_server(&r, HTTP_VERSION_1_1);
    pipe_transport_send_text(r.near, "GET /later HTTP/1.1\r\nHost: h\r\n"
                                     "Connection: Upgrade\r\nUpgrade: p\r\n\r\n"
                                     "GET /plain HTTP/1.1\r\nHost: h\r\n\r\n");
    expect_text(&r, "", "GET:p ");
    respond_text(&r, 403);
    expect_text(&r,
                "HTTP/1.1 403 Forbidden\r\nx: y\r\nContent-Length: 4\r\n\r\n"
                "text"
                "HTTP/1.1 200 OK\r\nx: y\r\nContent-Length: 4\r\n\r\ntext",
                "end complete GET: end complete ");
    hand_stop(&r);
}

static void not_every_upgrade_is_one(void **state)
{
    (void)state;
    static const char *const requests[] = {
        "GET /x HTTP/1.0\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: p\r\n",
        "POST /x HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: p\r\n",
        "GET /x HTTP/1.1\r\nHost: h\r\nUpgrade: p\r\n",
        "GET /x HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\n",
    };
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        struct rig r;
        start_server(&r, HTTP_VERSION_1_1);
        pipe_transport_send_text(r.near, requests[i]);
        pipe_transport_send_text(r.near, "\r\n");
        expect(&r, "", i == 1 ? "POST: end complete " : "GET: end complete ");
        hand_stop(&r);
    }
    /* A body would have to come before the switch. */
    struct rig r;
    start_server(&r, HTTP_VERSION_1_1);
    pipe_transport_send_text(r.near, HEAD "Content-Length: 2\r\n\r\nab");
    expect(&r, "", "GET: <ab> end complete ");
    hand_stop(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_pass_both_ways_until_each_side_ends),
        cmocka_unit_test(the_servers_side_may_end_first),
        cmocka_unit_test(a_handler_may_take_its_time),
        cmocka_unit_test(a_refusal_has_a_body_and_the_connection_serves_on),
        cmocka_unit_test(an_upgrade_that_nobody_takes_is_ignored),
        cmocka_unit_test(a_handler_may_only_listen),
        cmocka_unit_test(a_cancel_frees_the_handler),
        cmocka_unit_test(a_reset_by_the_handler_reaches_the_client),
        cmocka_unit_test(each_way_pauses_alone),
        cmocka_unit_test(a_drain_lets_it_finish),
        cmocka_unit_test(a_silent_stream_ends_with_the_idle_limit),
        cmocka_unit_test(a_lost_client_breaks_it),
        cmocka_unit_test(every_piece_may_be_a_byte),
        cmocka_unit_test(much_passes_both_ways_at_once),
        cmocka_unit_test(what_stands_behind_the_head_is_the_protocols),
        cmocka_unit_test(the_servers_end_is_told_and_the_clients_awaited),
        cmocka_unit_test(a_request_behind_one_that_was_refused_is_answered),
        cmocka_unit_test(not_every_upgrade_is_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
