#include "forward/forward_spec.h"

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

static void test_specs(void **state)
{
    static const struct {
        const char *text;
        const char *binds[FORWARD_SPEC_BINDS];
        uint16_t port;
        const char *target;
    } cases[] = {
        {"5353:1.1.1.1:53", {"127.0.0.1", "::1"}, 5353, "1.1.1.1:53"},
        {"127.0.0.1:5353:dns.example:53",
         {"127.0.0.1"},
         5353,
         "dns.example:53"},
        {"[::1]:5353:dns.example:53", {"::1"}, 5353, "dns.example:53"},
        {"5353:[2001:DB8::1]:53",
         {"127.0.0.1", "::1"},
         5353,
         "[2001:db8::1]:53"},
        {"*:0:h:1", {"0.0.0.0", "::"}, 0, "h:1"},
        {":9:h:1", {"0.0.0.0", "::"}, 9, "h:1"},
        {"localhost:9:H.example:1", {"127.0.0.1", "::1"}, 9, "h.example:1"},
        {"-:host:22", {NULL}, 0, "host:22"},
        {"-:[::1]:22", {NULL}, 0, "[::1]:22"},
        {"1:127.1:22", {"127.0.0.1", "::1"}, 1, "127.0.0.1:22"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct forward_spec s;
        struct fault fault;
        size_t n = 0;
        assert_true(forward_spec_parse(&s, cases[i].text, &arena, &fault));
        assert_string_equal(s.target, cases[i].target);
        for (; n < FORWARD_SPEC_BINDS && cases[i].binds[n]; n++) {
            char text[ADDR_TEXT_MAX];
            addr_format(&s.binds[n], text);
            assert_string_equal(text, cases[i].binds[n]);
            assert_int_equal(addr_port(&s.binds[n]), cases[i].port);
        }
        assert_int_equal(s.nbinds, n);
        assert_int_equal(s.is_stdio, n == 0);
    }
}

static void test_what_is_no_spec(void **state)
{
    static const char *const cases[] = {
        "",          "1",          "1:h",
        "h:1",       "1:h:0",      "1:h:65536",
        "65536:h:1", "x:h:1",      "1:h:x",
        "a:1:h:1:1", "name:1:h:1", "1::1",
        "1:[::1:1",  "1:::1:1",    "-:h",
        "-:1:h:1",   "1:h%zz:1",   "1:[fe80::1%25eth0]:1",
        "1:a b:1",
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct forward_spec s;
        struct fault fault;
        assert_false(forward_spec_parse(&s, cases[i], &arena, &fault));
        assert_int_equal(fault.code, ERR_USAGE);
        assert_non_null(strstr(fault.detail, "[BIND:]PORT:HOST:PORT"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_specs, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_is_no_spec, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
