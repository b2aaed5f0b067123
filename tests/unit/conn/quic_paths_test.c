/* A client and a server joined by datagram paths that are no sockets. */
#include "conn/quic_paths.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/fault.h"
#include "conn/quic_self.h"
#include "support/path_net.h"
#include "support/quic_world.h"

#define KIB ((size_t)1024)
#define MIB (1024 * KIB)

#define HOME  "192.0.2.1"
#define AWAY  "192.0.2.2"
#define THIRD "2001:db8::3"
#define NAT   "192.0.2.4"

static uint8_t pattern[1 * MIB];

struct world {
    struct quic_world base; /* TLS, the client, the waiting */
    struct path_net net;
    struct quic_link link;
    uint8_t secret[QUIC_SECRET_LEN];
    struct quic_toy server;
    struct datagram_path *home; /* the client's first path */
    struct loop_timer poll;
    const char *awaited; /* the local address to have */
};

/* The listener, of one connection. */

static void on_cid(struct quic_link *l, struct span cid)
{
    (void)l;
    (void)cid;
}

static void on_link(struct quic_link *l)
{
    (void)l;
}

static enum io send_down(struct quic_link *l, const struct addr *to,
                         const struct addr *from,
                         const struct datagram_run *run, size_t *sent,
                         struct fault *fault)
{
    struct world *w = container_of(l, struct world, link);
    (void)fault;
    assert_true(addr_equal(from, &w->net.server));
    path_net_answer(&w->net, to, run);
    *sent = run->data.len;
    return IO_OK;
}

static void on_gone(struct quic_link *l)
{
    container_of(l, struct world, link)->server.quic = NULL;
}

static const struct quic_link_ops link_ops = {
    .add_cid = on_cid,
    .remove_cid = on_cid,
    .on_open = on_link,
    .send = send_down,
    .on_blocked = on_link,
    .on_gone = on_gone,
};

static void on_server(struct path_net *n, const struct udp_packet *p)
{
    struct world *w = container_of(n, struct world, net);
    ngtcp2_pkt_hd header;
    if (w->server.quic == NULL) {
        if (w->server.is_open ||
            ngtcp2_accept(&header, p->data.base, p->data.len) != 0)
            return;
        struct quic_first first = {
            .header = &header, .packet = p, .max_streams = 100};
        w->server.quic =
            quic_accept(w->base.loop, &w->link, &w->base.server_settings,
                        w->base.server_tls, w->server.app.ops->protocol, &first,
                        &w->base.fault);
        assert_non_null(w->server.quic);
        quic_set_app(w->server.quic, &w->server.app);
    }
    quic_receive(w->server.quic, p);
}

static void open_world(struct world *w)
{
    *w = (struct world){.link = {.ops = &link_ops}};
    quic_world_init(&w->base);
    quic_world_open(&w->base);
    path_net_init(&w->net, w->base.loop);
    w->net.on_server = on_server;
    w->link.secret = w->secret;
    quic_toy_init(&w->server, w->base.loop);
    w->server.is_echo = true;
    w->server.test = &w->base;
    w->server.on_news = w->base.client.on_news;
    w->home = path_net_connect(&w->net, HOME);
}

static void connect_client(struct world *w)
{
    w->base.client.quic = quic_connect(
        w->base.loop, w->home, SPAN_LIT("localhost"), &w->base.client_settings,
        w->base.client_tls, NULL, &w->base.client.app, &w->base.fault);
}

static void close_world(struct world *w)
{
    if (w->base.client.quic)
        quic_close(w->base.client.quic, QUIC_TOY_DONE);
    w->base.client.quic = NULL;
    if (w->server.quic)
        quic_abandon(w->server.quic);
    path_net_fini(&w->net);
    quic_world_close(&w->base);
    quic_toy_fini(&w->server);
}

static bool is_complete(struct quic_world *w)
{
    const struct quic_toy *t = &w->client;
    if (t->is_closed)
        fail_msg("closed: %s", t->why.detail);
    return t->nstreams && t->streams[t->nstreams - 1].is_complete;
}

