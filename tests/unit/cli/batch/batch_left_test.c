#include "batch/batch_left.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "cli/batch/fake_input.h"
#include "cli/batch/fake_results.h"

struct rig {
    struct input input;
    struct results results;
    struct shard shard;
    struct batch_left left;
};

static void make(struct entry *e)
{
    e->request.url = "http://a.test/";
}

static int set_up(void **state)
{
    struct rig *r = calloc(1, sizeof *r);
    assert_non_null(r);
    fake_input_init(&r->input);
    r->input.make = make;
    r->left = (struct batch_left){
        .input = &r->input, .results = &r->results, .shard = &r->shard};
    *state = r;
    return 0;
}

static int tear_down(void **state)
{
    struct rig *r = *state;
    fake_input_fini(&r->input);
    free(r);
    return 0;
}

/* For the next case of a test. */
static struct rig *renew(void **state)
{
    (void)tear_down(state);
    (void)set_up(state);
    return *state;
}

/* Slices until there is an answer; how many there were. */
static unsigned count(struct rig *r, enum batch_left_state *state)
{
    unsigned slices = 1;
    while ((*state = batch_left_count(&r->left)) == BATCH_LEFT_MORE)
        slices++;
    return slices;
}

static void test_entries_are_counted_in_slices(void **state)
{
    static const struct {
        uint64_t total;
        uint64_t bytes; /* of each */
        unsigned slices;
    } cases[] = {
        {0, 1, 1},
        {255, 1, 1},
        {256, 1, 2}, /* the end is seen in a slice of its own */
        {1000, 1, 4},
        {8, 512 * 1024, 5}, /* a MiB is as much as a slice has */
        {3, 16 * 1024 * 1024, 4},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        enum batch_left_state last;
        struct rig *r = renew(state);
        r->input.total = cases[i].total;
        r->input.bytes = cases[i].bytes;
        assert_int_equal(count(r, &last), cases[i].slices);
        assert_int_equal(last, BATCH_LEFT_COUNTED);
        assert_int_equal(r->left.n, cases[i].total);
    }
}

static void test_a_slice_reads_no_further_than_it_may(void **state)
{
    struct rig *r = *state;
    r->input.total = 100000;
    assert_int_equal(batch_left_count(&r->left), BATCH_LEFT_MORE);
    assert_int_equal(input_count(&r->input), 256);
    r->input.bytes = 1024 * 1024;
    assert_int_equal(batch_left_count(&r->left), BATCH_LEFT_MORE);
    assert_int_equal(input_count(&r->input), 257);
}

static void test_what_was_done_before_is_not_left(void **state)
{
    struct rig *r = *state;
    enum batch_left_state last;
    r->input.total = 10;
    r->results.fates[3] = RESULTS_DONE;
    r->results.fates[7] = RESULTS_DONE;
    r->results.fates[8] = RESULTS_STARTED; /* its end is not known */
    (void)count(r, &last);
    assert_int_equal(last, BATCH_LEFT_COUNTED);
    assert_int_equal(r->left.n, 8);
}

static void test_shards_leave_everything_once(void **state)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < 3; i++) {
        enum batch_left_state last;
        struct rig *r = renew(state);
        r->input.total = 1000;
        r->shard = (struct shard){.index = i, .count = 3};
        (void)count(r, &last);
        assert_int_equal(last, BATCH_LEFT_COUNTED);
        assert_in_range(r->left.n, 200, 500);
        sum += r->left.n;
    }
    assert_int_equal(sum, 1000);
}

static void test_nobody_waits_for_more_than_a_hundred_thousand(void **state)
{
    struct rig *r = *state;
    enum batch_left_state last;
    r->input.total = UINT64_MAX;
    (void)count(r, &last);
    assert_int_equal(last, BATCH_LEFT_UNKNOWN);
    assert_int_equal(input_count(&r->input), 100000);
    assert_int_equal(r->left.n, 100000);
}

static void test_what_cannot_be_read_now_is_not_known(void **state)
{
    struct rig *r = *state;
    enum batch_left_state last;
    r->input.total = 1000;
    r->input.wait_at = 600;
    (void)count(r, &last);
    assert_int_equal(last, BATCH_LEFT_UNKNOWN);
    assert_int_equal(r->left.n, 600);

    r = renew(state);
    r->input.total = 1000;
    r->input.fail_at = 300;
    (void)count(r, &last);
    assert_int_equal(last, BATCH_LEFT_UNKNOWN);
    assert_int_equal(r->left.n, 300);
}

#define RIG_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(test_entries_are_counted_in_slices),
        RIG_TEST(test_a_slice_reads_no_further_than_it_may),
        RIG_TEST(test_what_was_done_before_is_not_left),
        RIG_TEST(test_shards_leave_everything_once),
        RIG_TEST(test_nobody_waits_for_more_than_a_hundred_thousand),
        RIG_TEST(test_what_cannot_be_read_now_is_not_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
