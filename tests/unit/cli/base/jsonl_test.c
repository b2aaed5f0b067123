#include "base/jsonl.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yyjson.h>

#include <cmocka.h>

static void test_numbers(void **state)
{
    static const uint64_t numbers[] = {
        0,    7,     10,    99,        100,        999,       1000,
        9999, 10000, 65535, 123456789, 9999999999, UINT64_MAX};
    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        struct str out = {0};
        char expected[32];
        snprintf(expected, sizeof expected, "%llu",
                 (unsigned long long)numbers[i]);
        jsonl_number(&out, numbers[i]);
        assert_string_equal(out.base, expected);
        assert_int_equal(out.len, strlen(expected));
        str_fini(&out);
    }
}

static void test_seconds(void **state)
{
    static const struct {
        double s;
        const char *text;
    } cases[] = {
        {-1, "null"},
        {0, "0.000000"},
        {0.000001, "0.000001"},
        {0.0000006, "0.000001"},
        {1.25, "1.250000"},
        {59.9999999, "60.000000"},
        {123456.000789, "123456.000789"},
        {1e13, "10000000000000.000000"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct str out = {0};
        jsonl_seconds(&out, cases[i].s);
        assert_string_equal(out.base, cases[i].text);
        str_fini(&out);
    }
}

static void test_strings(void **state)
{
    static const struct {
        const char *bytes;
        const char *text;
    } cases[] = {
        {"", "\"\""},
        {"plain", "\"plain\""},
        {"say \"hi\" \\ ", "\"say \\\"hi\\\" \\\\ \""},
        {"\b\f\n\r\t\x01\x1f\x7f", "\"\\b\\f\\n\\r\\t\\u0001\\u001f\\u007f\""},
        {"gr\xc3\xbc\xc3\x9f", "\"gr\xc3\xbc\xc3\x9f\""},
        {"\xe2\x82\xac\xf0\x9f\x98\x80!", "\"\xe2\x82\xac\xf0\x9f\x98\x80!\""},
        {"\xff\xc3", "\"\\u00ff\\u00c3\""},
        {"\xe2\x80\xaa\xe2\x80\xae\xe2\x81\xa6\xe2\x81\xa9",
         "\"\\u202a\\u202e\\u2066\\u2069\""},
        {"\xe2\x80\xa9\xe2\x80\xaf\xe2\x81\xa5\xe2\x81\xaa",
         "\"\xe2\x80\xa9\xe2\x80\xaf\xe2\x81\xa5\xe2\x81\xaa\""},
        {"\xc2\x80 \xc2\x9f \xc2\xa0", "\"\\u0080 \\u009f \xc2\xa0\""},
        {"\xed\xa0\x80", "\"\\u00ed\\u00a0\\u0080\""},
        {"\xc0\xaf\xf5", "\"\\u00c0\\u00af\\u00f5\""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct str out = {0};
        jsonl_quote(&out, cases[i].bytes, strlen(cases[i].bytes));
        assert_string_equal(out.base, cases[i].text);
        str_fini(&out);
    }
}

/* Wherever the special byte stands in a vector, and whatever follows. */
static void test_each_place_of_a_special_byte(void **state)
{
    (void)state;
    for (size_t len = 1; len < 100; len++) {
        for (size_t at = 0; at < len; at++) {
            struct str out = {0};
            char bytes[128];
            char expected[128] = "\"";
            memset(bytes, 'x', len);
            bytes[at] = '\n';
            memset(expected + 1, 'x', len + 1);
            memcpy(expected + 1 + at, "\\n", 2);
            memcpy(expected + 2 + len, "\"", 2);
            jsonl_quote(&out, bytes, len);
            assert_string_equal(out.base, expected);
            str_fini(&out);
        }
    }
}

static void test_utf8_is_told_from_other_bytes(void **state)
{
    struct str out = {0};
    (void)state;
    str_add_text(&out, "before");
    assert_false(jsonl_utf8(&out, "ok \xff", 4));
    assert_string_equal(out.base, "before");
    assert_true(jsonl_utf8(&out, "ok \xc3\xbc", 5));
    assert_string_equal(out.base, "before\"ok \xc3\xbc\"");
    assert_false(jsonl_utf8(&out, "cut \xc3", 5));
    str_fini(&out);
}

static void test_base64(void **state)
{
    /* RFC 4648 10. */
    static const char *const texts[] = {
        "", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct str out = {0};
        char expected[32];
        snprintf(expected, sizeof expected, "\"%s\"", texts[i]);
        jsonl_base64(&out, "foobar", i);
        assert_string_equal(out.base, expected);
        str_fini(&out);
    }
}

/* Of each length up to where vectors of every width were used, and of bytes
 * that need each digit; against the definition, bit by bit. */
static void test_base64_of_every_length(void **state)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 "abcdefghijklmnopqrstuvwxyz0123456789+/";
    unsigned seed = 1;
    (void)state;
    for (size_t len = 0; len < 300; len++) {
        struct str out = {0};
        char *bytes = malloc(len + 1); /* nothing behind them is read */
        char expected[410] = "\"";
        size_t n = 1;
        for (size_t i = 0; i < len; i++)
            bytes[i] = (char)rand_r(&seed);
        for (size_t bit = 0; bit < 8 * len; bit += 6) {
            unsigned number = 0;
            for (size_t b = bit; b < bit + 6; b++)
                number = number << 1 |
                         (b < 8 * len && bytes[b / 8] >> (7 - b % 8) & 1);
            expected[n++] = digits[number];
        }
        for (; n % 4 != 1; n++)
            expected[n] = '=';
        expected[n] = '"';
        bytes = realloc(bytes, len ? len : 1);
        jsonl_base64(&out, bytes, len);
        assert_string_equal(str_text(&out), expected);
        str_fini(&out);
        free(bytes);
    }
}

static void test_lower_case(void **state)
{
    static const struct {
        const char *s;
        const char *shown;
    } cases[] = {
        {"", "\"\""},
        {"X-A@Z[`{", "\"x-a@z[`{\""},
        {"Strict-Transport-Security-And-More",
         "\"strict-transport-security-and-more\""},
        {"Odd \"Name\"", "\"odd \\\"name\\\"\""},
        {"A-Long-One-With-An-\xc3\x84\x01",
         "\"a-long-one-with-an-\xc3\x84\\u0001\""},
        {"\xff", "\"\\u00ff\""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct str out = {0};
        jsonl_lower(&out, cases[i].s, strlen(cases[i].s));
        assert_string_equal(str_text(&out), cases[i].shown);
        str_fini(&out);
    }
}

/* Random bytes, mostly text: what is read back is what was written. */
static void test_any_bytes_make_valid_json(void **state)
{
    unsigned seed = 1;
    (void)state;
    for (size_t round = 0; round < 3000; round++) {
        struct str out = {0};
        size_t len = (size_t)rand_r(&seed) % (round % 50 ? 100 : 10000);
        char *bytes = malloc(len + 1);
        yyjson_doc *doc;
        bool is_utf8;
        for (size_t i = 0; i < len; i++)
            bytes[i] = (char)(rand_r(&seed) % 9 ? 'a' + rand_r(&seed) % 26
                                                : rand_r(&seed) % 256);
        jsonl_quote(&out, bytes, len);
        doc = yyjson_read(out.base, out.len, 0);
        assert_non_null(doc);
        yyjson_doc_free(doc);
        str_clear(&out);
        is_utf8 = jsonl_utf8(&out, bytes, len);
        if (is_utf8) {
            doc = yyjson_read(out.base, out.len, 0);
            assert_non_null(doc);
            assert_int_equal(yyjson_get_len(yyjson_doc_get_root(doc)), len);
            assert_memory_equal(yyjson_get_str(yyjson_doc_get_root(doc)), bytes,
                                len);
            yyjson_doc_free(doc);
        } else {
            assert_int_equal(out.len, 0);
        }
        free(bytes);
        str_fini(&out);
    }
}

static void test_json_of_others_gets_the_same_escapes(void **state)
{
    struct str out = {0};
    (void)state;
    jsonl_json(
        &out, "[\"a\xc2\x9b\xc2\xa0\xe2\x80\xae\xe2\x82\xac\",1,\"\xc2\"]\xe2");
    assert_string_equal(out.base, "[\"a\\u009b\xc2\xa0\\u202e\xe2\x82\xac\",1,"
                                  "\"\xc2\"]\xe2");
    str_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_seconds),
        cmocka_unit_test(test_strings),
        cmocka_unit_test(test_each_place_of_a_special_byte),
        cmocka_unit_test(test_utf8_is_told_from_other_bytes),
        cmocka_unit_test(test_json_of_others_gets_the_same_escapes),
        cmocka_unit_test(test_base64),
        cmocka_unit_test(test_base64_of_every_length),
        cmocka_unit_test(test_lower_case),
        cmocka_unit_test(test_any_bytes_make_valid_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
