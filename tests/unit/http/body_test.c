/* A body that is in memory. */
#include "http/body.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void it_is_read_in_pieces_and_once_more(void **state)
{
    struct body_bytes b;
    uint8_t to[4];
    size_t n = 0;
    (void)state;
    body_bytes_init(&b, SPAN_LIT("abcdef"));
    for (int round = 0; round < 2; round++) {
        assert_int_equal(b.source.read(&b.source, to, 4, &n), IO_OK);
        assert_int_equal(n, 4);
        assert_memory_equal(to, "abcd", 4);
        assert_int_equal(b.source.read(&b.source, to, 4, &n), IO_OK);
        assert_int_equal(n, 2);
        assert_memory_equal(to, "ef", 2);
        assert_int_equal(b.source.read(&b.source, to, 4, &n), IO_EOF);
        assert_int_equal(n, 0);
        assert_true(b.source.rewind(&b.source));
    }
}

static void nothing_ends_at_once(void **state)
{
    struct body_bytes b;
    uint8_t to[4];
    size_t n = 1;
    (void)state;
    body_bytes_init(&b, span_of(NULL, 0));
    assert_int_equal(b.source.read(&b.source, to, sizeof to, &n), IO_EOF);
    assert_int_equal(n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_read_in_pieces_and_once_more),
        cmocka_unit_test(nothing_ends_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
