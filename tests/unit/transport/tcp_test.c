#include "transport/tcp.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* A client that writes a greeting and reads until the end. */
struct client {
    struct transport *t;
    struct loop *loop;
    bool is_connected;
    bool is_over;
    enum io end;
    struct fault fault;
    char got[32];
    size_t len;
};

static void on_connected(struct transport *t)
{
    struct client *c = t->owner;
    assert_false(c->is_connected);
    c->is_connected = true;
    size_t n = 0;
    struct span parts[] = {SPAN_LIT("hel"), SPAN_LIT("lo")};
    assert_int_equal(transport_write(t, parts, 2, &n), IO_OK);
    assert_int_equal(n, 5);
}

static void finish(struct client *c)
{
    c->is_over = true;
    c->fault = c->t->fault;
    transport_close(c->t);
}

static void on_ready(struct transport *t, unsigned events)
{
    struct client *c = t->owner;
    assert_true(events & LOOP_READ);
    assert_false(c->is_over);
    for (;;) {
        size_t n = 0;
        c->end = transport_read(t, (uint8_t *)c->got + c->len,
                                sizeof c->got - c->len, &n);
        c->len += n;
        if (c->end == IO_AGAIN)
            return;
        if (c->end != IO_OK) {
            finish(c);
            return;
        }
    }
}

static void on_failed(struct transport *t)
{
    struct client *c = t->owner;
    assert_false(c->is_over);
    finish(c);
}

static const struct transport_events client_events = {
    .on_connected = on_connected,
    .on_ready = on_ready,
    .on_failed = on_failed,
};

static struct settings settings(void)
{
    struct settings s;
    settings_defaults(&s);
    return s;
}

static void start(struct client *c, struct loop *loop, const struct addr *to,
                  const struct settings *s)
{
    *c = (struct client){.loop = loop};
    c->t = tcp_connect(loop, to, s);
    c->t->events = &client_events;
    c->t->owner = c;
    transport_want(c->t, LOOP_READ);
    assert_false(c->is_connected || c->is_over);
}

/* A listening socket on a free port, or on a path. */
static int listen_at(struct addr *at)
{
    int fd = socket(addr_family(at), SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&at->sa, at->len), 0);
    assert_int_equal(listen(fd, 8), 0);
    at->len = sizeof at->sa;
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at->sa, &at->len), 0);
    return fd;
}

/* Accepts one connection, echoes what comes first, tells its end, and closes
 * when it has heard the other's. */
struct echo {
    struct loop_fd listener;
    struct loop *loop;
    bool has_heard_end;
};

static void on_echo_ready(struct transport *t, unsigned events)
{
    struct echo *e = t->owner;
    uint8_t buf[16];
    size_t n = 0;
    assert_true(events & LOOP_READ);
    enum io io = transport_read(t, buf, sizeof buf, &n);
    if (io == IO_AGAIN)
        return;
    if (io == IO_EOF) {
        e->has_heard_end = true;
        transport_close(t);
        return;
    }
    assert_int_equal(io, IO_OK);
    struct span s = span_of(buf, n);
    assert_int_equal(transport_write(t, &s, 1, &n), IO_OK);
    assert_int_equal(n, 5);
    transport_shut(t);
}

static const struct transport_events echo_events = {.on_ready = on_echo_ready};