/* Sends len bytes and expects them back. */
static void echo(struct world *w, size_t len)
{
    quic_world_until(&w->base, quic_world_client_open);
    struct quic_toy_stream *s =
        quic_toy_send(&w->base.client, span_of(pattern, len), true);
    assert_non_null(s);
    quic_world_until(&w->base, is_complete);
    assert_int_equal(s->in.len, len);
    assert_memory_equal(s->in.base, pattern, len);
}

static void start(struct world *w)
{
    open_world(w);
    connect_client(w);
    assert_non_null(w->base.client.quic);
    echo(w, 10 * KIB); /* the handshake is confirmed after that */
}

static const char *local_addr(const struct world *w)
{
    static struct conn_facts facts;
    quic_facts(w->base.client.quic, &facts);
    return facts.local_addr;
}

static struct datagram_path *migrate(struct world *w, const char *from)
{
    struct datagram_path *path = path_net_connect(&w->net, from);
    assert_true(quic_migrate(w->base.client.quic, path, &w->base.fault));
    return path;
}

/* Of paths the application hears nothing: they are looked at again and again. */
static void on_poll(struct loop_timer *timer, uint64_t now)
{
    struct world *w = container_of(timer, struct world, poll);
    loop_arm(w->base.loop, timer, now + LOOP_MS);
    w->base.client.on_news(&w->base.client);
}

static void poll_until(struct world *w, bool (*is_done)(struct quic_world *w))
{
    w->poll.on_expired = on_poll;
    loop_arm(w->base.loop, &w->poll, loop_now(w->base.loop));
    quic_world_until(&w->base, is_done);
    loop_disarm(w->base.loop, &w->poll);
}

static bool is_at_awaited(struct quic_world *w)
{
    const struct world *all = container_of(w, struct world, base);
    return strcmp(local_addr(all), all->awaited) == 0;
}

static void until_at(struct world *w, const char *addr)
{
    w->awaited = addr;
    poll_until(w, is_at_awaited);
}

static bool has_closed_path(struct quic_world *w)
{
    return container_of(w, struct world, base)->net.nclosed > 0;
}

/* As from a proxy's tunnel to a socket. */
static void there_is_no_way_to_a_path_of_another_kind(void **state)
{
    (void)state;
    static struct datagram_path_ops other;
    struct world w;
    start(&w);
    struct datagram_path *path = path_net_connect(&w.net, "192.0.2.77");
    other = *path->ops;
    path->ops = &other;
    assert_false(quic_migrate(w.base.client.quic, path, &w.base.fault));
    assert_int_equal(w.base.fault.code, ERR_QUIC);
    echo(&w, 10 * KIB);
    assert_string_equal(local_addr(&w), HOME);
    close_world(&w);
}

/* One path. */

static void a_handshake_and_a_stream_pass_over_any_path(void **state)
{
    (void)state;
    struct world w;
    start(&w);
    echo(&w, 1 * MIB);
    struct conn_facts facts = {0};
    quic_facts(w.base.client.quic, &facts);
    assert_string_equal(facts.local_addr, HOME);
    assert_string_equal(facts.remote_addr, "192.0.2.99");
    assert_int_equal(facts.remote_port, 443);
    assert_true(facts.tls.verified);
    assert_true(w.net.nup > 100 && w.net.ndown > 100);
    close_world(&w);
    assert_int_equal(w.net.nclosed, 1);
}

static uint32_t dice;

static bool is_lost_now_and_then(struct path_net *n, bool is_up, size_t number)
{
    (void)n;
    (void)is_up;
    (void)number;
    dice = dice * 1664525 + 1013904223;
    return (dice >> 16) % 100 < 5;
}

static void loss_changes_no_byte(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= 3; seed++) {
        struct world w;
        dice = seed;
        open_world(&w);
        w.net.is_lost = is_lost_now_and_then;
        connect_client(&w);
        echo(&w, 256 * KIB);
        close_world(&w);
    }
}

static void what_a_full_path_refuses_follows_later(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    path_net_set_room(w.home, 3);
    connect_client(&w);
    echo(&w, 256 * KIB);
    assert_true(path_net_refused(w.home) > 0);
    close_world(&w);
}

