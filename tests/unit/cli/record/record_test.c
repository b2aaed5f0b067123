#include "record/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yyjson.h>

#include <cmocka.h>

#include "cli/record/record_sample.h"

/* The record, read back by another hand. */
static yyjson_doc *render_facts(struct writeout_facts f, int status)
{
    struct str out = {0};
    f.status = status;
    f.message = status ? "timed out" : NULL;
    f.error_name = "timeout";
    f.error_class = "transient";
    record_render(&f, &out);
    assert_null(memchr(out.base, '\n', out.len));
    yyjson_doc *doc = yyjson_read(out.base, out.len, 0);
    assert_non_null(doc);
    str_fini(&out);
    return doc;
}

static yyjson_doc *render(const struct qv_result *r,
                          const struct record_entry *e, int status)
{
    return render_facts(sample_facts(r, e), status);
}

static yyjson_doc *render_body(const struct record_body *body)
{
    struct writeout_facts f = sample_facts(&sample_result, &sample_entry);
    f.body = body;
    return render_facts(f, 0);
}

static yyjson_val *at(yyjson_doc *doc, const char *pointer)
{
    yyjson_val *value = yyjson_doc_ptr_get(doc, pointer);
    if (!value)
        fail_msg("no %s", pointer);
    return value;
}

static void expect_text(yyjson_doc *doc, const char *pointer, const char *text)
{
    assert_true(yyjson_is_str(at(doc, pointer)));
    assert_string_equal(yyjson_get_str(at(doc, pointer)), text);
}

static void expect_number(yyjson_doc *doc, const char *pointer, double number)
{
    assert_true(yyjson_is_num(at(doc, pointer)));
    assert_float_equal(yyjson_get_num(at(doc, pointer)), number, 1e-9);
}

static void expect_null(yyjson_doc *doc, const char *pointer)
{
    assert_true(yyjson_is_null(at(doc, pointer)));
}

static void expect_bool(yyjson_doc *doc, const char *pointer, bool value)
{
    assert_true(yyjson_is_bool(at(doc, pointer)));
    assert_int_equal(yyjson_get_bool(at(doc, pointer)), value);
}

static void test_a_good_answer(void **state)
{
    struct record_body body = sample_body;
    (void)state;
    body.bytes = "hello \"you\"";
    body.len = 11;
    body.total = 11;
    yyjson_doc *doc = render_body(&body);
    expect_number(doc, "/v", 1);
    expect_text(doc, "/id", "u4711");
    expect_number(doc, "/seq", 4711);
    expect_number(doc, "/line", 4712);
    expect_text(doc, "/file", "-");
    expect_text(doc, "/url", "https://127.0.0.1:8443/1k?4711");
    expect_text(doc, "/http_version", "2");
    expect_number(doc, "/response_code", 200);
    expect_number(doc, "/http_code", 200);
    expect_null(doc, "/redirect_url");
    expect_number(doc, "/exitcode", 0);
    expect_null(doc, "/errormsg");
    expect_text(doc, "/started", "2026-11-21T03:00:00.123456Z");
    expect_number(doc, "/time_pretransfer", 0.000025);
    expect_number(doc, "/time_total", 0.00032);
    expect_number(doc, "/speed_download", 4259960);
    expect_number(doc, "/remote_port", 8443);
    expect_number(doc, "/phases/queue", 0.000025);
    expect_number(doc, "/phases/wait", 0.000271);
    expect_text(doc, "/headers/etag/0", "\"6b010fb4-400\"");
    assert_int_equal(yyjson_obj_size(at(doc, "/headers")), 8);
    expect_text(doc, "/body/encoding", "utf-8");
    expect_text(doc, "/body/text", "hello \"you\"");
    expect_number(doc, "/body/bytes", 11);
    expect_bool(doc, "/body/truncated", false);
    expect_text(doc, "/body/sha256", SAMPLE_SHA256);
    expect_bool(doc, "/conn/reused", true);
    expect_text(doc, "/conn/cipher", "TLS_AES_128_GCM_SHA256");
    expect_null(doc, "/conn/quic");
    expect_text(doc, "/conn/early_data", "none");
    expect_number(doc, "/conn/rtt", 0.000991);
    expect_null(doc, "/expect");
    expect_null(doc, "/error");
    assert_int_equal(yyjson_obj_size(at(doc, "/tags")), 0);
    assert_int_equal(yyjson_arr_size(at(doc, "/hops")), 0);
    yyjson_doc_free(doc);
}

