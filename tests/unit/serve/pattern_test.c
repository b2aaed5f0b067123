#include "serve/pattern.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_any_piece_is_a_piece_of_the_whole(void **state)
{
    uint8_t whole[64];
    uint8_t piece[64];
    (void)state;
    pattern_fill(whole, 0, sizeof whole);
    for (size_t pos = 0; pos <= sizeof whole; pos++) {
        for (size_t len = 0; pos + len <= sizeof whole; len++) {
            memset(piece, 0, sizeof piece);
            pattern_fill(piece, pos, len);
            assert_memory_equal(piece, whole + pos, len);
        }
    }
}

static void test_far_positions(void **state)
{
    uint8_t near[16];
    uint8_t far[16];
    (void)state;
    pattern_fill(near, 0, sizeof near);
    pattern_fill(far, UINT64_C(1) << 40, sizeof far);
    assert_memory_not_equal(near, far, sizeof near);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_piece_is_a_piece_of_the_whole),
        cmocka_unit_test(test_far_positions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
