#include "io/addr.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void numeric_addresses_parse_and_print(void **state)
{
    static const struct {
        const char *text;
        const char *prints; /* NULL: not numeric */
        int family;
    } cases[] = {
        {"127.0.0.1", "127.0.0.1", AF_INET},
        {"255.255.255.255", "255.255.255.255", AF_INET},
        {"::1", "::1", AF_INET6},
        {"2001:DB8:0:0:0:0:0:1", "2001:db8::1", AF_INET6},
        {"::ffff:192.0.2.1", "::ffff:192.0.2.1", AF_INET6},
        {"fe80::1%lo", "fe80::1%lo", AF_INET6},
        {"fe80::1%1", "fe80::1%lo", AF_INET6},
        {"", NULL, 0},
        {"127.1", NULL, 0},
        {"0x7f.0.0.1", NULL, 0},
        {"127.0.0.01", NULL, 0},
        {"1.2.3.4.5", NULL, 0},
        {"256.0.0.1", NULL, 0},
        {"[::1]", NULL, 0},
        {"fe80::1%no-such-zone", NULL, 0},
        {"example.test", NULL, 0},
        {"1111:2222:3333:4444:5555:6666:7777:8888:9999", NULL, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct addr a;
        bool ok = addr_parse(&a, span_str(cases[i].text), 443);
        assert_int_equal(ok, cases[i].prints != NULL);
        if (!ok)
            continue;
        char text[ADDR_TEXT_MAX];
        addr_format(&a, text);
        assert_string_equal(text, cases[i].prints);
        assert_int_equal(addr_family(&a), cases[i].family);
        assert_int_equal(addr_port(&a), 443);
    }
}

static void a_nul_inside_is_no_address(void **state)
{
    struct addr a;
    (void)state;
    assert_false(addr_parse(&a, span_of("127.0.0.1\0x", 11), 80));
}

static void equality_counts_port_and_zone(void **state)
{
    (void)state;
    struct addr a;
    struct addr b;
    assert_true(addr_parse(&a, span_str("fe80::1%1"), 80));
    assert_true(addr_parse(&b, span_str("fe80::1%1"), 80));
    assert_true(addr_equal(&a, &b));
    addr_set_port(&b, 81);
    assert_false(addr_equal(&a, &b));
    assert_true(addr_parse(&b, span_str("fe80::1%2"), 80));
    assert_false(addr_equal(&a, &b));
    assert_true(addr_parse(&b, span_str("127.0.0.1"), 80));
    assert_false(addr_equal(&a, &b));
}

static void a_path_prints_its_end_and_may_be_too_long(void **state)
{
    (void)state;
    struct addr a;
    char path[200];
    char text[ADDR_TEXT_MAX];
    memset(path, 'd', sizeof path);
    path[sizeof path - 1] = '\0';
    assert_false(addr_unix(&a, path));
    assert_false(addr_unix(&a, ""));
    path[100] = '\0';
    path[99] = 'z';
    assert_true(addr_unix(&a, path));
    addr_format(&a, text);
    assert_int_equal(strlen(text), ADDR_TEXT_MAX - 1);
    assert_int_equal(text[ADDR_TEXT_MAX - 2], 'z');
    assert_int_equal(addr_port(&a), 0);
}

static void a_name_of_the_abstract_namespace_is_no_path(void **state)
{
    (void)state;
    struct addr a;
    struct addr b;
    char name[200];
    char text[ADDR_TEXT_MAX];
    assert_true(addr_abstract(&a, "app"));
    addr_format(&a, text);
    assert_string_equal(text, "@app");
    assert_int_equal(addr_family(&a), AF_UNIX);
    assert_true(addr_unix(&b, "app"));
    assert_false(addr_equal(&a, &b));
    assert_true(addr_abstract(&b, "apples"));
    assert_false(addr_equal(&a, &b));
    assert_true(addr_abstract(&b, "app"));
    assert_true(addr_equal(&a, &b));
    memset(name, 'd', sizeof name);
    name[107] = '\0';
    assert_true(addr_abstract(&a, name));
    addr_format(&a, text);
    assert_int_equal(strlen(text), ADDR_TEXT_MAX - 1);
    assert_int_equal(text[0], '@');
    name[107] = 'd';
    name[108] = '\0';
    assert_false(addr_abstract(&a, name));
    assert_false(addr_abstract(&a, ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numeric_addresses_parse_and_print),
        cmocka_unit_test(a_nul_inside_is_no_address),
        cmocka_unit_test(equality_counts_port_and_zone),
        cmocka_unit_test(a_path_prints_its_end_and_may_be_too_long),
        cmocka_unit_test(a_name_of_the_abstract_namespace_is_no_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
