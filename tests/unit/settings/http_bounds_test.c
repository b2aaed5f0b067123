#include "settings/http_bounds.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/fault.h"
#include "settings/settings.h"

#define NONE   SETTINGS_HTTP_BOUND_NONE
#define AT_1_1 SETTINGS_HTTP_BOUND_1_1
#define AT_2   SETTINGS_HTTP_BOUND_2
#define AT_3   SETTINGS_HTTP_BOUND_3

static void bounds_narrow_what_is_offered(void **state)
{
    static const struct {
        enum settings_http http;
        enum settings_http_bound min, max;
        int left; /* -1: nothing */
    } cases[] = {
        {SETTINGS_HTTP_AUTO, NONE, NONE, SETTINGS_HTTP_AUTO},
        {SETTINGS_HTTP_AUTO, NONE, AT_3, SETTINGS_HTTP_AUTO},
        {SETTINGS_HTTP_AUTO, NONE, AT_2, SETTINGS_HTTP_2},
        {SETTINGS_HTTP_AUTO, NONE, AT_1_1, SETTINGS_HTTP_1_1},
        {SETTINGS_HTTP_AUTO, AT_2, NONE, SETTINGS_HTTP_AUTO},
        {SETTINGS_HTTP_AUTO, AT_3, NONE, SETTINGS_HTTP_3_ONLY},
        {SETTINGS_HTTP_AUTO, AT_2, AT_1_1, -1},
        {SETTINGS_HTTP_3, NONE, AT_2, SETTINGS_HTTP_2},
        {SETTINGS_HTTP_3, AT_2, AT_2, SETTINGS_HTTP_2},
        {SETTINGS_HTTP_2, AT_3, NONE, -1},
        {SETTINGS_HTTP_2, NONE, AT_1_1, SETTINGS_HTTP_1_1},
        {SETTINGS_HTTP_1_1, AT_2, NONE, -1},
        {SETTINGS_HTTP_1_0, AT_1_1, AT_1_1, SETTINGS_HTTP_1_0},
        {SETTINGS_HTTP_2_PRIOR, NONE, AT_1_1, -1},
        {SETTINGS_HTTP_2_PRIOR, AT_2, AT_2, SETTINGS_HTTP_2_PRIOR},
        {SETTINGS_HTTP_3_ONLY, NONE, AT_2, -1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct settings s;
        struct fault fault = {0};
        settings_defaults(&s);
        s.http = cases[i].http;
        s.http_min = cases[i].min;
        s.http_max = cases[i].max;
        bool ok = http_bounds_apply(&s, &fault);
        assert_int_equal(ok, cases[i].left >= 0);
        if (ok)
            assert_int_equal(s.http, cases[i].left);
        else
            assert_int_equal(fault.code, ERR_USAGE);
    }
}

static void an_older_connection_is_refused(void **state)
{
    struct settings s;
    struct fault fault = {0};
    (void)state;
    settings_defaults(&s);
    assert_true(http_bounds_allow(&s, HTTP_VERSION_1_1, &fault));
    s.http_min = AT_2;
    assert_true(http_bounds_allow(&s, HTTP_VERSION_2, &fault));
    assert_true(http_bounds_allow(&s, HTTP_VERSION_3, &fault));
    assert_false(http_bounds_allow(&s, HTTP_VERSION_1_1, &fault));
    assert_int_equal(fault.code, ERR_PROTOCOL_UNSUPPORTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bounds_narrow_what_is_offered),
        cmocka_unit_test(an_older_connection_is_refused),
    };
    return cmocka_run_group_tests_name("settings/http_bounds", tests, NULL,
                                       NULL);
}
