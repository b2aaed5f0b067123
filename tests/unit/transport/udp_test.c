#include "transport/udp.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/list.h"
#include "transport/udp_socket.h"

#define PACKETS_MAX 512

/* A bound socket, a connected one, and what the bound one received. */
struct world {
    struct loop *loop;
    struct udp *server;
    struct udp *client;
    struct udp_events server_events;
    struct udp_events client_events;
    struct udp_reader reader;
    struct loop_timer limit;
    size_t budget;
    size_t wanted; /* the loop stops after that many packets */
    size_t npackets;
    size_t nreads;
    size_t most_per_read;
    size_t lens[PACKETS_MAX];
    uint8_t firsts[PACKETS_MAX];
    uint8_t ecn;
    struct addr remote;
    struct addr local;
    enum io client_io;
    struct fault fault;
    bool has_timed_out;
};

static void on_packet(struct udp_reader *r, const struct udp_packet *p)
{
    struct world *w = container_of(r, struct world, reader);
    assert_true(w->npackets < PACKETS_MAX);
    w->lens[w->npackets] = p->data.len;
    w->firsts[w->npackets] = p->data.len ? p->data.base[0] : 0;
    w->npackets++;
    w->ecn = p->ecn;
    w->remote = p->remote;
    w->local = p->local;
}

static void on_server_readable(struct udp_events *e)
{
    struct world *w = container_of(e, struct world, server_events);
    size_t before = w->npackets;
    enum io io = udp_read(w->server, &w->reader, w->budget, &w->fault);
    assert_int_not_equal(io, IO_FAILED);
    w->nreads++;
    if (w->npackets - before > w->most_per_read)
        w->most_per_read = w->npackets - before;
    if (w->npackets >= w->wanted)
        loop_stop(w->loop);
}

static void on_client_readable(struct udp_events *e)
{
    struct world *w = container_of(e, struct world, client_events);
    size_t before = w->npackets;
    w->client_io = udp_read(w->client, &w->reader, w->budget, &w->fault);
    if (w->client_io == IO_FAILED || w->npackets > before)
        loop_stop(w->loop);
}

static void on_writable(struct udp_events *e)
{
    (void)e;
}

static void on_limit(struct loop_timer *t, uint64_t now)
{
    struct world *w = container_of(t, struct world, limit);
    (void)now;
    w->has_timed_out = true;
    loop_stop(w->loop);
}

static void world_open(struct world *w, const char *at)
{
    *w = (struct world){
        .budget = 64,
        .server_events = {on_server_readable, on_writable},
        .client_events = {on_client_readable, on_writable},
        .reader = {on_packet},
        .limit = {.on_expired = on_limit},
    };
    w->loop = loop_new();
    struct addr a;
    assert_true(addr_parse(&a, span_str(at), 0));
    w->server = udp_bind(w->loop, &a, &w->server_events, &w->fault);
    assert_non_null(w->server);
    udp_local(w->server, &a);
    if (strcmp(at, "0.0.0.0") == 0)
        addr_parse(&a, SPAN_LIT("127.0.0.1"), addr_port(&a));
    w->client = udp_connect(w->loop, &a, NULL, &w->client_events, &w->fault);
    assert_non_null(w->client);
    loop_arm(w->loop, &w->limit, loop_now(w->loop) + 10 * LOOP_S);
}

static void world_close(struct world *w)
{
    udp_close(w->server);
    udp_close(w->client);
    loop_disarm(w->loop, &w->limit);
    loop_run(w->loop);
    loop_free(w->loop);
}

static void run_until(struct world *w, size_t wanted)
{
    w->wanted = wanted;
    if (w->npackets < wanted)
        loop_run(w->loop);
    assert_false(w->has_timed_out);
}

/* 40 datagrams of 1,200 bytes and a shorter one, each starting with its
 * number, go and come whole and in order. */
