/* UTF-8: well-formed sequences, cuts, and characters that a terminal obeys. */
#include "base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void only_well_formed_sequences_count(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t len;
    } cases[] = {
        {"", 0},
        {"a\xff", 1},
        {"\x7f", 1},
        {"\x80", 0},     /* a continuation */
        {"\xc1\xbf", 0}, /* overlong */
        {"\xc2\x80", 2},
        {"\xdf\xbf", 2},
        {"\xe0\x9f\xbf", 0}, /* overlong */
        {"\xe0\xa0\x80", 3},
        {"\xed\x9f\xbf", 3},
        {"\xed\xa0\x80", 0}, /* a surrogate */
        {"\xee\x80\x80", 3},
        {"\xef\xbf\xbf", 3},
        {"\xf0\x8f\xbf\xbf", 0}, /* overlong */
        {"\xf0\x90\x80\x80", 4},
        {"\xf4\x8f\xbf\xbf", 4},
        {"\xf4\x90\x80\x80", 0}, /* over U+10FFFF */
        {"\xf5\x80\x80\x80", 0},
        {"\xe2\x82", 0},     /* cut */
        {"\xe2\x82\x28", 0}, /* broken off */
        {"\xe2\x28\xa1", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(utf8_sequence(span_str(cases[i].text)), cases[i].len);
}

/* What the whole says of a text, its pieces say too, however it is cut. */
static void a_text_in_pieces_is_read_as_the_whole(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_valid; /* so far */
        bool is_whole;
    } cases[] = {
        {"", true, true},
        {"only ASCII, and more than one word of it", true, true},
        {"k\xc3\xb6stlich \xe2\x82\xac \xf0\x9f\x98\x80", true, true},
        {"\xc2\x80\xdf\xbf\xe0\xa0\x80\xed\x9f\xbf\xf4\x8f\xbf\xbf", true,
         true},
        {"12345678\xc3", true, false},
        {"12345678\xe2\x82", true, false},
        {"12345678\xf0\x9f\x98", true, false},
        {"\xf0", true, false},
        {"1234567\x80", false, false},
        {"\xc0\x80", false, false},
        {"\xe0\x9f", false, false}, /* overlong: nothing can follow */
        {"\xed\xa0", false, false},
        {"\xf0\x8f", false, false},
        {"\xf4\x90", false, false},
        {"\xf5", false, false},
        {"\xc3(", false, false},
        {"\xe2\x82(", false, false},
        {"\xf0\x9f\x98(", false, false},
        {"\xe2\x82\xac\xac", false, false},
        {"\xf0\x9f\x98\x80\xff", false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct span text = span_str(cases[i].text);
        for (size_t cut = 0; cut <= text.len; cut++)
            for (size_t end = cut; end <= text.len; end++) {
                struct utf8_check c = {0};
                bool is_valid =
                    utf8_check_add(&c, span_of(text.base, cut)) &&
                    utf8_check_add(&c, span_of(text.base + cut, end - cut)) &&
                    utf8_check_add(&c,
                                   span_of(text.base + end, text.len - end));
                assert_int_equal(is_valid, cases[i].is_valid);
                if (is_valid)
                    assert_int_equal(utf8_check_is_whole(&c),
                                     cases[i].is_whole);
            }
    }
}

static void text_is_valid_up_to_the_first_stray_byte(void **state)
{
    (void)state;
    assert_int_equal(utf8_valid_len(span_of(NULL, 0)), 0);
    assert_int_equal(utf8_valid_len(SPAN_LIT("a\xc3\xbc\0b")), 5);
    assert_int_equal(utf8_valid_len(SPAN_LIT("a\xc3\xbc\xff b")), 3);
}

static void a_sequence_that_the_end_cuts_is_left_out(void **state)
{
    (void)state;
    assert_int_equal(utf8_whole_len(SPAN_LIT("abc")), 3);
    assert_int_equal(utf8_whole_len(SPAN_LIT("ab\xc3")), 2);
    assert_int_equal(utf8_whole_len(SPAN_LIT("a\xe2\x82")), 1);
    assert_int_equal(utf8_whole_len(SPAN_LIT("\xf0\x9f\x98")), 0);
    assert_int_equal(utf8_whole_len(SPAN_LIT("\xc3\xbc")), 2);
    assert_int_equal(utf8_whole_len(SPAN_LIT("\x80\x80\x80\x80\x80")), 5);
    assert_int_equal(utf8_whole_len(SPAN_LIT("")), 0);
}

static void a_cut_goes_through_no_sequence(void **state)
{
    (void)state;
    struct span text = SPAN_LIT("a\xe2\x82\xac b");
    static const size_t cuts[] = {0, 1, 1, 1, 4, 5};
    for (size_t max = 0; max < text.len; max++)
        assert_int_equal(utf8_cut(text, max), cuts[max]);
}

static unsigned control(struct span s)
{
    return utf8_control(s.base, s.len);
}

static void what_a_terminal_obeys_is_told(void **state)
{
    (void)state;
    assert_int_equal(control(SPAN_LIT("\xc2\x80")), 0x80);
    assert_int_equal(control(SPAN_LIT("\xc2\x9f")), 0x9f);
    assert_int_equal(control(SPAN_LIT("\xc2\xa0")), 0);
    assert_int_equal(control(SPAN_LIT("\xe2\x80\xa9")), 0);
    assert_int_equal(control(SPAN_LIT("\xe2\x80\xaa")), 0x202a);
    assert_int_equal(control(SPAN_LIT("\xe2\x80\xae")), 0x202e);
    assert_int_equal(control(SPAN_LIT("\xe2\x80\xaf")), 0);
    assert_int_equal(control(SPAN_LIT("\xe2\x81\xa5")), 0);
    assert_int_equal(control(SPAN_LIT("\xe2\x81\xa6")), 0x2066);
    assert_int_equal(control(SPAN_LIT("\xe2\x81\xa9")), 0x2069);
    assert_int_equal(control(SPAN_LIT("\xe2\x81\xaa")), 0);
    assert_int_equal(control(SPAN_LIT("\x80")), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_well_formed_sequences_count),
        cmocka_unit_test(a_text_in_pieces_is_read_as_the_whole),
        cmocka_unit_test(text_is_valid_up_to_the_first_stray_byte),
        cmocka_unit_test(a_sequence_that_the_end_cuts_is_left_out),
        cmocka_unit_test(a_cut_goes_through_no_sequence),
        cmocka_unit_test(what_a_terminal_obeys_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
