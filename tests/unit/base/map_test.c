/* Maps of names, and of pointers, against what they should hold. */
#include "base/map.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum {
    NKEYS = 700,
    NSTEPS = 40000
};

static char objects[NKEYS][48]; /* as far apart as small objects */
static void *keys[NKEYS];       /* each one's address */

static int make_keys(void **state)
{
    (void)state;
    for (size_t i = 0; i < NKEYS; i++)
        keys[i] = objects[i];
    return 0;
}

static void a_map_finds_what_was_put_and_not_removed(void **state)
{
    (void)state;
    struct map m;
    static char names[1000][16];
    map_init(&m, 42);
    assert_null(map_find(&m, SPAN_LIT("none")));
    assert_null(map_remove(&m, SPAN_LIT("none")));
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 1000; i++) {
            (void)snprintf(names[i], sizeof names[i], "k%d", i);
            assert_null(map_put(&m, span_str(names[i]), names[i]));
        }
        assert_int_equal(m.len, 1000);
        assert_ptr_equal(map_put(&m, span_str("k5"), names[5]), names[5]);
        size_t at = 0;
        size_t seen = 0;
        while (map_next(&m, &at))
            seen++;
        assert_int_equal(seen, 1000);
        for (int i = 0; i < 1000; i++) {
            assert_ptr_equal(map_find(&m, span_str(names[i])), names[i]);
            assert_ptr_equal(map_remove(&m, span_str(names[i])), names[i]);
            assert_null(map_find(&m, span_str(names[i])));
        }
        assert_int_equal(m.len, 0);
    }
    assert_null(map_put(&m, span_of(NULL, 0), names));
    assert_ptr_equal(map_find(&m, SPAN_LIT("")), names);
    map_fini(&m);
}

static void a_zeroed_map_is_empty(void **state)
{
    (void)state;
    struct map m = {0};
    size_t at = 0;
    assert_null(map_find(&m, MAP_POINTER(keys[0])));
    assert_null(map_remove(&m, MAP_POINTER(keys[0])));
    assert_null(map_next(&m, &at));
    map_fini(&m);
}

static void null_is_a_pointer_like_others(void **state)
{
    (void)state;
    static const void *const null = NULL;
    struct map m = {0};
    assert_null(map_put(&m, MAP_POINTER(null), keys[1]));
    assert_ptr_equal(map_find(&m, MAP_POINTER(null)), keys[1]);
    assert_ptr_equal(map_put(&m, MAP_POINTER(null), keys[2]), keys[1]);
    assert_ptr_equal(map_find(&m, MAP_POINTER(null)), keys[2]);
    assert_int_equal(m.len, 1);
    assert_ptr_equal(map_remove(&m, MAP_POINTER(null)), keys[2]);
    assert_null(map_find(&m, MAP_POINTER(null)));
    map_fini(&m);
}

static void assert_holds(const struct map *m, void *const *values)
{
    size_t len = 0;
    size_t at = 0;
    size_t nfound = 0;
    for (size_t i = 0; i < NKEYS; i++) {
        assert_ptr_equal(map_find(m, MAP_POINTER(keys[i])), values[i]);
        len += values[i] != NULL;
    }
    while (map_next(m, &at))
        nfound++;
    assert_int_equal(m->len, len);
    assert_int_equal(nfound, len);
}

/* Grows, shrinks and wraps around in an order that chance gives. */
static void a_pointer_is_found_until_it_is_removed(void **state)
{
    (void)state;
    struct map m = {0};
    void *values[NKEYS] = {0};
    uint32_t random = 1;
    for (size_t step = 0; step < NSTEPS; step++) {
        random = random * 1664525 + 1013904223;
        size_t i = (random >> 8) % NKEYS;
        size_t other = (random >> 20) % NKEYS;
        /* More is put in the first half, more is removed in the second. */
        bool puts = (random >> 29) < (step < NSTEPS / 2 ? 6 : 2);

        void *before = puts ? map_put(&m, MAP_POINTER(keys[i]), keys[other])
                            : map_remove(&m, MAP_POINTER(keys[i]));
        assert_ptr_equal(before, values[i]);
        values[i] = puts ? keys[other] : NULL;
        if (step % 500 == 0)
            assert_holds(&m, values);
    }
    assert_holds(&m, values);
    map_fini(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_map_finds_what_was_put_and_not_removed),
        cmocka_unit_test(a_zeroed_map_is_empty),
        cmocka_unit_test(null_is_a_pointer_like_others),
        cmocka_unit_test(a_pointer_is_found_until_it_is_removed),
    };
    return cmocka_run_group_tests(tests, make_keys, NULL);
}
