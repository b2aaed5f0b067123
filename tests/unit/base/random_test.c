#include "base/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void fills_all_that_it_is_given(void **state)
{
    (void)state;
    /* More than getrandom() promises to give at once. That a run of 16 zeros is
     * left by chance has a likelihood of 2^-116. */
    static uint8_t bytes[4096];
    static const uint8_t zeros[16];
    random_bytes(bytes, sizeof bytes);
    for (size_t i = 0; i + sizeof zeros <= sizeof bytes; i++)
        assert_memory_not_equal(bytes + i, zeros, sizeof zeros);
}

static void stays_below_its_limit_and_reaches_all(void **state)
{
    (void)state;
    unsigned seen = 0;
    for (int i = 0; i < 1000; i++) {
        uint32_t n = random_below(5);
        assert_true(n < 5);
        seen |= 1U << n;
    }
    assert_int_equal(seen, 0x1f);
    assert_int_equal(random_below(1), 0);
    assert_int_equal(random_below(0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fills_all_that_it_is_given),
        cmocka_unit_test(stays_below_its_limit_and_reaches_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
