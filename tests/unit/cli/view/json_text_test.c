#include "view/json_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void show(struct str *out, enum json_text_form form, bool has_colours,
                 const char *text, size_t piece)
{
    struct json_text t;
    size_t len = strlen(text);
    json_text_init(&t, form, has_colours);
    for (size_t at = 0; at < len; at += piece)
        json_text_add(&t, out, text + at, len - at < piece ? len - at : piece);
    json_text_finish(&t, out);
}

struct example {
    const char *text;
    const char *shown;
};

/* However it is cut, the same is shown. */
static void check(const struct example *cases, size_t n,
                  enum json_text_form form)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t piece = 1; piece <= 40; piece++) {
            struct str out = {0};
            show(&out, form, false, cases[i].text, piece);
            assert_string_equal(str_text(&out), cases[i].shown);
            str_fini(&out);
        }
    }
}

#define CHECK(cases, form) check(cases, sizeof(cases) / sizeof *(cases), form)

static void test_values_are_indented_and_stay_what_they_are(void **state)
{
    static const struct example cases[] = {
        {"{}", "{}"},
        {" [ ] ", "[]"},
        {"[{},[]]", "[\n    {},\n    []\n]"},
        {"{\"a\":1,\"b\":[true,false,null]}",
         "{\n    \"a\": 1,\n    \"b\": [\n        true,\n        false,\n"
         "        null\n    ]\n}"},
        {"123456789012345678901234567890.50E+007",
         "123456789012345678901234567890.50E+007"},
        {"[-0,0.10,1e5,-1.0e-0]",
         "[\n    -0,\n    0.10,\n    1e5,\n    -1.0e-0\n]"},
        {"\"\\u00e9\\n\\\"\xc3\xa9\"", "\"\\u00e9\\n\\\"\xc3\xa9\""},
        {"{\"a\": {\"a\": 1, \"a\": 2}}",
         "{\n    \"a\": {\n        \"a\": 1,\n        \"a\": 2\n    }\n}"},
        {"1 2\n{}", "1\n2\n{}"},
        {"", ""},
    };
    (void)state;
    CHECK(cases, JSON_TEXT_INDENTED);
}

static void test_what_is_no_json_is_shown_from_where_it_is_none(void **state)
{
    static const struct example cases[] = {
        {"hello {\"a\":1}", "hello {\"a\":1}"},
        {"[1,  x,  {}]", "[\n    1,\n    x,  {}]"},
        {"{\"a\": 1x}", "{\n    \"a\": 1x}"},
        {"{a:1}", "{a:1}"},
        {"{\"a\" 1}", "{\n    \"a\"1}"},
        {"[1,]", "[\n    1,\n    ]"},
        {"[1 2]", "[\n    12]"},
        {"trux [1,2]", "trux [1,2]"},
        {"01", "01"},
        {"-", "-"},
        {"1.x", "1.x"},
        {"1e+,2", "1e+,2"},
        {"\"a\nb\", 1", "\"a\nb\", 1"},
        {"\"\\x\" ,", "\"\\x\" ,"},
        {"\"\\u12g4\" ,", "\"\\u12g4\" ,"},
        {"[1}", "[\n    1}"},
        {"{\"a\":[1", "{\n    \"a\": [\n        1"},
        {"\"open", "\"open"},
        {"/* no */ 1", "/* no */ 1"},
    };
    (void)state;
    CHECK(cases, JSON_TEXT_INDENTED);
}

static void test_a_terminal_obeys_nothing_of_it(void **state)
{
    static const struct example cases[] = {
        {"\"\x1b[2J\"", "\"\\x1b[2J\""},
        {"\"\x7f\xc2\x9b\"", "\"\\x7f\\xc2\\x9b\""},
        {"\"\xe2\x80\xae\"", "\"\\xe2\\x80\\xae\""},
        {"\"\xff\" 1", "\"\\xff\"\n1"},
        {"\"\xc3\"", "\"\\xc3\""},
        {"\x1b[2J", "\\x1b[2J"},
        {"[1\x1b]", "[\n    1\\x1b]"},
    };
    (void)state;
    CHECK(cases, JSON_TEXT_INDENTED);
    static const struct example lines[] = {
        {"{\"a\":1}\r{\x1b}", "{\"a\":1}\\x0d{\\x1b}"},
    };
    CHECK(lines, JSON_TEXT_LINES);
}

static void
test_lines_keep_their_spaces_and_do_not_matter_to_each_other(void **state)
{
    static const struct example cases[] = {
        {"{\"a\":1}\n{\"b\": [1,  2]}\n", "{\"a\":1}\n{\"b\": [1,  2]}\n"},
        {"{\"a\":\r\n\"b\"\n", "{\"a\":\r\n\"b\"\n"},
        {"oops [\n[1]\n", "oops [\n[1]\n"},
        {"\"cut\n1", "\"cut\n1"},
        {"\x1e{\"a\":1}\n\x1e{}\n", "{\"a\":1}\n{}\n"},
    };
    (void)state;
    CHECK(cases, JSON_TEXT_LINES);
}

static void test_tokens_have_colours_by_their_kind(void **state)
{
    struct str out = {0};
    (void)state;
    show(&out, JSON_TEXT_INDENTED, true, "{\"a\":[1,\"s\",null]}", 100);
    assert_string_equal(str_text(&out),
                        "{\n    \x1b[1;34m\"a\"\x1b[0m: [\n"
                        "        \x1b[36m1\x1b[0m,\n"
                        "        \x1b[32m\"s\"\x1b[0m,\n"
                        "        \x1b[35mnull\x1b[0m\n    ]\n}");
    str_clear(&out);
    /* The line after a broken one has its own again. */
    show(&out, JSON_TEXT_LINES, true, "\"cut\n2 x\n3", 100);
    assert_string_equal(str_text(&out), "\x1b[32m\"cut\x1b[0m\n"
                                        "\x1b[36m2\x1b[0m x\n"
                                        "\x1b[36m3\x1b[0m");
    str_fini(&out);
}

static void test_depth_has_a_bound(void **state)
{
    struct str text = {0};
    struct str out = {0};
    (void)state;
    for (unsigned i = 0; i < JSON_TEXT_DEPTH_MAX + 10; i++)
        str_add_char(&text, '[');
    show(&out, JSON_TEXT_INDENTED, false, str_text(&text), 100);
    /* Those that are too many are shown as they are. */
    assert_string_equal(out.base + out.len - 11, " [[[[[[[[[[");
    assert_true(out.len < (size_t)JSON_TEXT_DEPTH_MAX *
                              (JSON_TEXT_INDENT * JSON_TEXT_INDENTED_MAX + 3));
    str_fini(&text);
    str_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values_are_indented_and_stay_what_they_are),
        cmocka_unit_test(test_what_is_no_json_is_shown_from_where_it_is_none),
        cmocka_unit_test(test_a_terminal_obeys_nothing_of_it),
        cmocka_unit_test(
            test_lines_keep_their_spaces_and_do_not_matter_to_each_other),
        cmocka_unit_test(test_tokens_have_colours_by_their_kind),
        cmocka_unit_test(test_depth_has_a_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
