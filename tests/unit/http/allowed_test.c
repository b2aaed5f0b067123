/* What a peer lets us do, as far as it has said. */
#include "http/allowed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void at_first_nothing_was_said(void **state)
{
    struct allowed a;
    (void)state;
    allowed_init(&a);
    assert_int_equal(a.streams, -1);
    assert_int_equal(a.datagram_max, -1);
    assert_int_equal(a.path_mtu, -1);
    assert_int_equal(a.idle, -1);
    assert_int_equal(a.connect, ALLOWED_UNKNOWN);
    assert_int_equal(a.datagrams, ALLOWED_UNKNOWN);
    assert_int_equal(a.webtransport, ALLOWED_UNKNOWN);
    assert_int_equal(a.early_data, ALLOWED_UNKNOWN);
    assert_int_equal(a.migration, ALLOWED_UNKNOWN);
    assert_int_equal(a.nsettings, 0);
}

static void settings_that_have_no_room_are_dropped(void **state)
{
    struct allowed a;
    (void)state;
    allowed_init(&a);
    for (uint64_t i = 0; i < ALLOWED_SETTINGS_MAX + 3; i++)
        allowed_add(&a, "name", i);
    assert_int_equal(a.nsettings, ALLOWED_SETTINGS_MAX);
    assert_int_equal(a.settings[0].value, 0);
    assert_int_equal(a.settings[a.nsettings - 1].value,
                     ALLOWED_SETTINGS_MAX - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(at_first_nothing_was_said),
        cmocka_unit_test(settings_that_have_no_room_are_dropped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
