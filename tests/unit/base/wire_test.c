/* Numbers and lengths at the front of bytes. */
#include "base/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void bytes_are_cut_off_the_front(void **state)
{
    struct span from = SPAN_LIT("abc");
    struct span got;
    (void)state;
    assert_true(wire_take(&from, 2, &got));
    assert_true(span_equal(got, SPAN_LIT("ab")));
    assert_true(span_equal(from, SPAN_LIT("c")));
    assert_true(wire_take(&from, 0, &got));
    assert_int_equal(got.len, 0);
    assert_true(wire_take(&from, 1, &got));
    assert_int_equal(from.len, 0);
    assert_false(wire_take(&from, 1, &got));
}

static void nothing_can_be_cut_off_nothing(void **state)
{
    struct span from = {NULL, 0};
    struct span got;
    uint64_t value;
    (void)state;
    assert_true(wire_take(&from, 0, &got));
    assert_int_equal(got.len, 0);
    assert_false(wire_take(&from, 1, &got));
    assert_false(wire_take_number(&from, 1, &value));
    assert_false(wire_take_vector(&from, 1, &got));
}

static void the_first_byte_of_a_number_weighs_most(void **state)
{
    static const struct {
        size_t len;
        uint64_t value;
    } rows[] = {
        {1, 0xf1},
        {2, 0xf102},
        {3, 0xf10203},
        {4, 0xf1020304},
        {8, UINT64_C(0xf102030405060708)},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct span from = SPAN_LIT("\xf1\x02\x03\x04\x05\x06\x07\x08");
        uint64_t value = 0;
        assert_true(wire_take_number(&from, rows[i].len, &value));
        assert_true(value == rows[i].value);
        assert_int_equal(from.len, 8 - rows[i].len);
        from = span_of(from.base, rows[i].len - 1);
        assert_false(wire_take_number(&from, rows[i].len, &value));
    }
}

static void a_length_is_followed_by_what_it_says(void **state)
{
    static const struct {
        struct span from;
        size_t len;
        bool is_there;
        struct span to, rest;
    } rows[] = {
        {SPAN_LIT("\2abc"), 1, true, SPAN_LIT("ab"), SPAN_LIT("c")},
        {SPAN_LIT("\0\2ab"), 2, true, SPAN_LIT("ab"), SPAN_LIT("")},
        {SPAN_LIT("\0\0\1ab"), 3, true, SPAN_LIT("a"), SPAN_LIT("b")},
        {SPAN_LIT("\0"), 1, true, SPAN_LIT(""), SPAN_LIT("")},
        {SPAN_LIT("\3ab"), 1, false, {NULL, 0}, {NULL, 0}},
        {SPAN_LIT("\0"), 2, false, {NULL, 0}, {NULL, 0}},
        {SPAN_LIT("\xff\xff\xff\xff\xff\xff\xff\xff"
                  "a"),
         8,
         false,
         {NULL, 0},
         {NULL, 0}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct span from = rows[i].from;
        struct span to;
        if (wire_take_vector(&from, rows[i].len, &to) != rows[i].is_there)
            fail_msg("row %zu", i);
        if (!rows[i].is_there)
            continue;
        assert_true(span_equal(to, rows[i].to));
        assert_true(span_equal(from, rows[i].rest));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_are_cut_off_the_front),
        cmocka_unit_test(nothing_can_be_cut_off_nothing),
        cmocka_unit_test(the_first_byte_of_a_number_weighs_most),
        cmocka_unit_test(a_length_is_followed_by_what_it_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
