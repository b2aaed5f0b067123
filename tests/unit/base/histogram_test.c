/* How long something took, in classes. */
#include "base/histogram.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum {
    MS = 1000000
};

static void a_bound_belongs_to_its_class(void **state)
{
    struct histogram h = {.count = 0};
    (void)state;
    histogram_add(&h, 0);
    histogram_add(&h, MS / 2);
    histogram_add(&h, MS / 2 + 1);
    histogram_add(&h, MS);
    assert_int_equal(h.buckets[0], 2);
    assert_int_equal(h.buckets[1], 2);
    assert_int_equal(h.count, 4);
    assert_int_equal(h.sum, 2 * MS + 1);
    assert_int_equal(h.max, MS);
}

static void what_is_above_all_bounds_is_in_the_last(void **state)
{
    struct histogram h = {.count = 0};
    uint64_t last = histogram_bounds[HISTOGRAM_BOUNDS - 1];
    (void)state;
    histogram_add(&h, last);
    histogram_add(&h, last + 1);
    histogram_add(&h, UINT64_MAX / 4);
    assert_int_equal(h.buckets[HISTOGRAM_BOUNDS - 1], 1);
    assert_int_equal(h.buckets[HISTOGRAM_BOUNDS], 2);
}

static void bounds_ascend(void **state)
{
    (void)state;
    for (int i = 1; i < HISTOGRAM_BOUNDS; i++)
        assert_true(histogram_bounds[i] > histogram_bounds[i - 1]);
}

static void two_are_added_up(void **state)
{
    struct histogram a = {.count = 0};
    struct histogram b = {.count = 0};
    (void)state;
    histogram_add(&a, 3 * MS);
    histogram_add(&b, 4 * MS);
    histogram_add(&b, 90 * MS);
    histogram_merge(&a, &b);
    assert_int_equal(a.count, 3);
    assert_int_equal(a.sum, 97 * MS);
    assert_int_equal(a.max, 90 * MS);
    assert_int_equal(a.buckets[3], 2);
    histogram_merge(&b, &a);
    assert_int_equal(b.max, 90 * MS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bound_belongs_to_its_class),
        cmocka_unit_test(what_is_above_all_bounds_is_in_the_last),
        cmocka_unit_test(bounds_ascend),
        cmocka_unit_test(two_are_added_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
