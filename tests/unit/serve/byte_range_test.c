#include "serve/byte_range.h"

#include <setjmp.h>
#include <stdarg.h>
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
        {"bytes=0-1,3-4", 10, BYTE_RANGE_NONE, 0, 0},
        {"lines=0-1", 10, BYTE_RANGE_NONE, 0, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint64_t first = 0;
        uint64_t len = 0;
        assert_int_equal(byte_range_parse(span_str(cases[i].field),
                                          cases[i].size, &first, &len),
                         cases[i].result);
        if (cases[i].result != BYTE_RANGE_PART)
            continue;
        assert_int_equal(first, cases[i].first);
        assert_int_equal(len, cases[i].len);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ranges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
