/* /ws, asked by the client's side of the same codec. */
#include "serve/websocket_echo.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/xalloc.h"
#include "channel/websocket.h"
#include "channel/websocket_handshake.h"
#include "serve/fake_stream.h"
#include "serve/server_life.h"

static struct loop *loop;
static struct server *server;
static struct fake_stream f;
static struct websocket client;
static struct buf out; /* of the client */
static struct str wire;

static void open_server_with(const struct server_options *options)
{
    struct fault fault;
    server = server_new(loop, options, &fault);
    assert_non_null(server);
}

static void open_server(void)
{
    open_server_with(&(struct server_options){.bind = NULL});
}

static int set_up(void **state)
{
    (void)state;
    loop = loop_new();
    open_server();
    buf_init(&out, loop_buffers(loop));
    str_init(&wire);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    str_fini(&wire);
    buf_fini(&out);
    server_free(server);
    loop_free(loop);
    return 0;
}

/* ---- the client ---- */

static void begin(enum http_version version, const char *target,
                  const struct websocket_deflate *deflate)
{
    bool is_h1 = version <= HTTP_VERSION_1_1;
    fake_stream_init(&f, server, is_h1 ? "GET" : "CONNECT", target);
    f.is_timed = true;
    f.stream.version = version;
    f.request.protocol = SPAN_LIT("websocket");
    struct websocket_offer offer = {.key = "dGhlIHNhbXBsZSBub25jZQ=="};
    if (deflate)
        offer.deflate = *deflate;
    struct fields of_h1;
    fields_init(&of_h1, &f.arena);
    websocket_handshake_offer(&offer, &f.request.fields,
                              is_h1 ? &f.request.fields : &of_h1);
    websocket_init(&client, &(struct websocket_options){
                                .role = WEBSOCKET_CLIENT, .deflate = deflate});
    str_clear(&wire);
}

static void say(enum websocket_what what, struct span data)
{
    assert_true(websocket_send(&client, &out, what, data));
}

static void add_to_wire(void)
{
    struct span piece;
    while (buf_peek(&out, &piece, 1) > 0) {
        str_add(&wire, piece);
        buf_consume(&out, piece.len);
    }
    fake_stream_body(&f, str_span(&wire));
    f.request.body_len = BODY_LEN_UNKNOWN;
}

static void run(void)
{
    add_to_wire();
    fake_stream_run(&f);
    assert_int_equal(f.nresponses, 1);
}

static struct span rest; /* of what came back */

static void expect(enum websocket_what what, struct span data)
{
    struct websocket_event e;
    assert_true(websocket_next(&client, &rest, &e));
    assert_int_equal(e.what, what);
    assert_true(span_equal(e.data, data));
}

static void expect_close(unsigned code, const char *reason)
{
    struct websocket_event e;
    assert_true(websocket_next(&client, &rest, &e));
    assert_int_equal(e.what, WEBSOCKET_CLOSE);
    assert_int_equal(e.code, code);
    assert_true(span_equal(e.data, span_str(reason)));
    assert_false(websocket_next(&client, &rest, &e));
}

static void end(void)
{
    fake_stream_fini(&f);
    websocket_fini(&client);
}

/* ---- echo ---- */

static const struct websocket_deflate deflate_on = {.is_on = true};

