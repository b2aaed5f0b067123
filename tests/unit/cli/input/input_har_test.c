/* HTTP archives as requests of a batch. */
#include "input/input_har.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cli/input/input_rig.h"

static struct entry *open_request(struct input_rig *r, const char *request)
{
    static const struct input_options o = {.format = INPUT_HAR};
    char text[1000];
    int n = snprintf(text, sizeof text,
                     "{\"log\":{\"version\":\"1.2\",\"entries\":[\n"
                     "{\"time\":1.5,\"request\":%s}]}}",
                     request);
    input_rig_open(r, text, (size_t)n, &o);
    return input_rig_next(r);
}

static void a_request_is_sent_as_it_was(void **state)
{
    struct input_rig r;
    struct entry *e = open_request(
        &r, "{\"method\":\"GET\",\"url\":\"https://a/x?y\",\"headers\":["
            "{\"name\":\":authority\",\"value\":\"a\"},"
            "{\"name\":\"Host\",\"value\":\"a\"},"
            "{\"name\":\"Connection\",\"value\":\"close\"},"
            "{\"name\":\"content-length\",\"value\":\"7\"},"
            "{\"name\":\"TE\",\"value\":\"trailers\"},"
            "{\"name\":\"User-Agent\",\"value\":\"me\"},"
            "{\"name\":\"x\",\"value\":\"\"}]}");
    (void)state;
    assert_string_equal(e->message, "");
    assert_string_equal(e->request.method, "GET");
    assert_string_equal(e->request.url, "https://a/x?y");
    assert_int_equal(e->request.nheaders, 2);
    assert_string_equal(e->request.headers[0], "User-Agent: me");
    assert_string_equal(e->request.headers[1], "x;");
    assert_int_equal(e->request.body.kind, QV_BODY_NONE);
    assert_string_equal(e->id, "1");
    assert_null(input_rig_next(&r));
    input_rig_close(&r);
    assert_string_equal(e->request.url, "https://a/x?y"); /* its own */
    entry_free(e);
}

static const struct {
    const char *data;
    const char *body; /* or the message */
    size_t len;
    const char *type;
} posts[] = {
    {"{\"mimeType\":\"text/x\",\"text\":\"a\\u0000b\"}", "a\0b", 3,
     "Content-Type: text/x"},
    {"{\"mimeType\":\"\",\"text\":\"YQ==\",\"encoding\":\"base64\"}", "a", 1,
     NULL},
    {"{\"mimeType\":\"application/x-www-form-urlencoded\",\"text\":\"\","
     "\"params\":[{\"name\":\"a b\",\"value\":\"c&\"},{\"name\":\"d\"}]}",
     "a+b=c%26&d=", 11, "Content-Type: application/x-www-form-urlencoded"},
    {"{\"mimeType\":\"a/b\",\"text\":\"!\",\"encoding\":\"base64\"}",
     "entry 1: postData: not base64", 0, NULL},
    {"{\"mimeType\":\"multipart/form-data\",\"params\":[{\"name\":\"a\"}]}",
     "entry 1: postData: the text of the multipart body is missing", 0, NULL},
    {"{\"mimeType\":\"a/b\\r\\nx: y\",\"text\":\"a\"}", "a", 1, NULL},
    {"{\"params\":[{}]}", "entry 1: postData: a parameter has no name", 0,
     NULL},
    {"{\"text\":\"a\\udc00\"}",
     "entry 1: postData: the text has half a character", 0, NULL},
    {"null,\"bodySize\":70000",
     "entry 1: postData: the archive has not kept the body (70000 bytes)", 0,
     NULL},
    {"{\"text\":\"\"},\"bodySize\":7",
     "entry 1: postData: the archive has not kept the body (7 bytes)", 0, NULL},
};

static void bodies_are_text_or_parameters(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof posts / sizeof *posts; i++) {
        struct input_rig r;
        struct entry *e;
        char request[500];
        (void)snprintf(request, sizeof request,
                       "{\"method\":\"POST\",\"url\":\"a\",\"postData\":%s}",
                       posts[i].data);
        e = open_request(&r, request);
        if (!posts[i].len) {
            assert_string_equal(e->message, posts[i].body);
        } else {
            assert_string_equal(e->message, "");
            assert_int_equal(e->request.body.len, posts[i].len);
            assert_memory_equal(e->request.body.bytes, posts[i].body,
                                posts[i].len);
        }
        if (posts[i].type)
            assert_string_equal(e->request.headers[0], posts[i].type);
        entry_free(e);
        input_rig_close(&r);
    }
}

