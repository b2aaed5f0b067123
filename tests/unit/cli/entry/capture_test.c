/* What is captured, with the examples of RFC 6901 5. */
#include "entry/capture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char document[] =
    "{\"foo\": [\"bar\", \"baz\"], \"\": 0, \"a/b\": 1, \"c%d\": 2, "
    "\"e^f\": 3, \"g|h\": 4, \"i\\\\j\": 5, \"k\\\"l\": 6, \" \": 7, "
    "\"m~n\": 8, \"big\": 12345678901234567890123, \"pi\": 3.10, "
    "\"t\": true, \"z\": null, \"o\": {\"x\": [1, {}]}, "
    "\"s\": \"a\\u0000b\\n\"}";

static const struct qv_field fields[] = {{.name = "ETag", .value = "\"abc\""},
                                         {.name = "x-a", .value = ""}};

/* NULL: it cannot be had. */
static void expect(const char *text, const void *value, size_t len)
{
    struct qv_result r = {.response_code = 201, .fields = fields, .nfields = 2};
    struct capture c;
    struct str got = {0};
    struct str message = {0};
    const char *why = NULL;
    assert_true(capture_parse(&c, "name", text, &why));
    bool ok = capture_take(&c, 1, &r, span_str(document), &got, &message);
    if (ok != (value != NULL))
        fail_msg("%s: %s", text, str_text(&message));
    assert_int_equal(message.len > 0, !ok);
    if (ok) {
        assert_int_equal(got.len, len);
        if (len > 0)
            assert_memory_equal(got.base, value, len);
    }
    str_fini(&got);
    str_fini(&message);
}

static void expect_text(const char *text, const char *value)
{
    expect(text, value, value ? strlen(value) : 0);
}

static void pointers_lead_where_rfc_6901_says(void **state)
{
    (void)state;
    expect_text("/foo", "[\"bar\",\"baz\"]");
    expect_text("/foo/0", "bar");
    expect_text("/", "0");
    expect_text("/a~1b", "1");
    expect_text("/c%d", "2");
    expect_text("/e^f", "3");
    expect_text("/g|h", "4");
    expect_text("/i\\j", "5");
    expect_text("/k\"l", "6");
    expect_text("/ ", "7");
    expect_text("/m~0n", "8");
    expect_text("/foo/2", NULL);
    expect_text("/foo/00", NULL);
    expect_text("/foo/-", NULL);
    expect_text("/nosuch", NULL);
    expect_text("/foo/0/x", NULL);
}

static void values_are_their_text(void **state)
{
    (void)state;
    expect_text("/big", "12345678901234567890123");
    expect_text("/pi", "3.10");
    expect_text("/t", "true");
    expect_text("/z", "null");
    expect_text("/o", "{\"x\":[1,{}]}");
    expect("/s", "a\0b\n", 4);
    expect_text("header:etag", "\"abc\"");
    expect_text("header:X-A", "");
    expect_text("header:x-b", NULL);
    expect_text("status", "201");
}

static void what_is_none_is_said(void **state)
{
    static const char *const bad[][2] = {
        {"a", "x"},       {"a", "/~"},   {"a", "/a~2"},
        {"a", "header:"}, {"", "/x"},    {"1a", "/x"},
        {"a-b", "/x"},    {"a b", "/x"}, {"a", "Status"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct capture c;
        const char *why = NULL;
        if (capture_parse(&c, bad[i][0], bad[i][1], &why))
            fail_msg("%s %s", bad[i][0], bad[i][1]);
        assert_non_null(why);
    }
}

static void a_body_that_is_not_json_has_no_parts(void **state)
{
    struct qv_result r = {.response_code = 200};
    struct capture c[2];
    struct str got[2] = {{0}, {0}};
    struct str message = {0};
    const char *why;
    (void)state;
    assert_true(capture_parse(&c[0], "s", "status", &why));
    assert_true(capture_parse(&c[1], "b", "", &why));
    assert_false(capture_wants_body(c, 1));
    assert_true(capture_wants_body(c, 2));
    assert_true(capture_take(c, 1, &r, SPAN_LIT("<p>"), got, &message));
    assert_string_equal(str_text(&got[0]), "200");
    str_clear(&got[0]);
    assert_false(capture_take(c, 2, &r, SPAN_LIT("<p>"), got, &message));
    assert_non_null(strstr(str_text(&message), "not JSON at byte 1"));
    str_clear(&message);
    assert_false(capture_take(c, 2, &r, SPAN_LIT(""), got, &message));
    for (size_t i = 0; i < 2; i++)
        str_fini(&got[i]);
    str_fini(&message);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pointers_lead_where_rfc_6901_says),
        cmocka_unit_test(values_are_their_text),
        cmocka_unit_test(what_is_none_is_said),
        cmocka_unit_test(a_body_that_is_not_json_has_no_parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