static void no_packet_is_longer_than_the_path_carries(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    w.home->max_payload = 1300;
    connect_client(&w);
    echo(&w, 1 * MIB);
    assert_true(w.net.largest_up > 1200 && w.net.largest_up <= 1300);
    close_world(&w);
}

static void a_path_too_small_for_quic_is_refused(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    w.home->max_payload = 1199;
    connect_client(&w);
    assert_null(w.base.client.quic);
    assert_int_equal(w.base.fault.code, ERR_QUIC);
    assert_int_equal(w.net.nclosed, 1);
    close_world(&w);
}

static void a_path_that_ends_ends_the_connection(void **state)
{
    (void)state;
    struct world w;
    start(&w);
    struct fault gone;
    fault_set(&gone, ERR_RECV, 0, "the tunnel was closed");
    path_net_fail(w.home, &gone);
    quic_world_until(&w.base, quic_world_client_closed);
    assert_int_equal(w.base.client.why.code, ERR_RECV);
    assert_string_equal(w.base.client.why.detail, "the tunnel was closed");
    assert_int_equal(w.net.nclosed, 1);
    close_world(&w);
}

/* Two paths. */

static void a_second_path_takes_over_once_it_is_validated(void **state)
{
    (void)state;
    struct world w;
    start(&w);
    struct datagram_path *away = migrate(&w, AWAY);
    assert_string_equal(local_addr(&w), HOME); /* not yet */
    until_at(&w, AWAY);
    size_t before = path_net_sent(w.home);
    echo(&w, 256 * KIB);
    assert_int_equal(path_net_sent(w.home), before);
    assert_true(path_net_sent(away) > 100);
    assert_string_equal(local_addr(&w), AWAY);
    struct conn_facts theirs = {0};
    quic_facts(w.server.quic, &theirs);
    assert_string_equal(theirs.remote_addr, AWAY);
    assert_int_equal(w.net.nclosed, 0);
    close_world(&w);
    assert_int_equal(w.net.nclosed, 2);
}

static void a_migration_over_lossy_paths_changes_no_byte(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= 3; seed++) {
        struct world w;
        dice = seed;
        start(&w);
        w.net.is_lost = is_lost_now_and_then;
        migrate(&w, AWAY);
        echo(&w, 256 * KIB);
        until_at(&w, AWAY);
        echo(&w, 256 * KIB);
        close_world(&w);
    }
}

static void a_path_that_is_not_answered_leaves_the_first(void **state)
{
    (void)state;
    struct world w;
    start(&w);
    struct datagram_path *away = path_net_connect(&w.net, AWAY);
    path_net_set_dead(away, true);
    assert_true(quic_migrate(w.base.client.quic, away, &w.base.fault));
    assert_true(quic_paths_tries(w.base.client.quic, &away->local));
    assert_false(quic_paths_tries(w.base.client.quic, &w.home->local));
    poll_until(&w, has_closed_path);
    assert_int_equal(w.base.client.nfailed_paths, 1);
    assert_string_equal(local_addr(&w), HOME);
    echo(&w, 100 * KIB);
    close_world(&w);
}

static void an_inactive_path_that_fails_leaves_the_active_one(void **state)
{
    (void)state;
    struct world w;
    start(&w);
    struct datagram_path *away = migrate(&w, AWAY);
    struct fault gone;
    fault_set(&gone, ERR_RECV, 0, "gone");
    path_net_set_dead(away, true);
    path_net_fail(away, &gone);
    echo(&w, 100 * KIB);
    assert_int_equal(w.net.nclosed, 1);
    assert_string_equal(local_addr(&w), HOME);
    close_world(&w);
}

static void the_active_path_that_fails_leaves_the_other(void **state)
{
    (void)state;
    struct world w;
    start(&w);
    struct datagram_path *away = migrate(&w, AWAY);
    until_at(&w, AWAY);
    struct fault gone;
    fault_set(&gone, ERR_RECV, 0, "gone");
    path_net_set_dead(away, true);
    path_net_fail(away, &gone);
    echo(&w, 100 * KIB);
    assert_int_equal(w.net.nclosed, 1);
    assert_string_equal(local_addr(&w), HOME);
    close_world(&w);
}

