/* The table of admission_share.h, row by row. */
#include "client/admission_share.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    PERMITS = 40
};

struct rig {
    struct loop *loop;
    struct admission a;
    struct admission_host *h; /* in a.hosts, with `beside` others */
};

static void rig_init(struct rig *r, size_t permits, unsigned beside)
{
    const struct admission_limits limits = {.permits = permits};
    char name[2] = "a";
    r->loop = loop_new();
    admission_init(&r->a, r->loop, &limits);
    for (unsigned i = 0; i <= beside; i++, name[0]++) {
        r->h = admission_host_new(span_str(name));
        map_put(&r->a.hosts, r->h->key, r->h);
    }
}

static void rig_fini(struct rig *r)
{
    admission_fini(&r->a);
    loop_free(r->loop);
}

static size_t share(const struct rig *r)
{
    r->h->active = 0;
    while (r->h->active < 1000 && admission_share_may_grow(&r->a, r->h))
        r->h->active++;
    size_t n = r->h->active;
    r->h->active = 0;
    return n;
}

static void what_a_host_may_hold(void **state)
{
    static const struct {
        size_t permits;
        bool is_proven;
        unsigned beside;
        size_t expected;
    } rows[] = {
        {PERMITS, true, 0, 40},  {PERMITS, true, 3, 30},
        {PERMITS, false, 0, 30}, {PERMITS, false, 3, 10},
        {4, true, 1, 3},         {4, false, 1, 1}, /* a quarter, at least one */
        {1, true, 1, 1},         {1, false, 1, 1},
        {0, false, 3, 1000}, /* no limit */
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct rig r;
        rig_init(&r, rows[i].permits, rows[i].beside);
        r.h->is_proven = rows[i].is_proven;
        r.a.nproven = rows[i].is_proven;
        assert_int_equal(share(&r), rows[i].expected);
        rig_fini(&r);
    }
}

static void the_limit_of_each_host_is_the_least_of_both(void **state)
{
    struct rig r;
    (void)state;
    rig_init(&r, PERMITS, 0);
    r.a.limits.permits_host = 6;
    assert_int_equal(share(&r), 6);
    r.a.limits.permits_host = 600;
    assert_int_equal(share(&r), 30);
    rig_fini(&r);
}

static void what_is_left(void **state)
{
    static const struct {
        size_t npermits;
        size_t nunproven;
        size_t nproven;
        bool is_left;
        bool is_left_for_unproven;
    } rows[] = {
        {0, 0, 0, true, true},
        {40, 0, 1, false, true}, /* asked only when one is free */
        {39, 30, 1, true, false},
        {39, 29, 1, true, true},
        {39, 39, 0, true, true}, /* nobody has answered yet */
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct rig r;
        rig_init(&r, PERMITS, 1);
        r.a.npermits = rows[i].npermits;
        r.a.nunproven = rows[i].nunproven;
        r.a.nproven = rows[i].nproven;
        assert_int_equal(admission_share_is_left(&r.a), rows[i].is_left);
        assert_int_equal(admission_share_is_left_for_unproven(&r.a),
                         rows[i].is_left_for_unproven);
        rig_fini(&r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_host_may_hold),
        cmocka_unit_test(the_limit_of_each_host_is_the_least_of_both),
        cmocka_unit_test(what_is_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
