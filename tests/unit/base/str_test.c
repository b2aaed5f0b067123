/* Text that grows. */
#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void a_str_grows_and_is_always_terminated(void **state)
{
    (void)state;
    struct str s;
    str_init(&s);
    assert_string_equal(str_text(&s), "");
    str_clear(&s);
    str_add_text(&s, "n=");
    str_add_u64(&s, 0);
    str_add_char(&s, ',');
    str_add_u64(&s, UINT64_MAX);
    assert_string_equal(str_text(&s), "n=0,18446744073709551615");
    str_clear(&s);
    str_add_lower(&s, SPAN_LIT("@AZ[ az\xc4"));
    assert_string_equal(str_text(&s), "@az[ az\xc4");
    str_clear(&s);
    str_add_text(&s, "n=0,18446744073709551615");
    str_printf(&s, "%0200d", 7);
    assert_int_equal(s.len, 224);
    str_clear(&s);
    assert_string_equal(str_text(&s), "");
    str_add(&s, SPAN_LIT("a\0b"));
    assert_true(span_equal(str_span(&s), SPAN_LIT("a\0b")));
    str_fini(&s);
}

static void what_was_built_is_taken_once(void **state)
{
    struct str s;
    (void)state;
    str_init(&s);
    str_printf(&s, "%s-%d", "a", 1);
    str_add_spaces(&s, 2);
    char *built = str_take(&s);
    assert_string_equal(built, "a-1  ");
    assert_int_equal(s.len, 0);
    free(built);
    built = str_take(&s); /* of nothing */
    assert_string_equal(built, "");
    free(built);
    str_fini(&s);
}

static void room_is_filled_by_the_caller(void **state)
{
    struct str s;
    (void)state;
    str_init(&s);
    str_add_text(&s, "ab");
    memcpy(str_reserve(&s, 100), "cdef", 4);
    str_commit(&s, 3);
    assert_string_equal(str_text(&s), "abcde");
    char *to = str_reserve(&s, 10);
    *to++ = '!';
    str_commit_to(&s, to);
    assert_string_equal(str_text(&s), "abcde!");
    str_fini(&s);
}

static void every_number_has_its_digits(void **state)
{
    struct str s;
    char expected[24];
    (void)state;
    str_init(&s);
    for (uint64_t n = 1; n < UINT64_MAX / 11; n = n * 11 + 7) {
        str_clear(&s);
        str_add_u64(&s, n);
        (void)snprintf(expected, sizeof expected, "%llu",
                       (unsigned long long)n);
        assert_string_equal(str_text(&s), expected);
    }
    str_fini(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_str_grows_and_is_always_terminated),
        cmocka_unit_test(what_was_built_is_taken_once),
        cmocka_unit_test(room_is_filled_by_the_caller),
        cmocka_unit_test(every_number_has_its_digits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
