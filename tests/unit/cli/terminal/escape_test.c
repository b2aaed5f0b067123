#include "terminal/escape.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *bytes;
    const char *shown;
} cases[] = {
    {"plain\ttext\n", "plain\ttext\n"},
    {"line\r\n", "line\r\n"},
    {"back\rover", "back\\x0dover"},
    {"\x1b[2J", "\\x1b[2J"},
    {"\x7f\x08", "\\x7f\\x08"},
    {"\xc3\xa4\xe2\x82\xac\xf0\x9f\x8f\xb9",
     "\xc3\xa4\xe2\x82\xac\xf0\x9f\x8f\xb9"},
    {"\xc2\x9b"
     "2J",
     "\\xc2\\x9b2J"},
    {"\x9b"
     "2J",
     "\\x9b2J"},
    {"\xc3(", "\\xc3("},
    {"\xe2\x82(", "\\xe2\\x82("},
    {"\xc0\x80", "\\xc0\\x80"},
    {"\xe0\x80\x80", "\\xe0\\x80\\x80"},
    {"\xed\xa0\x80", "\\xed\\xa0\\x80"},
    {"\xe2\x80\xa9\xe2\x80\xaa\xe2\x80\xae\xe2\x80\xaf",
     "\xe2\x80\xa9\\xe2\\x80\\xaa\\xe2\\x80\\xae\xe2\x80\xaf"},
    {"\xe2\x81\xa5\xe2\x81\xa6\xe2\x81\xa9\xe2\x81\xaa",
     "\xe2\x81\xa5\\xe2\\x81\\xa6\\xe2\\x81\\xa9\xe2\x81\xaa"},
    {"end\xe2\x82", "end\\xe2\\x82"},
    {"end\r", "end\\x0d"},
};

enum {
    NCASES = sizeof cases / sizeof cases[0]
};

static void test_control_bytes_become_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < NCASES; i++) {
        struct escape t = {0};
        struct str out = {0};
        escape_piece(&t, &out, cases[i].bytes, strlen(cases[i].bytes));
        escape_finish(&t, &out);
        assert_string_equal(out.base, cases[i].shown);
        str_fini(&out);
    }
}

static void test_pieces_of_one_byte_show_the_same(void **state)
{
    (void)state;
    for (size_t i = 0; i < NCASES; i++) {
        struct escape t = {0};
        struct str out = {0};
        for (const char *c = cases[i].bytes; *c; c++)
            escape_piece(&t, &out, c, 1);
        escape_finish(&t, &out);
        assert_string_equal(out.base, cases[i].shown);
        str_fini(&out);
    }
}

static void test_a_line_stays_one(void **state)
{
    struct str out = {0};
    (void)state;
    escape_line(&out, "a\r\nb\tc\x1b");
    assert_string_equal(out.base, "a\\x0d\\x0ab\\x09c\\x1b");
    str_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_control_bytes_become_text),
        cmocka_unit_test(test_pieces_of_one_byte_show_the_same),
        cmocka_unit_test(test_a_line_stays_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
