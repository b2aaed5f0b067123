#include "dial/overrides.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dial/candidates.h"

static void connect_to_replaces_host_and_port(void **state)
{
    (void)state;
    static const struct {
        const char *entry;
        const char *host;
        uint16_t port;
    } cases[] = {
        {"a.test:443:b.test:8443", "b.test", 8443},
        {"A.TEST:443:b.test:8443", "b.test", 8443},
        {"a.test:443:b.test:", "b.test", 443},
        {"a.test::b.test:1", "b.test", 1},
        {"::127.0.0.1:1", "127.0.0.1", 1},
        {"::[::1]:1", "::1", 1},
        {"a.test:443::1", "a.test", 1},
        {"a.test:444:b.test:1", "a.test", 443},
        {"c.test:443:b.test:1", "a.test", 443},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *list[] = {cases[i].entry, NULL};
        struct settings_addresses a = {.connect_to = list};
        struct span host = SPAN_LIT("a.test");
        uint16_t port = 443;
        struct fault fault = {0};
        assert_true(overrides_connect_to(&a, &host, &port, &fault));
        assert_true(span_equal(host, span_str(cases[i].host)));
        assert_int_equal(port, cases[i].port);
    }
}

static void a_malformed_entry_is_named(void **state)
{
    (void)state;
    const char *bad_connect[] = {"a.test",      "a.test:x:b:1", "a:1",
                                 "a:1:[::1:2",  "a:1:b:70000",  "a:1:b:2:3",
                                 "[::1]x:1:b:2"};
    const char *bad_resolve[] = {"a.test",
                                 "a.test:443",
                                 "a.test:x:127.0.0.1",
                                 ":1:127.0.0.1",
                                 "a.test:443:nonsense",
                                 "a.test:443:",
                                 "a.test:99999:127.0.0.1"};
    struct addr addrs[4];
    size_t n = 0;
    for (size_t i = 0; i < 7; i++) {
        const char *one[] = {bad_connect[i], NULL};
        const char *two[] = {bad_resolve[i], NULL};
        struct settings_addresses a = {.connect_to = one, .resolve = two};
        struct span host = SPAN_LIT("a");
        uint16_t port = 1;
        struct fault fault = {0};
        assert_false(overrides_connect_to(&a, &host, &port, &fault));
        assert_int_equal(fault.code, ERR_USAGE);
        fault.code = ERR_NONE;
        assert_false(overrides_resolve(&a, SPAN_LIT("a.test"), 443, addrs, 4,
                                       &n, &fault));
        assert_int_equal(fault.code, ERR_USAGE);
    }
}

static size_t resolved(const char *const *list, struct addr *addrs)
{
    struct settings_addresses a = {.resolve = list};
    struct fault fault = {0};
    size_t n = 99;
    assert_true(
        overrides_resolve(&a, SPAN_LIT("a.test"), 443, addrs, 4, &n, &fault));
    return n;
}

static void resolve_answers_for_its_host_and_port(void **state)
{
    (void)state;
    struct addr addrs[4];
    char text[ADDR_TEXT_MAX];
    const char *two[] = {"a.test:443:127.0.0.2,[::1]", NULL};
    assert_int_equal(resolved(two, addrs), 2);
    addr_format(&addrs[1], text);
    assert_string_equal(text, "::1");
    assert_int_equal(addr_port(&addrs[0]), 443);
    const char *other_port[] = {"a.test:80:127.0.0.2", NULL};
    assert_int_equal(resolved(other_port, addrs), 0);
    const char *any[] = {"+*:443:127.0.0.3", NULL};
    assert_int_equal(resolved(any, addrs), 1);
    const char *last[] = {"a.test:443:127.0.0.2", "a.test:443:127.0.0.4", NULL};
    assert_int_equal(resolved(last, addrs), 1);
    addr_format(&addrs[0], text);
    assert_string_equal(text, "127.0.0.4");
    const char *removed[] = {"a.test:443:127.0.0.2", "-a.test:443", NULL};
    assert_int_equal(resolved(removed, addrs), 0);
    assert_int_equal(resolved(NULL, addrs), 0);
}

static struct addr parsed(const char *text)
{
    struct addr a;
    assert_true(addr_parse(&a, span_str(text), 1));
    return a;
}

static void families_take_turns_ipv6_first(void **state)
{
    (void)state;
    struct candidates c = {0};
    const char *given[] = {"127.0.0.1", "127.0.0.2", "127.0.0.1",
                           "::1",       "::2",       "::3"};
    const char *order[] = {"::1", "127.0.0.1", "::2", "127.0.0.2", "::3"};
    for (size_t i = 0; i < 6; i++) {
        struct addr a = parsed(given[i]);
        candidates_add(&c, &a, 1);
    }
    struct candidates_cursor at = {0};
    for (size_t i = 0; i < 5; i++) {
        struct addr expected = parsed(order[i]);
        const struct addr *a = candidates_next(&c, &at);
        assert_non_null(a);
        assert_true(addr_equal(a, &expected));
    }
    assert_null(candidates_next(&c, &at));
    struct addr late = parsed("127.0.0.9");
    candidates_add(&c, &late, 1);
    assert_true(addr_equal(candidates_next(&c, &at), &late));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(connect_to_replaces_host_and_port),
        cmocka_unit_test(a_malformed_entry_is_named),
        cmocka_unit_test(resolve_answers_for_its_host_and_port),
        cmocka_unit_test(families_take_turns_ipv6_first),
    };
    return cmocka_run_group_tests_name("dial/overrides", tests, NULL, NULL);
}
