#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/quic_world.h"
#include "transport/udp_path.h"

/* A client that is no QUIC stack: sends bytes, keeps the last answer. */
struct stranger {
    struct udp *udp;
    struct udp_events events;
    struct udp_reader reader;
    uint8_t answer[2048];
    size_t len;
    size_t nanswers;
    struct quic_world *world;
};

static void on_answer(struct udp_reader *r, const struct udp_packet *p)
{
    struct stranger *s = container_of(r, struct stranger, reader);
    assert_true(p->data.len <= sizeof s->answer);
    memcpy(s->answer, p->data.base, p->data.len);
    s->len = p->data.len;
    s->nanswers++;
    loop_stop(s->world->loop);
}

static void on_readable(struct udp_events *e)
{
    struct stranger *s = container_of(e, struct stranger, events);
    struct fault ignored;
    udp_read(s->udp, &s->reader, 16, &ignored);
}

static void on_writable(struct udp_events *e)
{
    (void)e;
}

static void stranger_open(struct stranger *s, struct quic_world *w)
{
    struct fault fault;
    *s = (struct stranger){.events = {on_readable, on_writable},
                           .reader = {on_answer},
                           .world = w};
    s->udp = udp_connect(w->loop, &w->at, NULL, &s->events, &fault);
    assert_non_null(s->udp);
}

static void stranger_send(struct stranger *s, const uint8_t *bytes, size_t len)
{
    size_t sent;
    struct fault fault;
    udp_write(s->udp, NULL, NULL, 0, span_of(bytes, len), len, &sent, &fault);
}

static bool client_complete(struct quic_world *w)
{
    return w->client.nstreams && w->client.streams[0].is_complete;
}

static bool one_released(struct quic_world *w)
{
    return w->nreleased == 1;
}

static void an_unknown_version_is_answered_with_ours(void **state)
{
    (void)state;
    struct quic_world w;
    struct stranger s;
    quic_world_init(&w);
    quic_world_open(&w);
    stranger_open(&s, &w);
    uint8_t packet[1200] = {0xc0, 0xba, 0xad, 0xf0, 0x0d, 8, 1, 2, 3, 4,
                            5,    6,    7,    8,    4,    9, 9, 9, 9};
    stranger_send(&s, packet, sizeof packet);
    loop_run(w.loop);
    /* A long header of version 0, the IDs exchanged, then the versions. */
    assert_int_equal(s.answer[0] & 0x80, 0x80);
    assert_memory_equal(s.answer + 1, "\0\0\0\0", 4);
    assert_int_equal(s.answer[5], 4);
    assert_memory_equal(s.answer + 6, "\x09\x09\x09\x09\x08\x01\x02", 7);
    size_t at = 6 + 4 + 1 + 8;
    assert_int_equal(s.len, at + (size_t)3 * 4);
    assert_int_equal(s.answer[at] & 0x0f, 0x0a);
    assert_memory_equal(s.answer + at + 4, "\0\0\0\1", 4);
    assert_int_equal(w.npeers, 0);
    udp_close(s.udp);
    quic_world_close(&w);
}

static void a_short_packet_of_nobodys_gets_a_shorter_reset(void **state)
{
    (void)state;
    struct quic_world w;
    struct stranger s;
    quic_world_init(&w);
    quic_world_open(&w);
    stranger_open(&s, &w);
    uint8_t packet[100] = {0x40, 1, 2, 3, 4, 5, 6, 7, 8};
    stranger_send(&s, packet, sizeof packet);
    loop_run(w.loop);
    assert_int_equal(s.answer[0] & 0xc0, 0x40);
    assert_true(s.len >= 21 && s.len < sizeof packet);
    stranger_send(&s, packet, 30);
    loop_run(w.loop);
    assert_int_equal(s.len, 29);
    udp_close(s.udp);
    quic_world_close(&w);
}

static void resets_are_rationed(void **state)
{
    (void)state;
    struct quic_stateless s;
    quic_stateless_init(&s, 0);
    const uint8_t secret[QUIC_SECRET_LEN] = {1};
    const uint8_t cid[8] = {2};
    ngtcp2_version_cid about = {.dcid = cid, .dcidlen = sizeof cid};
    uint8_t packet[QUIC_STATELESS_MAX];
    size_t n = 0;
    for (int i = 0; i < 1000; i++)
        n += quic_stateless_reset(&s, secret, &about, 100, 1, packet) > 0;
    assert_int_equal(n, 100);
    n = 0;
    for (int i = 0; i < 1000; i++)
        n += quic_stateless_reset(&s, secret, &about, 100, LOOP_S / 10,
                                  packet) > 0;
    assert_int_equal(n, 10);
}

