#include "terminal/screen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_columns_are_not_bytes(void **state)
{
    static const struct {
        const char *s;
        unsigned columns;
    } cases[] = {
        {"", 0},
        {"plain", 5},
        {"\xc3\xa4", 1},
        {"a\xcc\x88", 1}, /* a and a combining diaeresis */
        {"\xe4\xb8\xad\xe6\x96\x87", 4},
        {"\xf0\x9f\x8f\xb9", 2},
        {"\\x1b", 4},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(screen_columns(cases[i].s, strlen(cases[i].s)),
                         cases[i].columns);
}

static void test_a_cut_goes_through_no_character(void **state)
{
    static const char s[] = "a\xe4\xb8\xad\xc3\xa4z";
    static const size_t fits[] = {0, 1, 1, 4, 6, 7, 7};
    (void)state;
    for (unsigned columns = 0; columns < 7; columns++)
        assert_int_equal(screen_fit(s, strlen(s), columns), fits[columns]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_columns_are_not_bytes),
        cmocka_unit_test(test_a_cut_goes_through_no_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
