/* Many small allocations, one end. */
#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void an_arena_keeps_its_first_chunk(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a);
    char *first = arena_string(&a, "hello");
    assert_string_equal(first, "hello");
    for (size_t i = 0; i < 100; i++) {
        uint8_t *p = arena_zeroed(&a, 3 * i * i);
        assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
        if (i > 0)
            assert_int_equal(p[3 * i * i - 1], 0);
    }
    assert_true(a.total > 300000);
    arena_reset(&a);
    assert_int_equal(a.total, 0);
    assert_ptr_equal(arena_string(&a, "again"), first);
    struct span empty = arena_copy(&a, span_of(NULL, 0));
    assert_int_equal(empty.base[0], 0);
    arena_fini(&a);
}

static void copies_outlive_what_they_were_made_of(void **state)
{
    struct arena a;
    char text[] = "text";
    (void)state;
    arena_init(&a);
    struct span s = arena_copy(&a, span_str(text));
    const char *string = arena_string(&a, text);
    text[0] = 'x';
    assert_int_equal(s.len, 4);
    assert_memory_equal(s.base, "text", 5); /* a NUL that is not counted */
    assert_string_equal(string, "text");
    arena_fini(&a);
}

static void what_is_larger_than_a_chunk_has_one_of_its_own(void **state)
{
    struct arena a;
    (void)state;
    arena_init(&a);
    uint8_t *large = arena_alloc(&a, 1 << 20);
    uint8_t *small = arena_alloc(&a, 1);
    large[(1 << 20) - 1] = 1;
    small[0] = 2;
    assert_int_equal(large[(1 << 20) - 1], 1);
    arena_fini(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_arena_keeps_its_first_chunk),
        cmocka_unit_test(copies_outlive_what_they_were_made_of),
        cmocka_unit_test(what_is_larger_than_a_chunk_has_one_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