static void retry_is_asked_of_everybody_when_it_is_wanted(void **state)
{
    (void)state;
    struct quic_world w;
    quic_world_init(&w);
    w.options.wants_retry = true;
    quic_world_open(&w);
    quic_world_relay(&w);
    quic_world_connect(&w, NULL);
    quic_world_until(&w, quic_world_both_open);
    quic_toy_send(&w.client, SPAN_LIT("hello"), true);
    quic_world_until(&w, client_complete);
    assert_int_equal(w.npeers, 1);
    quic_world_close(&w);
}

static size_t token_at;

/* Breaks the token of the second Initial, which answers the Retry. */
static enum udp_relay_fate breaking_token(struct udp_relay *r, bool is_up,
                                          size_t number, struct span data)
{
    (void)r;
    (void)number;
    ngtcp2_pkt_hd header;
    if (!is_up || ngtcp2_accept(&header, data.base, data.len) != 0 ||
        header.tokenlen == 0)
        return UDP_RELAY_PASS;
    token_at = (size_t)(header.token - data.base);
    uint8_t copy[2048];
    memcpy(copy, data.base, data.len);
    copy[token_at + header.tokenlen / 2] ^= 1;
    udp_relay_inject(r, true, span_of(copy, data.len));
    return UDP_RELAY_DROP;
}

static void a_false_token_is_refused_without_a_connection(void **state)
{
    (void)state;
    struct quic_world w;
    quic_world_init(&w);
    w.options.wants_retry = true;
    quic_world_open(&w);
    quic_world_relay(&w);
    w.relay.judge = breaking_token;
    quic_world_connect(&w, NULL);
    quic_world_until(&w, quic_world_client_closed);
    assert_int_equal(w.client.why.code, ERR_QUIC);
    assert_int_equal(w.client.why.wire, NGTCP2_INVALID_TOKEN);
    assert_int_equal(w.npeers, 0);
    quic_world_close(&w);
}

static void who_is_not_admitted_is_refused(void **state)
{
    (void)state;
    struct quic_world w;
    quic_world_init(&w);
    quic_world_open(&w);
    w.is_refusing = true;
    quic_world_connect(&w, NULL);
    quic_world_until(&w, quic_world_client_closed);
    assert_int_equal(w.client.why.code, ERR_QUIC);
    assert_int_equal(w.client.why.wire, NGTCP2_CONNECTION_REFUSED);
    assert_string_equal(w.client.why.detail,
                        "the peer closed the connection: CONNECTION_REFUSED");
    quic_world_close(&w);
}

static void draining_refuses_new_connections_and_keeps_old_ones(void **state)
{
    (void)state;
    struct quic_world w;
    quic_world_init(&w);
    quic_world_open(&w);
    quic_world_connect(&w, NULL);
    quic_world_until(&w, quic_world_both_open);
    quic_router_refuse(&w.router);
    quic_toy_send(&w.client, SPAN_LIT("still here"), true);
    quic_world_until(&w, client_complete);
    quic_close(w.client.quic, QUIC_TOY_DONE);
    void (*on_news)(struct quic_toy *) = w.client.on_news;
    quic_toy_fini(&w.client);
    quic_toy_init(&w.client, w.loop);
    w.client.test = &w;
    w.client.on_news = on_news;
    quic_world_connect(&w, NULL);
    quic_world_until(&w, quic_world_client_closed);
    assert_int_equal(w.client.why.wire, NGTCP2_CONNECTION_REFUSED);
    quic_world_close(&w);
}

static void a_connection_is_released_after_its_closing_period(void **state)
{
    (void)state;
    struct quic_world w;
    quic_world_init(&w);
    quic_world_open(&w);
    quic_world_connect(&w, NULL);
    quic_world_until(&w, quic_world_both_open);
    assert_true(w.router.routes->by_cid.len > 0);
    quic_close(w.client.quic, QUIC_TOY_DONE);
    w.client.quic = NULL;
    quic_world_until(&w, one_released);
    assert_int_equal(w.router.routes->by_cid.len, 0);
    assert_int_equal(w.router.nhandshakes, 0);
    quic_world_close(&w);
}

static void an_initial_of_garbage_leaves_nothing_behind(void **state)
{
    (void)state;
    struct quic_world w;
    struct stranger s;
    quic_world_init(&w);
    quic_world_open(&w);
    stranger_open(&s, &w);
    /* Version 1, an Initial by its header, and nothing that decrypts. */
    uint8_t packet[1200] = {0xc0, 0, 0, 0, 1, 8, 1, 2,    3,
                            4,    5, 6, 7, 8, 0, 0, 0x44, 0x9e};
    stranger_send(&s, packet, sizeof packet);
    quic_world_until(&w, one_released);
    assert_int_equal(w.router.routes->by_cid.len, 0);
    assert_int_equal(w.router.nhandshakes, 0);
    assert_int_equal(s.nanswers, 0);
    udp_close(s.udp);
    quic_world_close(&w);
}

