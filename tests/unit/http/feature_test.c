#include "http/feature.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void a_set_is_a_list_of_names(void **state)
{
    (void)state;
    static const struct {
        unsigned set;
        const char *text;
    } rows[] = {
        {0, ""},
        {FEATURE_EXTENDED_CONNECT, "extended CONNECT"},
        {FEATURE_UPGRADE, "Upgrade"},
        {FEATURE_EXTENDED_CONNECT | FEATURE_DATAGRAMS,
         "extended CONNECT and HTTP datagrams"},
        {(1U << FEATURE_COUNT) - 1,
         "extended CONNECT, HTTP datagrams, Upgrade, a finished handshake and "
         "WebTransport"},
        {FEATURE_PROTOCOL, "extended CONNECT"},
        {FEATURE_PROTOCOL | FEATURE_EXTENDED_CONNECT, "extended CONNECT"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[FEATURE_LIST_MAX];
        feature_list(rows[i].set, text);
        assert_string_equal(text, rows[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_set_is_a_list_of_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
