#include "base/slab.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void fill(void *p, size_t len, unsigned seed)
{
    memset(p, (int)(seed & 0xff), len);
}

static void check(const void *p, size_t len, unsigned seed)
{
    const unsigned char *at = p;
    for (size_t i = 0; i < len; i++)
        assert_int_equal(at[i], seed & 0xff);
}

static void test_pieces_do_not_overlap(void **state)
{
    enum {
        N = 200
    };
    struct slab s;
    void *pieces[N];
    (void)state;
    slab_init(&s);
    for (unsigned round = 0; round < 3; round++) {
        for (unsigned i = 0; i < N; i++) {
            pieces[i] = slab_malloc(i * 11, &s);
            assert_int_equal((uintptr_t)pieces[i] % _Alignof(max_align_t), 0);
            fill(pieces[i], i * 11, i);
        }
        for (unsigned i = 0; i < N; i++)
            check(pieces[i], i * 11, i);
        for (unsigned i = 0; i < N; i++)
            slab_free(pieces[i], &s);
    }
    slab_fini(&s);
}

static void test_calloc_is_zero_after_use(void **state)
{
    struct slab s;
    (void)state;
    slab_init(&s);
    for (unsigned i = 0; i < 3; i++) {
        unsigned char *p = slab_calloc(10, 10, &s);
        check(p, 100, 0);
        fill(p, 100, 0xff);
        slab_free(p, &s);
    }
    slab_free(NULL, &s);
    slab_fini(&s);
}

static void test_realloc_keeps_the_bytes(void **state)
{
    struct slab s;
    (void)state;
    slab_init(&s);
    unsigned char *p = slab_realloc(NULL, 1, &s);
    for (size_t len = 1; len < 100000; len *= 3) {
        fill(p, len, 7);
        p = slab_realloc(p, len * 3, &s);
        check(p, len, 7);
    }
    slab_free(p, &s);
    slab_fini(&s);
}

/* What is kept for later has an end: a burst does not stay for ever. */
static void test_what_is_kept_is_bounded(void **state)
{
    enum {
        N = 5000,
        SIZE = 1000,
    };
    static void *pieces[N];
    struct slab s;
    (void)state;
    slab_init(&s);
    for (unsigned i = 0; i < N; i++)
        pieces[i] = slab_malloc(SIZE, &s);
    for (unsigned i = 0; i < N; i++)
        slab_free(pieces[i], &s);
    assert_true(s.kept <= 1024 * 1024);
    slab_fini(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pieces_do_not_overlap),
        cmocka_unit_test(test_calloc_is_zero_after_use),
        cmocka_unit_test(test_realloc_keeps_the_bytes),
        cmocka_unit_test(test_what_is_kept_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
