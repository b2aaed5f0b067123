#include "channel/echo_window.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define MS UINT64_C(1000000)

/* One more leaves for each that has come back. */
static void test_holds_as_many_as_both_sides_need(void **state)
{
    struct echo_window w = {.most = 100};
    (void)state;
    assert_true(echo_window_is_open(&w, 99));
    assert_false(echo_window_is_open(&w, 100));
}

struct row {
    const char *what;
    struct echo_window_look look;
    uint64_t written_off;
};

/* The path of the second row takes 100 ms: its echoes were all written off, and
 * as many sent again, before any of them could have come. */
static void test_writes_off_only_what_could_have_come_back(void **state)
{
    static const struct row rows[] = {
        {"nothing has come for long",
         {.silent = 100 * MS, .rtt = MS, .missing = 100},
         100},
        {"the path takes longer than that",
         {.silent = 100 * MS, .rtt = 100 * MS, .missing = 100},
         0},
        {"so long that it was enough for a long path",
         {.silent = 400 * MS, .rtt = 100 * MS, .missing = 100},
         100},
        {"something has come",
         {.silent = 99 * MS, .rtt = MS, .missing = 100},
         0},
        {"most have not left",
         {.silent = 500 * MS, .rtt = MS, .missing = 100, .waiting = 70},
         30},
        {"some more wait than are missing",
         {.silent = 500 * MS, .rtt = MS, .missing = 10, .waiting = 20},
         0},
        {"nobody knows the path", {.silent = 100 * MS, .missing = 100}, 100},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct echo_window w = {.most = 100};
        bool is_wider = echo_window_look(&w, &rows[i].look);
        if (w.written_off != rows[i].written_off)
            fail_msg("%s: %u", rows[i].what, (unsigned)w.written_off);
        assert_int_equal(is_wider, rows[i].written_off > 0);
        assert_true(
            echo_window_is_open(&w, 99 + (unsigned)rows[i].written_off));
        assert_false(
            echo_window_is_open(&w, 100 + (unsigned)rows[i].written_off));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_holds_as_many_as_both_sides_need),
        cmocka_unit_test(test_writes_off_only_what_could_have_come_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