static void messages_come_back(void **state)
{
    static const enum http_version versions[] = {
        HTTP_VERSION_1_1, HTTP_VERSION_2, HTTP_VERSION_3};
    static char large[200000];
    (void)state;
    memset(large, 'x', sizeof large);
    for (size_t i = 0; i < 12; i++) {
        begin(versions[i / 4], "/ws", i & 1 ? &deflate_on : NULL);
        f.piece = i & 2 ? 1 : 1000;
        f.read_cap = i & 2 ? 1 : 0;
        say(WEBSOCKET_TEXT, SPAN_LIT("Hello"));
        say(WEBSOCKET_PING, SPAN_LIT("ping"));
        say(WEBSOCKET_PONG, SPAN_LIT("nobody asked"));
        say(WEBSOCKET_BINARY, SPAN_LIT("\x00\xff"));
        say(WEBSOCKET_TEXT, SPAN_LIT(""));
        say(WEBSOCKET_BINARY, span_of(large, sizeof large));
        (void)websocket_close(&client, &out, 4001, SPAN_LIT("bye"));
        run();
        assert_int_equal(f.response.status, 200);
        assert_true(f.is_complete);
        rest = str_span(&f.answer);
        expect(WEBSOCKET_TEXT, SPAN_LIT("Hello"));
        expect(WEBSOCKET_PONG, SPAN_LIT("ping"));
        expect(WEBSOCKET_BINARY, SPAN_LIT("\x00\xff"));
        expect(WEBSOCKET_TEXT, SPAN_LIT(""));
        expect(WEBSOCKET_BINARY, span_of(large, sizeof large));
        expect_close(4001, "bye");
        end();
    }
}

static void the_stream_ends_behind_the_close_frame(void **state)
{
    (void)state;
    begin(HTTP_VERSION_1_1, "/ws", NULL);
    (void)websocket_close(&client, &out, WEBSOCKET_CODE_NONE, SPAN_LIT(""));
    f.is_endless = true; /* the client waits for it */
    run();
    assert_true(f.is_complete);
    rest = str_span(&f.answer);
    expect_close(WEBSOCKET_CODE_NONE, "");
    end();
}

static void a_client_without_a_close_frame_ends_it_too(void **state)
{
    (void)state;
    begin(HTTP_VERSION_2, "/ws", NULL);
    say(WEBSOCKET_TEXT, SPAN_LIT("x"));
    run();
    assert_true(f.is_complete);
    rest = str_span(&f.answer);
    expect(WEBSOCKET_TEXT, SPAN_LIT("x"));
    struct websocket_event e;
    assert_false(websocket_next(&client, &rest, &e));
    end();
}

static void broken_rules_are_told_with_their_code(void **state)
{
    static const struct {
        const char *bytes;
        unsigned code;
    } cases[] = {
        {"\x81\x05Hello", 1002},                /* not masked */
        {"\x83\x81\x01\x01\x01\x01x", 1002},    /* opcode */
        {"\x81\x81\x01\x01\x01\x01\xff", 1007}, /* no UTF-8 */
        {"\xc1\x81\x01\x01\x01\x01x", 1002},    /* no deflate */
        {"\x82\xff\x01\x01\x01\x01\x01\x01\x01\x01mask", 1009},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin(HTTP_VERSION_1_1, "/ws", NULL);
        buf_add(&out, span_str(cases[i].bytes));
        f.is_endless = true;
        run();
        assert_true(f.is_complete);
        rest = str_span(&f.answer);
        struct websocket_event e;
        assert_true(websocket_next(&client, &rest, &e));
        assert_int_equal(e.what, WEBSOCKET_CLOSE);
        assert_int_equal(e.code, cases[i].code);
        assert_true(e.data.len > 0);
        end();
    }
}

static void a_server_that_stops_says_so(void **state)
{
    (void)state;
    begin(HTTP_VERSION_2, "/ws", NULL);
    f.is_endless = true;
    say(WEBSOCKET_TEXT, SPAN_LIT("x"));
    run();
    size_t before = f.answer.len;
    assert_false(f.is_complete);
    server_drain(server);
    fake_stream_go_on(&f);
    rest = span_of(f.answer.base + before, f.answer.len - before);
    expect_close(WEBSOCKET_CODE_GOING_AWAY, "the server stops");
    assert_false(f.is_complete); /* it waits for the client's */
    (void)websocket_close(&client, &out, WEBSOCKET_CODE_GOING_AWAY,
                          SPAN_LIT(""));
    add_to_wire();
    fake_stream_go_on(&f);
    assert_true(f.is_complete);
    end();

    /* And to those who come while it does. */
    begin(HTTP_VERSION_1_1, "/ws", NULL);
    f.is_endless = true;
    run();
    rest = str_span(&f.answer);
    expect_close(WEBSOCKET_CODE_GOING_AWAY, "the server stops");
    end();
    server_free(server);
    open_server();
}

