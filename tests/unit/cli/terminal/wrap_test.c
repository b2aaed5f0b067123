#include "terminal/wrap.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_lines_end_between_words(void **state)
{
    static const struct {
        const char *text;
        unsigned indent;
        unsigned width;
        const char *lines;
    } cases[] = {
        {"", 2, 10, ""},
        {"one two three", 0, 80, "one two three"},
        {"one two three", 0, 8, "one two\nthree"}, /* the last column is free */
        {"one two three", 0, 7, "one\ntwo\nthree"},
        {"one two three", 4, 12, "one two\n    three"},
        {"  one   two ", 0, 80, "one two"},
        {"unmistakable a b", 2, 6, "unmistakable\n  a b"},
        {"\u00fc\u00fc \u00fc\u00fc", 0, 6, "\u00fc\u00fc \u00fc\u00fc"},
        {"one two three", 3, UINT_MAX, "one two three"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct str out = {0};
        wrap_words(&out, span_str(cases[i].text), cases[i].indent,
                   cases[i].width);
        assert_string_equal(str_text(&out), cases[i].lines);
        str_fini(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines_end_between_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