static enum udp_relay_fate silent_server(struct udp_relay *r, bool is_up,
                                         size_t number, struct span data)
{
    (void)r;
    (void)number;
    (void)data;
    return is_up ? UDP_RELAY_PASS : UDP_RELAY_DROP;
}

/* The server is gone and another has its port and its secret. */
static void a_restarted_server_resets_what_it_has_forgotten(void **state)
{
    (void)state;
    struct quic_world w;
    quic_world_init(&w);
    quic_world_open(&w);
    quic_world_relay(&w);
    quic_world_connect(&w, NULL);
    quic_world_until(&w, quic_world_both_open);
    quic_toy_send(&w.client, SPAN_LIT("before"), true);
    quic_world_until(&w, client_complete);

    w.relay.judge = silent_server;
    uint8_t secret[QUIC_SECRET_LEN];
    memcpy(secret, w.router.routes->secret, sizeof secret);
    const struct quic_router_ops *ops = w.router.ops;
    quic_router_close(&w.router);
    assert_true(
        quic_router_open(&w.router, w.loop, &w.at, ops, &w.options, &w.fault));
    memcpy(w.router.routes->secret, secret, sizeof secret);
    w.relay.judge = NULL;
    /* What the old server said goodbye with is still in the relay's socket. */
    udp_relay_rebind(&w.relay);

    quic_toy_send(&w.client, SPAN_LIT("after, and long enough to be answered"),
                  true);
    quic_world_until(&w, quic_world_client_closed);
    assert_int_equal(w.client.why.code, ERR_RECV);
    assert_string_equal(w.client.why.detail,
                        "stateless reset: the peer has lost the connection");
    quic_world_close(&w);
}

#define CLIENTS 20

static struct quic_toy clients[CLIENTS];

static bool all_clients_complete(struct quic_world *w)
{
    (void)w;
    for (size_t i = 0; i < CLIENTS; i++)
        if (!clients[i].nstreams || !clients[i].streams[0].is_complete)
            return false;
    return true;
}

static void send_much(struct quic_toy *t)
{
    static uint8_t much[100 * 1024];
    quic_toy_send(t, span_of(much, sizeof much), true);
}

static void many_clients_share_the_socket(void **state)
{
    (void)state;
    struct quic_world w;
    quic_world_init(&w);
    quic_world_open(&w);
    for (size_t i = 0; i < CLIENTS; i++) {
        quic_toy_init(&clients[i], w.loop);
        clients[i].test = &w;
        clients[i].on_news = w.client.on_news;
        clients[i].on_open = send_much;
        clients[i].quic = quic_connect(
            w.loop, udp_path_connect(w.loop, &w.at, NULL, &w.fault),
            SPAN_LIT("localhost"), &w.client_settings, w.client_tls, NULL,
            &clients[i].app, &w.fault);
    }
    quic_world_until(&w, all_clients_complete);
    assert_int_equal(w.npeers, CLIENTS);
    for (size_t i = 0; i < CLIENTS; i++) {
        assert_int_equal(clients[i].streams[0].received, 100 * 1024);
        quic_close(clients[i].quic, QUIC_TOY_DONE);
        quic_toy_fini(&clients[i]);
    }
    quic_world_close(&w);
}

static void closing_the_router_tells_every_client(void **state)
{
    (void)state;
    struct quic_world w;
    quic_world_init(&w);
    quic_world_open(&w);
    quic_world_connect(&w, NULL);
    quic_world_until(&w, quic_world_client_open);
    const struct quic_router_ops *ops = w.router.ops;
    quic_router_close(&w.router);
    assert_int_equal(w.nreleased, 1);
    quic_world_until(&w, quic_world_client_closed);
    assert_int_equal(w.client.why.code, ERR_NONE);
    assert_true(
        quic_router_open(&w.router, w.loop, &w.at, ops, &w.options, &w.fault));
    quic_world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_unknown_version_is_answered_with_ours),
        cmocka_unit_test(a_short_packet_of_nobodys_gets_a_shorter_reset),
        cmocka_unit_test(resets_are_rationed),
        cmocka_unit_test(retry_is_asked_of_everybody_when_it_is_wanted),
        cmocka_unit_test(a_false_token_is_refused_without_a_connection),
        cmocka_unit_test(who_is_not_admitted_is_refused),
        cmocka_unit_test(draining_refuses_new_connections_and_keeps_old_ones),
        cmocka_unit_test(a_connection_is_released_after_its_closing_period),
        cmocka_unit_test(an_initial_of_garbage_leaves_nothing_behind),
        cmocka_unit_test(a_restarted_server_resets_what_it_has_forgotten),
        cmocka_unit_test(many_clients_share_the_socket),
        cmocka_unit_test(closing_the_router_tells_every_client),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
