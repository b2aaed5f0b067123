#include "conn/quic_guard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define MS UINT64_C(1000000)

#define PING 40
#define FULL 1350

static void start(struct quic_guard *g, struct settings *s)
{
    settings_defaults(s);
    quic_guard_init(g, s, 0);
}

static void a_flood_of_pings_ends_soon(void **state)
{
    (void)state;
    struct quic_guard g;
    struct settings s;
    size_t n = 1;
    start(&g, &s);
    while (quic_guard_packet(&g, PING, 0))
        n++;
    assert_in_range(n, 1000, 10000);
}

/* Everything behind a lost packet waits for it, and is sent again when the
 * sender was only impatient. */
static void two_windows_without_a_byte_are_no_flood(void **state)
{
    (void)state;
    struct quic_guard g;
    struct settings s;
    start(&g, &s);
    size_t packets = 2 * s.quic.max_conn_window / FULL;
    for (size_t i = 0; i < packets; i++)
        assert_true(quic_guard_packet(&g, FULL, 0));
}

static void bytes_pay_for_packets(void **state)
{
    (void)state;
    struct quic_guard g;
    struct settings s;
    start(&g, &s);
    for (size_t i = 0; i < 1000000; i++) {
        assert_true(quic_guard_packet(&g, FULL, 0));
        if (i % 50 == 0)
            quic_guard_useful(&g);
    }
}

static void time_forgives(void **state)
{
    (void)state;
    struct quic_guard g;
    struct settings s;
    start(&g, &s);
    for (uint64_t i = 0; i < 100000; i++)
        assert_true(quic_guard_packet(&g, PING, i * 10 * MS));
    while (quic_guard_packet(&g, PING, 0))
        continue;
    assert_true(quic_guard_packet(&g, PING, 2000000 * MS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_flood_of_pings_ends_soon),
        cmocka_unit_test(two_windows_without_a_byte_are_no_flood),
        cmocka_unit_test(bytes_pay_for_packets),
        cmocka_unit_test(time_forgives),
    };
    return cmocka_run_group_tests_name("conn/quic_guard", tests, NULL, NULL);
}
