#include "serve/server_life.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/list.h"

static struct loop *loop;
static struct server *server;
static bool is_drained;

static int set_up(void **state)
{
    (void)state;
    loop = loop_new();
    is_drained = false;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    server_free(server);
    server = NULL;
    loop_free(loop);
    return 0;
}

static void on_drained(void *user)
{
    (void)user;
    is_drained = true;
}

static void open_plain(struct server_options options)
{
    struct fault fault;
    options.has_plain = true;
    options.on_drained = on_drained;
    server = server_new(loop, &options, &fault);
    assert_non_null(server);
}

/* ---- the other end: a socket that is looked at every millisecond ---- */

struct client {
    int fd;
    char got[4096];
    size_t len;
    bool is_closed; /* by the server */
};

struct waiting {
    struct loop_timer tick;
    bool (*is_done)(struct client *c);
    struct client *client;
    uint64_t deadline;
    bool result;
};

static void look(struct client *c)
{
    while (!c->is_closed) {
        ssize_t n = recv(c->fd, c->got + c->len, sizeof c->got - c->len - 1,
                         MSG_DONTWAIT);
        if (n < 0 && errno == EAGAIN)
            return;
        if (n <= 0)
            c->is_closed = true;
        else
            c->len += (size_t)n;
        c->got[c->len] = '\0';
    }
}

static void on_tick(struct loop_timer *t, uint64_t now)
{
    struct waiting *w = container_of(t, struct waiting, tick);
    if (w->client)
        look(w->client);
    w->result = w->is_done(w->client);
    if (w->result || now >= w->deadline)
        loop_stop(loop);
    else
        loop_arm(loop, t, now + LOOP_MS);
}

/* Runs the loop until it is so; false when it is not in time. */
static bool within(uint64_t ms, bool (*is_done)(struct client *c),
                   struct client *c)
{
    uint64_t now = loop_now(loop);
    struct waiting w = {
        .tick = {.on_expired = on_tick},
        .is_done = is_done,
        .client = c,
        .deadline = now + ms * LOOP_MS,
    };
    loop_arm(loop, &w.tick, now);
    loop_run(loop);
    return w.result;
}

static bool is_closed(struct client *c)
{
    return c->is_closed;
}

static bool is_answered(struct client *c)
{
    return c->len > 0;
}

static bool is_over(struct client *c)
{
    (void)c;
    return is_drained;
}

static bool never(struct client *c)
{
    (void)c;
    return false;
}

static void dial(struct client *c, uint16_t port)
{
    struct sockaddr_in to = {
        .sin_family = AF_INET,
        .sin_port = htons(port),
        .sin_addr = {htonl(INADDR_LOOPBACK)},
    };
    *c = (struct client){.fd = socket(AF_INET, SOCK_STREAM, 0)};
    assert_int_equal(connect(c->fd, (struct sockaddr *)&to, sizeof to), 0);
}

static void say(struct client *c, const char *text)
{
    size_t len = strlen(text);
    assert_int_equal(send(c->fd, text, len, MSG_NOSIGNAL), (ssize_t)len);
}

#define REQUEST "GET /status/200 HTTP/1.1\r\nHost: x\r\n\r\n"

/* ---- */

static void test_one_number_for_both_families(void **state)
{
    (void)state;
    open_plain((struct server_options){.bind = NULL});
    uint16_t port = server_plain_port(server);
    assert_int_not_equal(port, 0);
    assert_int_equal(server_port(server), 0);
    assert_null(server_ca_file(server));

    struct client c;
    dial(&c, port);
    say(&c, REQUEST);
    assert_true(within(5000, is_answered, &c));
    assert_non_null(strstr(c.got, "HTTP/1.1 200 OK\r\n"));
    close(c.fd);
}

static void test_options_are_complete(void **state)
{
    (void)state;
    open_plain((struct server_options){.h2_max_streams = 7});
    const struct server_options *o = server_get_options(server);
    assert_int_equal(o->h2_max_streams, 7);
    assert_int_equal(o->h3_max_streams, 100);
    assert_int_equal(o->max_connections, 4096);
    assert_int_equal(o->head_timeout, 10 * LOOP_S);
    assert_int_equal(o->idle_timeout, 60 * LOOP_S);
}

static void test_the_preface_may_come_in_pieces(void **state)
{
    struct client c;
    (void)state;
    open_plain((struct server_options){.bind = "127.0.0.1"});
    dial(&c, server_plain_port(server));
    say(&c, "PRI * HT");
    assert_false(within(30, is_answered, &c));
    say(&c, "TP/2.0\r\n\r\nSM\r\n\r\n");
    assert_true(within(5000, is_answered, &c));
    assert_int_equal(c.got[3], 4); /* SETTINGS */
    close(c.fd);

    dial(&c, server_plain_port(server));
    say(&c, "PR");
    assert_false(within(30, is_answered, &c));
    say(&c, "OPFIND / HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_true(within(5000, is_answered, &c));
    assert_non_null(strstr(c.got, "HTTP/1.1 405 "));
    close(c.fd);
}

static void test_the_silent_are_cut(void **state)
{
    static const char *const starts[] = {"", "PRI *", "GET / HT", REQUEST};
    (void)state;
    open_plain((struct server_options){.bind = "127.0.0.1",
                                       .head_timeout = 60 * LOOP_MS,
                                       .idle_timeout = 60 * LOOP_MS});
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
        struct client c;
        dial(&c, server_plain_port(server));
        say(&c, starts[i]);
        assert_true(within(5000, is_closed, &c));
        close(c.fd);
    }
}

