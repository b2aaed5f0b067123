#include "serve/tunnel_allow.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct arena arena;

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_fini(&arena);
    return 0;
}

static void test_authorities(void **state)
{
    static const struct {
        const char *text;
        const char *host; /* NULL: refused */
        enum url_host_kind kind;
        uint16_t port;
    } cases[] = {
        {"example.com:443", "example.com", URL_HOST_NAME, 443},
        {"EXAMPLE.com:80", "example.com", URL_HOST_NAME, 80},
        {"127.1:80", "127.0.0.1", URL_HOST_IPV4, 80},
        {"0x7f000001:65535", "127.0.0.1", URL_HOST_IPV4, 65535},
        {"[::1]:53", "::1", URL_HOST_IPV6, 53},
        {"[0:0::0001]:53", "::1", URL_HOST_IPV6, 53},
        {"example.com", NULL, URL_HOST_NAME, 0},
        {"example.com:", NULL, URL_HOST_NAME, 0},
        {"example.com:0", NULL, URL_HOST_NAME, 0},
        {"example.com:65536", NULL, URL_HOST_NAME, 0},
        {"example.com:+1", NULL, URL_HOST_NAME, 0},
        {"example.com:80:80", NULL, URL_HOST_NAME, 0},
        {":80", NULL, URL_HOST_NAME, 0},
        {"::1:80", NULL, URL_HOST_NAME, 0},
        {"[::1]", NULL, URL_HOST_NAME, 0},
        {"[::1]80", NULL, URL_HOST_NAME, 0},
        {"[fe80::1%25eth0]:80", NULL, URL_HOST_NAME, 0},
        {"user@example.com:80", NULL, URL_HOST_NAME, 0},
        {"", NULL, URL_HOST_NAME, 0},
        {"/path", NULL, URL_HOST_NAME, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct tunnel_target t;
        bool is_good =
            tunnel_target_of_authority(&t, span_str(cases[i].text), &arena);
        assert_int_equal(is_good, cases[i].host != NULL);
        if (!is_good)
            continue;
        assert_true(span_equal(t.host, span_str(cases[i].host)));
        assert_int_equal(t.kind, cases[i].kind);
        assert_int_equal(t.port, cases[i].port);
    }
}

static void test_paths(void **state)
{
    static const struct {
        const char *text;
        const char *host; /* NULL: refused */
        uint16_t port;
    } cases[] = {
        {"192.0.2.6/443/", "192.0.2.6", 443},
        {"192.0.2.6/443", "192.0.2.6", 443},
        {"example.com/53/", "example.com", 53},
        {"2001%3Adb8%3A%3A42/443/", "2001:db8::42", 443},
        {"2001%3adb8::42/443/", "2001:db8::42", 443},
        {"%5B::1%5D/443/", NULL, 0},
        {"[::1]/443/", NULL, 0},
        {"fe80%3A%3A1%25eth0/443/", NULL, 0},
        {"192.0.2.6/0/", NULL, 0},
        {"192.0.2.6/70000/", NULL, 0},
        {"192.0.2.6/4a/", NULL, 0},
        {"192.0.2.6//", NULL, 0},
        {"/443/", NULL, 0},
        {"192.0.2.6", NULL, 0},
        {"192.0.2.6/443/x", NULL, 0},
        {"a%2Fb/443/", NULL, 0},
        {"a%00/443/", NULL, 0},
        {"", NULL, 0},
        {"/", NULL, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct tunnel_target t;
        bool is_good =
            tunnel_target_of_path(&t, span_str(cases[i].text), &arena);
        assert_int_equal(is_good, cases[i].host != NULL);
        if (!is_good)
            continue;
        assert_true(span_equal(t.host, span_str(cases[i].host)));
        assert_int_equal(t.port, cases[i].port);
    }
}

static bool is_allowed(const struct tunnel_allow *a, const char *target)
{
    struct tunnel_target t;
    assert_true(tunnel_target_of_authority(&t, span_str(target), &arena));
    return tunnel_allow_has(a, &t);
}

static void test_only_what_is_named_is_allowed(void **state)
{
    static const char *const patterns[] = {
        "localhost:22",   "192.0.2.1:*",     "[2001:db8::1]:53",
        "*.lab.test:443", "Dot.Example.:80",
    };
    static const char *const good[] = {
        "localhost:22",       "LOCALHOST.:22",  "192.0.2.1:1",
        "192.0.2.1:65535",    "3221225985:7", /* the same address */
        "[2001:db8:0::1]:53", "a.lab.test:443", "b.a.LAB.test.:443",
        "dot.example:80",
    };
    static const char *const bad[] = {
        "localhost:23",         "127.0.0.1:22",     "[::1]:22",
        "192.0.2.2:1",          "[2001:db8::1]:54", "lab.test:443",
        "xlab.test:443",        "a.lab.test:80",    "a.lab.test.evil:443",
        "[::ffff:192.0.2.1]:1",
    };
    struct tunnel_allow a;
    struct fault fault;
    (void)state;
    assert_true(tunnel_allow_init(&a, "--allow-tcp", patterns,
                                  sizeof patterns / sizeof patterns[0],
                                  &fault));
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        assert_true(is_allowed(&a, good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(is_allowed(&a, bad[i]));
    tunnel_allow_fini(&a);
}

static void test_no_pattern_allows_nothing(void **state)
{
    struct tunnel_allow a;
    struct fault fault;
    (void)state;
    assert_true(tunnel_allow_init(&a, "--allow-tcp", NULL, 0, &fault));
    assert_false(is_allowed(&a, "localhost:1"));
    tunnel_allow_fini(&a);
}

static void test_patterns_that_say_nothing_are_refused(void **state)
{
    static const char *const patterns[] = {
        "",
        "*",
        "*:*",
        "*:80",
        "*.:80",
        "localhost",
        "localhost:",
        "localhost:0",
        "*.127.0.0.1:80",
        "*.[::1]:80",
        "a.*.b:80",
        "::1:80",
        "local host:80",
        ":*",
        "*.*:80",
    };
    (void)state;
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
        struct tunnel_allow a;
        struct fault fault;
        assert_false(
            tunnel_allow_init(&a, "--allow-udp", &patterns[i], 1, &fault));
        assert_int_equal(fault.code, ERR_USAGE);
        assert_non_null(strstr(fault.detail, "--allow-udp: '"));
        tunnel_allow_fini(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_authorities, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_paths, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_only_what_is_named_is_allowed,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_pattern_allows_nothing, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            test_patterns_that_say_nothing_are_refused, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