/* How the exporters write one and the same form, "q=a b&r=50%+ü". */
static void each_exporters_form_is_sent_as_it_was(void **state)
{
    static const char sent[] = "q=a+b&r=50%25%2B%C3%BC";
    static const char type[] =
        "\"mimeType\":\"application/x-www-form-urlencoded\"";
    static const struct {
        const char *who;
        const char *data; /* behind the type */
    } styles[] = {
        {"Chromium", ",\"text\":\"q=a+b&r=50%25%2B%C3%BC\",\"params\":["
                     "{\"name\":\"q\",\"value\":\"a+b\"},"
                     "{\"name\":\"r\",\"value\":\"50%25%2B%C3%BC\"}]}"},
        {"Firefox, mitmproxy",
         ",\"params\":[{\"name\":\"q\",\"value\":\"a b\"},"
         "{\"name\":\"r\",\"value\":\"50%+\xc3\xbc\"}],"
         "\"text\":\"q=a+b&r=50%25%2B%C3%BC\"}"},
        {"Safari", ",\"text\":\"q=a+b&r=50%25%2B%C3%BC\",\"params\":[]}"},
        {"Edge of old, fields alone and encoded",
         ",\"text\":\"\",\"params\":[{\"name\":\"q\",\"value\":\"a+b\"},"
         "{\"name\":\"r\",\"value\":\"50%25%2B%C3%BC\"}]}"},
        {"Charles, fields alone and decoded",
         ",\"params\":[{\"name\":\"q\",\"value\":\"a b\"},"
         "{\"name\":\"r\",\"value\":\"50%+\xc3\xbc\"}]}"},
        {"Reqable", ",\"text\":\"cT1hK2Imcj01MCUyNSUyQiVDMyVCQw==\","
                    "\"encoding\":\"base64\"}"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof styles / sizeof *styles; i++) {
        char request[600];
        struct input_rig r;
        struct entry *e;
        (void)snprintf(request, sizeof request,
                       "{\"method\":\"POST\",\"url\":\"http://a/\","
                       "\"headers\":[],\"postData\":{%s%s}",
                       type, styles[i].data);
        e = open_request(&r, request);
        if (e->status || e->request.body.len != strlen(sent) ||
            memcmp(e->request.body.bytes, sent, strlen(sent)) != 0)
            fail_msg("%s: %s", styles[i].who, e->message);
        entry_free(e);
        input_rig_close(&r);
    }
}

static void an_empty_body_is_one_only_where_it_means_something(void **state)
{
    static const struct {
        const char *method;
        const char *data;
        enum qv_body_kind kind;
    } cases[] = {
        {"GET", "{\"mimeType\":\"\",\"text\":\"\",\"params\":[]}",
         QV_BODY_NONE}, /* Safari */
        {"GET", "{\"mimeType\":\"multipart/form-data\",\"params\":[]}",
         QV_BODY_NONE},
        {"HEAD", "{\"text\":\"\"}", QV_BODY_NONE},
        {"DELETE", "{\"params\":[]}", QV_BODY_NONE},
        {"GET", "null", QV_BODY_NONE},
        {"GET", "{\"text\":\"x\"}", QV_BODY_BYTES},
        {"POST", "{\"mimeType\":\"a/b\",\"text\":null,\"params\":[]}",
         QV_BODY_BYTES}, /* mitmproxy */
        {"POST", "{\"text\":\"\"}", QV_BODY_BYTES},
        {"PUT", "{}", QV_BODY_NONE},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char request[300];
        struct input_rig r;
        struct entry *e;
        (void)snprintf(request, sizeof request,
                       "{\"method\":\"%s\",\"url\":\"http://a/\","
                       "\"postData\":%s}",
                       cases[i].method, cases[i].data);
        e = open_request(&r, request);
        assert_string_equal(e->message, "");
        assert_int_equal(e->request.body.kind, cases[i].kind);
        entry_free(e);
        input_rig_close(&r);
    }
}

static char notes[1000];

static void on_note(void *user, const char *text)
{
    size_t len = strlen(notes);
    const char *name = strrchr(text, '/'); /* without the folder */
    (void)user;
    (void)snprintf(notes + len, sizeof notes - len, "%s\n",
                   strchr(name ? name : text, ':'));
}

static void a_header_that_cannot_be_sent_is_left_out_and_named(void **state)
{
    static const struct input_options o = {.format = INPUT_HAR,
                                           .on_note = on_note};
    static const char har[] =
        "{\"log\":{\"entries\":[{\"request\":{\"method\":\"POST\",\"url\":"
        "\"http://a/\",\"headers\":["
        "{\"name\":\"a\",\"value\":\"b\\nc\"},"
        "{\"name\":\"x y\",\"value\":\"1\"},"
        "{\"name\":\"h\",\"value\":\"x\\ud83dy\"},"
        "{\"name\":\"n\",\"value\":null},"
        "{\"name\":\"ok\",\"value\":\"1\"}],"
        "\"postData\":{\"mimeType\":\"a/b\\r\\nx: y\",\"text\":\"z\"}}}]}}";
    struct input_rig r;
    (void)state;
    notes[0] = '\0';
    input_rig_open(&r, har, strlen(har), &o);
    struct entry *e = input_rig_next(&r);
    assert_string_equal(e->message, "");
    assert_string_equal(input_rig_header(e, "ok"), "ok: 1");
    assert_null(input_rig_header(e, "a"));
    assert_null(input_rig_header(e, "h"));
    assert_int_equal(e->request.body.len, 1);
    assert_string_equal(
        notes,
        ": entry 1: warning: a: its value has a control byte: this header is "
        "left out\n"
        ": entry 1: warning: \"x y\" is no header name: this header is left "
        "out\n"
        ": entry 1: warning: h: its value has half a character: this header "
        "is left out\n"
        ": entry 1: warning: n: expected a string: this header is left out\n"
        ": entry 1: warning: postData: its type cannot be sent and is left "
        "out\n");
    entry_free(e);
    input_rig_close(&r);
}

static void requests_that_are_not_http_are_passed_over_and_counted(void **state)
{
    static const struct input_options o = {.format = INPUT_HAR,
                                           .on_note = on_note};
    static const char *const urls[] = {
        "http://a/1",       "data:text/plain,x",
        "blob:http://a/1",  "about:blank",
        "wss://a/",         "chrome-extension://abc/x.js",
        "HTTPS://a/2",      "localhost:8080/3",
        "ws://a/",          "moz-extension://x/",
        "file:///etc/motd", "javascript:void(0)",
    };
    struct str har = {0};
    struct input_rig r;
    struct entry *e;
    unsigned n = 0;
    uint64_t lines[4] = {0};
    (void)state;
    notes[0] = '\0';
    str_add_text(&har, "{\"log\":{\"entries\":[");
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++)
        str_printf(&har, "%s{\"request\":{\"method\":\"GET\",\"url\":\"%s\"}}",
                   i ? "," : "", urls[i]);
    str_add_text(&har, "]}}");
    input_rig_open(&r, har.base, har.len, &o);
    while ((e = input_rig_next(&r))) {
        assert_string_equal(e->message, "");
        assert_true(n < 4);
        assert_int_equal(e->seq, n);
        lines[n++] = e->line;
        entry_free(e);
    }
    assert_int_equal(n, 3);
    assert_int_equal(lines[1], 7); /* its place in the archive */
    assert_string_equal(notes, ": 9 entries are passed over: no http: or "
                               "https: (entry 2 has data:)\n");
    input_rig_close(&r);
    str_fini(&har);
}

