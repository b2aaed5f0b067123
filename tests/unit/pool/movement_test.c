/* When the machine's network is watched. */
#include "pool/movement.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static unsigned nmoved;

static void on_moved(struct movement *m)
{
    nmoved++;
    loop_stop(m->loop);
}

static void only_a_run_that_lasts_watches(void **state)
{
    (void)state;
    struct loop *loop = loop_new();
    struct movement m = {.on_moved = on_moved};
    movement_init(&m, loop);
    nmoved = 0;
    assert_false(heap_has(&m.start.node));
    movement_add(&m);
    movement_add(&m);
    assert_false(m.watch.is_open);
    movement_remove(&m);
    assert_true(heap_has(&m.start.node));
    /* What happened before it watches is looked at once. */
    loop_arm(loop, &m.start, 0);
    loop_run(loop);
    assert_true(m.watch.is_open);
    assert_int_equal(nmoved, 1);
    movement_remove(&m);
    assert_false(m.watch.is_open);
    movement_fini(&m);
    loop_run(loop); /* nothing is left to wait for */
    loop_free(loop);
}

static void one_that_ends_before_opens_nothing(void **state)
{
    (void)state;
    struct loop *loop = loop_new();
    struct movement m = {.on_moved = on_moved};
    movement_init(&m, loop);
    nmoved = 0;
    movement_add(&m);
    movement_remove(&m);
    loop_run(loop);
    assert_int_equal(nmoved, 0);
    movement_fini(&m);
    loop_free(loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_a_run_that_lasts_watches),
        cmocka_unit_test(one_that_ends_before_opens_nothing),
    };
    return cmocka_run_group_tests_name("pool/movement", tests, NULL, NULL);
}
