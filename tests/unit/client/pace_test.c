/* A rate as a grid of slots: its interval at the ends of what a number can
 * say, and where a late start stays on the grid. */
#include "client/pace.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define S    UINT64_C(1000000000)
#define MS   UINT64_C(1000000)
#define YEAR (365 * 86400 * S)

static void a_rate_is_an_interval_between_a_nanosecond_and_a_year(void **state)
{
    (void)state;
    static const struct {
        double rate;
        uint64_t interval;
    } rows[] = {
        {0, 0},
        {-1, 0},
        {NAN, 0},
        {1, S},
        {1000, MS},
        {1e9, 1},
        {2e9, 1}, /* half of one would be none */
        {INFINITY, 1},
        {1.0 / (100.0 * 86400), 100 * 86400 * S},
        {1.0 / (400.0 * 86400), YEAR},
        {1e-300, YEAR},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct pace p = {.interval = 5};
        pace_set(&p, rows[i].rate);
        uint64_t least = rows[i].interval - rows[i].interval / 1000000;
        assert_in_range(p.interval, least, rows[i].interval);
    }
}

static void a_slot_that_is_a_little_late_stays_on_the_grid(void **state)
{
    (void)state;
    static const struct {
        uint64_t late;
        bool is_kept;
    } rows[] = {
        {0, true},
        {1, true},
        {20 * MS, true},
        {19 * MS, true},
        {20 * MS + 1, false},
        {100 * MS, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct pace p = {.interval = S, .next = 5 * S};
        uint64_t now = 5 * S + rows[i].late;
        assert_true(pace_allows(&p, now));
        pace_take(&p, now);
        assert_int_equal(p.next, rows[i].is_kept ? 6 * S : now + S);
    }
}

static void nothing_starts_before_its_slot(void **state)
{
    (void)state;
    const struct pace p = {.interval = S, .next = 5 * S};
    const struct pace none = {.next = 5 * S};
    assert_false(pace_allows(&p, 5 * S - 1));
    assert_true(pace_allows(&p, 5 * S));
    assert_true(pace_allows(&none, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rate_is_an_interval_between_a_nanosecond_and_a_year),
        cmocka_unit_test(a_slot_that_is_a_little_late_stays_on_the_grid),
        cmocka_unit_test(nothing_starts_before_its_slot),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
