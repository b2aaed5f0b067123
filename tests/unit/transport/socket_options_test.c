/* What a socket says it was told. */
#include "transport/socket_options.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "io/loop.h"

static int get(int fd, int level, int name)
{
    int value = -1;
    socklen_t len = sizeof value;
    assert_int_equal(getsockopt(fd, level, name, &value, &len), 0);
    return value;
}

static int make(const char *host, const struct settings_socket *s)
{
    struct addr to;
    assert_true(addr_parse(&to, span_str(host), 1));
    int fd = socket_options_stream(&to, s);
    if (fd >= 0)
        socket_options_tcp(fd, &to, s);
    return fd;
}

static struct settings_socket defaults(void)
{
    struct settings s;
    settings_defaults(&s);
    return s.socket;
}

static void what_holds_without_a_word_is_curls(void **state)
{
    (void)state;
    struct settings_socket s = defaults();
    int fd = make("127.0.0.1", &s);
    assert_int_equal(get(fd, IPPROTO_TCP, TCP_NODELAY), 1);
    assert_int_equal(get(fd, SOL_SOCKET, SO_KEEPALIVE), 1);
    assert_int_equal(get(fd, IPPROTO_TCP, TCP_KEEPIDLE), 60);
    assert_int_equal(get(fd, IPPROTO_TCP, TCP_KEEPINTVL), 60);
    assert_int_equal(get(fd, IPPROTO_TCP, TCP_KEEPCNT), 9);
    assert_int_equal(get(fd, IPPROTO_IP, IP_TOS), 0);
    assert_int_equal(get(fd, SOL_SOCKET, SO_PRIORITY), 0);
    assert_int_equal(get(fd, IPPROTO_TCP, TCP_FASTOPEN_CONNECT), 0);
    assert_int_equal(get(fd, SOL_SOCKET, SO_PROTOCOL), IPPROTO_TCP);
    close(fd);
}

static void everything_is_set_as_asked(void **state)
{
    (void)state;
    struct settings_socket s = {.keepalive = true,
                                .keepalive_time = LOOP_S * 19 + 1,
                                .keepalive_probes = 3,
                                .priority = 4,
                                .fast_open = true};
    int fd = make("127.0.0.1", &s);
    assert_int_equal(get(fd, IPPROTO_TCP, TCP_NODELAY), 0);
    assert_int_equal(get(fd, IPPROTO_TCP, TCP_KEEPIDLE), 20);
    assert_int_equal(get(fd, IPPROTO_TCP, TCP_KEEPINTVL), 20);
    assert_int_equal(get(fd, IPPROTO_TCP, TCP_KEEPCNT), 3);
    assert_int_equal(get(fd, SOL_SOCKET, SO_PRIORITY), 4);
    assert_int_equal(get(fd, IPPROTO_TCP, TCP_FASTOPEN_CONNECT), 1);
    close(fd);
}

static void probes_can_be_switched_off(void **state)
{
    (void)state;
    struct settings_socket s = defaults();
    s.keepalive = false;
    int fd = make("127.0.0.1", &s);
    assert_int_equal(get(fd, SOL_SOCKET, SO_KEEPALIVE), 0);
    close(fd);
}

static void a_mark_is_that_of_its_family(void **state)
{
    (void)state;
    struct settings_socket s = {.tos = 0xa0};
    int fd = make("127.0.0.1", &s);
    assert_int_equal(get(fd, IPPROTO_IP, IP_TOS), 0xa0);
    close(fd);
    fd = make("::1", &s);
    if (fd < 0)
        skip(); /* a machine without IPv6 */
    assert_int_equal(get(fd, IPPROTO_IPV6, IPV6_TCLASS), 0xa0);
    close(fd);
}

static bool has_mptcp(void)
{
    FILE *f = fopen("/proc/sys/net/mptcp/enabled", "r");
    int c = f ? fgetc(f) : '0';
    if (f)
        (void)fclose(f);
    return c == '1';
}

static void multipath_where_there_is_such_a_thing(void **state)
{
    (void)state;
    const int mptcp = 262;
    struct settings_socket s = {.mptcp = true};
    int fd = make("127.0.0.1", &s);
    assert_true(fd >= 0);
    assert_int_equal(get(fd, SOL_SOCKET, SO_PROTOCOL),
                     has_mptcp() ? mptcp : IPPROTO_TCP);
    close(fd);
}

static void a_unix_socket_is_left_alone(void **state)
{
    (void)state;
    struct settings_socket s = defaults();
    struct addr to;
    s.mptcp = true;
    assert_true(addr_unix(&to, "/run/some.sock"));
    int fd = socket_options_stream(&to, &s);
    assert_true(fd >= 0);
    socket_options_tcp(fd, &to, &s);
    assert_int_equal(get(fd, SOL_SOCKET, SO_KEEPALIVE), 0);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_holds_without_a_word_is_curls),
        cmocka_unit_test(everything_is_set_as_asked),
        cmocka_unit_test(probes_can_be_switched_off),
        cmocka_unit_test(a_mark_is_that_of_its_family),
        cmocka_unit_test(multipath_where_there_is_such_a_thing),
        cmocka_unit_test(a_unix_socket_is_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
