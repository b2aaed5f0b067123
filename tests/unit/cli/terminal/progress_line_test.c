#include "terminal/progress_line.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "terminal/screen.h"

#define KIB INT64_C(1024)

static char *render(const struct progress_line *lines, size_t n, unsigned width)
{
    struct progress_layout layout;
    struct str out = {0};
    progress_layout(&layout, lines, n, width);
    for (size_t i = 0; i < n; i++) {
        progress_line_render(&lines[i], &layout, &out);
        str_add_char(&out, '\n');
    }
    return str_take(&out);
}

struct example {
    unsigned width;
    const char *text;
};

static void check(const struct progress_line *lines, size_t n,
                  const struct example *examples, size_t nexamples)
{
    for (size_t i = 0; i < nexamples; i++) {
        char *text = render(lines, n, examples[i].width);
        assert_string_equal(text, examples[i].text);
        free(text);
    }
}

#define CHECK(lines, examples)                                                 \
    check((lines), sizeof(lines) / sizeof((lines)[0]), (examples),             \
          sizeof(examples) / sizeof((examples)[0]))

static void test_what_matters_least_is_left_out_first(void **state)
{
    static const struct progress_line lines[] = {
        {.name = "archive.tar",
         .done = 512 * KIB,
         .total = 2048 * KIB,
         .per_second = 96 * KIB},
    };
    static const struct example examples[] = {
        {120, "archive.tar [##########..............................]  25% "
              "512.0 KiB/2.0 MiB   96.0 KiB/s  0:16\n"},
        {80,
         "archive.tar [#####..................]  25% 512.0 KiB/2.0 MiB   96.0 "
         "KiB/s  0:16\n"},
        {60, "archive.tar  25% 512.0 KiB/2.0 MiB   96.0 KiB/s  0:16\n"},
        {46, "archive.tar  25% 512.0 KiB   96.0 KiB/s  0:16\n"},
        {40, "archive.tar  25% 512.0 KiB  0:16\n"},
        {20, "arch  25% 512.0 KiB\n"},
    };
    (void)state;
    CHECK(lines, examples);
}

static void test_lines_stand_in_columns(void **state)
{
    static const struct progress_line lines[] = {
        {.name = "a", .done = 100 * KIB, .total = 200 * KIB, .per_second = 999},
        {.name = "longer-name",
         .done = 1023,
         .total = 1024 * KIB,
         .per_second = 300 * KIB},
        {.name = "unknown", .done = 5 * KIB, .total = -1, .frame = 1},
        {.name = "whole", .done = 7, .total = -1, .is_whole = true},
    };
    static const struct example examples[] = {
        {90, "a           [###############................]  50% 100.0 "
             "KiB/200.0 KiB      999 B/s  1:42\n"
             "longer-name [...............................]   0%    1023 B/1.0 "
             "MiB    300.0 KiB/s  0:03\n"
             "unknown     /                                        5.0 KiB     "
             "             0 B/s\n"
             "whole       [###############################] 100%       7 B     "
             "             0 B/s\n"},
        {40, "a            50% 100.0 KiB  1:42\n"
             "longer-name   0%    1023 B  0:03\n"
             "unknown     /      5.0 KiB\n"
             "whole       100%       7 B\n"},
    };
    (void)state;
    CHECK(lines, examples);
}

static void test_a_size_that_nobody_knows_has_a_spinner(void **state)
{
    static const struct progress_line lines[] = {
        {.name = "x", .done = 5 * KIB, .total = -1, .per_second = KIB},
    };
    static const struct example examples[] = {
        {80, "x |   5.0 KiB    1.0 KiB/s\n"},
        {20, "x |   5.0 KiB\n"},
    };
    (void)state;
    CHECK(lines, examples);
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
            struct progress_layout layout;
            struct str out = {0};
            progress_layout(&layout, &l, 1, width);
            progress_line_render(&l, &layout, &out);
            assert_in_range(screen_columns(out.base, out.len), 1, width - 1);
            if (width >= 80)
                assert_non_null(strstr(out.base, "50.0 KiB/100.0 KiB"));
            str_fini(&out);
        }
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
        {20, "3 done, 12 running"},
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
        cmocka_unit_test(test_what_matters_least_is_left_out_first),
        cmocka_unit_test(test_lines_stand_in_columns),
        cmocka_unit_test(test_a_size_that_nobody_knows_has_a_spinner),
        cmocka_unit_test(test_a_line_fits_whatever_its_name),
        cmocka_unit_test(test_a_narrow_total_does_too),
        cmocka_unit_test(test_the_rate_is_that_of_the_last_seconds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