/* ---- a client that has nothing to say ---- */

static void open_impatient_server(uint64_t goodbye_timeout)
{
    server_free(server);
    open_server_with(&(struct server_options){
        .switched_timeout = 1,
        .goodbye_timeout = goodbye_timeout,
    });
}

static void close_impatient_server(void)
{
    server_free(server);
    open_server();
}

static void expect_goodbye(void)
{
    rest = str_span(&f.answer);
    expect_close(WEBSOCKET_CODE_GOING_AWAY, "nothing came for long");
}

static void a_silent_client_is_told_before_its_stream_is_reset(void **state)
{
    (void)state;
    open_impatient_server(1);
    begin(HTTP_VERSION_2, "/ws", NULL);
    f.is_endless = true;
    f.is_timed = false; /* until there is nothing to wait for */
    run();
    expect_goodbye();
    assert_true(f.is_reset);
    end();
    close_impatient_server();
}

static void a_silent_client_that_answers_has_a_clean_end(void **state)
{
    (void)state;
    open_impatient_server(3600 * LOOP_S);
    begin(HTTP_VERSION_3, "/ws", NULL);
    f.is_endless = true;
    run();
    while (f.answer.len == 0)
        fake_stream_go_on(&f);
    expect_goodbye();
    (void)websocket_close(&client, &out, WEBSOCKET_CODE_GOING_AWAY,
                          SPAN_LIT(""));
    add_to_wire();
    fake_stream_go_on(&f);
    assert_true(f.is_complete);
    assert_false(f.is_reset);
    end();
    close_impatient_server();
}

/* ---- a client that does not read ---- */

/* Of ASan; without it nothing is counted. */
size_t __sanitizer_get_current_allocated_bytes(void) __attribute__((weak));

static size_t allocated(void)
{
    return __sanitizer_get_current_allocated_bytes
               ? __sanitizer_get_current_allocated_bytes()
               : 0;
}

/* A kilobyte of the wire is a message of a megabyte: however little the server
 * read at once, it would be too much if it went on to the end of the piece. */
static void what_is_not_read_is_bounded(void **state)
{
    enum {
        MESSAGES = 40
    };
    static const struct websocket_deflate windows = {
        .is_on = true,
        .client_no_context_takeover = true,
        .server_no_context_takeover = true,
        .server_max_window_bits = 9,
    };
    size_t len = (size_t)1 << 20;
    (void)state;
    /* Random, but the same each KiB: a window of 512 bytes does not see it. */
    uint8_t *data = xalloc_bytes(len);
    uint32_t x = 1;
    for (size_t i = 0; i < len; i++) {
        x = x * 1103515245 + 12345;
        data[i] = i < 1024 ? (uint8_t)(x >> 24) : data[i - 1024];
    }
    begin(HTTP_VERSION_2, "/ws", &windows);
    for (int i = 0; i < MESSAGES; i++)
        say(WEBSOCKET_BINARY, span_of(data, len));
    f.piece = 1000000; /* all in one */
    f.is_slow = true;
    f.is_endless = true;
    size_t before = allocated();
    run();
    assert_int_equal(f.sent, f.body.len);
    assert_true(f.body.len < 400000);
    assert_true(allocated() < before + 8 * len);
    assert_true(f.was_paused);
    assert_true(f.is_paused);
    assert_int_equal(f.answer.len, 0);

    /* As soon as it reads, all of it comes, in its time. */
    f.is_slow = false;
    f.is_endless = false;
    fake_stream_go_on(&f);
    assert_true(f.is_complete);
    assert_true(f.answer.len > MESSAGES / 2 * len);
    rest = str_span(&f.answer);
    for (int i = 0; i < MESSAGES; i++)
        expect(WEBSOCKET_BINARY, span_of(data, len));
    end();
    free(data);
}

