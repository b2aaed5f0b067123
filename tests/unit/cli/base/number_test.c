#include "base/number.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct {
    const char *text;
    uint64_t bytes;
} sizes[] = {
    {"0", 0},
    {"100", 100},
    {"1b", 1},
    {"1k", 1024},
    {"1K", 1024},
    {"2M", 2 << 20},
    {"1G", 1 << 30},
    {"1.5k", 1536},
    {"2.5M", 2621440},
    {"0.25M", 262144},
    {"1.9", 1},
    {"9223372036854775807", INT64_MAX},
    {"8191P", UINT64_C(8191) << 50},
};

static const char *const others[] = {
    "",
    "-1",
    "k",
    "1x",
    "1kk",
    "1.",
    "1.k",
    ".5k",
    "1.2.3",
    "8192P",
    "9223372036854775808",
};

static void sizes_are_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        uint64_t is = 1;
        if (!number_size(sizes[i].text, &is) || is != sizes[i].bytes)
            fail_msg("%s: %llu", sizes[i].text, (unsigned long long)is);
    }
}

static void other_texts_are_none(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        uint64_t is;
        if (number_size(others[i], &is))
            fail_msg("'%s' is taken for %llu", others[i],
                     (unsigned long long)is);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_are_read),
        cmocka_unit_test(other_texts_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
