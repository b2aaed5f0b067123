#include "channel/payload_out.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void expect(enum payload_mode mode, bool is_terminal, const void *data,
                   size_t len, const void *want, size_t want_len)
{
    struct str out = {0};
    assert_true(payload_out_add(&out, mode, is_terminal, data, len));
    assert_int_equal(out.len, want_len);
    assert_memory_equal(str_text(&out), want, want_len);
    str_fini(&out);
}

static void test_modes_write_a_message(void **state)
{
    (void)state;
    expect(PAYLOAD_LINE, false, "hello", 5, "hello\n", 6);
    expect(PAYLOAD_LINE, false, "", 0, "\n", 1);
    expect(PAYLOAD_LINE, false, "a\nb\r\n", 5, "a\\nb\\r\\n\n", 9);
    expect(PAYLOAD_LINE, false, "\x1b[2J", 4, "\x1b[2J\n", 5);
    expect(PAYLOAD_HEX, false, "\0\xffz", 3, "00ff7a\n", 7);
    expect(PAYLOAD_HEX, false, "", 0, "\n", 1);
    expect(PAYLOAD_BASE64, false, "ab", 2, "YWI=\n", 5);
    expect(PAYLOAD_BASE64, false, "", 0, "\n", 1);
    expect(PAYLOAD_LEN, false, "ab", 2, "\0\2ab", 4);
    expect(PAYLOAD_LEN, false, "", 0, "\0\0", 2);
    expect(PAYLOAD_RAW, false, "a\n\0", 3, "a\n\0", 3);
}

static void test_a_terminal_is_not_obeyed(void **state)
{
    (void)state;
    expect(PAYLOAD_LINE, true, "\x1b[2Ja\n", 6, "\\x1b[2Ja\\x0a\n", 13);
    expect(PAYLOAD_RAW, true, "\x1b[2J\n", 5, "\\x1b[2J\n", 8);
}

static void test_two_bytes_of_length_have_an_end(void **state)
{
    static char data[PAYLOAD_LEN_MAX + 1];
    struct str out = {0};
    (void)state;
    assert_false(payload_out_add(&out, PAYLOAD_LEN, false, data, sizeof data));
    assert_int_equal(out.len, 0);
    assert_true(
        payload_out_add(&out, PAYLOAD_LEN, false, data, sizeof data - 1));
    assert_int_equal(out.len, sizeof data + 1);
    str_fini(&out);
}

static void test_modes_have_names(void **state)
{
    enum payload_mode mode;
    (void)state;
    assert_true(payload_mode_parse("line", &mode));
    assert_int_equal(mode, PAYLOAD_LINE);
    assert_true(payload_mode_parse("raw", &mode));
    assert_int_equal(mode, PAYLOAD_RAW);
    assert_false(payload_mode_parse("", &mode));
    assert_false(payload_mode_parse("lines", &mode));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_modes_write_a_message),
        cmocka_unit_test(test_a_terminal_is_not_obeyed),
        cmocka_unit_test(test_two_bytes_of_length_have_an_end),
        cmocka_unit_test(test_modes_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
