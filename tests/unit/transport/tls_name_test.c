#include "transport/tls_name.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void names_match_as_rfc_9525_says(void **state)
{
    static const struct {
        const char *pattern;
        const char *host;
        bool matches;
    } cases[] = {
        {"example.test", "example.test", true},
        {"example.test", "EXAMPLE.Test", true},
        {"example.test", "example.test.", true},
        {"example.test.", "example.test", true},
        {"example.test", "www.example.test", false},
        {"example.test", "xample.test", false},
        {"*.example.test", "www.example.test", true},
        {"*.example.test", "example.test", false},
        {"*.example.test", "a.b.example.test", false},
        {"*.example.test", ".example.test", false},
        {"*.test", "example.test", false},
        {"*", "localhost", false},
        {"*.", "localhost", false},
        {"local*", "localhost", false},
        {"*host", "localhost", false},
        {"w*.example.test", "www.example.test", false},
        {"*.*.test", "a.b.test", false},
        {"www.*.test", "www.example.test", false},
        {"xn--*.example.test", "xn--a.example.test", false},
        {"*.example.test", "xn--bcher-kva.example.test", true},
        {"_srv.example.test", "_srv.example.test", true},
        {"", "", false},
        {".", ".", false},
        {"a..test", "a..test", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (tls_name_matches_dns(span_str(cases[i].pattern),
                                 span_str(cases[i].host)) != cases[i].matches)
            fail_msg("%s and %s", cases[i].pattern, cases[i].host);
}

static void a_nul_ends_nothing(void **state)
{
    (void)state;
    struct span pattern = SPAN_LIT("good.test\0.evil.test");
    assert_false(tls_name_matches_dns(pattern, SPAN_LIT("good.test")));
    assert_false(tls_name_matches_dns(pattern, pattern));
}

/* subjectAltName: DNS a.test, IP 127.0.0.1, IP ::1. */
static const uint8_t names[] = {
    0x82, 6, 'a', '.', 't', 'e', 's', 't', 0x87, 4, 127, 0, 0, 1, 0x87, 16,
    0,    0, 0,   0,   0,   0,   0,   0,   0,    0, 0,   0, 0, 0, 0,    1,
};

static void addresses_match_only_address_entries(void **state)
{
    (void)state;
    struct cert c = {.names = span_of(names, sizeof names)};
    char text[100];
    assert_true(tls_name_matches(&c, SPAN_LIT("127.0.0.1")));
    assert_true(tls_name_matches(&c, SPAN_LIT("::1")));
    assert_true(tls_name_matches(&c, SPAN_LIT("0:0:0:0:0:0:0:1")));
    assert_true(tls_name_matches(&c, SPAN_LIT("a.test")));
    assert_false(tls_name_matches(&c, SPAN_LIT("127.0.0.2")));
    assert_false(tls_name_matches(&c, SPAN_LIT("::2")));
    assert_false(tls_name_matches(&c, SPAN_LIT("::ffff:127.0.0.1")));
    tls_name_list(&c, text, sizeof text);
    assert_string_equal(text, "a.test, 127.0.0.1, ::1");
    tls_name_list(&c, text, 32);
    assert_string_equal(text, "a.test and 2 more");
    c.names.len = 0;
    tls_name_list(&c, text, sizeof text);
    assert_string_equal(text, "no names");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_match_as_rfc_9525_says),
        cmocka_unit_test(a_nul_ends_nothing),
        cmocka_unit_test(addresses_match_only_address_entries),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