static void test_no_name_stands_twice(void **state)
{
    yyjson_doc *doc = render(&sample_result, &sample_entry, 0);
    yyjson_obj_iter iter = yyjson_obj_iter_with(yyjson_doc_get_root(doc));
    yyjson_val *key;
    (void)state;
    while ((key = yyjson_obj_iter_next(&iter))) {
        yyjson_obj_iter again = iter;
        yyjson_val *other;
        while ((other = yyjson_obj_iter_next(&again)))
            assert_string_not_equal(yyjson_get_str(key), yyjson_get_str(other));
    }
    yyjson_doc_free(doc);
}

static void test_the_bodies(void **state)
{
    static const struct {
        struct record_body body;
        const char *encoding;
        const char *text;
    } cases[] = {
        {{.bytes = "\xff\x00\x01", .len = 3, .total = 3}, "base64", "/wAB"},
        {{.bytes = "gr\xc3\xbc\xc3",
          .len = 5,
          .total = 9,
          .is_truncated = true},
         "utf-8",
         "gr\xc3\xbc"},
        {{.bytes = NULL}, "utf-8", ""},
        {{.mode = RECORD_BODY_HASH, .total = 3}, NULL, NULL},
        {{.mode = RECORD_BODY_NONE, .total = 3}, NULL, NULL},
        {{.mode = RECORD_BODY_FILE, .total = 3, .file = "a/b"}, NULL, NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct record_body *body = &cases[i].body;
        yyjson_doc *doc = render_body(body);
        expect_number(doc, "/body/bytes", (double)body->total);
        expect_bool(doc, "/body/truncated", body->is_truncated);
        if (cases[i].text) {
            expect_text(doc, "/body/encoding", cases[i].encoding);
            expect_text(doc, "/body/text", cases[i].text);
        } else {
            expect_null(doc, "/body/encoding");
            expect_null(doc, "/body/text");
        }
        if (body->file)
            expect_text(doc, "/body/file", body->file);
        else
            expect_null(doc, "/body/file");
        yyjson_doc_free(doc);
    }
}

static void test_an_error_tells_its_phase(void **state)
{
    struct qv_result r = sample_result;
    (void)state;
    r.response_code = 0;
    r.remote_ip = "";
    r.error.wire = 110;
    r.time_starttransfer = -1;
    yyjson_doc *doc = render(&r, &sample_entry, 28);
    expect_text(doc, "/error/class", "transient");
    expect_number(doc, "/error/code", 28);
    expect_text(doc, "/error/name", "timeout");
    expect_text(doc, "/error/phase", "wait");
    expect_text(doc, "/error/detail", "timed out");
    expect_number(doc, "/error/peer_code", 110);
    expect_text(doc, "/errormsg", "timed out");
    expect_null(doc, "/remote_port");
    expect_null(doc, "/phases/receive");
    yyjson_doc_free(doc);
    r.time_posttransfer = -1;
    r.time_pretransfer = -1;
    doc = render(&r, &sample_entry, 28);
    expect_text(doc, "/error/phase", "queue");
    yyjson_doc_free(doc);
    doc = render(&r, &sample_entry, 6);
    expect_text(doc, "/error/phase", "dns");
    yyjson_doc_free(doc);
}

static void test_same_names_are_one_member(void **state)
{
    static const struct qv_field fields[] = {
        {"Set-Cookie", "a=secret"},
        {"X-A", "1"},
        {"set-cookie", "b=secret"},
        {"x-a", "2"},
        {"X-\"odd\"", ""},
        {"SET-COOKIE", "c"},
        {"", "no name"},
        {"x-b", "\xfc"},
    };
    struct qv_result r = sample_result;
    (void)state;
    r.fields = fields;
    r.nfields = sizeof fields / sizeof fields[0];
    r.trailers = fields + 1;
    r.ntrailers = 1;
    yyjson_doc *doc = render(&r, &sample_entry, 0);
    assert_int_equal(yyjson_obj_size(at(doc, "/headers")), 5);
    assert_int_equal(yyjson_arr_size(at(doc, "/headers/set-cookie")), 3);
    expect_text(doc, "/headers/set-cookie/2", "<redacted>");
    expect_text(doc, "/headers/x-a/0", "1");
    expect_text(doc, "/headers/x-a/1", "2");
    expect_text(doc, "/headers/x-\"odd\"/0", "");
    expect_text(doc, "/headers/x-b/0", "\xc3\xbc");
    expect_text(doc, "/trailers/x-a/0", "1");
    yyjson_doc_free(doc);
}

/* More names than fit the usual memory, each of them twice. */
static void test_many_names(void **state)
{
    enum {
        N = 500
    };
    static struct qv_field fields[2 * N];
    static char names[N][16];
    struct qv_result r = sample_result;
    (void)state;
    for (size_t i = 0; i < N; i++) {
        snprintf(names[i], sizeof names[i], "x-%zu-z", i);
        fields[i] = (struct qv_field){names[i], "1"};
        fields[N + i] = (struct qv_field){names[i], "2"};
    }
    r.fields = fields;
    r.nfields = sizeof fields / sizeof fields[0];
    yyjson_doc *doc = render(&r, &sample_entry, 0);
    assert_int_equal(yyjson_obj_size(at(doc, "/headers")), N);
    for (size_t i = 0; i < N; i++) {
        char pointer[40];
        snprintf(pointer, sizeof pointer, "/headers/%.20s/1", names[i]);
        expect_text(doc, pointer, "2");
    }
    yyjson_doc_free(doc);
}

static void test_history(void **state)
{
    static const struct qv_hop hop = {.url = "http://u:pw@h/a",
                                      .response_code = 302,
                                      .http_version = "1.1",
                                      .conn_id = 3,
                                      .time_total = 0.25};
    static const struct qv_try tries[] = {
        {.error = {.status = 56,
                   .name = "receive",
                   .class_name = "transient",
                   .text = "reset"},
         .delay = 1,
         .reason = "backoff"},
        {.response_code = 503, .delay = 2, .reason = "retry_after"},
    };
    static const int interim[] = {103, 100};
    struct qv_result r = sample_result;
    struct record_entry e = sample_entry;
    (void)state;
    r.hops = &hop;
    r.nhops = 1;
    r.tries = tries;
    r.ntries = 2;
    r.interim = interim;
    r.ninterim = 2;
    e.has_expect = true;
    e.expect_failed = "\"status\",\"max_time\"";
    e.tags = "{\"a\":[1]}";
    yyjson_doc *doc = render(&r, &e, 0);
    expect_text(doc, "/hops/0/url", "http://<redacted>@h/a");
    expect_number(doc, "/hops/0/response_code", 302);
    expect_number(doc, "/hops/0/time_total", 0.25);
    expect_text(doc, "/retries/0/error/name", "receive");
    expect_text(doc, "/retries/0/error/detail", "reset");
    expect_null(doc, "/retries/0/response_code");
    expect_null(doc, "/retries/1/error");
    expect_text(doc, "/retries/1/reason", "retry_after");
    expect_number(doc, "/interim/0", 103);
    expect_bool(doc, "/expect/ok", false);
    expect_text(doc, "/expect/failed/1", "max_time");
    expect_number(doc, "/tags/a/0", 1);
    yyjson_doc_free(doc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_good_answer),
        cmocka_unit_test(test_no_name_stands_twice),
        cmocka_unit_test(test_the_bodies),
        cmocka_unit_test(test_an_error_tells_its_phase),
        cmocka_unit_test(test_same_names_are_one_member),
        cmocka_unit_test(test_many_names),
        cmocka_unit_test(test_history),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
