#include "base/span.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void case_is_folded_in_ascii_only(void **state)
{
    (void)state;
    assert_true(span_equal_nocase(SPAN_LIT("Content-LENGTH"),
                                  SPAN_LIT("content-length")));
    assert_false(span_equal_nocase(SPAN_LIT("a"), SPAN_LIT("ab")));
    assert_false(span_equal_nocase(SPAN_LIT("["), SPAN_LIT("{")));
    assert_false(span_equal_nocase(SPAN_LIT("\xc4"), SPAN_LIT("\xe4")));
    assert_false(
        span_equal_nocase(SPAN_LIT("content@type"), SPAN_LIT("content`type")));
    assert_false(
        span_equal_nocase(SPAN_LIT("content[type"), SPAN_LIT("content{type")));
    assert_false(span_equal_nocase(SPAN_LIT("content\xc4type"),
                                   SPAN_LIT("content\xe4type")));
    assert_true(span_starts_nocase(SPAN_LIT("HTTP/1.1"), SPAN_LIT("http/")));
    assert_false(span_starts_nocase(SPAN_LIT("HT"), SPAN_LIT("http/")));
    assert_true(span_equal(span_of(NULL, 0), SPAN_LIT("")));
    assert_true(span_equal(span_str(NULL), SPAN_LIT("")));
}

static void blanks_are_trimmed_on_both_sides(void **state)
{
    (void)state;
    assert_true(span_equal(span_trim(SPAN_LIT(" \t a b\t ")), SPAN_LIT("a b")));
    assert_int_equal(span_trim(SPAN_LIT(" \t ")).len, 0);
    assert_int_equal(span_trim(SPAN_LIT("\n")).len, 1);
}

static void a_list_yields_every_element_the_empty_ones_too(void **state)
{
    (void)state;
    struct span rest = SPAN_LIT("a,,b,");
    const struct span expected[] = {SPAN_LIT("a"), SPAN_LIT(""), SPAN_LIT("b"),
                                    SPAN_LIT("")};
    struct span element;
    for (size_t i = 0; i < 4; i++) {
        assert_true(span_next(&rest, ',', &element));
        assert_true(span_equal(element, expected[i]));
    }
    assert_false(span_next(&rest, ',', &element));
}

static void numbers_are_digits_that_fit(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_number;
        uint64_t value;
    } cases[] = {
        {"0", true, 0},
        {"007", true, 7},
        {"18446744073709551615", true, UINT64_MAX},
        {"18446744073709551616", false, 0},
        {"99999999999999999999", false, 0},
        {"", false, 0},
        {"-1", false, 0},
        {"+1", false, 0},
        {" 1", false, 0},
        {"0x5", false, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint64_t value = 42;
        assert_int_equal(span_to_u64(span_str(cases[i].text), &value),
                         cases[i].is_number);
        assert_int_equal(value, cases[i].is_number ? cases[i].value : 42);
    }
}

static void digits_without_end_are_the_largest_number(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_number;
        uint64_t value;
    } cases[] = {
        {"7", true, 7},
        {"18446744073709551615", true, UINT64_MAX},
        {"18446744073709551616", true, UINT64_MAX},
        {"99999999999999999999999999999999999999990", true, UINT64_MAX},
        {"99999999999999999999999999999999999999x", false, 0},
        {"", false, 0},
        {"-1", false, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint64_t value = 42;
        assert_int_equal(span_to_u64_capped(span_str(cases[i].text), &value),
                         cases[i].is_number);
        assert_int_equal(value, cases[i].is_number ? cases[i].value : 42);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(case_is_folded_in_ascii_only),
        cmocka_unit_test(blanks_are_trimmed_on_both_sides),
        cmocka_unit_test(a_list_yields_every_element_the_empty_ones_too),
        cmocka_unit_test(numbers_are_digits_that_fit),
        cmocka_unit_test(digits_without_end_are_the_largest_number),
    };
    return cmocka_run_group_tests_name("base/span", tests, NULL, NULL);
}
