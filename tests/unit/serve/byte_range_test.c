#include "serve/byte_range.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_ranges(void **state)
{
    static const struct {
        const char *field;
        uint64_t size;
        enum byte_range_result result;
        uint64_t first, len;
    } cases[] = {
        {"bytes=0-0", 10, BYTE_RANGE_PART, 0, 1},
        {"bytes=0-9", 10, BYTE_RANGE_PART, 0, 10},
        {"bytes=3-5", 10, BYTE_RANGE_PART, 3, 3},
        {"bytes=3-", 10, BYTE_RANGE_PART, 3, 7},
        {"bytes=9-100", 10, BYTE_RANGE_PART, 9, 1},
        {"bytes=-3", 10, BYTE_RANGE_PART, 7, 3},
        {"bytes=-30", 10, BYTE_RANGE_PART, 0, 10},
        {"Bytes= 3-5 ", 10, BYTE_RANGE_PART, 3, 3},
        {"bytes=3-99999999999999999999999", 10, BYTE_RANGE_PART, 3, 7},
        {"bytes=-99999999999999999999999", 10, BYTE_RANGE_PART, 0, 10},
        {"bytes=10-", 10, BYTE_RANGE_UNSATISFIABLE, 0, 0},
        {"bytes=99999999999999999999999-", 10, BYTE_RANGE_UNSATISFIABLE, 0, 0},
        {"bytes=-0", 10, BYTE_RANGE_UNSATISFIABLE, 0, 0},
        {"bytes=0-", 0, BYTE_RANGE_UNSATISFIABLE, 0, 0},
        {"bytes=-1", 0, BYTE_RANGE_UNSATISFIABLE, 0, 0},
        /* what a server may ignore, it does */
        {"", 10, BYTE_RANGE_NONE, 0, 0},
        {"bytes", 10, BYTE_RANGE_NONE, 0, 0},
        {"bytes=", 10, BYTE_RANGE_NONE, 0, 0},
        {"bytes=-", 10, BYTE_RANGE_NONE, 0, 0},
        {"bytes=5-3", 10, BYTE_RANGE_NONE, 0, 0},
        {"bytes=a-b", 10, BYTE_RANGE_NONE, 0, 0},
        {"bytes=1-2-3", 10, BYTE_RANGE_NONE, 0, 0},
        {"bytes=+1-2", 10, BYTE_RANGE_NONE, 0, 0},
        {"bytes=5x", 10, BYTE_RANGE_NONE, 0, 0},
        {"bytes=5-x", 10, BYTE_RANGE_NONE, 0, 0},
        {"bytes=5-7x", 10, BYTE_RANGE_NONE, 0, 0},
        {"bytes=5-7 x", 10, BYTE_RANGE_NONE, 0, 0},
        {"bytes=5-99999999999999999999x", 10, BYTE_RANGE_NONE, 0, 0},
        {"bytes=99999999999999999999-5", 10, BYTE_RANGE_NONE, 0, 0},
        {"bytes=50-20", 10, BYTE_RANGE_NONE, 0, 0},
        {"bytes=-x", 10, BYTE_RANGE_NONE, 0, 0},
        {"bytes=--5", 10, BYTE_RANGE_NONE, 0, 0},
        {"bytes=5 - 7", 10, BYTE_RANGE_NONE, 0, 0},
        {"bytes=0-1,3-4", 10, BYTE_RANGE_NONE, 0, 0},
        {"bytes=5-,3-4", 10, BYTE_RANGE_NONE, 0, 0},
        {"bytes=-3,3-4", 10, BYTE_RANGE_NONE, 0, 0},
        {"lines=0-1", 10, BYTE_RANGE_NONE, 0, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        /* nothing but a part may touch what the caller has set */
        uint64_t first = 12345;
        uint64_t len = 67890;
        assert_int_equal(byte_range_parse(span_str(cases[i].field),
                                          cases[i].size, &first, &len),
                         cases[i].result);
        bool is_part = cases[i].result == BYTE_RANGE_PART;
        assert_int_equal(first, is_part ? cases[i].first : 12345);
        assert_int_equal(len, is_part ? cases[i].len : 67890);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ranges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
