/* Lines of curl's configuration files; what curl 8.23 makes of each was tried
 * with curl itself. */
#include "args/curlrc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *line;
    const char *option;
    const char *argument;
    bool is_odd;
} cases[] = {
    {"", NULL, NULL, false},
    {"  \t", NULL, NULL, false},
    {"# url = x", NULL, NULL, false},
    {"  # x", NULL, NULL, false},
    {"\r", NULL, NULL, false},
    {"verbose", "verbose", NULL, false},
    {"  verbose  ", "verbose", NULL, false},
    {"verbose\r", "verbose", NULL, false},
    {"url=x", "url", "x", false},
    {"url = x\r\n", "url", "x", false},
    {"url:x", "url", "x", false},
    {"url : x", "url", "x", false},
    {"url x", "url", "x", false},
    {"url\tx", "url", "x", false},
    {"url = = x", "url", "x", false},
    {"url https://h/?a=b:c", "url", "https://h/?a=b:c", false},
    {"url = http://h/#part", "url", "http://h/#part", false},
    {"url = x # a comment", "url", "x", false},
    {"url = x y", "url", "x", true},
    {"-o x", "-o", "x", false},
    {"-ox", "-ox", NULL, false},
    {"-o=x", "-o=x", NULL, false},
    {"-o = x", "-o", "=", true},
    {"--output x", "--output", "x", false},
    {"--output=x", "--output=x", NULL, false},
    {"user-agent = \"\"", "user-agent", "", false},
    {"user-agent = \"a b\"", "user-agent", "a b", false},
    {"user-agent \"a b\"  # c", "user-agent", "a b", false},
    {"user-agent = \"a\" b", "user-agent", "a", true},
    {"user-agent = \"a b", "user-agent", "a b", true},
    {"user-agent = \"a\\", "user-agent", "a", true},
    {"data = \"a\\tb\\nc\\rd\\ve\"", "data", "a\tb\nc\rd\ve", false},
    {"data = \"a\\\"b\\\\c\\qd\"", "data", "a\"b\\cqd", false},
    {"data = 'a", "data", "'a", false},
    {"data = 'a b'", "data", "'a", true},
    {"http3 # a comment", "http3", "#", false},
    {"http3 #", "http3", "#", false},
};

static void assert_same(const char *a, const char *b)
{
    if (!a || !b)
        assert_ptr_equal(a, b);
    else
        assert_string_equal(a, b);
}

static void test_lines_are_taken_apart_as_curl_does(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *line = strdup(cases[i].line);
        struct curlrc_line l;
        curlrc_line(&l, line);
        assert_same(l.option, cases[i].option);
        assert_same(l.argument, cases[i].argument);
        assert_int_equal(l.flaw != NULL, cases[i].is_odd);
        free(line);
    }
}

static void test_a_text_is_walked_through_with_line_numbers(void **state)
{
    char text[] = "a\n\nb = c\r\n# d\ne";
    static const char *const expected[] = {"a", "", "b = c\r", "# d", "e"};
    struct curlrc_reader r = {.at = text};
    (void)state;
    for (unsigned i = 0; i < 5; i++) {
        assert_string_equal(curlrc_next(&r), expected[i]);
        assert_int_equal(r.line, i + 1);
    }
    assert_null(curlrc_next(&r));
    assert_null(curlrc_next(&r));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines_are_taken_apart_as_curl_does),
        cmocka_unit_test(test_a_text_is_walked_through_with_line_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
