/* CONNECT-UDP by a fake stream: the capsule path, to a socket of the kernel's. */
#include "serve/udp_relay.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "serve/fake_stream.h"
#include "serve/server_life.h"
#include "transport/udp.h"

static struct loop *loop;
static struct server *server;
static struct fake_stream f;
static char path[80];

/* Sends each packet back; ends with the one that it waits for. */
static struct target {
    struct udp *udp;
    struct udp_events events;
    struct udp_reader reader;
    size_t n;
    size_t last;
} target;

static void on_packet(struct udp_reader *r, const struct udp_packet *p)
{
    struct fault fault;
    size_t sent = 0;
    (void)r;
    assert_int_equal(udp_write(target.udp, &p->remote, NULL, 0, p->data,
                               p->data.len ? p->data.len : 1, &sent, &fault),
                     IO_OK);
    if (++target.n == target.last) { /* nothing keeps the loop but the flow */
        udp_close(target.udp);
        target.udp = NULL;
    }
}

static void on_readable(struct udp_events *e)
{
    struct fault fault;
    (void)e;
    (void)udp_read(target.udp, &target.reader, 64, &fault);
}

static void on_writable(struct udp_events *e)
{
    (void)e;
}

static int set_up(void **state)
{
    static const char *const patterns[] = {"127.0.0.1:*"};
    const struct server_options options = {
        .allow_udp = {patterns, 1},
        .flow_idle = 100 * LOOP_MS,
    };
    struct fault fault;
    struct addr at;
    (void)state;
    loop = loop_new();
    target = (struct target){
        .events = {on_readable, on_writable},
        .reader.on_packet = on_packet,
    };
    assert_true(addr_parse(&at, SPAN_LIT("127.0.0.1"), 0));
    target.udp = udp_bind(loop, &at, &target.events, &fault);
    assert_non_null(target.udp);
    udp_local(target.udp, &at);
    (void)snprintf(path, sizeof path, "/.well-known/masque/udp/127.0.0.1/%u/",
                   addr_port(&at));
    server = server_new(loop, &options, &fault);
    assert_non_null(server);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    udp_close(target.udp);
    server_free(server);
    loop_free(loop);
    return 0;
}

static void ask(const char *target_path, struct span body)
{
    fake_stream_init(&f, server, "CONNECT", target_path);
    f.stream.version = HTTP_VERSION_2;
    f.request.protocol = SPAN_LIT("connect-udp");
    fake_stream_body(&f, body);
    f.request.body_len = BODY_LEN_UNKNOWN;
    f.is_endless = true;
}

/* Packets "abc" and ""; in between a context that nobody knows, and a capsule of
 * another type.  The flow ends by its silence. */
static const uint8_t capsules[] = {0,   4,   0,   'a',  'b', 'c', 0, 4, 2,
                                   'x', 'y', 'z', 0x17, 1,   'q', 0, 1, 0};
static const uint8_t echoed[] = {0, 4, 0, 'a', 'b', 'c', 0, 1, 0};

static void check_echo(size_t piece)
{
    target.last = 2;
    ask(path, span_of(capsules, sizeof capsules));
    f.piece = piece;
    fake_stream_run(&f);
    assert_int_equal(f.response.status, 200);
    assert_string_equal(fake_stream_value(&f, "capsule-protocol"), "?1");
    assert_true(
        span_equal(str_span(&f.answer), span_of(echoed, sizeof echoed)));
    assert_int_equal(server_counters(server)->packets_in, 2);
    assert_int_equal(server_counters(server)->packets_out, 2);
    assert_true(f.is_complete); /* our side has ended; and for want of the
                                   client's: */
    assert_true(f.is_reset);
    fake_stream_fini(&f);
    assert_int_equal(server_counters(server)->tunnels[TUNNEL_UDP].open, 0);
}

static void test_packets_come_back_in_capsules(void **state)
{
    (void)state;
    check_echo(0);
}

static void test_capsules_in_pieces(void **state)
{
    (void)state;
    check_echo(1);
}

static void test_refusals(void **state)
{
    static const struct {
        const char *path;
        int status;
    } cases[] = {
        {"/.well-known/masque/udp/127.0.0.1/0/", 400},
        {"/.well-known/masque/udp/127.0.0.1/53/x/", 400},
        {"/.well-known/masque/udp/localhost/53/", 403},
        {"/.well-known/masque/udp/%3A%3A1/53/", 403},
    };
    (void)state;
    udp_close(target.udp);
    target.udp = NULL;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ask(cases[i].path, SPAN_LIT(""));
        fake_stream_run(&f);
        assert_int_equal(f.response.status, cases[i].status);
        fake_stream_fini(&f);
    }
}

static void test_nobody_listens(void **state)
{
    (void)state;
    udp_close(target.udp);
    target.udp = NULL;
    ask(path, span_of(capsules, sizeof capsules));
    fake_stream_run(&f);
    assert_int_equal(f.response.status, 200);
    assert_true(f.is_reset);
    assert_false(f.is_complete);
    fake_stream_fini(&f);
}

static void test_a_torn_capsule_is_malformed(void **state)
{
    (void)state;
    udp_close(target.udp);
    target.udp = NULL;
    ask(path, span_of(capsules, 3));
    f.is_endless = false;
    fake_stream_run(&f);
    assert_true(f.is_reset);
    fake_stream_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_packets_come_back_in_capsules,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_capsules_in_pieces, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_refusals, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_nobody_listens, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_torn_capsule_is_malformed,
                                        set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
