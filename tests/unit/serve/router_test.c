#include "serve/router.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/xalloc.h"
#include "serve/echo.h"
#include "serve/fake_stream.h"
#include "serve/pattern.h"
#include "serve/server_life.h"

static struct loop *loop;
static struct server *server;
static struct fake_stream f;
static char log_line[4096];

static void on_request(void *user, const char *line)
{
    (void)user;
    (void)snprintf(log_line, sizeof log_line, "%s", line);
}

static void open_server(bool log_json)
{
    struct server_options options = {
        .on_request = on_request,
        .log_json = log_json,
    };
    struct fault fault;
    server = server_new(loop, &options, &fault);
    assert_non_null(server);
}

static int set_up(void **state)
{
    (void)state;
    loop = loop_new();
    open_server(false);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    server_free(server);
    loop_free(loop);
    return 0;
}

static void ask(const char *method, const char *target)
{
    fake_stream_init(&f, server, method, target);
    fake_stream_run(&f);
    assert_int_equal(f.nresponses, 1);
}

static void assert_field(const char *name, const char *value)
{
    assert_string_equal(fake_stream_value(&f, name), value);
}

static void assert_in_answer(const char *text)
{
    assert_non_null(strstr(str_text(&f.answer), text));
}

static void test_status(void **state)
{
    static const struct {
        const char *target;
        int status;
        const char *body;
    } cases[] = {
        {"/status/200", 200, "200 OK\n"},
        {"/status/404", 404, "404 Not Found\n"},
        {"/status/999", 999, "999\n"},
        {"/status/204", 204, ""},
        {"/status/205", 205, ""},
        {"/status/304", 304, ""},
        {"/status/101", 400, "400 Bad Request\n"},
        {"/status/1000", 400, "400 Bad Request\n"},
        {"/status/x", 400, "400 Bad Request\n"},
        {"/status/-1", 400, "400 Bad Request\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ask("GET", cases[i].target);
        assert_int_equal(f.response.status, cases[i].status);
        assert_string_equal(str_text(&f.answer), cases[i].body);
        assert_true(f.is_complete);
        assert_field("server", "quiver/" QUIVER_VERSION);
        assert_int_equal(strlen(fake_stream_value(&f, "date")), 29);
        fake_stream_fini(&f);
    }
}

static void test_interim_status(void **state)
{
    (void)state;
    ask("GET", "/status/103");
    assert_int_equal(f.informed, 103);
    assert_int_equal(f.response.status, 200);
    fake_stream_fini(&f);
}

static void test_redirects(void **state)
{
    static const struct {
        const char *target;
        int status;
        const char *location;
    } cases[] = {
        {"/redirect/3", 302, "/redirect/2"},
        {"/redirect/1", 302, "/"},
        {"/redirect/0", 302, "/"},
        {"/redirect/2?code=307&to=%2fecho", 307,
         "/redirect/1?code=307&to=%2fecho"},
        {"/redirect/1?code=307&to=%2fecho", 307, "/echo"},
        {"/redirect/1?to=http://h/a%20b", 302, "http://h/a b"},
        {"/redirect/1?to=%0d%0aX:1", 400, ""},
        {"/redirect/1?code=200", 400, ""},
        {"/redirect/x", 400, ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ask("GET", cases[i].target);
        assert_int_equal(f.response.status, cases[i].status);
        assert_field("location", cases[i].location);
        fake_stream_fini(&f);
    }
}

static void ask_for_protocol(const char *method, const char *target)
{
    fake_stream_init(&f, server, method, target);
    f.request.protocol = SPAN_LIT("some-proto");
    fake_stream_run(&f);
    assert_int_equal(f.nresponses, 1);
}

static void test_protocols_that_a_path_does_not_speak(void **state)
{
    (void)state;
    static const char *const targets[] = {
        "/", "/echo", "/status/200", "/drip", "/upload", "/nowhere", "*"};
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        ask_for_protocol("CONNECT", targets[i]);
        assert_int_equal(f.response.status, 501);
        fake_stream_fini(&f);
    }
    /* An Upgrade is an offer, and may be ignored (RFC 9110 7.8). */
    ask_for_protocol("GET", "/status/203");
    assert_int_equal(f.response.status, 203);
    fake_stream_fini(&f);
    ask("CONNECT", "/status/200");
    assert_int_equal(f.response.status, 400);
    fake_stream_fini(&f);
}

static void test_delay_waits_without_blocking(void **state)
{
    (void)state;
    uint64_t before = loop_now(loop);
    ask("GET", "/delay/20");
    assert_int_equal(f.response.status, 200);
    assert_true(loop_now(loop) - before >= 20 * LOOP_MS);
    fake_stream_fini(&f);
    ask("GET", "/delay/99999999999");
    assert_int_equal(f.response.status, 400);
    fake_stream_fini(&f);
}

static void test_bytes(void **state)
{
    uint8_t expected[1000];
    (void)state;
    pattern_fill(expected, 0, sizeof expected);
    ask("GET", "/bytes/1000");
    assert_int_equal(f.response.status, 200);
    assert_int_equal(f.response.body_len, 1000);
    assert_int_equal(f.answer.len, 1000);
    assert_memory_equal(f.answer.base, expected, 1000);
    fake_stream_fini(&f);

    ask("HEAD", "/bytes/9000000000000000");
    assert_int_equal(f.response.body_len, 9000000000000000);
    assert_int_equal(f.answer.len, 0);
    fake_stream_fini(&f);

    fake_stream_init(&f, server, "GET", "/bytes/1000");
    fake_stream_field(&f, "range", "bytes=10-19");
    fake_stream_run(&f);
    assert_int_equal(f.response.status, 206);
    assert_field("content-range", "bytes 10-19/1000");
    assert_int_equal(f.answer.len, 10);
    assert_memory_equal(f.answer.base, expected + 10, 10);
    fake_stream_fini(&f);

    ask("GET", "/bytes/x");
    assert_int_equal(f.response.status, 400);
    fake_stream_fini(&f);
}

static void test_drip_takes_its_time(void **state)
{
    uint8_t expected[105];
    (void)state;
    pattern_fill(expected, 0, sizeof expected);
    uint64_t before = loop_now(loop);
    ask("GET", "/drip?bytes=105&ms=30");
    assert_true(f.is_complete);
    assert_int_equal(f.answer.len, sizeof expected);
    assert_memory_equal(f.answer.base, expected, sizeof expected);
    assert_true(loop_now(loop) - before >= 24 * LOOP_MS);
    fake_stream_fini(&f);
}

static void test_events_come_one_by_one(void **state)
{
    (void)state;
    uint64_t before = loop_now(loop);
    ask("GET", "/sse?n=3&ms=10");
    assert_true(f.is_complete);
    assert_field("content-type", "text/event-stream");
    str_add_char(&f.answer, '\0');
    assert_string_equal(f.answer.base, "id: 1\ndata: {\"n\":1}\n\n"
                                       "id: 2\ndata: {\"n\":2}\n\n"
                                       "id: 3\ndata: {\"n\":3}\n\n");
    assert_true(loop_now(loop) - before >= 20 * LOOP_MS);
    fake_stream_fini(&f);
}

static void test_events_go_on_behind_the_last_one(void **state)
{
    static const struct {
        const char *last;
        int status;
        const char *answer;
    } cases[] = {
        {"2", 200, "id: 3\ndata: {\"n\":3}\n\n"},
        {"3", 204, ""},
        {"18446744073709551615", 204, ""},
        {"x", 400, NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fake_stream_init(&f, server, "GET", "/sse?n=3&ms=0");
        fake_stream_field(&f, "last-event-id", cases[i].last);
        fake_stream_run(&f);
        assert_int_equal(f.response.status, cases[i].status);
        str_add_char(&f.answer, '\0');
        if (cases[i].answer)
            assert_string_equal(f.answer.base, cases[i].answer);
        fake_stream_fini(&f);
    }
    ask("GET", "/sse?ms=99999999");
    assert_int_equal(f.response.status, 400);
    fake_stream_fini(&f);
}

static void test_bad_ends(void **state)
{
    (void)state;
    ask("GET", "/cut/100");
    assert_true(f.is_cut);
    assert_false(f.is_complete);
    assert_int_equal(f.answer.len, 100);
    assert_true(f.response.body_len > 100);
    fake_stream_fini(&f);
    assert_non_null(strstr(log_line, "incomplete"));

    ask("GET", "/cut/0?chunked");
    assert_true(f.is_cut);
    assert_int_equal(f.response.body_len, BODY_LEN_UNKNOWN);
    fake_stream_fini(&f);

    ask("GET", "/reset/10?code=8");
    assert_true(f.is_reset);
    assert_int_equal(f.reset_code, 8);
    assert_int_equal(f.answer.len, 10);
    fake_stream_fini(&f);
}

static void test_goaway_drains(void **state)
{
    (void)state;
    ask("GET", "/goaway");
    assert_true(f.is_drained);
    assert_int_equal(f.response.status, 200);
    fake_stream_fini(&f);
}

static void test_echo_as_json(void **state)
{
    (void)state;
    fake_stream_init(&f, server, "PATCH", "/echo?a=1");
    fake_stream_field(&f, "x-a", "b\"c");
    fake_stream_body(&f, SPAN_LIT("some body"));
    fields_add(&f.request_trailers, SPAN_LIT("x-t"), SPAN_LIT("end"));
    f.piece = 4;
    fake_stream_run(&f);
    assert_field("content-type", "application/json");
    assert_in_answer("\"method\": \"PATCH\"");
    assert_in_answer("\"target\": \"/echo?a=1\"");
    assert_in_answer("\"http_version\": \"1.1\"");
    assert_in_answer("\"x-a\": \"b\\\"c\"");
    assert_in_answer("\"body\": \"some body\"");
    assert_in_answer("\"x-t\": \"end\"");
    fake_stream_fini(&f);

    fake_stream_init(&f, server, "POST", "/echo");
    fake_stream_body(&f, SPAN_LIT("\xff\xfe"));
    fake_stream_run(&f);
    assert_in_answer("\"body_base64\": \"//4=\"");
    fake_stream_fini(&f);
}

static void test_a_large_body_has_no_json(void **state)
{
    uint8_t *large = xalloc_zeroed(1, ECHO_BODY_MAX + 1);
    (void)state;
    fake_stream_init(&f, server, "POST", "/echo");
    fake_stream_body(&f, span_of(large, ECHO_BODY_MAX + 1));
    fake_stream_run(&f);
    assert_int_equal(f.response.status, 413);
    fake_stream_fini(&f);
    free(large);
}

/* A client that sends everything before it reads makes the echo pause; one
 * that reads gets it all. */
static void test_raw_echo_is_a_pipe(void **state)
{
    const size_t len = 3000000;
    uint8_t *large = xalloc_bytes(len);
    (void)state;
    pattern_fill(large, 0, len);
    fake_stream_init(&f, server, "POST", "/echo?raw");
    fake_stream_field(&f, "content-type", "x/y");
    fake_stream_body(&f, span_of(large, len));
    f.piece = 65536;
    f.read_cap = 1000;
    fake_stream_run(&f);
    assert_true(f.was_paused);
    assert_true(f.is_complete);
    assert_int_equal(f.answer.len, len);
    assert_memory_equal(f.answer.base, large, len);
    assert_field("content-type", "x/y");
    fake_stream_fini(&f);

    fake_stream_init(&f, server, "POST", "/echo?raw");
    fake_stream_body(&f, span_of(large, len));
    f.is_slow = true;
    fake_stream_run(&f);
    assert_true(f.is_paused);
    assert_in_range(f.sent, 256 << 10, 300 << 10);
    fake_stream_fini(&f);
    free(large);
}

static void test_upload_counts_and_hashes(void **state)
{
    (void)state;
    fake_stream_init(&f, server, "PUT", "/upload");
    fake_stream_body(&f, SPAN_LIT("abc"));
    f.piece = 1;
    fake_stream_run(&f);
    assert_in_answer("\"bytes\": 3");
    assert_in_answer("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f"
                     "20015ad");
    fake_stream_fini(&f);
}

static void test_trailers(void **state)
{
    (void)state;
    fake_stream_init(&f, server, "POST", "/trailers");
    fake_stream_body(&f, SPAN_LIT("abc"));
    fields_add(&f.request_trailers, SPAN_LIT("x-t"), SPAN_LIT("end"));
    fake_stream_run(&f);
    assert_true(f.is_complete);
    assert_string_equal(str_text(&f.answer), "abc");
    assert_int_equal(f.response.body_len, BODY_LEN_UNKNOWN);
    const struct fields *t = f.response.trailers;
    assert_true(span_equal(fields_value(t, "x-t"), SPAN_LIT("end")));
    assert_true(span_equal(fields_value(t, "x-bytes"), SPAN_LIT("3")));
    assert_int_equal(fields_value(t, "x-sha256").len, 64);
    fake_stream_fini(&f);

    ask("GET", "/trailers");
    assert_true(f.answer.len > 0);
    assert_int_equal(f.response.trailers->len, 2);
    fake_stream_fini(&f);
}

static void test_methods(void **state)
{
    static const struct {
        const char *method, *target;
        int status;
        const char *allow;
    } cases[] = {
        {"GET", "/upload", 405, "POST, PUT, PATCH"},
        {"OPTIONS", "/upload", 204, "POST, PUT, PATCH"},
        {"DELETE", "/absent", 405, "GET, HEAD"},
        {"get", "/", 405, "GET, HEAD"},
        {"POST", "/bytes/1", 405, "GET, HEAD"},
        {"TRACE", "/echo", 405, "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"},
        {"CONNECT", "example.com:443", 403, ""},
        {"OPTIONS", "*", 204, "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"},
        {"GET", "/statusx/200", 404, ""},
        {"GET", "/status/200/x", 404, ""},
        {"GET", "/echo/", 404, ""},
        {"GET", "http://example.com/status/201", 201, ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ask(cases[i].method, cases[i].target);
        assert_int_equal(f.response.status, cases[i].status);
        assert_field("allow", cases[i].allow);
        fake_stream_fini(&f);
    }
}

static void test_the_log_is_safe(void **state)
{
    (void)state;
    ask("GET", "/status/200?\x1b[31m\"\\");
    fake_stream_fini(&f);
    assert_non_null(strstr(log_line,
                           "192.0.2.1 \"GET /status/"
                           "200?\\x1b[31m\\x22\\x5c\" HTTP/1.1 200 7 "));
    server_free(server);
    open_server(true);
    ask("GET", "/status/200?\x1b\"");
    fake_stream_fini(&f);
    assert_non_null(strstr(log_line, "\"target\":\"/status/200?\\u001B\\\"\""));
    assert_non_null(strstr(log_line, "\"status\":200"));
    assert_non_null(strstr(log_line, "\"complete\":true"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_status),
        cmocka_unit_test(test_protocols_that_a_path_does_not_speak),
        cmocka_unit_test(test_interim_status),
        cmocka_unit_test(test_redirects),
        cmocka_unit_test(test_delay_waits_without_blocking),
        cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_drip_takes_its_time),
        cmocka_unit_test(test_events_come_one_by_one),
        cmocka_unit_test(test_events_go_on_behind_the_last_one),
        cmocka_unit_test(test_bad_ends),
        cmocka_unit_test(test_goaway_drains),
        cmocka_unit_test(test_echo_as_json),
        cmocka_unit_test(test_a_large_body_has_no_json),
        cmocka_unit_test(test_raw_echo_is_a_pipe),
        cmocka_unit_test(test_upload_counts_and_hashes),
        cmocka_unit_test(test_trailers),
        cmocka_unit_test(test_methods),
        cmocka_unit_test(test_the_log_is_safe),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
