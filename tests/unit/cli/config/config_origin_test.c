/* Which sections an origin belongs to, and which of them counts. */
#include "config/config_origin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *pattern;
    const char *scheme;
    const char *host;
    unsigned port;
    bool matches;
} matches[] = {
    {"https://api.example.com", "https", "api.example.com", 443, true},
    {"HTTPS://API.Example.COM", "https", "api.example.com", 443, true},
    {"https://api.example.com:443", "https", "api.example.com", 443, true},
    {"https://api.example.com", "http", "api.example.com", 80, false},
    {"https://api.example.com", "https", "api.example.com", 8443, false},
    {"https://api.example.com", "https", "example.com", 443, false},
    {"https://api.example.com", "https", "x.api.example.com", 443, false},
    {"https://api.example.com:8443", "https", "api.example.com", 8443, true},
    {"https://api.example.com:8443", "https", "api.example.com", 443, false},
    {"https://api.example.com:*", "https", "api.example.com", 8443, true},
    {"https://api.example.com:*", "https", "api.example.com", 443, true},
    {"http://api.example.com", "http", "api.example.com", 80, true},
    {"https://*.example.com", "https", "a.example.com", 443, true},
    {"https://*.example.com", "https", "a.b.example.com", 443, true},
    {"https://*.example.com", "https", "A.EXAMPLE.COM", 443, true},
    {"https://*.example.com", "https", "example.com", 443, false},
    {"https://*.example.com", "https", ".example.com", 443, false},
    {"https://*.example.com", "https", "aexample.com", 443, false},
    {"https://*.example.com", "https", "a.example.com.evil", 443, false},
    {"https://*.example.com", "https", "a.example.com", 8443, false},
    {"https://*.example.com:8443", "https", "a.example.com", 8443, true},
    {"https://*.example.com:*", "https", "a.example.com", 8443, true},
    {"https://*.internal", "https", "db.internal", 443, true},
    {"https://*", "https", "anything", 443, true},
    {"https://*", "https", "anything", 444, false},
    {"https://*", "http", "anything", 80, false},
    {"http://*:*", "http", "10.0.0.1", 8080, true},
    {"http://127.0.0.1:8080", "http", "127.0.0.1", 8080, true},
    {"http://[::1]:8080", "http", "::1", 8080, true},
    {"http://[::1]:8080", "http", "[::1]", 8080, true},
    {"http://[0:0::1]", "http", "::1", 80, true},
};

static void test_patterns_match(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof matches / sizeof matches[0]; i++) {
        struct config_origin o;
        const char *why;
        assert_true(config_origin_parse(&o, matches[i].pattern, &why));
        assert_int_equal(config_origin_matches(&o, matches[i].scheme,
                                               matches[i].host,
                                               matches[i].port),
                         matches[i].matches);
        config_origin_fini(&o);
    }
}

static void test_bad_patterns_are_refused(void **state)
{
    static const char *const bad[] = {
        "",
        "api.example.com",
        "*",
        "ftp://example.com",
        "https://",
        "https:///",
        "https://*example.com",
        "https://a.*.com",
        "https://*.*.com",
        "https://a*",
        "https://*.",
        "https://*.127.0.0.1",
        "https://example.com/",
        "https://example.com/path",
        "https://example.com?q",
        "https://example.com#f",
        "https://me@example.com",
        "https://me:word@example.com",
        "https://example.com:",
        "https://example.com:0",
        "https://example.com:65536",
        "https://example.com:x",
        "https://exa mple.com",
        "https://:443",
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct config_origin o;
        const char *why = NULL;
        if (config_origin_parse(&o, bad[i], &why))
            fail_msg("accepted: %s", bad[i]);
        assert_non_null(why);
        config_origin_fini(&o);
    }
}

/* Each beats the next. */
static void test_the_more_specific_pattern_counts(void **state)
{
    static const char *const order[] = {
        "https://a.b.example.com",
        "https://a.b.example.com:*",
        "https://*.b.example.com",
        "https://*.b.example.com:*",
        "https://*.example.com",
        "https://*.example.com:*",
        "https://*.com",
        "https://*",
        "https://*:*",
    };
    enum {
        N = sizeof order / sizeof order[0]
    };
    (void)state;
    for (size_t i = 0; i < N; i++) {
        for (size_t k = 0; k < N; k++) {
            struct config_origin a;
            struct config_origin b;
            const char *why;
            int c;
            assert_true(config_origin_parse(&a, order[i], &why));
            assert_true(config_origin_parse(&b, order[k], &why));
            c = config_origin_compare(&a, &b);
            assert_true(i < k ? c < 0 : i > k ? c > 0 : c == 0);
            assert_int_equal(config_origin_is_same(&a, &b), i == k);
            config_origin_fini(&a);
            config_origin_fini(&b);
        }
    }
}

static void test_the_same_origin_is_known_again(void **state)
{
    struct config_origin a;
    struct config_origin b;
    const char *why;
    (void)state;
    assert_true(config_origin_parse(&a, "https://Example.com", &why));
    assert_true(config_origin_parse(&b, "https://example.COM:443", &why));
    assert_true(config_origin_is_same(&a, &b));
    config_origin_fini(&a);
    config_origin_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_patterns_match),
        cmocka_unit_test(test_bad_patterns_are_refused),
        cmocka_unit_test(test_the_more_specific_pattern_counts),
        cmocka_unit_test(test_the_same_origin_is_known_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
