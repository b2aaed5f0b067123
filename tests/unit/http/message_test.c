#include "http/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/body.h"

static void test_methods(void **state)
{
    (void)state;
    static const struct {
        const char *method;
        bool is_safe;
        bool is_idempotent;
    } table[] = {
        {"GET", true, true},     {"HEAD", true, true},
        {"OPTIONS", true, true}, {"TRACE", true, true},
        {"QUERY", true, true},   {"PUT", false, true},
        {"DELETE", false, true}, {"POST", false, false},
        {"PATCH", false, false}, {"get", false, false},
        {"", false, false},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct span method = span_str(table[i].method);
        assert_int_equal(message_is_safe(method), table[i].is_safe);
        assert_int_equal(message_is_idempotent(method), table[i].is_idempotent);
    }
}

static void test_bodyless(void **state)
{
    (void)state;
    static const struct {
        const char *method;
        int status;
        bool is_bodyless;
    } table[] = {
        {"GET", 200, false},     {"GET", 204, true},
        {"GET", 205, false},     {"GET", 304, true},
        {"GET", 103, true},      {"HEAD", 200, true},
        {"HEAD", 404, true},     {"POST", 200, false},
        {"POST", 204, true},     {"CONNECT", 200, true},
        {"CONNECT", 299, true},  {"CONNECT", 407, false},
        {"CONNECT", 300, false},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        assert_int_equal(
            message_is_bodyless(span_str(table[i].method), table[i].status),
            table[i].is_bodyless);
}

static void test_names(void **state)
{
    (void)state;
    assert_string_equal(message_version_name(HTTP_VERSION_NONE), "0");
    assert_string_equal(message_version_name(HTTP_VERSION_1_0), "1.0");
    assert_string_equal(message_version_name(HTTP_VERSION_1_1), "1.1");
    assert_string_equal(message_version_name(HTTP_VERSION_2), "2");
    assert_string_equal(message_version_name(HTTP_VERSION_3), "3");
    assert_string_equal(message_reason(200), "OK");
    assert_string_equal(message_reason(431), "Request Header Fields Too Large");
    assert_string_equal(message_reason(299), "");
}

static void test_body_in_memory(void **state)
{
    (void)state;
    struct body_bytes b;
    uint8_t buf[4];
    size_t n = 0;
    body_bytes_init(&b, SPAN_LIT("abcdef"));
    for (int round = 0; round < 2; round++) {
        assert_int_equal(b.source.read(&b.source, buf, 4, &n), IO_OK);
        assert_memory_equal(buf, "abcd", 4);
        assert_int_equal(b.source.read(&b.source, buf, 0, &n), IO_AGAIN);
        assert_int_equal(b.source.read(&b.source, buf, 4, &n), IO_OK);
        assert_int_equal(n, 2);
        assert_int_equal(b.source.read(&b.source, buf, 4, &n), IO_EOF);
        assert_int_equal(n, 0);
        assert_true(b.source.rewind(&b.source));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_methods),
        cmocka_unit_test(test_bodyless),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_body_in_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
