/* A map of pointers against an array of what it should hold. */
#include "base/pointer_map.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum {
    NKEYS = 700,
    NSTEPS = 40000
};

static char keys[NKEYS][48]; /* as far apart as small objects */

static void test_an_empty_map_has_nothing(void **state)
{
    struct pointer_map m = {0};
    size_t at = 0;
    (void)state;
    assert_null(pointer_map_find(&m, keys));
    assert_null(pointer_map_remove(&m, NULL));
    assert_null(pointer_map_next(&m, &at));
    pointer_map_fini(&m);
}

static void test_null_is_a_key(void **state)
{
    struct pointer_map m = {0};
    (void)state;
    pointer_map_put(&m, NULL, keys[1]);
    assert_ptr_equal(pointer_map_find(&m, NULL), keys[1]);
    pointer_map_put(&m, NULL, keys[2]);
    assert_int_equal(m.len, 1);
    assert_ptr_equal(pointer_map_remove(&m, NULL), keys[2]);
    assert_null(pointer_map_find(&m, NULL));
    pointer_map_fini(&m);
}

static void assert_holds(const struct pointer_map *m, char *const *values)
{
    size_t len = 0;
    size_t at = 0;
    size_t nfound = 0;
    for (size_t i = 0; i < NKEYS; i++) {
        assert_ptr_equal(pointer_map_find(m, keys[i]), values[i]);
        len += values[i] != NULL;
    }
    while (pointer_map_next(m, &at))
        nfound++;
    assert_int_equal(m->len, len);
    assert_int_equal(nfound, len);
}

/* Grows, shrinks and wraps around in an order that chance gives. */
static void test_what_was_put_is_found_until_it_is_removed(void **state)
{
    struct pointer_map m = {0};
    char *values[NKEYS] = {0};
    uint32_t random = 1;
    (void)state;
    for (size_t step = 0; step < NSTEPS; step++) {
        random = random * 1664525 + 1013904223;
        size_t i = (random >> 8) % NKEYS;
        size_t other = (random >> 20) % NKEYS;
        /* More is put in the first half, more is removed in the second. */
        bool puts = (random >> 29) < (step < NSTEPS / 2 ? 6 : 2);

        if (puts) {
            values[i] = keys[other];
            pointer_map_put(&m, keys[i], values[i]);
        } else {
            assert_ptr_equal(pointer_map_remove(&m, keys[i]), values[i]);
            values[i] = NULL;
        }
        if (step % 500 == 0)
            assert_holds(&m, values);
    }
    assert_holds(&m, values);
    pointer_map_fini(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_empty_map_has_nothing),
        cmocka_unit_test(test_null_is_a_key),
        cmocka_unit_test(test_what_was_put_is_found_until_it_is_removed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
