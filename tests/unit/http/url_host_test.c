/* One form for every spelling of a host. */
#include "http/url_host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void spellings_become_one(void **state)
{
    static const struct {
        const char *raw;
        enum url_host_kind kind;
        const char *text;
        const char *zone; /* NULL: none */
    } rows[] = {
        {"Example.COM", URL_HOST_NAME, "example.com", NULL},
        {"b%C3%BCcher.example", URL_HOST_NAME, "xn--bcher-kva.example", NULL},
        {"127.1", URL_HOST_IPV4, "127.0.0.1", NULL},
        {"0x7f.0.0.1", URL_HOST_IPV4, "127.0.0.1", NULL},
        {"2130706433", URL_HOST_IPV4, "127.0.0.1", NULL},
        {"0300.0250.1.1", URL_HOST_IPV4, "192.168.1.1", NULL},
        {"[::0001]", URL_HOST_IPV6, "::1", NULL},
        {"[2001:DB8:0:0:1:0:0:1]", URL_HOST_IPV6, "2001:db8::1:0:0:1", NULL},
        {"[fe80::1%25eth0]", URL_HOST_IPV6, "fe80::1", "eth0"},
    };
    struct arena arena;
    (void)state;
    arena_init(&arena);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct url_host h;
        struct fault fault;
        if (!url_host_parse(&h, span_str(rows[i].raw), &arena, &fault))
            fail_msg("%s: %s", rows[i].raw, fault.detail);
        if (h.kind != rows[i].kind ||
            !span_equal(h.text, span_str(rows[i].text)))
            fail_msg("%s: %.*s", rows[i].raw, SPAN_ARG(h.text));
        if (rows[i].zone)
            assert_true(span_equal(h.zone, span_str(rows[i].zone)));
        else
            assert_null(h.zone.base);
    }
    arena_fini(&arena);
}

static void what_is_no_host_is_refused(void **state)
{
    static const char *const rows[] = {"",    "[::1",  "[::g]",
                                       "a b", "a%00b", "a%2Fb"};
    struct arena arena;
    (void)state;
    arena_init(&arena);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct url_host h;
        struct fault fault = {.code = ERR_NONE};
        if (url_host_parse(&h, span_str(rows[i]), &arena, &fault))
            fail_msg("'%s' is a host", rows[i]);
        assert_int_equal(fault.code, ERR_BAD_URL);
    }
    arena_fini(&arena);
}

static void localhost_has_names_below_it(void **state)
{
    (void)state;
    assert_true(url_host_is_localhost(SPAN_LIT("localhost")));
    assert_true(url_host_is_localhost(SPAN_LIT("a.localhost")));
    assert_false(url_host_is_localhost(SPAN_LIT("notlocalhost")));
    assert_false(url_host_is_localhost(SPAN_LIT("localhost.example")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spellings_become_one),
        cmocka_unit_test(what_is_no_host_is_refused),
        cmocka_unit_test(localhost_has_names_below_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
