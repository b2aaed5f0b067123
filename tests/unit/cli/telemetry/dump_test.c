/* The forms of curl's --trace and --trace-ascii, byte for byte. */
#include "telemetry/dump.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void expect(void (*dump)(struct str *, struct span), struct span bytes,
                   const char *text)
{
    struct str out = {0};
    dump(&out, bytes);
    assert_string_equal(out.base ? str_text(&out) : "", text);
    str_fini(&out);
}

static void sixteen_bytes_are_a_line_of_hex(void **state)
{
    (void)state;
    expect(dump_hex, SPAN_LIT(""), "");
    expect(dump_hex, SPAN_LIT("abc"),
           "0000: 61 62 63                                        abc\n");
    expect(dump_hex, SPAN_LIT("HTTP/1.1 200 OK\r\n"),
           "0000: 48 54 54 50 2f 31 2e 31 20 32 30 30 20 4f 4b 0d "
           "HTTP/1.1 200 OK.\n"
           "0010: 0a                                              .\n");
    expect(dump_hex, SPAN_LIT("\x00\x1f\x20\x7e\x7f\x80\xff"),
           "0000: 00 1f 20 7e 7f 80 ff                            .. ~...\n");
}

static void a_line_of_text_is_a_line(void **state)
{
    (void)state;
    expect(dump_ascii, SPAN_LIT(""), "");
    expect(dump_ascii, SPAN_LIT("a\r\n\r\nb\nc\rd"),
           "0000: a\n0003: \n0005: b.c.d\n");
    expect(dump_ascii, SPAN_LIT("\r\n"), "0000: \n");
    expect(dump_ascii, SPAN_LIT("x\r"), "0000: x.\n");
}

static void
a_long_line_is_cut_and_its_end_makes_no_line_of_its_own(void **state)
{
    (void)state;
    char row[64];
    struct str in = {0};
    struct str out = {0};
    memset(row, 'r', sizeof row);
    str_add(&in, span_of(row, sizeof row));
    str_add_text(&in, "\r\nnext");
    str_printf(&out, "0000: %.64s\n0042: next\n", row);
    expect(dump_ascii, str_span(&in), str_text(&out));
    str_clear(&in);
    str_clear(&out);
    str_add(&in, span_of(row, sizeof row));
    str_add_text(&in, "r\r\n");
    str_printf(&out, "0000: %.64s\n0040: r\n", row);
    expect(dump_ascii, str_span(&in), str_text(&out));
    str_fini(&in);
    str_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sixteen_bytes_are_a_line_of_hex),
        cmocka_unit_test(a_line_of_text_is_a_line),
        cmocka_unit_test(
            a_long_line_is_cut_and_its_end_makes_no_line_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
