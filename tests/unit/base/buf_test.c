#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void bytes_come_out_in_the_order_they_went_in(void **state)
{
    (void)state;
    struct buf_pool pool;
    struct buf b;
    buf_pool_init(&pool);
    buf_init(&b, &pool);
    uint8_t in = 0;
    uint8_t out = 0;
    size_t queued = 0;
    for (unsigned round = 0; round < 500; round++) {
        uint8_t bytes[997];
        size_t n = round % sizeof bytes;
        for (size_t i = 0; i < n; i++)
            bytes[i] = in++;
        buf_add(&b, span_of(bytes, n));
        queued += n;
        size_t take = queued * (round % 5) / 5;
        while (take > 0) {
            struct span spans[3];
            int nspans = buf_peek(&b, spans, 3);
            assert_true(nspans > 0);
            size_t part = spans[0].len < take ? spans[0].len : take;
            for (size_t i = 0; i < part; i++)
                assert_int_equal(spans[0].base[i], out++);
            buf_consume(&b, part);
            take -= part;
            queued -= part;
        }
        assert_int_equal(b.len, queued);
    }
    buf_fini(&b);
    buf_pool_fini(&pool);
}

static void consuming_across_chunks_recycles_them(void **state)
{
    (void)state;
    struct buf_pool pool;
    struct buf b;
    struct span spans[8];
    static const uint8_t zeros[70000];
    buf_pool_init(&pool);
    buf_init(&b, &pool);
    buf_add(&b, span_of(zeros, sizeof zeros));
    assert_int_equal(buf_peek(&b, spans, 8), 5);
    assert_int_equal(buf_peek(&b, spans, 2), 2);
    buf_consume(&b, 60000);
    assert_int_equal(pool.nfree, 3);
    buf_consume(&b, 10000);
    assert_int_equal(b.len, 0);
    assert_int_equal(buf_peek(&b, spans, 8), 0);
    buf_add(&b, SPAN_LIT("again"));
    assert_int_equal(buf_peek(&b, spans, 8), 1);
    assert_true(span_equal(spans[0], SPAN_LIT("again")));
    buf_fini(&b);
    buf_pool_fini(&pool);
}

static void a_reservation_is_one_piece_of_any_size(void **state)
{
    (void)state;
    struct buf_pool pool;
    struct buf b;
    struct span spans[4];
    size_t room = 0;
    buf_pool_init(&pool);
    buf_init(&b, &pool);
    uint8_t *p = buf_reserve(&b, 100000, &room);
    assert_true(room >= 100000);
    p[0] = 'a';
    p[99999] = 'z';
    buf_commit(&b, 100000);
    buf_add(&b, SPAN_LIT("tail"));
    assert_int_equal(buf_peek(&b, spans, 4), 2);
    assert_int_equal(spans[0].len, 100000);
    buf_clear(&b);
    assert_int_equal(b.len, 0);
    assert_int_equal(pool.nfree, 1); /* the huge one was not kept */
    buf_fini(&b);
    buf_pool_fini(&pool);
}

static void a_pool_keeps_only_so_much(void **state)
{
    (void)state;
    struct buf_pool pool;
    struct buf b;
    const size_t size = 4 << 20;
    uint8_t *bytes = calloc(1, size);
    buf_pool_init(&pool);
    buf_init(&b, &pool);
    buf_add(&b, span_of(bytes, size));
    buf_fini(&b);
    assert_int_equal(pool.nfree, 64);
    buf_pool_fini(&pool);
    assert_int_equal(pool.nfree, 0);
    free(bytes);
}

static void what_is_taken_is_consumed(void **state)
{
    (void)state;
    const size_t size = 40000; /* more than two chunks */
    uint8_t *bytes = malloc(size);
    uint8_t *taken = malloc(size);
    struct buf_pool pool;
    struct buf b;
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(i % 251);
    buf_pool_init(&pool);
    buf_init(&b, &pool);
    assert_int_equal(buf_take(&b, taken, size), 0);
    buf_add(&b, span_of(bytes, size));
    assert_int_equal(buf_take(&b, taken, 0), 0);
    assert_int_equal(buf_take(&b, taken, 35000), 35000);
    assert_int_equal(b.len, 5000);
    assert_int_equal(buf_take(&b, taken + 35000, size), 5000);
    assert_int_equal(b.len, 0);
    assert_memory_equal(taken, bytes, size);
    buf_fini(&b);
    buf_pool_fini(&pool);
    free(taken);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_come_out_in_the_order_they_went_in),
        cmocka_unit_test(consuming_across_chunks_recycles_them),
        cmocka_unit_test(a_reservation_is_one_piece_of_any_size),
        cmocka_unit_test(a_pool_keeps_only_so_much),
        cmocka_unit_test(what_is_taken_is_consumed),
    };
    return cmocka_run_group_tests_name("base/buf", tests, NULL, NULL);
}
