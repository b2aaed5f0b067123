#include "ping/ping_stats.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void assert_near(double got, double wanted)
{
    if (fabs(got - wanted) > 1e-6)
        fail_msg("%f is not %f", got, wanted);
}

static void nothing_has_no_times(void **state)
{
    struct ping_stats s = {0};
    (void)state;
    assert_near(ping_stats_mean(&s), 0);
    assert_near(ping_stats_deviation(&s), 0);
    assert_near(ping_stats_jitter(&s), 0);
    assert_near(ping_stats_loss(&s), 0);
}

static void times_are_summed_up(void **state)
{
    static const uint64_t times[] = {2, 4, 4, 4, 5, 5, 7, 9};
    struct ping_stats s = {0};
    (void)state;
    for (size_t i = 0; i < 8; i++)
        ping_stats_time(&s, times[i]);
    assert_int_equal(s.timed, 8);
    assert_int_equal(s.min, 2);
    assert_int_equal(s.max, 9);
    assert_near(ping_stats_mean(&s), 5);
    assert_near(ping_stats_deviation(&s), 2);
    assert_near(ping_stats_jitter(&s), 1); /* 2 0 0 1 0 2 2, of 7 */
}

static void one_time_has_neither_deviation_nor_jitter(void **state)
{
    struct ping_stats s = {0};
    (void)state;
    ping_stats_time(&s, 1000);
    assert_int_equal(s.min, 1000);
    assert_near(ping_stats_deviation(&s), 0);
    assert_near(ping_stats_jitter(&s), 0);
}

/* What is still out is neither. */
static void loss_is_of_what_is_settled(void **state)
{
    struct ping_stats s = {.sent = 10, .answered = 6, .lost = 2};
    (void)state;
    assert_near(ping_stats_loss(&s), 25);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_has_no_times),
        cmocka_unit_test(times_are_summed_up),
        cmocka_unit_test(one_time_has_neither_deviation_nor_jitter),
        cmocka_unit_test(loss_is_of_what_is_settled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
