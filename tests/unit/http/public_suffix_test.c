/* Below which names strangers register theirs. */
#include "http/public_suffix.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void suffixes(void **state)
{
    static const struct {
        const char *name;
        bool is_one;
    } rows[] = {
        {"com", true},       {"example.com", false},
        {"co.uk", true},     {"example.co.uk", false},
        {"github.io", true}, {"me.github.io", false},
        {"localhost", true}, /* one label */
        {"co.uk.", true},    {"example.com.", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (public_suffix_is(span_str(rows[i].name)) != rows[i].is_one)
            fail_msg("%s", rows[i].name);
}

static void a_name_too_long_for_dns_is_one(void **state)
{
    char name[400];
    (void)state;
    memset(name, 'a', sizeof name - 1);
    for (size_t i = 50; i < sizeof name - 1; i += 50)
        name[i] = '.';
    name[sizeof name - 1] = '\0';
    assert_true(public_suffix_is(span_str(name)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(suffixes),
        cmocka_unit_test(a_name_too_long_for_dns_is_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
