/* The budget for retries of one host. */
#include "client/site.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void
two_hundred_retries_are_free_and_then_five_answers_earn_one(void **state)
{
    (void)state;
    struct site *h = site_new(SPAN_LIT("a.test"));
    h->nwaiting = 1; /* not alone */
    for (int i = 0; i < 200; i++)
        assert_true(site_spend(h));
    assert_false(site_spend(h));
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 4; i++)
            site_earn(h);
        assert_false(site_spend(h));
        site_earn(h);
        site_earn(h); /* the sum of fifths is no whole number */
        assert_true(site_spend(h));
        h->budget = 0;
    }
    site_free(h);
}

static void answers_save_no_more_than_the_beginning(void **state)
{
    (void)state;
    struct site *h = site_new(SPAN_LIT("a.test"));
    h->nwaiting = 1;
    for (int i = 0; i < 1000; i++)
        site_earn(h);
    for (int i = 0; i < 200; i++)
        assert_true(site_spend(h));
    assert_false(site_spend(h));
    site_free(h);
}

static void one_alone_is_always_tried_again(void **state)
{
    (void)state;
    static const struct {
        size_t active;
        size_t nwaiting;
        size_t resting;
        bool is_alone;
    } rows[] = {
        {1, 0, 0, true},  {0, 0, 0, true},  {2, 0, 0, false},
        {1, 1, 0, false}, {1, 0, 1, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct site *h = site_new(SPAN_LIT("a.test"));
        h->budget = 0.5;
        h->active = rows[i].active;
        h->nwaiting = rows[i].nwaiting;
        h->resting = rows[i].resting;
        assert_int_equal(site_spend(h), rows[i].is_alone);
        h->budget = 1; /* one is enough */
        assert_true(site_spend(h));
        site_free(h);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            two_hundred_retries_are_free_and_then_five_answers_earn_one),
        cmocka_unit_test(answers_save_no_more_than_the_beginning),
        cmocka_unit_test(one_alone_is_always_tried_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
