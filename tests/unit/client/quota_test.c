/* What RateLimit and RateLimit-Policy come to. */
#include "client/quota.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define S ((uint64_t)1000000000)

struct world {
    struct arena arena;
    struct fields fields;
    struct quota quota;
};

static void hear(struct world *w, const char *limit, const char *policy,
                 size_t others, uint64_t now)
{
    fields_init(&w->fields, &w->arena);
    if (limit)
        fields_add(&w->fields, SPAN_LIT("RateLimit"), span_str(limit));
    if (policy)
        fields_add(&w->fields, SPAN_LIT("ratelimit-policy"), span_str(policy));
    assert_int_equal(quota_is_told(&w->fields), limit || policy);
    quota_heard(&w->quota, &w->fields, others, now);
}

static int set_up(void **state)
{
    static struct world w;
    w = (struct world){.quota = {0}};
    arena_init(&w.arena);
    *state = &w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    arena_fini(&w->arena);
    return 0;
}

static void what_is_left_may_start_and_no_more(void **state)
{
    struct world *w = *state;
    hear(w, "\"a\";r=2;t=5", NULL, 0, 10 * S);
    assert_int_equal(quota_due(&w->quota), 0);
    quota_take(&w->quota, 10 * S);
    assert_int_equal(quota_due(&w->quota), 0);
    quota_take(&w->quota, 11 * S);
    assert_int_equal(quota_due(&w->quota), 15 * S);
    /* Then nothing is known any more. */
    quota_take(&w->quota, 15 * S);
    assert_int_equal(quota_due(&w->quota), 0);
    quota_take(&w->quota, 15 * S);
    assert_int_equal(quota_due(&w->quota), 0);
}

static void what_is_under_way_is_taken_off(void **state)
{
    struct world *w = *state;
    hear(w, "\"a\";r=3;t=5", NULL, 2, 0);
    quota_take(&w->quota, 0);
    assert_int_equal(quota_due(&w->quota), 5 * S);
    quota_take(&w->quota, S); /* less than nothing is nothing */
    assert_int_equal(quota_due(&w->quota), 5 * S);
    hear(w, "\"a\";r=3;t=5", NULL, 9, 0);
    assert_int_equal(quota_due(&w->quota), 5 * S);
    hear(w, "\"a\";r=1;t=5", NULL, 0, S);
    assert_int_equal(quota_due(&w->quota), 0);
}

static void a_policy_holds_in_the_windows_behind(void **state)
{
    struct world *w = *state;
    hear(w, "\"b\";r=0;t=1, \"a\";r=9;t=9", "\"a\";q=9;w=9, \"b\";q=2;w=4", 0,
         0);
    assert_int_equal(quota_due(&w->quota), S);
    quota_take(&w->quota,
               2 * S); /* a window of 4 s, and who knows since when */
    assert_int_equal(quota_due(&w->quota), 0);
    quota_take(&w->quota, 3 * S);
    assert_int_equal(quota_due(&w->quota), 11 * S);
    hear(w, NULL, "\"a\";q=9;w=9, \"b\";q=2;w=4", 1, 3 * S);
    assert_int_equal(quota_due(&w->quota), 7 * S);
}

static void a_policy_alone_is_counted_here(void **state)
{
    struct world *w = *state;
    const char *policy = "\"b\";q=4;w=10";
    hear(w, NULL, policy, 1, 0); /* two of four are spent */
    quota_take(&w->quota, S);
    hear(w, NULL, policy, 1, S); /* nothing new */
    assert_int_equal(quota_due(&w->quota), 0);
    quota_take(&w->quota, S);
    hear(w, NULL, policy, 1, 2 * S);
    assert_int_equal(quota_due(&w->quota), 10 * S);
    for (int i = 0; i < 4; i++) /* the next window, which the server begins */
        quota_take(&w->quota, 11 * S);
    assert_int_equal(quota_due(&w->quota), 26 * S);
    hear(w, NULL, policy, 3, 12 * S);
    hear(w, NULL, policy, 2, 13 * S);
    assert_int_equal(quota_due(&w->quota), 22 * S);
}

static void what_is_none_is_passed_over(void **state)
{
    struct world *w = *state;
    static const char *const limits[] = {
        "",
        ";;;",
        "\"a\"",
        "\"a\";r=0",
        "\"a\";t=5",
        "\"a\";r=0;t=0",
        "\"a\";r=-1;t=5",
        "\"a\";r=0;t=5;qu=\"content-bytes\"",
        "\"a\";r=;t=",
        "\"a\";rr=0;tt=5",
        "r=0;t=5", /* an item begins with its name */
    };
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        hear(w, limits[i], NULL, 0, 0);
        assert_int_equal(quota_due(&w->quota), 0);
    }
    hear(w, "\"a\";qu=\"requests\";r=0;t=99999999999999999999999", NULL, 0, 0);
    assert_int_equal(quota_due(&w->quota), 600 * S);
    fields_init(&w->fields, &w->arena);
    fields_add(&w->fields, SPAN_LIT("retry-after"), SPAN_LIT("5"));
    fields_add(&w->fields, SPAN_LIT("r"), SPAN_LIT("5"));
    assert_false(quota_is_told(&w->fields));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(what_is_left_may_start_and_no_more),
        TEST(what_is_under_way_is_taken_off),
        TEST(a_policy_holds_in_the_windows_behind),
        TEST(a_policy_alone_is_counted_here),
        TEST(what_is_none_is_passed_over),
    };
    return cmocka_run_group_tests_name("client/quota", tests, NULL, NULL);
}
