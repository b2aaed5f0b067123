#include "base/hdr_histogram.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/base/xalloc.h"

static void assert_near(double got, double want)
{
    /* Three significant digits, and half a microsecond of rounding. */
    double room = want / 1000 + 1e-6;
    assert_true(got >= want - room && got <= want + room);
}

static void test_values_keep_three_digits_in_every_range(void **state)
{
    static const double values[] = {
        0.000001, 0.000999, 0.00205, 0.0123, 0.5, 1.0, 29.97, 600, 36000,
    };
    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        struct hdr_histogram *h = xalloc_zeroed(1, sizeof *h);
        /* Another one far away: the value is not clamped to min and max. */
        hdr_histogram_add(h, values[i]);
        hdr_histogram_add(h, 60000);
        assert_near(hdr_histogram_at(h, 0.5), values[i]);
        free(h);
    }
}

static void test_percentiles_of_a_known_row(void **state)
{
    struct hdr_histogram *h = xalloc_zeroed(1, sizeof *h);
    (void)state;
    for (int i = 1; i <= 1000; i++)
        hdr_histogram_add(h, i / 1000.0);
    assert_near(hdr_histogram_at(h, 0.5), 0.5);
    assert_near(hdr_histogram_at(h, 0.9), 0.9);
    assert_near(hdr_histogram_at(h, 0.99), 0.99);
    assert_near(hdr_histogram_at(h, 0.999), 0.999);
    assert_near(hdr_histogram_at(h, 1), 1.0);
    assert_near(hdr_histogram_mean(h), 0.5005);
    free(h);
}

static void test_nothing_and_the_absurd(void **state)
{
    struct hdr_histogram *h = xalloc_zeroed(1, sizeof *h);
    (void)state;
    assert_true(hdr_histogram_at(h, 0.5) < 0);
    assert_true(hdr_histogram_mean(h) < 0);
    hdr_histogram_add(h, -1); /* did not happen */
    assert_true(hdr_histogram_at(h, 0.5) < 0);
    hdr_histogram_add(h, 0);
    assert_near(hdr_histogram_at(h, 1), 0);
    hdr_histogram_add(h, 1e9); /* beyond the last slot: the maximum is known */
    assert_near(hdr_histogram_at(h, 1), 1e9);
    free(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values_keep_three_digits_in_every_range),
        cmocka_unit_test(test_percentiles_of_a_known_row),
        cmocka_unit_test(test_nothing_and_the_absurd),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