static void
without_an_answer_on_the_last_path_the_connection_is_lost(void **state)
{
    (void)state;
    struct world w;
    start(&w);
    struct datagram_path *away = migrate(&w, AWAY);
    struct fault gone;
    fault_set(&gone, ERR_RECV, 0, "gone");
    path_net_set_dead(away, true);
    path_net_set_dead(w.home, true);
    path_net_fail(w.home, &gone); /* in the middle of the validation */
    quic_world_until(&w.base, quic_world_client_closed);
    assert_int_equal(w.base.client.why.code, ERR_RECV);
    assert_non_null(strstr(w.base.client.why.detail, "does not answer"));
    assert_int_equal(w.net.nclosed, 2);
    close_world(&w);
}

/* The word of ICMP, three times in a row. */
static void a_port_that_refuses_again_and_again_leaves_the_other(void **state)
{
    (void)state;
    struct world w;
    start(&w);
    struct datagram_path *away = migrate(&w, AWAY);
    until_at(&w, AWAY);
    struct fault refused;
    fault_set_errno(&refused, ERR_CONNECT, ECONNREFUSED, "receiving");
    path_net_set_dead(away, true);
    struct quic *q = w.base.client.quic;
    for (int i = 0; i < 3; i++) {
        assert_string_equal(local_addr(&w), AWAY);
        path_net_fail(away, &refused);
        away->events->on_readable(away);
    }
    assert_false(q->ending.is_asked);
    assert_int_equal(w.net.nclosed, 1);
    echo(&w, 100 * KIB);
    assert_string_equal(local_addr(&w), HOME);
    close_world(&w);
}

static void a_third_path_takes_the_place_of_the_one_left_behind(void **state)
{
    (void)state;
    struct world w;
    start(&w);
    migrate(&w, AWAY);
    until_at(&w, AWAY);
    migrate(&w, THIRD);
    assert_int_equal(w.net.nclosed, 1);
    until_at(&w, THIRD);
    echo(&w, 100 * KIB);
    close_world(&w);
    assert_int_equal(w.net.nclosed, 3);
}

static bool server_sees_nat(struct quic_world *w)
{
    const struct world *all = container_of(w, struct world, base);
    struct conn_facts theirs = {0};
    quic_facts(all->server.quic, &theirs);
    return strcmp(theirs.remote_addr, NAT) == 0;
}

/* The server has one connection ID for two paths then, and asks the first one still
 * whether it is there: it may give that ID back once only. */
static void a_path_that_a_nat_has_moved_may_be_left(void **state)
{
    (void)state;
    struct world w;
    start(&w);
    path_net_rebind(w.home, NAT);
    echo(&w, 1 * KIB);
    assert_true(server_sees_nat(&w.base));
    migrate(&w, AWAY);
    until_at(&w, AWAY);
    echo(&w, 100 * KIB);
    migrate(&w, THIRD);
    until_at(&w, THIRD);
    echo(&w, 100 * KIB);
    close_world(&w);
}

static bool is_server_waiting(struct quic_world *w)
{
    const struct world *all = container_of(w, struct world, base);
    return ngtcp2_conn_get_cwnd_left2(all->server.quic->conn) == 0;
}

static bool has_all(struct quic_world *w)
{
    const struct quic_toy *t = &w->client;
    return t->streams[t->nstreams - 1].received == sizeof pattern;
}

/* What the server has sent to where nobody is any more fills its window, and is not
 * given up for lost before the client gives up the other path: the answer there waits
 * for neither. */
static void a_path_is_answered_though_the_other_one_is_full(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    w.base.client_settings.quic.ack_delay = 16 * LOOP_S;
    connect_client(&w);
    echo(&w, 10 * KIB);
    path_net_set_dead(w.home, true);
    assert_non_null(
        quic_toy_send(&w.server, span_of(pattern, sizeof pattern), true));
    poll_until(&w, is_server_waiting);
    migrate(&w, AWAY);
    until_at(&w, AWAY);
    assert_int_equal(w.base.client.nfailed_paths, 0);
    quic_world_until(&w.base, has_all);
    close_world(&w);
}

