/* Memory in the shapes that callers want. */
#include "base/xalloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void an_array_has_room_for_one_more(void **state)
{
    unsigned *all = NULL;
    size_t cap = 0;
    unsigned ngrown = 0;
    (void)state;
    for (unsigned i = 0; i < 1000; i++) {
        size_t before = cap;
        all = xalloc_room(all, i, &cap, sizeof *all);
        assert_true(cap > i);
        ngrown += cap != before;
        all[i] = i;
    }
    for (unsigned i = 0; i < 1000; i++)
        assert_int_equal(all[i], i);
    assert_true(ngrown <= 10); /* it doubles */
    free(all);
}

static void copies_end_with_a_nul(void **state)
{
    (void)state;
    char *copy = xalloc_copy("a\0bc", 3);
    assert_memory_equal(copy, "a\0b", 4);
    free(copy);
    copy = xalloc_copy(NULL, 0);
    assert_string_equal(copy, "");
    free(copy);
    copy = xalloc_string("text");
    assert_string_equal(copy, "text");
    free(copy);
}

static void zeroed_memory_is_zero(void **state)
{
    (void)state;
    struct {
        int a[100];
    } *p = xalloc_zeroed(3, sizeof *p);
    for (size_t i = 0; i < 100; i++)
        assert_int_equal(p[2].a[i], 0);
    free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_array_has_room_for_one_more),
        cmocka_unit_test(copies_end_with_a_nul),
        cmocka_unit_test(zeroed_memory_is_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
