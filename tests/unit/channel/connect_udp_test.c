/* Datagrams of CONNECT-UDP (RFC 9298 4). */
#include "channel/connect_udp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void only_context_0_is_a_packet(void **state)
{
    static const struct {
        struct span datagram;
        bool is_packet;
        struct span packet;
    } rows[] = {
        {SPAN_LIT("\0abc"), true, SPAN_LIT("abc")},
        {SPAN_LIT("\0"), true, SPAN_LIT("")},
        {SPAN_LIT("\x02"
                  "abc"),
         false, SPAN_LIT("")},
        {SPAN_LIT("\x40\x02"
                  "abc"),
         false, SPAN_LIT("")},
        {SPAN_LIT("\x40\0abc"), true, SPAN_LIT("abc")}, /* 0 in two bytes */
        {SPAN_LIT("\x40"), false, SPAN_LIT("")},
        {SPAN_LIT(""), false, SPAN_LIT("")},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct span packet = SPAN_LIT("");
        assert_int_equal(connect_udp_packet(rows[i].datagram, &packet),
                         rows[i].is_packet);
        if (rows[i].is_packet)
            assert_true(span_equal(packet, rows[i].packet));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_context_0_is_a_packet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