static void before_the_handshake_is_confirmed_nothing_migrates(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    connect_client(&w);
    struct datagram_path *away = path_net_connect(&w.net, AWAY);
    assert_false(quic_migrate(w.base.client.quic, away, &w.base.fault));
    assert_int_equal(w.net.nclosed, 1);
    echo(&w, 1000);
    /* Nor from where it is already. */
    away = path_net_connect(&w.net, HOME);
    assert_false(quic_migrate(w.base.client.quic, away, &w.base.fault));
    assert_int_equal(w.net.nclosed, 2);
    echo(&w, 1000);
    close_world(&w);
}

static bool all_shots_arrived(struct quic_world *w)
{
    const struct world *all = container_of(w, struct world, base);
    return all->server.ndatagrams == w->client.shots;
}

static void open_with_datagrams(struct world *w)
{
    open_world(w);
    w->base.client_settings.quic.max_datagram = 65535;
    w->base.server_settings.quic.max_datagram = 65535;
    connect_client(w);
    quic_world_until(&w->base, quic_world_client_open);
}

/* None of these packets is full, and an acknowledgement makes one longer. */
static void packets_of_datagrams_leave_in_runs(void **state)
{
    (void)state;
    struct world w;
    open_with_datagrams(&w);
    size_t packets = w.net.nup;
    size_t runs = w.net.nruns_up;
    quic_toy_shoot(&w.base.client, span_of(pattern, 800), 1000);
    quic_world_until(&w.base, all_shots_arrived);
    packets = w.net.nup - packets;
    runs = w.net.nruns_up - runs;
    assert_true(packets >= 1000);
    assert_true(runs < packets / 4);
    close_world(&w);
}

static void a_full_path_loses_no_datagram(void **state)
{
    (void)state;
    struct world w;
    open_with_datagrams(&w);
    path_net_set_room(w.home, 3);
    quic_toy_shoot(&w.base.client, span_of(pattern, 800), 1000);
    quic_world_until(&w.base, all_shots_arrived);
    assert_true(path_net_refused(w.home) > 0);
    assert_int_equal(w.base.client.nshot_lost, 0);
    close_world(&w);
}

int main(void)
{
    quic_world_fill(pattern, sizeof pattern);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_is_no_way_to_a_path_of_another_kind),
        cmocka_unit_test(a_handshake_and_a_stream_pass_over_any_path),
        cmocka_unit_test(loss_changes_no_byte),
        cmocka_unit_test(what_a_full_path_refuses_follows_later),
        cmocka_unit_test(no_packet_is_longer_than_the_path_carries),
        cmocka_unit_test(a_path_too_small_for_quic_is_refused),
        cmocka_unit_test(a_path_that_ends_ends_the_connection),
        cmocka_unit_test(a_second_path_takes_over_once_it_is_validated),
        cmocka_unit_test(a_migration_over_lossy_paths_changes_no_byte),
        cmocka_unit_test(a_path_that_is_not_answered_leaves_the_first),
        cmocka_unit_test(an_inactive_path_that_fails_leaves_the_active_one),
        cmocka_unit_test(the_active_path_that_fails_leaves_the_other),
        cmocka_unit_test(
            without_an_answer_on_the_last_path_the_connection_is_lost),
        cmocka_unit_test(a_port_that_refuses_again_and_again_leaves_the_other),
        cmocka_unit_test(a_third_path_takes_the_place_of_the_one_left_behind),
        cmocka_unit_test(a_path_that_a_nat_has_moved_may_be_left),
        cmocka_unit_test(a_path_is_answered_though_the_other_one_is_full),
        cmocka_unit_test(before_the_handshake_is_confirmed_nothing_migrates),
        cmocka_unit_test(packets_of_datagrams_leave_in_runs),
        cmocka_unit_test(a_full_path_loses_no_datagram),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
