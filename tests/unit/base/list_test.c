/* Elements that embed their links. */
#include "base/list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct item {
    struct list link;
    int n;
};

static void lists_are_appended_spliced_and_walked(void **state)
{
    (void)state;
    struct list a;
    struct list b;
    struct item items[4] = {{.n = 1}, {.n = 2}, {.n = 3}, {.n = 4}};
    list_init(&a);
    list_init(&b);
    list_append(&a, &items[1].link);
    list_prepend(&a, &items[0].link);
    list_append(&b, &items[2].link);
    list_append(&b, &items[3].link);
    list_splice(&a, &b);
    list_splice(&a, &b);
    assert_true(list_is_empty(&b));
    int expected = 1;
    list_each_safe (pos, &a) {
        struct item *i = container_of(pos, struct item, link);
        assert_int_equal(i->n, expected++);
        list_remove(pos);
        list_remove(pos); /* twice is fine */
        assert_true(list_is_empty(pos));
    }
    assert_true(list_is_empty(&a));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_are_appended_spliced_and_walked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