static void on_accept(struct loop_fd *h, unsigned events)
{
    struct echo *e = container_of(h, struct echo, listener);
    (void)events;
    int fd = accept4(h->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    assert_true(fd >= 0);
    struct transport *t = tcp_accepted(e->loop, fd);
    t->events = &echo_events;
    t->owner = e;
    transport_want(t, LOOP_READ);
    loop_unwatch(e->loop, h);
}

static void echo_over(struct addr *at, const struct settings *s)
{
    struct loop *loop = loop_new();
    struct echo e = {.loop = loop};
    e.listener = (struct loop_fd){.fd = listen_at(at), .on_ready = on_accept};
    loop_watch(loop, &e.listener, LOOP_READ);
    struct client c;
    start(&c, loop, at, s);
    loop_run(loop);
    assert_true(c.is_connected && c.is_over);
    assert_int_equal(c.end, IO_EOF);
    assert_int_equal(c.len, 5);
    assert_memory_equal(c.got, "hello", 5);
    assert_true(e.has_heard_end);
    close(e.listener.fd);
    loop_free(loop);
}

static void bytes_go_both_ways_over_tcp(void **state)
{
    (void)state;
    struct settings s = settings();
    struct addr at;
    s.socket.keepalive_time = 30 * LOOP_S;
    assert_true(addr_parse(&at, span_str("127.0.0.1"), 0));
    echo_over(&at, &s);
}

static void bytes_go_both_ways_from_a_chosen_interface(void **state)
{
    (void)state;
    struct settings s = settings();
    struct addr at;
    s.addresses.interface = "127.0.0.2";
    assert_true(addr_parse(&at, span_str("127.0.0.1"), 0));
    echo_over(&at, &s);
}

static void bytes_go_both_ways_over_a_path(void **state)
{
    (void)state;
    struct settings s = settings();
    struct addr at;
    char path[64];
    (void)snprintf(path, sizeof path, "/tmp/tcp-test-%d", (int)getpid());
    assert_true(addr_unix(&at, path));
    echo_over(&at, &s);
    unlink(path);
}

static struct fault fault_of(const char *host, uint16_t port,
                             const struct settings *s)
{
    struct loop *loop = loop_new();
    struct addr at;
    struct client c;
    assert_true(addr_parse(&at, span_str(host), port));
    start(&c, loop, &at, s);
    loop_run(loop);
    assert_false(c.is_connected);
    assert_true(c.is_over);
    loop_free(loop);
    return c.fault;
}

static void a_refused_connection_fails_with_its_errno(void **state)
{
    (void)state;
    struct settings s = settings();
    struct addr at;
    assert_true(addr_parse(&at, span_str("127.0.0.1"), 0));
    close(listen_at(&at)); /* a port that nobody listens on */
    struct fault f = fault_of("127.0.0.1", addr_port(&at), &s);
    assert_int_equal(f.code, ERR_CONNECT);
    assert_int_equal(f.wire, ECONNREFUSED);
    assert_string_equal(f.detail, "Connection refused");
}

static void a_failure_at_once_comes_in_the_next_turn(void **state)
{
    (void)state;
    struct settings s = settings();
    s.addresses.interface = "if!no-such-device";
    struct fault f = fault_of("127.0.0.1", 9, &s);
    assert_int_equal(f.code, ERR_INTERFACE);
    assert_int_equal(f.wire, ENODEV);
    s.addresses.interface = "::1";
    f = fault_of("127.0.0.1", 9, &s);
    assert_int_equal(f.wire, EADDRNOTAVAIL);
}

static void writing_to_a_closed_peer_is_an_error_and_no_signal(void **state)
{
    (void)state;
    int pair[2];
    struct loop *loop = loop_new();
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair),
                     0);
    struct transport *t = tcp_accepted(loop, pair[0]);
    struct addr a;
    struct addr b;
    size_t n = 0;
    uint8_t byte;
    assert_true(tcp_addresses(t, &a, &b));
    assert_int_equal(transport_read(t, &byte, 1, &n), IO_AGAIN);
    close(pair[1]);
    struct span s = SPAN_LIT("x");
    assert_int_equal(transport_write(t, &s, 1, &n), IO_FAILED);
    assert_int_equal(t->fault.code, ERR_SEND);
    assert_int_equal(t->fault.wire, EPIPE);
    assert_int_equal(transport_read(t, &byte, 1, &n), IO_EOF);
    transport_close(t);
    transport_close(t);
    loop_free(loop);
}

static void a_full_socket_says_again(void **state)
{
    (void)state;
    int pair[2];
    struct loop *loop = loop_new();
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair),
                     0);
    struct client c = {.loop = loop};
    c.t = tcp_accepted(loop, pair[0]);
    c.t->events = &client_events;
    c.t->owner = &c;
    static uint8_t block[65536];
    struct span spans[70];
    for (int i = 0; i < 70; i++)
        spans[i] = span_of(block, sizeof block);
    size_t n = 0;
    enum io io;
    do
        io = transport_write(c.t, spans, 70, &n);
    while (io == IO_OK);
    assert_int_equal(io, IO_AGAIN);
    transport_close(c.t);
    close(pair[1]);
    loop_run(loop);
    loop_free(loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_go_both_ways_over_tcp),
        cmocka_unit_test(bytes_go_both_ways_from_a_chosen_interface),
        cmocka_unit_test(bytes_go_both_ways_over_a_path),
        cmocka_unit_test(a_refused_connection_fails_with_its_errno),
        cmocka_unit_test(a_failure_at_once_comes_in_the_next_turn),
        cmocka_unit_test(writing_to_a_closed_peer_is_an_error_and_no_signal),
        cmocka_unit_test(a_full_socket_says_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
