/* RFC 3986 2.1. */
#include "http/percent.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void what_is_encoded_is_decoded(void **state)
{
    static const struct {
        const char *text;
        const char *decoded;
    } rows[] = {
        {"", ""},         {"plain", "plain"}, {"%41%7a", "Az"},
        {"%2f%2F", "//"}, {"100%", "100%"},   {"%4", "%4"},
        {"%zz", "%zz"},   {"%%41", "%A"},     {"a+b", "a+b"},
    };
    struct arena arena;
    (void)state;
    arena_init(&arena);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct span s = percent_decode(span_str(rows[i].text), &arena);
        assert_true(span_equal(s, span_str(rows[i].decoded)));
    }
    arena_fini(&arena);
}

static void only_unreserved_bytes_stand_for_themselves(void **state)
{
    const char *unreserved = "ABCXYZabcxyz0189-._~"; /* RFC 3986 2.3 */
    struct str s;
    (void)state;
    str_init(&s);
    percent_encode(&s, span_str(unreserved));
    assert_string_equal(str_text(&s), unreserved);
    str_clear(&s);
    percent_encode(&s, SPAN_LIT("a b/%\0\xff"));
    assert_string_equal(str_text(&s), "a%20b%2F%25%00%FF");
    str_fini(&s);
}

static void every_byte_survives_both_ways(void **state)
{
    uint8_t all[256];
    struct arena arena;
    struct str s;
    (void)state;
    for (unsigned i = 0; i < 256; i++)
        all[i] = (uint8_t)i;
    arena_init(&arena);
    str_init(&s);
    percent_encode(&s, span_of(all, 256));
    struct span back = percent_decode(str_span(&s), &arena);
    assert_true(span_equal(back, span_of(all, 256)));
    str_fini(&s);
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_encoded_is_decoded),
        cmocka_unit_test(only_unreserved_bytes_stand_for_themselves),
        cmocka_unit_test(every_byte_survives_both_ways),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
