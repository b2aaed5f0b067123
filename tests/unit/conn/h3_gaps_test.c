#include "conn/h3_gaps.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void what_is_above_may_come_and_what_was_here_may_not(void **state)
{
    (void)state;
    struct h3_gaps g = {0};
    assert_true(h3_gaps_may_come(&g, 0));
    h3_gaps_seen(&g, 0);
    h3_gaps_seen(&g, 0);
    assert_false(h3_gaps_may_come(&g, 0));
    assert_true(h3_gaps_may_come(&g, 4));
    assert_int_equal(g.n, 0);
}

static void one_that_was_overtaken_may_come_once(void **state)
{
    (void)state;
    struct h3_gaps g = {0};
    h3_gaps_seen(&g, 12);
    h3_gaps_seen(&g, 4);
    assert_true(h3_gaps_may_come(&g, 0));
    assert_false(h3_gaps_may_come(&g, 4));
    assert_true(h3_gaps_may_come(&g, 8));
    assert_false(h3_gaps_may_come(&g, 12));
    h3_gaps_seen(&g, 0);
    h3_gaps_seen(&g, 8);
    assert_int_equal(g.n, 0);
}

static void of_too_many_the_oldest_count_as_over(void **state)
{
    (void)state;
    struct h3_gaps g = {0};
    const int64_t last = 4 * INT64_C(1000000);
    h3_gaps_seen(&g, 8);
    h3_gaps_seen(&g, last);
    assert_int_equal(g.n, H3_GAPS_MAX);
    assert_false(h3_gaps_may_come(&g, 0));
    assert_false(h3_gaps_may_come(&g, last - 4 * (H3_GAPS_MAX + 1)));
    assert_true(h3_gaps_may_come(&g, last - 4 * H3_GAPS_MAX));
    h3_gaps_seen(&g, last + 8);
    assert_int_equal(g.n, H3_GAPS_MAX);
    assert_false(h3_gaps_may_come(&g, last - 4 * H3_GAPS_MAX));
    assert_true(h3_gaps_may_come(&g, last + 4));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_above_may_come_and_what_was_here_may_not),
        cmocka_unit_test(one_that_was_overtaken_may_come_once),
        cmocka_unit_test(of_too_many_the_oldest_count_as_over),
    };
    return cmocka_run_group_tests_name("conn/h3_gaps", tests, NULL, NULL);
}
