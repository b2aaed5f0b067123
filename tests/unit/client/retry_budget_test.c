/* How many retries a host is asked to bear. */
#include "client/retry_budget.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "client/admission_host.h"

static void
two_hundred_retries_are_free_and_then_five_answers_earn_one(void **state)
{
    (void)state;
    struct retry_budget b;
    retry_budget_init(&b);
    for (int i = 0; i < 200; i++)
        assert_true(retry_budget_spend(&b, false));
    assert_false(retry_budget_spend(&b, false));
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 4; i++)
            retry_budget_earn(&b);
        assert_false(retry_budget_spend(&b, false));
        retry_budget_earn(&b);
        retry_budget_earn(&b); /* the sum of fifths is no whole number */
        assert_true(retry_budget_spend(&b, false));
        b.left = 0;
    }
}

static void answers_save_no_more_than_the_beginning(void **state)
{
    (void)state;
    struct retry_budget b;
    retry_budget_init(&b);
    for (int i = 0; i < 1000; i++)
        retry_budget_earn(&b);
    for (int i = 0; i < 200; i++)
        assert_true(retry_budget_spend(&b, false));
    assert_false(retry_budget_spend(&b, false));
}

static void one_alone_is_always_tried_again(void **state)
{
    (void)state;
    struct retry_budget b = {.left = 0.5};
    assert_true(retry_budget_spend(&b, true));
    assert_true(b.left > 0.4); /* at no cost */
    assert_false(retry_budget_spend(&b, false));
    b.left = 1; /* one is enough */
    assert_true(retry_budget_spend(&b, false));
}

static void a_transfer_is_alone_when_no_other_runs_waits_or_rests(void **state)
{
    (void)state;
    static const struct {
        size_t active;
        size_t nwaiting;
        size_t backing_off;
        bool is_alone;
    } rows[] = {
        {1, 0, 0, true},  {0, 0, 0, true},  {2, 0, 0, false},
        {1, 1, 0, false}, {1, 0, 1, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct admission_host h = {.active = rows[i].active,
                                   .nwaiting = rows[i].nwaiting,
                                   .backing_off = rows[i].backing_off};
        assert_int_equal(admission_host_has_one_only(&h), rows[i].is_alone);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            two_hundred_retries_are_free_and_then_five_answers_earn_one),
        cmocka_unit_test(answers_save_no_more_than_the_beginning),
        cmocka_unit_test(one_alone_is_always_tried_again),
        cmocka_unit_test(a_transfer_is_alone_when_no_other_runs_waits_or_rests),
    };
    return cmocka_run_group_tests_name("client/retry_budget", tests, NULL,
                                       NULL);
}
