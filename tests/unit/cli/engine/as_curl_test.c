#include "engine/as_curl.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_words_are_quoted_for_a_shell(void **state)
{
    static const struct {
        const char *word;
        const char *quoted;
    } cases[] = {
        {"plain-1.2_/,@%+:=", "plain-1.2_/,@%+:="},
        {"", "''"},
        {"two words", "'two words'"},
        {"it's", "'it'\\''s'"},
        {"$HOME `x` \"y\" \\z !", "'$HOME `x` \"y\" \\z !'"},
        {"{a}[1]*?~#;&|<>()", "'{a}[1]*?~#;&|<>()'"},
        {"\xc3\xa4", "'\xc3\xa4'"},
        {"a\nb\tc\\d'e\x7f", "$'a\\nb\\011c\\\\d\\'e\\177'"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct str out = {0};
        as_curl_quote(&out, cases[i].word);
        assert_string_equal(str_text(&out), cases[i].quoted);
        str_fini(&out);
    }
}

static void test_options_of_ours_are_told_apart(void **state)
{
    static const char *const ours[] = {
        "jobs", "items", "quic-cc", "h2-window", "no-quic-pacing", "dry-run"};
    static const char *const curls[] = {"data",    "http3", "user",
                                        "no-alpn", "retry", "haproxy-protocol"};
    (void)state;
    for (size_t i = 0; i < 6; i++) {
        assert_true(as_curl_is_ours(ours[i]));
        assert_false(as_curl_is_ours(curls[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words_are_quoted_for_a_shell),
        cmocka_unit_test(test_options_of_ours_are_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
