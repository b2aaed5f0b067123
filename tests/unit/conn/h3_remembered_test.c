#include "conn/h3_remembered.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static nghttp3_proto_settings settings(uint64_t section, size_t table,
                                       size_t blocked, uint8_t connect,
                                       uint8_t datagram)
{
    return (nghttp3_proto_settings){.max_field_section_size = section,
                                    .qpack_max_dtable_capacity = table,
                                    .qpack_blocked_streams = blocked,
                                    .enable_connect_protocol = connect,
                                    .h3_datagram = datagram};
}

static void what_is_written_is_read(void **state)
{
    const nghttp3_proto_settings cases[] = {
        settings(0, 0, 0, 0, 0),
        settings(16384, 4096, 100, 1, 1),
        settings((UINT64_C(1) << 62) - 1, 1, 2, 0, 1),
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t bytes[H3_REMEMBERED_MAX];
        nghttp3_proto_settings got;
        size_t len = h3_remembered_write(&cases[i], bytes);
        h3_remembered_default(&got);
        assert_true(h3_remembered_read(span_of(bytes, len), &got));
        assert_int_equal(got.max_field_section_size,
                         cases[i].max_field_section_size);
        assert_int_equal(got.qpack_max_dtable_capacity,
                         cases[i].qpack_max_dtable_capacity);
        assert_int_equal(got.qpack_blocked_streams,
                         cases[i].qpack_blocked_streams);
        assert_int_equal(got.enable_connect_protocol,
                         cases[i].enable_connect_protocol);
        assert_int_equal(got.h3_datagram, cases[i].h3_datagram);
        while (len-- > 0)
            assert_false(h3_remembered_read(span_of(bytes, len), &got));
    }
}

static void only_less_is_an_error(void **state)
{
    const nghttp3_proto_settings before = settings(1000, 4096, 10, 1, 1);
    const nghttp3_proto_settings none = settings(1000, 0, 0, 0, 0);
    static const struct {
        uint64_t section;
        size_t table;
        size_t blocked;
        uint8_t connect;
        uint8_t datagram;
        bool is_less;
    } cases[] = {
        {1000, 4096, 10, 1, 1, false}, {2000, 4096, 20, 1, 1, false},
        {999, 4096, 10, 1, 1, true},   {1000, 4095, 10, 1, 1, true},
        {1000, 8192, 10, 1, 1, true}, /* RFC 9204 3.2.3 */
        {1000, 4096, 9, 1, 1, true},   {1000, 4096, 10, 0, 1, true},
        {1000, 4096, 10, 1, 0, true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        nghttp3_proto_settings now =
            settings(cases[i].section, cases[i].table, cases[i].blocked,
                     cases[i].connect, cases[i].datagram);
        assert_int_equal(h3_remembered_reduced(&before, &now) != NULL,
                         cases[i].is_less);
    }
    assert_null(h3_remembered_reduced(&none, &before));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(only_less_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
