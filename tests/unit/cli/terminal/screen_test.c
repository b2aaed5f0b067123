#include "terminal/screen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "terminal/progress_line.h"

static void test_columns_are_not_bytes(void **state)
{
    static const struct {
        const char *s;
        unsigned columns;
    } cases[] = {
        {"", 0},
        {"plain", 5},
        {"\xc3\xa4", 1},
        {"a\xcc\x88", 1}, /* a and a combining diaeresis */
        {"\xe4\xb8\xad\xe6\x96\x87", 4},
        {"\xf0\x9f\x8f\xb9", 2},
        {"\\x1b", 4},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(screen_columns(cases[i].s, strlen(cases[i].s)),
                         cases[i].columns);
}

static void test_a_cut_goes_through_no_character(void **state)
{
    static const char s[] = "a\xe4\xb8\xad\xc3\xa4z";
    static const size_t fits[] = {0, 1, 1, 4, 6, 7, 7};
    (void)state;
    for (unsigned columns = 0; columns < 7; columns++)
        assert_int_equal(screen_fit(s, strlen(s), columns), fits[columns]);
}

/* Whatever the name is made of, the line stays within the terminal and has the
 * numbers. */
static void test_a_line_fits_whatever_its_name(void **state)
{
    static const char *const names[] = {
        "plain",
        "\x1b\x1b\x1b\x1b\x1b\x1b\x1b\x1b\x1b\x1b\x1b\x1b\x1b\x1b\x1b\x1b",
        "\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8"
        "\xad\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad\xe4"
        "\xb8\xad\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad\xe4\xb8\xad",
        "\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8\xf7\xf6\xf5\xf4\xf3",
    };
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        for (unsigned width = 20; width < 120; width++) {
            struct progress_line l = {.name = names[i],
                                      .done = 50 * 1024,
                                      .total = 100 * 1024,
                                      .per_second = 50 * 1024};
            struct str out = {0};
            progress_line_render(&l, &out, width);
            assert_in_range(screen_columns(out.base, out.len), 1, width - 1);
            if (width >= 80)
                assert_non_null(strstr(out.base, "50.0 KiB/100.0 KiB"));
            str_fini(&out);
        }
    }
}

/* What matters least goes first. */
static void test_a_narrow_line_keeps_what_matters(void **state)
{
    static const struct {
        unsigned width;
        const char *line;
    } cases[] = {
        {100, "archive.tar.gz [####################....................]  "
              "50% 512.0 MiB/1.0 GiB  10.0 MiB/s  0:51"},
        {60, "archive.tar.gz  50% 512.0 MiB/1.0 GiB  10.0 MiB/s  0:51"},
        {46, "archive.tar.  50% 512.0 MiB  10.0 MiB/s  0:51"},
        {40, "archive.tar.gz  50% 512.0 MiB  0:51"},
        {30, "archive.  50% 512.0 MiB  0:51"},
        {20, "arch  50% 512.0 MiB"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct progress_line l = {.name = "archive.tar.gz",
                                  .done = UINT64_C(512) << 20,
                                  .total = INT64_C(1) << 30,
                                  .per_second = 10 << 20};
        struct str out = {0};
        progress_line_render(&l, &out, cases[i].width);
        assert_string_equal(str_text(&out), cases[i].line);
        str_fini(&out);
    }
}

static void test_a_narrow_total_does_too(void **state)
{
    static const struct progress_total total = {.ndone = 3,
                                                .nrunning = 12,
                                                .nhidden = 4,
                                                .done = 40 << 20,
                                                .total = 80 << 20,
                                                .per_second = 10 << 20};
    static const struct {
        unsigned width;
        const char *line;
    } cases[] = {
        {80, "3 done, 12 running (4 more)  40.0 MiB/80.0 MiB  10.0 MiB/s  "
             "0:04"},
        {60, "3 done, 12 running  40.0 MiB/80.0 MiB  10.0 MiB/s  0:04"},
        {50, "3 done, 12 running  40.0 MiB  10.0 MiB/s  0:04"},
        {40, "3 done, 12 running  40.0 MiB  0:04"},
        {20, "3 done, 12 running "},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct str out = {0};
        progress_line_total(&out, &total, cases[i].width);
        assert_string_equal(str_text(&out), cases[i].line);
        str_fini(&out);
    }
}

static void test_the_rate_is_that_of_the_last_seconds(void **state)
{
    struct progress_rate r = {0};
    uint64_t second = 1000000000;
    (void)state;
    assert_int_equal(progress_rate(&r, 0, second / 2, 500), 1000);
    for (uint64_t i = 1; i <= 10; i++)
        assert_int_equal(progress_rate(&r, 0, i * second, i * 1000), 1000);
    /* It stands still. */
    for (uint64_t i = 11; i < 20; i++)
        (void)progress_rate(&r, 0, i * second, 10000);
    assert_int_equal(progress_rate(&r, 0, 20 * second, 10000), 0);
    /* And begins anew. */
    assert_int_equal(progress_rate(&r, 0, 21 * second, 10), 0);
    assert_int_equal(progress_rate(&r, 0, 22 * second, 510), 500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_narrow_line_keeps_what_matters),
        cmocka_unit_test(test_a_narrow_total_does_too),
        cmocka_unit_test(test_the_rate_is_that_of_the_last_seconds),
        cmocka_unit_test(test_columns_are_not_bytes),
        cmocka_unit_test(test_a_cut_goes_through_no_character),
        cmocka_unit_test(test_a_line_fits_whatever_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