/* What a browser kept beside the requests is nobody's business. */
static void odd_bytes_beside_the_requests_lose_nothing(void **state)
{
    static const char har[] =
        "{\"log\":{\"x\":NaN,\"entries\":["
        "{\"response\":{\"content\":{\"text\":\"x\\ud83dy\"}},"
        "\"request\":{\"cookies\":[{\"value\":\"\\udc00 \\x \xff\"}],"
        "\"headersSize\":NaN,\"method\":\"GET\",\"url\":\"http://a/1\"},"
        "\"timings\":{\"ssl\":-Infinity,\"wait\":undefined}},"
        "{\"request\":{\"method\":\"GET\",\"url\":\"http://a/2\"},"
        "\"response\":\"\xc3\x28 \n \x01 }]}\"}]},}\0\0 end";
    static const struct input_options o = {.format = INPUT_HAR};
    struct input_rig r;
    struct entry *e;
    unsigned n = 0;
    (void)state;
    input_rig_open(&r, har, sizeof har - 1, &o);
    while ((e = input_rig_next(&r))) {
        assert_string_equal(e->message, "");
        n++;
        entry_free(e);
    }
    assert_string_equal(r.error.text, "");
    assert_int_equal(n, 2);
    input_rig_close(&r);
}

static void a_broken_request_costs_itself_alone(void **state)
{
    static const char har[] =
        "{\"log\":{\"entries\":["
        "{\"request\":{\"method\":\"GET\",\"url\":\"\\u12g4\"}},"
        "{\"request\":{\"method\":\"GET\",\"url\":\"http://a/\\ud800\"}},"
        "{\"request\":{\"method\":\"POST\",\"url\":\"http://a/\","
        "\"postData\":{\"text\":\"0123456789012345678901234567890123456789"
        "0123456789012345678901234567890123456789\"}}},"
        "{\"request\":{\"method\":\"GET\",\"url\":\"http://a/2\"}}]}}";
    static const struct input_options o = {.format = INPUT_HAR,
                                           .line_max = 100};
    static const char *const messages[] = {
        "entry 1: request: invalid escaped sequence in string",
        "entry 2: url: it has half a character",
        "entry 3: request: longer than 100 bytes", ""};
    struct input_rig r;
    (void)state;
    input_rig_open(&r, har, strlen(har), &o);
    for (size_t i = 0; i < 4; i++) {
        struct entry *e = input_rig_next(&r);
        assert_string_equal(e->message, messages[i]);
        entry_free(e);
    }
    assert_null(input_rig_next(&r));
    input_rig_close(&r);
}

