#include "conn/quic_numbers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* A short header with a connection ID of one byte and a number of so many
 * bytes. */
static void note(struct quic_numbers *q, uint64_t number, size_t bytes)
{
    uint8_t header[6] = {(uint8_t)(0x40 | (bytes - 1)), 0xaa};
    for (size_t i = 0; i < bytes; i++)
        header[2 + i] = (uint8_t)(number >> (8 * (bytes - 1 - i)));
    quic_numbers_note(q, header, 2 + bytes);
}

static void nothing_is_missing_of_none(void **state)
{
    struct quic_numbers q = {0};
    (void)state;
    assert_int_equal(quic_numbers_missed(&q), 0);
}

static void gaps_are_counted(void **state)
{
    struct quic_numbers q = {0};
    (void)state;
    note(&q, 0, 1);
    note(&q, 1, 1);
    note(&q, 4, 1);
    assert_int_equal(quic_numbers_missed(&q), 2);
    note(&q, 2, 1); /* late */
    assert_int_equal(quic_numbers_missed(&q), 1);
}

static void numbers_of_one_byte_go_round(void **state)
{
    struct quic_numbers q = {0};
    (void)state;
    for (uint64_t i = 0; i < 1000; i++)
        if (i % 100 != 50)
            note(&q, i, 1);
    assert_int_equal(q.largest, 999);
    assert_int_equal(quic_numbers_missed(&q), 10);
}

static void longer_numbers_are_read_whole(void **state)
{
    struct quic_numbers q = {0};
    (void)state;
    note(&q, 70000, 4);
    note(&q, 70003, 2);
    assert_int_equal(q.largest, 70003);
    assert_int_equal(quic_numbers_missed(&q), 2);
}

static void one_from_before_the_first_moves_it(void **state)
{
    struct quic_numbers q = {0};
    (void)state;
    note(&q, 5, 1);
    note(&q, 4, 1);
    assert_int_equal(quic_numbers_missed(&q), 0);
}

static void long_headers_and_stumps_do_not_count(void **state)
{
    struct quic_numbers q = {0};
    uint8_t header[] = {0xc0, 0, 0, 0, 1, 0};
    uint8_t stump[] = {0x43, 1};
    (void)state;
    quic_numbers_note(&q, header, sizeof header);
    quic_numbers_note(&q, stump, sizeof stump);
    assert_int_equal(q.n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_missing_of_none),
        cmocka_unit_test(gaps_are_counted),
        cmocka_unit_test(numbers_of_one_byte_go_round),
        cmocka_unit_test(longer_numbers_are_read_whole),
        cmocka_unit_test(one_from_before_the_first_moves_it),
        cmocka_unit_test(long_headers_and_stumps_do_not_count),
    };
    return cmocka_run_group_tests_name("conn/quic_numbers", tests, NULL, NULL);
}
