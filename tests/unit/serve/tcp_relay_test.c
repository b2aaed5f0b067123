/* CONNECT by a fake stream, to sockets of the kernel's. */
#include "serve/tcp_relay.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "serve/fake_stream.h"
#include "serve/server_life.h"
#include "transport/tcp_listener.h"

static struct loop *loop;
static struct server *server;
static struct fake_stream f;

/* A target that sends back what it gets, and ends when that has ended; or resets
 * at the first byte. */
static struct target {
    struct tcp_listener listener;
    struct loop_fd fd;
    bool resets;
    bool has_connection;
    size_t received;
} target;

static void close_connection(void)
{
    loop_unwatch(loop, &target.fd);
    close(target.fd.fd);
    target.has_connection = false;
}

static void on_ready(struct loop_fd *h, unsigned events)
{
    char bytes[65536];
    (void)events;
    ssize_t n = recv(h->fd, bytes, sizeof bytes, MSG_DONTWAIT);
    if (n < 0)
        return;
    if (n == 0 || target.resets) {
        const struct linger at_once = {.l_onoff = target.resets};
        (void)setsockopt(h->fd, SOL_SOCKET, SO_LINGER, &at_once,
                         sizeof at_once);
        close_connection();
        return;
    }
    target.received += (size_t)n;
    assert_int_equal(send(h->fd, bytes, (size_t)n, MSG_NOSIGNAL), n);
}

static void on_accept(struct tcp_listener *l, int fd, const struct addr *from)
{
    (void)from;
    target.fd = (struct loop_fd){.fd = fd, .on_ready = on_ready};
    target.has_connection = true;
    loop_watch(loop, &target.fd, LOOP_READ);
    tcp_listener_close(l); /* one is enough: the loop may end */
}

static char authority[32];

/* The connection to the target is watched till the stream is freed: the loop ends
 * when this says so. */
static void look(struct loop_timer *t, uint64_t now)
{
    if (f.is_complete || f.is_reset)
        loop_stop(loop);
    else
        loop_arm(loop, t, now + LOOP_MS);
}

static struct loop_timer looking = {.on_expired = look};

static void run_stream(void)
{
    loop_arm(loop, &looking, loop_now(loop));
    fake_stream_run(&f);
    loop_disarm(loop, &looking);
}

static int set_up(void **state)
{
    struct fault fault;
    struct addr at;
    (void)state;
    loop = loop_new();
    target = (struct target){.listener.on_accept = on_accept};
    assert_true(addr_parse(&at, SPAN_LIT("127.0.0.1"), 0));
    assert_true(tcp_listener_open(&target.listener, loop, &at, &fault));
    tcp_listener_local(&target.listener, &at);
    (void)snprintf(authority, sizeof authority, "127.0.0.1:%u", addr_port(&at));
    const char *const patterns[] = {authority};
    const struct server_options options = {.allow_tcp = {patterns, 1}};
    server = server_new(loop, &options, &fault);
    assert_non_null(server);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    if (target.has_connection)
        close_connection();
    tcp_listener_close(&target.listener);
    server_free(server);
    loop_free(loop);
    return 0;
}

static void connect_with(struct span body)
{
    fake_stream_init(&f, server, "CONNECT", authority);
    f.stream.version = HTTP_VERSION_2;
    fake_stream_body(&f, body);
    f.request.body_len = BODY_LEN_UNKNOWN;
}

static void test_bytes_come_back_and_both_ends_are_told(void **state)
{
    static uint8_t body[100000];
    (void)state;
    for (size_t i = 0; i < sizeof body; i++)
        body[i] = (uint8_t)(i * 7);
    connect_with(span_of(body, sizeof body));
    f.piece = 997;
    run_stream();
    assert_int_equal(f.response.status, 200);
    assert_true(f.is_complete);
    assert_true(span_equal(str_span(&f.answer), span_of(body, sizeof body)));
    assert_int_equal(server_counters(server)->tunnels[TUNNEL_TCP].open, 1);
    fake_stream_fini(&f);
    assert_int_equal(server_counters(server)->tunnels[TUNNEL_TCP].open, 0);
    assert_int_equal(server_counters(server)->tunnels[TUNNEL_TCP].opened, 1);
}

static void test_byte_by_byte(void **state)
{
    (void)state;
    connect_with(SPAN_LIT("hello"));
    f.piece = 1;
    f.read_cap = 1;
    run_stream();
    assert_true(f.is_complete);
    assert_string_equal(str_text(&f.answer), "hello");
    fake_stream_fini(&f);
}

static void test_a_reset_of_the_target_is_one_of_the_stream(void **state)
{
    (void)state;
    target.resets = true;
    connect_with(SPAN_LIT("x"));
    f.is_endless = true;
    run_stream();
    assert_int_equal(f.response.status, 200);
    assert_true(f.is_reset);
    assert_false(f.is_complete);
    fake_stream_fini(&f);
}

static void test_nobody_listens(void **state)
{
    (void)state;
    tcp_listener_close(&target.listener);
    connect_with(SPAN_LIT(""));
    run_stream();
    assert_int_equal(f.response.status, 502);
    assert_non_null(strstr(fake_stream_value(&f, "proxy-status"),
                           "quiver; error=connection_refused; details=\""));
    assert_int_equal(server_counters(server)->tunnels_refused, 1);
    fake_stream_fini(&f);
}

static void test_content_is_refused(void **state)
{
    (void)state;
    connect_with(SPAN_LIT(""));
    fake_stream_field(&f, "content-length", "3");
    run_stream();
    assert_int_equal(f.response.status, 400);
    fake_stream_fini(&f);
    tcp_listener_close(&target.listener);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            test_bytes_come_back_and_both_ends_are_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_byte_by_byte, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            test_a_reset_of_the_target_is_one_of_the_stream, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_nobody_listens, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_content_is_refused, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
