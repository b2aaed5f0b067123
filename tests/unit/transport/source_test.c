/* What --interface may say, and what a socket is bound to by it. */
#include "transport/source.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void its_forms_are_those_of_curl(void **state)
{
    (void)state;
    static const char *const good[] = {
        "eth0",     "192.0.2.1",      "2001:db8::1",           "if!eth0",
        "if!::1",   "host!192.0.2.1", "ifhost!eth0!192.0.2.1", "if!a!b",
        "host!::1",
    };
    static const char *const bad[] = {
        "",
        "if!",
        "host!",
        "host!eth0",
        "ifhost!",
        "ifhost!eth0",
        "ifhost!!::1",
        "ifhost!eth0!",
        "host!a.test",
        "ifhost!eth0!eth1",
    };
    struct fault fault;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        if (!source_check(good[i], &fault))
            fail_msg("%s: %s", good[i], fault.detail);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (source_check(bad[i], &fault))
            fail_msg("%s", bad[i]);
        assert_int_equal(fault.code, ERR_USAGE);
    }
}

static void a_socket_is_bound_to_what_it_says(void **state)
{
    (void)state;
    static const struct {
        const char *interface;
        int error;
        const char *local; /* after connecting */
    } cases[] = {
        {NULL, 0, "127.0.0.1"},
        {"127.0.0.2", 0, "127.0.0.2"},
        {"host!127.0.0.3", 0, "127.0.0.3"},
        {"::1", EADDRNOTAVAIL, NULL},
        {"192.0.2.1", EADDRNOTAVAIL, NULL},
        {"nosuch", ENODEV, NULL},
        {"if!127.0.0.2", ENODEV, NULL},
        {"ifhost!nosuch!127.0.0.2", ENODEV, NULL},
        {"a name that no device can have", ENODEV, NULL},
        {"host!", EINVAL, NULL},
    };
    struct addr to;
    assert_true(addr_parse(&to, span_str("127.0.0.1"), 9));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fault fault = {.code = ERR_NONE};
        int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        bool is_bound = source_bind(fd, &to, cases[i].interface, &fault);
        assert_int_equal(fault.wire, cases[i].error);
        assert_int_equal(is_bound, cases[i].error == 0);
        assert_int_equal(fault.code, is_bound ? ERR_NONE : ERR_CONNECT);
        if (is_bound) {
            struct addr local = {.len = sizeof local.sa};
            char text[ADDR_TEXT_MAX];
            assert_int_equal(
                connect(fd, (const struct sockaddr *)&to.sa, to.len), 0);
            assert_int_equal(
                getsockname(fd, (struct sockaddr *)&local.sa, &local.len), 0);
            addr_format(&local, text);
            assert_string_equal(text, cases[i].local);
        }
        close(fd);
    }
}

static void a_path_comes_from_nowhere(void **state)
{
    (void)state;
    struct addr to;
    struct fault fault;
    assert_true(addr_unix(&to, "/run/some.sock"));
    assert_true(source_bind(-1, &to, "nosuch", &fault));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(its_forms_are_those_of_curl),
        cmocka_unit_test(a_socket_is_bound_to_what_it_says),
        cmocka_unit_test(a_path_comes_from_nowhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
