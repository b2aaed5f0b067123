/* Headers as -H takes them. */
#include "base/header_line.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void the_three_forms_are_told_apart(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *name;
        const char *value;
        bool is_removal;
    } cases[] = {
        {"A: b", "A", "b", false},
        {"A:b: c ", "A", "b: c", false},
        {"A:", "A", "", true},
        {"A: \t", "A", "", true},
        {"A;", "A", "", false},
        {"A: b;", "A", "b;", false},
        {":path: x", "", "path: x", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct header_line line;
        assert_true(header_line_split(cases[i].text, &line));
        assert_true(span_equal(line.name, span_str(cases[i].name)));
        assert_true(span_equal(line.value, span_str(cases[i].value)));
        assert_int_equal(line.is_removal, cases[i].is_removal);
        assert_true(span_equal(header_line_name(cases[i].text), line.name));
        assert_true(header_line_is_named(cases[i].text, line.name));
    }
}

static void what_has_no_form_is_all_name(void **state)
{
    (void)state;
    static const char *const texts[] = {"", ";", "word", "two words", "a;b"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct header_line line;
        assert_false(header_line_split(texts[i], &line));
        assert_true(span_equal(line.name, span_str(texts[i])));
        assert_false(header_line_is_named(texts[i], line.name));
    }
}

static void a_name_is_compared_without_case_and_whole(void **state)
{
    (void)state;
    assert_true(
        header_line_is_named("Content-Type: a", SPAN_LIT("content-type")));
    assert_false(header_line_is_named("Content-Type: a", SPAN_LIT("content")));
    assert_false(header_line_is_named("Content: a", SPAN_LIT("content-type")));
    assert_false(header_line_is_named("A;b", SPAN_LIT("a")));
    assert_true(header_line_is_named("a;", SPAN_LIT("A")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_three_forms_are_told_apart),
        cmocka_unit_test(what_has_no_form_is_all_name),
        cmocka_unit_test(a_name_is_compared_without_case_and_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
