#include "serve/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void assert_line(struct span bytes, const char *json)
{
    struct str out;
    str_init(&out);
    yyjson_mut_doc *doc = yyjson_mut_doc_new(NULL);
    yyjson_mut_doc_set_root(doc, json_text(doc, bytes));
    json_finish(doc, false, &out);
    assert_string_equal(str_text(&out), json);
    str_fini(&out);
}

static void assert_body(struct span bytes, const char *json)
{
    struct str out;
    str_init(&out);
    yyjson_mut_doc *doc = yyjson_mut_doc_new(NULL);
    yyjson_mut_doc_set_root(doc, json_text(doc, bytes));
    json_finish(doc, true, &out);
    assert_string_equal(str_text(&out), json);
    str_fini(&out);
}

static void test_text_is_unicode(void **state)
{
    (void)state;
    assert_body(SPAN_LIT(""), "\"\"");
    assert_body(SPAN_LIT("a\"b\\\n\x01"), "\"a\\\"b\\\\\\n\\u0001\"");
    assert_body(SPAN_LIT("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"),
                "\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\"");
    assert_body(SPAN_LIT("a\xff"
                         "b"),
                "\"a\xef\xbf\xbd"
                "b\"");
    assert_body(SPAN_LIT("\xc3"), "\"\xef\xbf\xbd\"");
}

/* A terminal may show it: U+009B begins a sequence there. */
static void test_a_line_is_ascii(void **state)
{
    (void)state;
    assert_line(SPAN_LIT("a\"b\x1b"), "\"a\\\"b\\u001B\"");
    assert_line(SPAN_LIT("\xc2\x9b"
                         "2J"),
                "\"\\u009B2J\"");
    assert_line(SPAN_LIT("\xf0\x9f\x98\x80"), "\"\\uD83D\\uDE00\"");
}

static void test_what_is_utf8(void **state)
{
    static const char *const bad[] = {
        "\x80",             /* a continuation first */
        "\xc0\x80",         /* too long */
        "\xc1\xbf",         /* the same */
        "\xe0\x9f\xbf",     /* the same */
        "\xf0\x8f\xbf\xbf", /* the same */
        "\xed\xa0\x80",     /* a surrogate */
        "\xf4\x90\x80\x80", /* over U+10FFFF */
        "\xf5\x80\x80\x80",
        "\xe2\x82",
        "\xe2\x82x",
        "\xff",
    };
    (void)state;
    assert_true(json_is_utf8(SPAN_LIT("")));
    assert_true(json_is_utf8(SPAN_LIT("\xf4\x8f\xbf\xbf\xed\x9f\xbf")));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(json_is_utf8(span_str(bad[i])));
}

static void test_fields_of_one_name_are_a_list(void **state)
{
    static const char *const expected = "{\"A\":[\"1\",\"3\"],\"b\":\"2\"}";
    struct arena arena;
    struct fields f;
    struct str out;
    (void)state;
    arena_init(&arena);
    fields_init(&f, &arena);
    fields_add(&f, SPAN_LIT("A"), SPAN_LIT("1"));
    fields_add(&f, SPAN_LIT("b"), SPAN_LIT("2"));
    fields_add(&f, SPAN_LIT("a"), SPAN_LIT("3"));
    str_init(&out);
    yyjson_mut_doc *doc = yyjson_mut_doc_new(NULL);
    yyjson_mut_doc_set_root(doc, json_fields(doc, &f));
    json_finish(doc, false, &out);
    assert_string_equal(str_text(&out), expected);
    str_fini(&out);
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_is_unicode),
        cmocka_unit_test(test_a_line_is_ascii),
        cmocka_unit_test(test_what_is_utf8),
        cmocka_unit_test(test_fields_of_one_name_are_a_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
