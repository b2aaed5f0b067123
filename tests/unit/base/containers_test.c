/* arena, str, list, heap, map and trace: small containers, a case each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/heap.h"
#include "base/list.h"
#include "base/map.h"
#include "base/str.h"
#include "base/trace.h"
#include "base/xalloc.h"

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

static void a_str_grows_and_is_always_terminated(void **state)
{
    (void)state;
    struct str s;
    str_init(&s);
    assert_string_equal(str_text(&s), "");
    str_clear(&s);
    str_add_text(&s, "n=");
    str_add_u64(&s, 0);
    str_add_char(&s, ',');
    str_add_u64(&s, UINT64_MAX);
    assert_string_equal(str_text(&s), "n=0,18446744073709551615");
    str_printf(&s, "%0200d", 7);
    assert_int_equal(s.len, 224);
    str_clear(&s);
    assert_string_equal(str_text(&s), "");
    str_add(&s, SPAN_LIT("a\0b"));
    assert_true(span_equal(str_span(&s), SPAN_LIT("a\0b")));
    str_fini(&s);
}

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

static void a_map_finds_what_was_put_and_not_removed(void **state)
{
    (void)state;
    struct map m;
    static char keys[1000][16];
    map_init(&m, 42);
    assert_null(map_find(&m, SPAN_LIT("none")));
    assert_null(map_remove(&m, SPAN_LIT("none")));
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 1000; i++) {
            (void)snprintf(keys[i], sizeof keys[i], "k%d", i);
            assert_null(map_put(&m, span_str(keys[i]), keys[i]));
        }
        assert_int_equal(m.len, 1000);
        assert_ptr_equal(map_put(&m, span_str("k5"), keys[5]), keys[5]);
        size_t at = 0;
        size_t seen = 0;
        while (map_next(&m, &at))
            seen++;
        assert_int_equal(seen, 1000);
        for (int i = 0; i < 1000; i++) {
            assert_ptr_equal(map_find(&m, span_str(keys[i])), keys[i]);
            assert_ptr_equal(map_remove(&m, span_str(keys[i])), keys[i]);
            assert_null(map_find(&m, span_str(keys[i])));
        }
        assert_int_equal(m.len, 0);
    }
    assert_null(map_put(&m, span_of(NULL, 0), keys));
    assert_ptr_equal(map_find(&m, SPAN_LIT("")), keys);
    map_fini(&m);
}

struct recorder {
    struct trace trace;
    unsigned n;
    char last[64];
};

static void record(struct trace *t, const struct trace_event *event)
{
    struct recorder *r = container_of(t, struct recorder, trace);
    r->n++;
    (void)snprintf(r->last, sizeof r->last, "%d %llu %.*s", (int)event->kind,
                   (unsigned long long)event->conn_id, SPAN_ARG(event->text));
}

static void events_reach_the_sink_if_there_is_one(void **state)
{
    (void)state;
    struct recorder r = {.trace = {.wants_notes = true, .on_event = record}};
    trace_printf(NULL, TRACE_TLS, 1, 2, "nobody hears %d", 3);
    trace_emit(NULL, &(struct trace_event){.kind = TRACE_TLS});
    trace_printf(&r.trace, TRACE_RESOLVED, 1, 9, "x=%d", 3);
    assert_int_equal(r.n, 1);
    assert_string_equal(r.last, "0 9 x=3");
    assert_true(trace_wanted(&r.trace));
    assert_false(trace_wanted(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_arena_keeps_its_first_chunk),
        cmocka_unit_test(a_str_grows_and_is_always_terminated),
        cmocka_unit_test(lists_are_appended_spliced_and_walked),
        cmocka_unit_test(a_heap_gives_the_smallest_key_whatever_is_removed),
        cmocka_unit_test(a_map_finds_what_was_put_and_not_removed),
        cmocka_unit_test(events_reach_the_sink_if_there_is_one),
    };
    return cmocka_run_group_tests_name("base/containers", tests, NULL, NULL);
}