static void test_the_limit_lets_others_wait(void **state)
{
    struct client first;
    struct client second;
    (void)state;
    open_plain(
        (struct server_options){.bind = "127.0.0.1", .max_connections = 1});
    dial(&first, server_plain_port(server));
    say(&first, REQUEST);
    assert_true(within(5000, is_answered, &first));
    dial(&second, server_plain_port(server));
    say(&second, REQUEST);
    assert_false(within(120, is_answered, &second));
    close(first.fd);
    assert_true(within(5000, is_answered, &second));
    close(second.fd);
}

static void test_no_descriptors_no_spin(void **state)
{
    struct client c;
    struct rlimit kept;
    (void)state;
    open_plain((struct server_options){.bind = "127.0.0.1"});
    assert_false(within(5, never, NULL)); /* the loop has all its own */
    dial(&c, server_plain_port(server));
    say(&c, REQUEST);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &kept), 0);
    struct rlimit none = {.rlim_cur = (rlim_t)c.fd + 1,
                          .rlim_max = kept.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    clock_t before = clock();
    assert_false(within(300, is_answered, &c));
    assert_true(clock() - before < CLOCKS_PER_SEC * 3 / 20);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &kept), 0);
    assert_true(within(5000, is_answered, &c));
    close(c.fd);
}

static void test_drain(void **state)
{
    struct client idle;
    struct client busy;
    struct client silent;
    (void)state;
    open_plain((struct server_options){.bind = "127.0.0.1"});
    dial(&idle, server_plain_port(server));
    say(&idle, REQUEST);
    assert_true(within(5000, is_answered, &idle));
    dial(&silent, server_plain_port(server));
    dial(&busy, server_plain_port(server));
    say(&busy, "GET /delay/100 HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_false(within(20, is_answered, &busy));

    server_drain(server);
    assert_true(within(5000, is_closed, &idle));
    assert_true(within(5000, is_closed, &silent));
    assert_false(is_drained);
    assert_true(within(5000, is_closed, &busy));
    assert_non_null(strstr(busy.got, "200 OK\n"));
    assert_true(within(5000, is_over, NULL));
    close(idle.fd);
    close(silent.fd);
    close(busy.fd);
}

static void test_freed_with_connections(void **state)
{
    struct client c;
    (void)state;
    open_plain((struct server_options){.bind = "127.0.0.1"});
    dial(&c, server_plain_port(server));
    say(&c, "GET /delay/60000 HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_false(within(20, is_answered, &c));
    server_free(server);
    server = NULL;
    assert_true(within(5000, is_closed, &c));
    close(c.fd);
}

static void test_tls_and_quic_share_a_number(void **state)
{
    struct server_options options = {.has_tls = true};
    struct fault fault;
    char ca[256];
    (void)state;
    server = server_new(loop, &options, &fault);
    assert_non_null(server);
    assert_int_not_equal(server_port(server), 0);
    (void)snprintf(ca, sizeof ca, "%s", server_ca_file(server));
    assert_int_equal(access(ca, R_OK), 0);

    /* both are taken now */
    struct sockaddr_in at = {
        .sin_family = AF_INET,
        .sin_port = htons(server_port(server)),
        .sin_addr = {htonl(INADDR_LOOPBACK)},
    };
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), -1);
    close(fd);
    options.port = server_port(server);
    assert_null(server_new(loop, &options, &fault));
    assert_int_equal(fault.code, ERR_CONNECT);
    assert_int_equal(fault.wire, EADDRINUSE);
    server_free(server);
    server = NULL;
    assert_false(within(1, never, NULL));
    assert_int_not_equal(access(ca, F_OK), 0);
}

static void test_a_handshake_must_come_in_time(void **state)
{
    static const char *const starts[] = {"", "\x16\x03\x01", REQUEST};
    struct server_options options = {
        .has_tls = true,
        .bind = "127.0.0.1",
        .head_timeout = 60 * LOOP_MS,
    };
    struct fault fault;
    (void)state;
    server = server_new(loop, &options, &fault);
    assert_non_null(server);
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
        struct client c;
        dial(&c, server_port(server));
        say(&c, starts[i]);
        assert_true(within(5000, is_closed, &c));
        close(c.fd);
    }
}

static void test_what_cannot_be_served(void **state)
{
    static const struct {
        struct server_options options;
        enum err code;
    } cases[] = {
        {{.root = "/nonexistent"}, ERR_READ},
        {{.root = "/etc/passwd"}, ERR_READ},
        {{.has_plain = true, .bind = "localhost"}, ERR_USAGE},
        {{.has_plain = true, .bind = ""}, ERR_USAGE},
        {{.has_plain = true, .bind = "127.0.0.1,,"}, ERR_USAGE},
        {{.has_plain = true, .bind = "192.0.2.1"}, ERR_CONNECT},
        {{.has_tls = true, .cert_file = "/nonexistent", .key_file = "x"},
         ERR_OWN_CERT},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fault fault = {.code = ERR_NONE};
        assert_null(server_new(loop, &cases[i].options, &fault));
        assert_int_equal(fault.code, cases[i].code);
        assert_true(fault.detail[0] != '\0');
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_one_number_for_both_families),
        TEST(test_options_are_complete),
        TEST(test_the_preface_may_come_in_pieces),
        TEST(test_the_silent_are_cut),
        TEST(test_the_limit_lets_others_wait),
        TEST(test_no_descriptors_no_spin),
        TEST(test_drain),
        TEST(test_freed_with_connections),
        TEST(test_tls_and_quic_share_a_number),
        TEST(test_a_handshake_must_come_in_time),
        TEST(test_what_cannot_be_served),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
