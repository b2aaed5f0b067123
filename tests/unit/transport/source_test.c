/* What --interface may say, and what a socket is bound to by it. */
#include "transport/source.h"

#include <errno.h>
#include <netinet/in.h>
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
        "eth0",
        "192.0.2.1",
        "2001:db8::1",
        "if!eth0",
        "if!::1",
        "host!192.0.2.1",
        "ifhost!eth0!192.0.2.1",
        "if!a!b",
        "host!::1",
        "host!eth0",
        "host!a.test",
        "ifhost!eth0!a.test",
    };
    static const char *const bad[] = {
        "",
        "if!",
        "host!",
        "ifhost!",
        "ifhost!eth0",
        "ifhost!!::1",
        "ifhost!eth0!",
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
        {"nosuch", EADDRNOTAVAIL, NULL},
        {"if!nosuch", ENODEV, NULL},
        {"if!127.0.0.2", ENODEV, NULL},
        {"ifhost!nosuch!127.0.0.2", ENODEV, NULL},
        {"if!a name that no device can have", ENODEV, NULL},
        {"host!", EINVAL, NULL},
    };
    struct addr to;
    assert_true(addr_parse(&to, span_str("127.0.0.1"), 9));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fault fault = {.code = ERR_NONE};
        int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        const struct settings_addresses from = {.interface =
                                                    cases[i].interface};
        bool is_bound = source_bind(fd, &to, &from, &fault);
        assert_int_equal(fault.wire, cases[i].error);
        assert_int_equal(is_bound, cases[i].error == 0);
        assert_int_equal(fault.code, is_bound ? ERR_NONE : ERR_INTERFACE);
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

static void a_host_is_what_its_name_has_come_to(void **state)
{
    (void)state;
    struct addr to;
    struct addr own;
    struct span name;
    struct fault fault;
    struct settings_addresses from = {.interface = "host!me.test"};
    assert_true(addr_parse(&to, span_str("127.0.0.1"), 9));
    assert_true(source_needs_name(&from, &name));
    assert_true(span_equal(name, SPAN_LIT("me.test")));
    from.interface = "me.test";
    assert_true(source_needs_name(&from, &name));
    assert_true(addr_parse(&own, span_str("::1"), 0));
    source_learn(name, &own);
    assert_false(source_needs_name(&from, &name));
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    assert_false(source_bind(fd, &to, &from, &fault)); /* not of this family */
    assert_int_equal(fault.wire, EADDRNOTAVAIL);
    assert_true(addr_parse(&own, span_str("127.0.0.7"), 0));
    source_learn(SPAN_LIT("me.test"), &own);
    assert_true(source_bind(fd, &to, &from, &fault));
    struct addr local = {.len = sizeof local.sa};
    char text[ADDR_TEXT_MAX];
    assert_int_equal(getsockname(fd, (struct sockaddr *)&local.sa, &local.len),
                     0);
    addr_format(&local, text);
    assert_string_equal(text, "127.0.0.7");
    close(fd);
    const char *const known[] = {"lo", "if!x", "127.0.0.1", "ifhost!lo!::1"};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        from.interface = known[i];
        assert_false(source_needs_name(&from, &name));
    }
}

static void a_path_comes_from_nowhere(void **state)
{
    (void)state;
    struct addr to;
    struct fault fault;
    assert_true(addr_unix(&to, "/run/some.sock"));
    const struct settings_addresses from = {
        .interface = "nosuch", .local_port = 1, .local_ports = 1};
    assert_true(source_bind(-1, &to, &from, &fault));
}

static unsigned port_of(int fd)
{
    struct addr local = {.len = sizeof local.sa};
    assert_int_equal(getsockname(fd, (struct sockaddr *)&local.sa, &local.len),
                     0);
    return addr_port(&local);
}

static int bind_from(const struct addr *to, const struct settings_addresses *a,
                     struct fault *fault)
{
    int fd = socket(addr_family(to), SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    if (source_bind(fd, to, a, fault))
        return fd;
    close(fd);
    return -1;
}

static bool is_free(const struct addr *to, unsigned port)
{
    struct fault fault;
    const struct settings_addresses a = {.local_port = port, .local_ports = 1};
    int fd = bind_from(to, &a, &fault);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

/* The first of two ports that are free. */
static unsigned free_pair(const struct addr *to)
{
    unsigned port;
    do {
        int fd = socket(addr_family(to), SOCK_STREAM | SOCK_CLOEXEC, 0);
        assert_int_equal(bind(fd, (const struct sockaddr *)&to->sa, to->len),
                         0);
        port = port_of(fd);
        close(fd);
    } while (port == UINT16_MAX || !is_free(to, port) ||
             !is_free(to, port + 1));
    return port;
}

static void the_first_free_port_is_taken(void **state)
{
    (void)state;
    struct addr to;
    struct fault fault = {.code = ERR_NONE};
    assert_true(addr_parse(&to, span_str("127.0.0.1"), 0));
    struct settings_addresses a = {.local_port = free_pair(&to),
                                   .local_ports = 2};
    int first = bind_from(&to, &a, &fault);
    int second = bind_from(&to, &a, &fault);
    assert_true(first >= 0 && second >= 0);
    assert_int_equal(port_of(first), a.local_port);
    assert_int_equal(port_of(second), a.local_port + 1);
    assert_int_equal(bind_from(&to, &a, &fault), -1);
    assert_int_equal(fault.code, ERR_INTERFACE);
    assert_int_equal(fault.wire, EADDRINUSE);
    a.interface = "127.0.0.9";
    a.local_ports = 1;
    assert_int_equal(bind_from(&to, &a, &fault), -1); /* in use at all */
    assert_non_null(strstr(fault.detail, " of 127.0.0.9"));
    close(first);
    close(second);
}

/* Happy Eyeballs may try both at once. */
static void a_port_is_taken_for_each_family(void **state)
{
    (void)state;
    struct addr v4;
    struct addr v6;
    struct fault fault = {.code = ERR_NONE};
    assert_true(addr_parse(&v4, span_str("127.0.0.1"), 0));
    assert_true(addr_parse(&v6, span_str("::1"), 0));
    struct settings_addresses a = {.local_port = free_pair(&v4),
                                   .local_ports = 1};
    int six = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (six < 0)
        skip();
    assert_true(source_bind(six, &v6, &a, &fault));
    int four = bind_from(&v4, &a, &fault);
    assert_true(four >= 0);
    assert_int_equal(port_of(four), port_of(six));
    close(four);
    close(six);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(its_forms_are_those_of_curl),
        cmocka_unit_test(a_socket_is_bound_to_what_it_says),
        cmocka_unit_test(a_host_is_what_its_name_has_come_to),
        cmocka_unit_test(a_path_comes_from_nowhere),
        cmocka_unit_test(the_first_free_port_is_taken),
        cmocka_unit_test(a_port_is_taken_for_each_family),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