/* ---- the handshake ---- */

static void a_subprotocol_is_the_one_of_the_query_if_it_is_offered(void **state)
{
    static const struct {
        const char *target;
        const char *offered;
        const char *chosen;
    } cases[] = {
        {"/ws", "chat", ""},
        {"/ws?subprotocol=chat", "superchat, chat", "chat"},
        {"/ws?subprotocol=chat", "superchat", ""},
        {"/ws?subprotocol=a%2eb", "a.b", "a.b"},
        {"/ws?subprotocol=", "chat", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        begin(HTTP_VERSION_1_1, cases[i].target, NULL);
        fake_stream_field(&f, "sec-websocket-protocol", cases[i].offered);
        run();
        assert_int_equal(f.response.status, 200);
        assert_string_equal(fake_stream_value(&f, "sec-websocket-protocol"),
                            cases[i].chosen);
        assert_string_equal(fake_stream_value(&f, "sec-websocket-accept"),
                            "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        end();
    }
}

static void deflate_is_declined_if_the_query_says_so(void **state)
{
    (void)state;
    begin(HTTP_VERSION_2, "/ws?deflate=no", &deflate_on);
    run();
    assert_string_equal(fake_stream_value(&f, "sec-websocket-extensions"), "");
    assert_string_equal(fake_stream_value(&f, "sec-websocket-accept"), "");
    end();
    begin(HTTP_VERSION_2, "/ws", &deflate_on);
    run();
    assert_string_equal(fake_stream_value(&f, "sec-websocket-extensions"),
                        "permessage-deflate");
    end();
}

static void what_is_no_websocket_is_refused(void **state)
{
    static const struct {
        enum http_version http;
        const char *protocol; /* NULL: a plain request */
        const char *version;
        int status;
    } cases[] = {
        {HTTP_VERSION_1_1, NULL, NULL, 426},
        {HTTP_VERSION_2, NULL, NULL, 426},
        {HTTP_VERSION_1_1, "websocket", "12", 426},
        {HTTP_VERSION_3, "websocket", NULL, 426},
        {HTTP_VERSION_1_1, "websocket", "13", 400}, /* without a key */
        {HTTP_VERSION_1_1, "other", "13", 426},
        {HTTP_VERSION_2, "other", "13", 501},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bool is_h1 = cases[i].http == HTTP_VERSION_1_1;
        bool is_get = is_h1 || cases[i].protocol == NULL;
        fake_stream_init(&f, server, is_get ? "GET" : "CONNECT", "/ws");
        f.stream.version = cases[i].http;
        f.request.protocol = span_str(cases[i].protocol);
        if (cases[i].version)
            fake_stream_field(&f, "sec-websocket-version", cases[i].version);
        fake_stream_run(&f);
        assert_int_equal(f.response.status, cases[i].status);
        bool is_wanted = cases[i].status == 426;
        assert_string_equal(fake_stream_value(&f, "sec-websocket-version"),
                            is_wanted ? "13" : "");
        assert_string_equal(fake_stream_value(&f, "upgrade"),
                            is_wanted && is_h1 ? "websocket" : "");
        assert_true(f.is_complete);
        fake_stream_fini(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_come_back),
        cmocka_unit_test(the_stream_ends_behind_the_close_frame),
        cmocka_unit_test(a_client_without_a_close_frame_ends_it_too),
        cmocka_unit_test(broken_rules_are_told_with_their_code),
        cmocka_unit_test(a_silent_client_is_told_before_its_stream_is_reset),
        cmocka_unit_test(a_silent_client_that_answers_has_a_clean_end),
        cmocka_unit_test(a_server_that_stops_says_so),
        cmocka_unit_test(what_is_not_read_is_bounded),
        cmocka_unit_test(
            a_subprotocol_is_the_one_of_the_query_if_it_is_offered),
        cmocka_unit_test(deflate_is_declined_if_the_query_says_so),
        cmocka_unit_test(what_is_no_websocket_is_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
