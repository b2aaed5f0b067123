#include "conn/h3_early.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void assert_taken(struct h3_early *e, int64_t id, uint64_t since,
                         const char *text)
{
    struct h3_early_datagram *d = h3_early_take(e, id, since);
    assert_non_null(d);
    assert_true(span_equal(span_of(d->bytes, d->len), span_str(text)));
    free(d);
}

static void those_of_a_stream_come_in_order(void **state)
{
    (void)state;
    struct h3_early e;
    h3_early_init(&e);
    h3_early_add(&e, 0, SPAN_LIT("a"), 10, 0);
    h3_early_add(&e, 4, SPAN_LIT("b"), 11, 0);
    h3_early_add(&e, 0, SPAN_LIT(""), 12, 0);
    assert_taken(&e, 0, 0, "a");
    assert_taken(&e, 0, 0, "");
    assert_null(h3_early_take(&e, 0, 0));
    assert_taken(&e, 4, 0, "b");
    assert_int_equal(e.n + e.bytes, 0);
    h3_early_fini(&e);
}

static void those_that_are_too_old_are_forgotten(void **state)
{
    (void)state;
    struct h3_early e;
    h3_early_init(&e);
    h3_early_add(&e, 0, SPAN_LIT("a"), 10, 0);
    h3_early_add(&e, 0, SPAN_LIT("b"), 20, 0);
    assert_taken(&e, 0, 15, "b");
    assert_null(h3_early_take(&e, 0, 0));
    h3_early_add(&e, 0, SPAN_LIT("c"), 30, 0);
    h3_early_add(&e, 4, SPAN_LIT("d"), 60, 40);
    assert_int_equal(e.n, 1);
    h3_early_fini(&e);
}

static void there_are_never_too_many_or_too_much(void **state)
{
    (void)state;
    static const uint8_t bytes[H3_EARLY_BYTES + 1];
    struct h3_early e;
    h3_early_init(&e);
    for (int64_t i = 0; i < 100; i++)
        h3_early_add(&e, i, SPAN_LIT("x"), 1, 0);
    assert_int_equal(e.n, H3_EARLY_COUNT);
    assert_null(h3_early_take(&e, 0, 0));
    assert_taken(&e, 99, 0, "x");
    h3_early_add(&e, 200, span_of(bytes, H3_EARLY_BYTES), 1, 0);
    assert_int_equal(e.n, 1);
    h3_early_add(&e, 204, span_of(bytes, sizeof bytes), 1, 0);
    assert_int_equal(e.n, 1);
    assert_int_equal(e.bytes, H3_EARLY_BYTES);
    h3_early_fini(&e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(those_of_a_stream_come_in_order),
        cmocka_unit_test(those_that_are_too_old_are_forgotten),
        cmocka_unit_test(there_are_never_too_many_or_too_much),
    };
    return cmocka_run_group_tests_name("conn/h3_early", tests, NULL, NULL);
}
