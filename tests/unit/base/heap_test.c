/* The earliest of many deadlines. */
#include "base/heap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void a_heap_gives_the_smallest_key_whatever_is_removed(void **state)
{
    (void)state;
    struct heap h;
    struct heap_node nodes[500] = {0};
    uint32_t x = 7;
    heap_init(&h);
    assert_null(heap_first(&h));
    for (size_t i = 0; i < 500; i++) {
        x = x * 1664525 + 1013904223;
        heap_insert(&h, &nodes[i], x >> 20);
    }
    for (size_t i = 0; i < 500; i += 3) {
        heap_remove(&h, &nodes[i]);
        heap_remove(&h, &nodes[i]);
        assert_false(heap_has(&nodes[i]));
    }
    uint64_t last = 0;
    struct heap_node *n;
    while ((n = heap_first(&h)) != NULL) {
        assert_true(n->key >= last);
        last = n->key;
        heap_remove(&h, n);
    }
    heap_fini(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_heap_gives_the_smallest_key_whatever_is_removed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