static void send_a_run(const char *at)
{
    static uint8_t data[40 * 1200 + 77];
    for (size_t i = 0; i <= 40; i++)
        data[i * 1200] = (uint8_t)i;
    struct world w;
    world_open(&w, at);
    size_t sent;
    assert_int_equal(udp_write(w.client, NULL, NULL, 2,
                               span_of(data, sizeof data), 1200, &sent,
                               &w.fault),
                     IO_OK);
    assert_int_equal(sent, sizeof data);
    run_until(&w, 41);
    assert_int_equal(w.npackets, 41);
    for (size_t i = 0; i <= 40; i++) {
        assert_int_equal(w.lens[i], i < 40 ? 1200 : 77);
        assert_int_equal(w.firsts[i], i);
    }
    assert_int_equal(w.ecn, 2);

    /* The answer leaves from the address that was asked. */
    assert_int_equal(udp_write(w.server, &w.remote, &w.local, 1,
                               SPAN_LIT("answer"), 6, &sent, &w.fault),
                     IO_OK);
    loop_run(w.loop);
    assert_int_equal(w.npackets, 42);
    assert_int_equal(w.lens[41], 6);
    assert_int_equal(w.ecn, 1);
    struct addr local;
    udp_local(w.client, &local);
    assert_true(addr_equal(&local, &w.local));
    world_close(&w);
}

static void a_run_of_datagrams_arrives_over_ipv4(void **state)
{
    (void)state;
    send_a_run("127.0.0.1");
}

static void a_run_of_datagrams_arrives_over_ipv6(void **state)
{
    (void)state;
    send_a_run("::1");
}

static void a_wildcard_socket_learns_the_address_it_was_asked_at(void **state)
{
    (void)state;
    send_a_run("0.0.0.0");
}

static void everything_works_without_batching(void **state)
{
    (void)state;
    udp_force_plain(true);
    send_a_run("127.0.0.1");
    send_a_run("::1");
    udp_force_plain(false);
}

static void empty_datagrams_count_against_the_budget(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, "127.0.0.1");
    w.budget = 8;
    /* udp_write() has nothing to send for no bytes, so ask the kernel. */
    for (int i = 0; i < 100; i++)
        send(w.client->handle.fd, "", 0, 0);
    run_until(&w, 100);
    assert_int_equal(w.npackets, 100);
    assert_true(w.most_per_read <= 8);
    world_close(&w);
}

static void a_refused_port_is_reported_with_its_errno(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, "127.0.0.1");
    udp_close(w.server);
    w.server = NULL;
    size_t sent;
    udp_write(w.client, NULL, NULL, 0, SPAN_LIT("anyone?"), 7, &sent, &w.fault);
    loop_run(w.loop);
    assert_int_equal(w.client_io, IO_FAILED);
    assert_int_equal(w.fault.code, ERR_CONNECT);
    assert_int_equal(w.fault.wire, ECONNREFUSED);
    world_close(&w);
}

static void a_datagram_too_large_for_the_path_counts_as_lost(void **state)
{
    (void)state;
    static uint8_t data[65530];
    struct world w;
    world_open(&w, "127.0.0.1");
    size_t sent;
    assert_int_equal(udp_write(w.client, NULL, NULL, 0,
                               span_of(data, sizeof data), sizeof data, &sent,
                               &w.fault),
                     IO_OK);
    assert_int_equal(sent, sizeof data);
    world_close(&w);
}

static void a_port_in_use_cannot_be_bound(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, "127.0.0.1");
    struct addr a;
    udp_local(w.server, &a);
    assert_null(udp_bind(w.loop, &a, &w.server_events, &w.fault));
    assert_int_equal(w.fault.wire, EADDRINUSE);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_of_datagrams_arrives_over_ipv4),
        cmocka_unit_test(a_run_of_datagrams_arrives_over_ipv6),
        cmocka_unit_test(a_wildcard_socket_learns_the_address_it_was_asked_at),
        cmocka_unit_test(everything_works_without_batching),
        cmocka_unit_test(empty_datagrams_count_against_the_budget),
        cmocka_unit_test(a_refused_port_is_reported_with_its_errno),
        cmocka_unit_test(a_datagram_too_large_for_the_path_counts_as_lost),
        cmocka_unit_test(a_port_in_use_cannot_be_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