static void an_archive_that_ends_early_has_given_its_entries(void **state)
{
    static const char har[] =
        "{\"log\":{\"entries\":["
        "{\"request\":{\"method\":\"GET\",\"url\":\"http://a/1\"}},"
        "{\"request\":{\"method\":\"GET\",\"url\":\"http://a/2\"}},"
        "{\"request\":{\"method\":\"GET\",\"url\":\"http://a/3\"}";
    static const struct input_options o = {.format = INPUT_HAR};
    struct input_rig r;
    struct entry *e;
    (void)state;
    input_rig_open(&r, har, strlen(har), &o);
    for (size_t i = 0; i < 2; i++) {
        e = input_rig_next(&r);
        assert_non_null(e);
        entry_free(e);
    }
    assert_int_equal(input_next(r.input, &e, &r.error), INPUT_FAILED);
    assert_int_equal(r.error.status, 2);
    assert_non_null(
        strstr(r.error.text, "is no whole HAR: it ends within entry 3"));
    input_rig_close(&r);
}

static void bad_entries_do_not_end_the_archive(void **state)
{
    static const char har[] =
        "{\"log\":{\"entries\":[1,{},{\"request\":{\"url\":1}},"
        "{\"request\":{\"url\":\"a\",\"method\":\"G T\"}},"
        "null,"
        "{\"request\":{\"url\":\"a\",\"method\":\"GET\"}}]}}";
    struct input_rig r;
    struct entry *e;
    unsigned nbad = 0;
    unsigned n = 0;
    (void)state;
    input_rig_open(&r, har, strlen(har), NULL);
    while ((e = input_rig_next(&r))) {
        nbad += e->status == 2;
        assert_int_equal(e->line, ++n);
        entry_free(e);
    }
    assert_int_equal(n, 6);
    assert_int_equal(nbad, 5);
    input_rig_close(&r);
}

static void what_is_no_archive_cannot_be_read(void **state)
{
    static const char *const texts[] = {"", "{\"log\":", "{\"log\":{}}",
                                        "{\"log\":{\"entries\":{}}}", "[]"};
    struct input_options o = {.format = INPUT_HAR};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct input_rig r;
        struct entry *e;
        input_rig_open(&r, texts[i], strlen(texts[i]), &o);
        assert_int_equal(input_next(r.input, &e, &r.error), INPUT_FAILED);
        assert_int_equal(r.error.status, 2);
        assert_non_null(strstr(r.error.text, "is no HAR: "));
        assert_int_equal(input_next(r.input, &e, &r.error), INPUT_END);
        input_rig_close(&r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_is_sent_as_it_was),
        cmocka_unit_test(bodies_are_text_or_parameters),
        cmocka_unit_test(each_exporters_form_is_sent_as_it_was),
        cmocka_unit_test(an_empty_body_is_one_only_where_it_means_something),
        cmocka_unit_test(a_header_that_cannot_be_sent_is_left_out_and_named),
        cmocka_unit_test(
            requests_that_are_not_http_are_passed_over_and_counted),
        cmocka_unit_test(odd_bytes_beside_the_requests_lose_nothing),
        cmocka_unit_test(a_broken_request_costs_itself_alone),
        cmocka_unit_test(an_archive_that_ends_early_has_given_its_entries),
        cmocka_unit_test(bad_entries_do_not_end_the_archive),
        cmocka_unit_test(what_is_no_archive_cannot_be_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
