#include "client/throttle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define MS ((uint64_t)1000000)
#define S  (1000 * MS)

/* The time at which all of `bytes` are paid for, when pieces of `want` come and
 * timers are late by `late`. */
static uint64_t time_of(uint64_t rate, uint64_t bytes, size_t want,
                        uint64_t late)
{
    struct throttle t = {.rate = rate};
    uint64_t now = S; /* a clock does not begin at 0 */
    while (bytes > 0) {
        if (now < t.next)
            now = t.next + late;
        size_t n = throttle_room(&t, now, bytes < want ? (size_t)bytes : want);
        assert_true(n > 0 && n <= want && n <= bytes);
        throttle_take(&t, now, n);
        bytes -= n;
    }
    return t.next - S;
}

static void near(uint64_t is, uint64_t expected)
{
    assert_true(is >= expected - expected / 100 &&
                is <= expected + expected / 100);
}

static void the_time_of_the_whole_is_exact(void **state)
{
    (void)state;
    near(time_of(1000, 5000, 65536, 0), 5 * S);
    near(time_of(1000, 5000, 1, 0), 5 * S);
    near(time_of(1, 3, 65536, 0), 3 * S);
    near(time_of(10 << 20, 50 << 20, 16384, 0), 5 * S);
    near(time_of(UINT64_MAX / 2, 1 << 20, 16384, 0), 0);
}

static void late_timers_do_not_add_up(void **state)
{
    (void)state;
    near(time_of(100000, 500000, 65536, 20 * MS), 5 * S);
}

static void a_piece_is_small(void **state)
{
    (void)state;
    struct throttle t = {.rate = 1000};
    assert_int_equal(throttle_room(&t, S, 65536), 50);
    t.rate = 3;
    assert_int_equal(throttle_room(&t, S, 65536), 1);
    throttle_take(&t, S, 1);
    assert_int_equal(throttle_room(&t, S, 65536), 0);
}

static void a_silence_is_no_credit_but_for_a_moment(void **state)
{
    (void)state;
    struct throttle t = {.rate = 1000};
    uint64_t now = S;
    throttle_take(&t, now, 50);
    now += 60 * S;
    size_t n = 0;
    while (now >= t.next) {
        throttle_take(&t, now, 50);
        n += 50;
    }
    assert_in_range(n, 200, 300);
}

static void no_rate_is_any(void **state)
{
    (void)state;
    struct throttle t = {.rate = 0};
    throttle_take(&t, S, SIZE_MAX);
    assert_true(throttle_room(&t, S, SIZE_MAX) == SIZE_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_time_of_the_whole_is_exact),
        cmocka_unit_test(late_timers_do_not_add_up),
        cmocka_unit_test(a_piece_is_small),
        cmocka_unit_test(a_silence_is_no_credit_but_for_a_moment),
        cmocka_unit_test(no_rate_is_any),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
