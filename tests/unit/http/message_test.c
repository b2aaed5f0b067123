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
        bool means_content;
    } table[] = {
        {"GET", true, true, false},     {"HEAD", true, true, false},
        {"OPTIONS", true, true, false}, {"TRACE", true, true, false},
        {"QUERY", true, true, true},    {"PUT", false, true, true},
        {"DELETE", false, true, false}, {"POST", false, false, true},
        {"PATCH", false, false, true},  {"get", false, false, false},
        {"post", false, false, false},  {"", false, false, false},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct span method = span_str(table[i].method);
        assert_int_equal(message_is_safe(method), table[i].is_safe);
        assert_int_equal(message_is_idempotent(method), table[i].is_idempotent);
        assert_int_equal(message_means_content(method), table[i].means_content);
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

static void content_length_is_one_number_however_often_it_is_said(void **state)
{
    (void)state;
    static const struct {
        const char *values[3];
        enum message_length result;
        uint64_t len;
    } cases[] = {
        {{NULL}, MESSAGE_LENGTH_NONE, 42},
        {{"0"}, MESSAGE_LENGTH_KNOWN, 0},
        {{"5"}, MESSAGE_LENGTH_KNOWN, 5},
        {{"5, 5"}, MESSAGE_LENGTH_KNOWN, 5},
        {{"5", "5", "05"}, MESSAGE_LENGTH_KNOWN, 5},
        {{"5", "6"}, MESSAGE_LENGTH_DISPUTED, 0},
        {{"5,6"}, MESSAGE_LENGTH_DISPUTED, 0},
        {{"5,"}, MESSAGE_LENGTH_BAD, 0},
        {{",5"}, MESSAGE_LENGTH_BAD, 0},
        {{""}, MESSAGE_LENGTH_BAD, 0},
        {{"5", "x"}, MESSAGE_LENGTH_BAD, 0},
        {{"9223372036854775807"}, MESSAGE_LENGTH_KNOWN, INT64_MAX},
        {{"9223372036854775808"}, MESSAGE_LENGTH_BAD, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena;
        struct fields fields;
        uint64_t len = 42;
        arena_init(&arena);
        fields_init(&fields, &arena);
        fields_add(&fields, SPAN_LIT("x"), SPAN_LIT("7"));
        for (size_t k = 0; k < 3 && cases[i].values[k]; k++)
            fields_add(&fields, SPAN_LIT("Content-Length"),
                       span_str(cases[i].values[k]));
        assert_int_equal(message_content_length(&fields, &len),
                         cases[i].result);
        if (cases[i].result == MESSAGE_LENGTH_KNOWN ||
            cases[i].result == MESSAGE_LENGTH_NONE)
            assert_int_equal(len, cases[i].len);
        arena_fini(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_methods),
        cmocka_unit_test(test_bodyless),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_body_in_memory),
        cmocka_unit_test(content_length_is_one_number_however_often_it_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
