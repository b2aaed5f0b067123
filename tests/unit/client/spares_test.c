/* What is kept of objects that are over. */
#include "client/spares.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/list.h"

struct thing {
    struct spare spare;
    bool is_destroyed;
};

static void destroy(struct spare *s)
{
    struct thing *t = container_of(s, struct thing, spare);
    assert_false(t->is_destroyed);
    t->is_destroyed = true;
}

static void so_many_are_kept_and_no_more(void **state)
{
    (void)state;
    struct spares all = {.first = NULL};
    struct thing things[3] = {0};
    assert_null(spares_take(&all));
    for (int i = 0; i < 3; i++)
        spares_put(&all, &things[i].spare, 2, destroy);
    assert_true(things[2].is_destroyed);
    assert_int_equal(all.len, 2);
    assert_ptr_equal(spares_take(&all), &things[1].spare);
    assert_ptr_equal(spares_take(&all), &things[0].spare);
    assert_null(spares_take(&all));
    assert_false(things[0].is_destroyed || things[1].is_destroyed);
}

static void what_is_left_is_destroyed_in_the_end(void **state)
{
    (void)state;
    struct spares all = {.first = NULL};
    struct thing things[2] = {0};
    spares_fini(&all); /* nothing was ever kept */
    spares_put(&all, &things[0].spare, 2, destroy);
    spares_put(&all, &things[1].spare, 2, destroy);
    spares_fini(&all);
    assert_true(things[0].is_destroyed && things[1].is_destroyed);
    assert_int_equal(all.len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(so_many_are_kept_and_no_more),
        cmocka_unit_test(what_is_left_is_destroyed_in_the_end),
    };
    return cmocka_run_group_tests_name("client/spares", tests, NULL, NULL);
}
