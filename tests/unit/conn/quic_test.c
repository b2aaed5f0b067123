#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/fault.h"
#include "conn/quic_fault.h"
#include "conn/quic_link.h"
#include "conn/quic_self.h"
#include "support/quic_world.h"
#include "support/spin.h"
#include "transport/udp_path.h"
#include "transport/udp_socket.h"

#define KIB ((size_t)1024)
#define MIB (1024 * KIB)

static uint8_t pattern[2 * MIB];

/* What tests wait for. */

static bool both_closed(struct quic_world *w)
{
    return w->client.is_closed && w->npeers && w->peers[0].is_closed;
}

static bool peer_closed(struct quic_world *w)
{
    return w->npeers && w->peers[0].is_closed;
}

static bool all_complete(struct quic_world *w)
{
    if (w->client.is_closed)
        fail_msg("closed: %s", w->client.why.detail);
    for (size_t i = 0; i < w->client.nstreams; i++)
        if (!w->client.streams[i].is_complete)
            return false;
    return w->client.nstreams > 0;
}

static bool may_open(struct quic_world *w)
{
    return quic_bidi_left(w->client.quic) > 0;
}

static void start(struct quic_world *w)
{
    quic_world_init(w);
    quic_world_open(w);
}

static void start_open(struct quic_world *w)
{
    start(w);
    quic_world_connect(w, NULL);
    quic_world_until(w, quic_world_both_open);
}

/* Sends len bytes and expects them back. */
static void echo(struct quic_world *w, size_t len)
{
    quic_world_until(w, quic_world_client_open);
    struct quic_toy_stream *s =
        quic_toy_send(&w->client, span_of(pattern, len), true);
    assert_non_null(s);
    quic_world_until(w, all_complete);
    assert_int_equal(s->in.len, len);
    assert_memory_equal(s->in.base, pattern, len);
}

/* Handshake and transfer. */

static void a_stream_comes_back_as_it_was_sent(void **state)
{
    (void)state;
    struct quic_world w;
    start_open(&w);
    struct conn_facts facts = {0};
    quic_facts(w.client.quic, &facts);
    assert_string_equal(facts.quic_version, "v1");
    assert_string_equal(facts.remote_addr, "127.0.0.1");
    assert_int_equal(facts.remote_port, addr_port(&w.at));
    assert_true(facts.is_tls);
    assert_string_equal(facts.tls.alpn, "toy");
    assert_string_equal(facts.tls.version, "TLSv1.3");
    assert_true(facts.tls.verified);
    assert_true(facts.secured_at > 0);
    echo(&w, 2 * MIB);
    struct quic_stats stats;
    quic_get_stats(w.client.quic, &stats);
    assert_true(stats.bytes_received > 2 * MIB);
    assert_true(stats.path.rtt > 0);
    quic_world_close(&w);
}

static void it_works_without_batching_in_the_kernel(void **state)
{
    (void)state;
    struct quic_world w;
    udp_force_plain(true);
    start_open(&w);
    echo(&w, 1 * MIB);
    quic_world_close(&w);
    udp_force_plain(false);
}

static void many_streams_share_a_connection(void **state)
{
    (void)state;
    struct quic_world w;
    start_open(&w);
    for (size_t i = 0; i < QUIC_TOY_STREAMS; i++)
        assert_non_null(
            quic_toy_send(&w.client, span_of(pattern, 1000 + i), true));
    quic_world_until(&w, all_complete);
    for (size_t i = 0; i < QUIC_TOY_STREAMS; i++)
        assert_int_equal(w.client.streams[i].received, 1000 + i);
    quic_world_close(&w);
}

static bool may_open_two(struct quic_world *w)
{
    return quic_bidi_left(w->client.quic) == 2;
}

static bool may_open_five(struct quic_world *w)
{
    return quic_bidi_left(w->client.quic) == 5;
}

static void streams_that_were_allowed_may_be_taken_back(void **state)
{
    (void)state;
    struct quic_world w;
    quic_world_init(&w);
    w.options.max_streams = 2;
    quic_world_open(&w);
    quic_world_connect(&w, NULL);
    quic_world_until(&w, quic_world_both_open);
    struct quic *server = w.peers[0].quic;
    quic_allow_streams(server, 3);
    quic_world_until(&w, may_open_five);
    quic_disallow_streams(server, 3);
    for (unsigned i = 0; i < 5; i++)
        assert_non_null(quic_toy_send(&w.client, SPAN_LIT("a"), true));
    quic_world_until(&w, all_complete);
    /* The last two were replaced, so all are over. */
    quic_world_until(&w, may_open_two);
    /* What is not taken back yet is there to be allowed again. */
    quic_disallow_streams(server, 1);
    assert_int_equal(quic_remote_bidi_max(server), 7);
    quic_allow_streams(server, 4);
    assert_int_equal(quic_remote_bidi_max(server), 10);
    quic_world_until(&w, may_open_five);
    quic_world_close(&w);
}

static void the_peers_limit_on_streams_is_kept_and_grows(void **state)
{
    (void)state;
    struct quic_world w;
    quic_world_init(&w);
    w.options.max_streams = 2;
    quic_world_open(&w);
    quic_world_connect(&w, NULL);
    quic_world_until(&w, quic_world_both_open);
    assert_int_equal(quic_bidi_left(w.client.quic), 2);
    assert_non_null(quic_toy_send(&w.client, SPAN_LIT("a"), true));
    assert_non_null(quic_toy_send(&w.client, SPAN_LIT("b"), true));
    assert_null(quic_toy_send(&w.client, SPAN_LIT("c"), true));
    quic_world_until(&w, all_complete);
    for (int i = 0; i < 10; i++) {
        quic_world_until(&w, may_open);
        echo(&w, 10);
    }
    quic_world_close(&w);
}

/* Bad paths. */

static uint32_t dice;

static uint32_t roll(uint32_t sides)
{
    dice = dice * 1664525 + 1013904223;
    return (dice >> 16) % sides;
}

static enum udp_relay_fate lossy(struct udp_relay *r, bool is_up, size_t number,
                                 struct span data)
{
    (void)r;
    (void)is_up;
    (void)number;
    (void)data;
    uint32_t n = roll(100);
    return n < 5 ? UDP_RELAY_DROP : n < 8 ? UDP_RELAY_TWICE : UDP_RELAY_PASS;
}

static enum udp_relay_fate corrupting(struct udp_relay *r, bool is_up,
                                      size_t number, struct span data)
{
    (void)r;
    (void)is_up;
    (void)number;
    (void)data;
    return roll(100) < 10 ? UDP_RELAY_CORRUPT : UDP_RELAY_PASS;
}

static enum udp_relay_fate black_hole(struct udp_relay *r, bool is_up,
                                      size_t number, struct span data)
{
    (void)r;
    (void)is_up;
    (void)number;
    (void)data;
    return UDP_RELAY_DROP;
}

static void over_a_bad_path(enum udp_relay_fate (*judge)(struct udp_relay *,
                                                         bool, size_t,
                                                         struct span))
{
    for (uint32_t seed = 1; seed <= 3; seed++) {
        struct quic_world w;
        dice = seed;
        start(&w);
        quic_world_relay(&w);
        w.relay.judge = judge;
        quic_world_connect(&w, NULL);
        echo(&w, 256 * KIB);
        quic_world_close(&w);
    }
}

static void loss_and_duplicates_change_no_byte(void **state)
{
    (void)state;
    over_a_bad_path(lossy);
}

static void corruption_changes_no_byte(void **state)
{
    (void)state;
    over_a_bad_path(corrupting);
}

static enum udp_relay_fate rebinding(struct udp_relay *r, bool is_up,
                                     size_t number, struct span data)
{
    (void)data;
    if (is_up && number % 60 == 0)
        udp_relay_rebind(r);
    return UDP_RELAY_PASS;
}

static void a_nat_that_rebinds_goes_unnoticed(void **state)
{
    (void)state;
    struct quic_world w;
    start(&w);
    quic_world_relay(&w);
    quic_world_connect(&w, NULL);
    quic_world_until(&w, quic_world_both_open);
    w.relay.judge = rebinding;
    echo(&w, 1 * MIB);
    assert_int_equal(w.npeers, 1);
    quic_world_close(&w);
}

static void ecn_is_tried_and_given_up_when_the_path_clears_it(void **state)
{
    (void)state;
    struct quic_world w;
    start(&w);
    quic_world_relay(&w);
    quic_world_connect(&w, NULL);
    echo(&w, 1 * MIB);
    assert_true(w.relay.nmarked_up > 0);
    assert_true(w.relay.nmarked_up < w.relay.nup / 2);
    quic_world_close(&w);
}

static void larger_packets_are_found_out(void **state)
{
    (void)state;
    struct quic_world w;
    start(&w);
    quic_world_relay(&w);
    quic_world_connect(&w, NULL);
    echo(&w, 1 * MIB);
    assert_true(w.relay.largest_up > 1400);
    quic_world_close(&w);
}

static void either_side_may_change_the_keys(void **state)
{
    (void)state;
    for (int side = 0; side < 2; side++) {
        struct quic_world w;
        start_open(&w);
        echo(&w, 10 * KIB);
        struct quic *q = side ? w.peers[0].quic : w.client.quic;
        assert_int_equal(
            ngtcp2_conn_initiate_key_update(q->conn, loop_now(w.loop)), 0);
        echo(&w, 10 * KIB);
        quic_world_close(&w);
    }
}

static void a_server_behind_a_black_hole_times_out(void **state)
{
    (void)state;
    struct quic_world w;
    quic_world_init(&w);
    w.client_settings.timeouts.handshake = 300 * LOOP_MS;
    quic_world_open(&w);
    quic_world_relay(&w);
    w.relay.judge = black_hole;
    quic_world_connect(&w, NULL);
    quic_world_until(&w, quic_world_client_closed);
    assert_int_equal(w.client.why.code, ERR_TIMEOUT);
    assert_string_equal(w.client.why.detail, "no QUIC answer within 0.3 s");
    quic_world_close(&w);
}

static void a_refused_port_fails_at_once_with_its_errno(void **state)
{
    (void)state;
    struct quic_world w;
    start(&w);
    /* A port that was free a moment ago. */
    struct addr closed;
    addr_parse(&closed, SPAN_LIT("127.0.0.1"), 0);
    struct udp *u = udp_bind(w.loop, &closed, &w.relay.front_events, &w.fault);
    assert_non_null(u);
    udp_local(u, &closed);
    udp_close(u);
    w.client.quic =
        quic_connect(w.loop, udp_path_connect(w.loop, &closed, NULL, &w.fault),
                     SPAN_LIT("localhost"), &w.client_settings, w.client_tls,
                     NULL, &w.client.app, &w.fault);
    quic_world_until(&w, quic_world_client_closed);
    assert_int_equal(w.client.why.code, ERR_CONNECT);
    assert_int_equal(w.client.why.wire, ECONNREFUSED);
    assert_false(w.client.is_open);
    quic_world_close(&w);
}

static void a_silent_connection_ends_by_the_idle_timeout(void **state)
{
    (void)state;
    struct quic_world w;
    quic_world_init(&w);
    w.client_settings.timeouts.quic_idle = 300 * LOOP_MS;
    quic_world_open(&w);
    quic_world_connect(&w, NULL);
    quic_world_until(&w, both_closed);
    assert_int_equal(w.client.why.code, ERR_TIMEOUT);
    assert_int_equal(w.peers[0].why.code, ERR_TIMEOUT);
    quic_world_close(&w);
}

/* Longer than a busy machine may leave us waiting. */
#define IDLE (1500 * LOOP_MS)

static void a_silent_connection_can_be_kept_alive(void **state)
{
    (void)state;
    struct quic_world w;
    quic_world_init(&w);
    w.client_settings.timeouts.quic_idle = IDLE;
    quic_world_open(&w);
    quic_world_connect(&w, NULL);
    quic_world_until(&w, quic_world_both_open);
    quic_keep_alive(w.client.quic, true, 0);
    spin_for(w.loop, 2 * IDLE);
    assert_false(w.client.is_closed);
    quic_keep_alive(w.client.quic, false, 0);
    quic_world_until(&w, both_closed);
    assert_int_equal(w.client.why.code, ERR_TIMEOUT);
    quic_world_close(&w);
}

/* What strangers send. */

static void garbage_and_empty_datagrams_are_ignored(void **state)
{
    (void)state;
    struct quic_world w;
    start(&w);
    quic_world_relay(&w);
    quic_world_connect(&w, NULL);
    quic_world_until(&w, quic_world_both_open);
    for (size_t i = 0; i < 200; i++) {
        size_t len = roll(1400);
        udp_relay_inject(&w.relay, false, span_of(pattern + i, len));
        udp_relay_inject(&w.relay, true, span_of(pattern + i, len));
        send(w.relay.back->handle.fd, "", 0, 0);
        sendto(w.relay.front->handle.fd, "", 0, 0,
               (struct sockaddr *)&w.relay.client.sa, w.relay.client.len);
    }
    echo(&w, 100 * KIB);
    assert_int_equal(w.npeers, 1);
    quic_world_close(&w);
}

static size_t write_versions(struct span initial, uint32_t version,
                             uint8_t *packet)
{
    ngtcp2_version_cid about;
    assert_int_equal(
        ngtcp2_pkt_decode_version_cid(&about, initial.base, initial.len, 8), 0);
    ngtcp2_ssize n = ngtcp2_pkt_write_version_negotiation(
        packet, 1200, 7, about.scid, about.scidlen, about.dcid, about.dcidlen,
        &version, 1);
    assert_true(n > 0);
    return (size_t)n;
}

static uint32_t offered;

/* The first thing the client hears is a Version Negotiation. */
static enum udp_relay_fate negotiating(struct udp_relay *r, bool is_up,
                                       size_t number, struct span data)
{
    if (is_up && number == 1) {
        uint8_t packet[1200];
        size_t len = write_versions(data, offered, packet);
        udp_relay_inject(r, false, span_of(packet, len));
    }
    return UDP_RELAY_PASS;
}

static bool has_moved(struct quic_world *w)
{
    if (w->client.is_closed)
        fail_msg("closed: %s", w->client.why.detail);
    return w->client.npaths > 0;
}

static void it_goes_over_to_another_port_when_told_to(void **state)
{
    (void)state;
    struct quic_world w;
    start_open(&w);
    echo(&w, 1000); /* confirmed by then */
    struct conn_facts before = {0};
    struct conn_facts after = {0};
    quic_facts(w.client.quic, &before);
    struct fault why;
    assert_int_equal(quic_move(w.client.quic, false, &why), QUIC_MOVE_NEEDLESS);
    assert_int_equal(quic_move(w.client.quic, true, &why), QUIC_MOVE_STARTED);
    quic_world_until(&w, has_moved);
    quic_facts(w.client.quic, &after);
    assert_int_not_equal(before.local_port, after.local_port);
    echo(&w, 100 * KIB);
    assert_int_equal(w.client.npaths, 1);
    quic_world_close(&w);
}

static void it_stays_where_the_server_wants_it(void **state)
{
    (void)state;
    struct quic_world w;
    quic_world_init(&w);
    w.server_settings.quic.migration = false;
    quic_world_open(&w);
    quic_world_connect(&w, NULL);
    quic_world_until(&w, quic_world_both_open);
    echo(&w, 1000);
    struct fault why;
    assert_int_equal(quic_move(w.client.quic, true, &why),
                     QUIC_MOVE_IMPOSSIBLE);
    assert_string_equal(why.detail,
                        "no migration: the server does not want it");
    echo(&w, 1000);
    /* Nor does it move when we do not want it. */
    w.client_settings.quic.migration = false;
    assert_int_equal(quic_move(w.client.quic, true, &why), QUIC_MOVE_NEEDLESS);
    quic_world_close(&w);
}

static void no_common_version_is_an_error_of_its_own(void **state)
{
    (void)state;
    struct quic_world w;
    start(&w);
    quic_world_relay(&w);
    offered = 0xff00001d;
    w.relay.judge = negotiating;
    quic_world_connect(&w, NULL);
    quic_world_until(&w, quic_world_client_closed);
    assert_int_equal(w.client.why.code, ERR_QUIC); /* no timeout */
    assert_string_equal(w.client.why.detail,
                        "no common QUIC version; the server offers 0xff00001d");
    quic_world_close(&w);
}

static void a_forged_negotiation_of_our_own_version_is_ignored(void **state)
{
    (void)state;
    struct quic_world w;
    start(&w);
    quic_world_relay(&w);
    offered = NGTCP2_PROTO_VER_V1;
    w.relay.judge = negotiating;
    quic_world_connect(&w, NULL);
    echo(&w, 1000);
    quic_world_close(&w);
}

static void a_late_version_negotiation_is_ignored(void **state)
{
    (void)state;
    struct quic_world w;
    start(&w);
    quic_world_relay(&w);
    quic_world_connect(&w, NULL);
    quic_world_until(&w, quic_world_both_open);
    uint8_t packet[1200];
    static const uint8_t header[] = {0x80, 0, 0, 0, 0, 8, 1, 2, 3,
                                     4,    5, 6, 7, 8, 8, 1, 2, 3,
                                     4,    5, 6, 7, 8, 1, 2, 3, 4};
    memcpy(packet, header, sizeof header);
    udp_relay_inject(&w.relay, false, span_of(packet, sizeof header));
    echo(&w, 1000);
    quic_world_close(&w);
}

/* Who the server is. */

static void a_certificate_of_an_unknown_authority_is_refused(void **state)
{
    (void)state;
    struct quic_world w;
    quic_world_init(&w);
    struct selfsigned other = {0};
    assert_true(selfsigned_make(&other, &w.fault));
    w.client_settings.tls.ca_file = str_text(&other.ca_file);
    quic_world_open(&w);
    quic_world_connect(&w, NULL);
    quic_world_until(&w, both_closed);
    assert_int_equal(w.client.why.code, ERR_TLS_VERIFY);
    assert_false(w.client.is_open);
    assert_false(w.peers[0].is_open);
    assert_int_equal(w.peers[0].why.code, ERR_TLS_HANDSHAKE);
    quic_world_close(&w);
    selfsigned_remove(&other);
}

static void a_certificate_for_another_name_is_refused(void **state)
{
    (void)state;
    struct quic_world w;
    start(&w);
    quic_world_connect(&w, "other.example");
    quic_world_until(&w, both_closed);
    assert_int_equal(w.client.why.code, ERR_TLS_VERIFY);
    assert_false(w.client.is_open);
    assert_int_equal(w.peers[0].nstreams, 0);
    quic_world_close(&w);
}

static void without_verification_any_certificate_will_do(void **state)
{
    (void)state;
    struct quic_world w;
    quic_world_init(&w);
    w.client_settings.tls.verify = false;
    quic_world_open(&w);
    quic_world_connect(&w, "other.example");
    echo(&w, 1000);
    quic_world_close(&w);
}

/* Ends. */

static void an_orderly_close_is_no_error_for_the_peer(void **state)
{
    (void)state;
    struct quic_world w;
    start_open(&w);
    quic_close(w.client.quic, QUIC_TOY_DONE);
    w.client.quic = NULL;
    quic_world_until(&w, peer_closed);
    assert_int_equal(w.peers[0].why.code, ERR_NONE);
    assert_false(w.client.is_closed);
    quic_world_close(&w);
}

static void an_error_reaches_the_peer_with_its_code_and_name(void **state)
{
    (void)state;
    struct quic_world w;
    start_open(&w);
    struct fault why;
    fault_set(&why, ERR_SEND, QUIC_TOY_BUSY, "too much");
    quic_fail(w.client.quic, QUIC_TOY_BUSY, &why);
    assert_false(w.client.is_closed);
    quic_world_until(&w, both_closed);
    assert_string_equal(w.client.why.detail, "too much");
    assert_int_equal(w.peers[0].why.code, ERR_RECV);
    assert_int_equal(w.peers[0].why.wire, QUIC_TOY_BUSY);
    assert_int_equal(w.peers[0].why.remedy, REMEDY_RESEND);
    assert_string_equal(w.peers[0].why.detail, "the toy is gone: TOY_BUSY");
    quic_world_close(&w);
}

static void fail_now(struct quic_toy *t)
{
    struct fault why;
    fault_set(&why, ERR_RECV, QUIC_TOY_OTHER, "a test");
    if (t->quic)
        quic_fail(t->quic, QUIC_TOY_OTHER, &why);
}

static void a_server_may_fail_inside_a_callback(void **state)
{
    (void)state;
    struct quic_world w;
    start_open(&w);
    w.peers[0].on_news = fail_now;
    quic_toy_send(&w.client, SPAN_LIT("anything"), true);
    quic_world_until(&w, quic_world_client_closed);
    assert_int_equal(w.client.why.code, ERR_RECV);
    assert_int_equal(w.client.why.wire, QUIC_TOY_OTHER);
    quic_world_close(&w);
}

/* What the connection has to say on its own account is said in the codes of
 * the application. */

static void an_application_that_stops_without_a_reason_is_broken(void **state)
{
    (void)state;
    struct quic_world w;
    start_open(&w);
    w.peers[0].is_failing = true;
    quic_toy_send(&w.client, SPAN_LIT("anything"), true);
    quic_world_until(&w, quic_world_client_closed);
    assert_int_equal(w.client.why.wire, QUIC_TOY_BROKEN);
    assert_string_equal(w.client.why.detail, "the toy is gone: TOY_BROKEN");
    quic_world_close(&w);
}

static void a_listener_that_goes_away_says_so_without_an_error(void **state)
{
    (void)state;
    struct quic_world w;
    start_open(&w);
    quic_world_shut(&w);
    quic_world_until(&w, quic_world_client_closed);
    assert_int_equal(w.client.why.code, ERR_NONE);
    assert_int_equal(w.client.why.wire, QUIC_TOY_DONE);
    quic_world_close(&w);
}

static void without_the_same_protocol_there_is_no_connection(void **state)
{
    (void)state;
    struct quic_protocol other = quic_toy_protocol;
    struct quic_world w;
    other.alpn = "other";
    quic_world_init(&w);
    w.options.protocol = &other;
    quic_world_open(&w);
    quic_world_connect(&w, NULL);
    quic_world_until(&w, quic_world_client_closed);
    assert_false(w.client.is_open);
    assert_int_equal(w.client.why.code, ERR_TLS_HANDSHAKE);
    assert_false(w.peers[0].is_open);
    quic_world_close(&w);
}

static void close_now(struct quic_toy *t)
{
    if (t->quic)
        quic_close(t->quic, QUIC_TOY_DONE);
    t->quic = NULL;
}

static void an_owner_may_close_inside_a_callback(void **state)
{
    (void)state;
    struct quic_world w;
    start(&w);
    w.client.on_open = close_now;
    quic_world_connect(&w, NULL);
    quic_world_until(&w, peer_closed);
    assert_false(w.client.is_closed);
    quic_world_close(&w);
}

static void an_owner_may_close_before_anything_was_sent(void **state)
{
    (void)state;
    struct quic_world w;
    start(&w);
    quic_world_connect(&w, NULL);
    quic_close(w.client.quic, QUIC_TOY_DONE);
    w.client.quic = NULL;
    quic_world_close(&w);
    assert_false(w.client.is_closed);
}

static bool first_stream_stopped(struct quic_world *w)
{
    return w->peers[0].nstreams && w->peers[0].streams[0].reset_code &&
           w->peers[0].streams[0].stop_code;
}

static bool peer_has_bytes(struct quic_world *w)
{
    return w->npeers && w->peers[0].nstreams && w->peers[0].streams[0].received;
}

static void a_reset_stream_harms_no_other(void **state)
{
    (void)state;
    struct quic_world w;
    start_open(&w);
    struct quic_toy_stream *s =
        quic_toy_send(&w.client, SPAN_LIT("half of it"), false);
    quic_world_until(&w, peer_has_bytes);
    quic_reset_stream(w.client.quic, s->id, 0x10c);
    quic_world_until(&w, first_stream_stopped);
    assert_int_equal(w.peers[0].streams[0].reset_code, 0x10c);
    assert_int_equal(w.peers[0].streams[0].stop_code, 0x10c);
    s->is_complete = true;
    s = quic_toy_send(&w.client, span_of(pattern, 5000), true);
    quic_world_until(&w, all_complete);
    assert_int_equal(s->received, 5000);
    quic_world_close(&w);
}

/* Memory. */

static bool peer_is_full(struct quic_world *w)
{
    return w->peers[0].nstreams && w->peers[0].streams[0].received >= 64 * KIB;
}

static bool idle_for_long(struct quic_world *w)
{
    return w->client.is_closed;
}

static void a_peer_that_takes_nothing_holds_one_window(void **state)
{
    (void)state;
    struct quic_world w;
    quic_world_init(&w);
    w.server_settings.quic.stream_window = 64 * KIB;
    w.server_settings.quic.max_stream_window = 64 * KIB;
    w.client_settings.timeouts.quic_idle = IDLE;
    w.are_stingy = true;
    quic_world_open(&w);
    quic_world_connect(&w, NULL);
    quic_world_until(&w, quic_world_both_open);
    struct quic_toy_stream *s =
        quic_toy_send(&w.client, span_of(pattern, 1 * MIB), true);
    quic_world_until(&w, peer_is_full);
    quic_world_until(&w, idle_for_long);
    assert_int_equal(w.peers[0].streams[0].received, 64 * KIB);
    assert_int_equal(s->sent, 64 * KIB);
    quic_world_close(&w);
}

/* Datagrams. */

static bool client_has_datagram(struct quic_world *w)
{
    return w->client.datagram.len > 0;
}

static bool peer_has_datagram(struct quic_world *w)
{
    return w->peers[0].datagram.len > 0;
}

static void start_with_datagrams(struct quic_world *w, uint32_t takes)
{
    quic_world_init(w);
    w->client_settings.quic.max_datagram = 65535;
    w->server_settings.quic.max_datagram = takes;
    quic_world_open(w);
}

static void open_with_datagrams(struct quic_world *w, uint32_t takes)
{
    start_with_datagrams(w, takes);
    quic_world_connect(w, NULL);
    quic_world_until(w, quic_world_both_open);
}

static void datagrams_pass_when_both_sides_want_them(void **state)
{
    (void)state;
    struct quic_world w;
    open_with_datagrams(&w, 65535);
    quic_toy_shoot(&w.client, SPAN_LIT("there"), 1);
    quic_world_until(&w, peer_has_datagram);
    assert_string_equal(str_text(&w.peers[0].datagram), "there");
    quic_toy_shoot(&w.peers[0], SPAN_LIT("back"), 1);
    quic_world_until(&w, client_has_datagram);
    assert_string_equal(str_text(&w.client.datagram), "back");
    quic_world_close(&w);
}

static bool client_dropped_one(struct quic_world *w)
{
    return w->client.nshot_too_large == 1;
}

static bool peer_has_two(struct quic_world *w)
{
    return w->peers[0].ndatagrams == 2;
}

/* No packet is longer than the shortest that every path must carry. */
static enum udp_relay_fate narrow(struct udp_relay *r, bool is_up,
                                  size_t number, struct span data)
{
    (void)r;
    (void)is_up;
    (void)number;
    return data.len > 1200 ? UDP_RELAY_DROP : UDP_RELAY_PASS;
}

/* The path's largest: 1200 bytes without flags, ID, packet number, tag and the
 * frame's head; and those of a peer that takes less, whose heads have two bytes
 * up to 63 and then three. */
static void the_longest_datagram_passes_and_one_byte_more_does_not(void **state)
{
    (void)state;
    static const struct {
        uint32_t takes;
        size_t max;
    } cases[] = {{65535, 1200 - 1 - QUIC_CID_LEN - 4 - 16 - 3},
                 {1000, 997},
                 {67, 64},
                 {66, 63},
                 {65, 63},
                 {64, 62},
                 {3, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct quic_world w;
        start_with_datagrams(&w, cases[i].takes);
        quic_world_relay(&w);
        w.relay.judge = narrow;
        quic_world_connect(&w, NULL);
        quic_world_until(&w, quic_world_both_open);
        size_t max = quic_datagram_max(w.client.quic);
        assert_int_equal(max, cases[i].max);
        quic_toy_shoot(&w.client, span_of(pattern, max), 2);
        quic_world_until(&w, peer_has_two);
        assert_int_equal(w.peers[0].datagram.len, max);
        quic_toy_shoot(&w.client, span_of(pattern, max + 1), 1);
        quic_world_until(&w, client_dropped_one);
        assert_int_equal(w.client.nshot, 2);
        quic_world_close(&w);
    }
}

static void datagrams_are_refused_when_not_negotiated(void **state)
{
    (void)state;
    struct quic_world w;
    open_with_datagrams(&w, 0);
    assert_int_equal(quic_datagram_max(w.client.quic), 0);
    quic_toy_shoot(&w.client, SPAN_LIT("x"), 1);
    quic_world_until(&w, client_dropped_one);
    assert_int_equal(w.client.nshot, 0);
    quic_world_close(&w);
}

/* Both fates of a datagram, on a path that loses every tenth packet. */
static enum udp_relay_fate tenth(struct udp_relay *r, bool is_up, size_t number,
                                 struct span data)
{
    (void)r;
    (void)data;
    bool is_lost = is_up && number > 20 && number % 10 == 0;
    return is_lost ? UDP_RELAY_DROP : UDP_RELAY_PASS;
}

static bool all_judged(struct quic_world *w)
{
    const struct quic_toy *t = &w->client;
    return t->nshot == t->shots && t->nshot_acked + t->nshot_lost >= t->shots;
}

static void each_datagram_is_told_to_have_arrived_or_to_be_lost(void **state)
{
    (void)state;
    struct quic_world w;
    start_with_datagrams(&w, 65535);
    quic_world_relay(&w);
    w.relay.judge = tenth;
    quic_world_connect(&w, NULL);
    quic_world_until(&w, quic_world_both_open);
    quic_toy_shoot(&w.client, span_of(pattern, 700), 2000);
    quic_world_until(&w, all_judged);
    assert_true(w.client.nshot_lost > 0);
    assert_int_equal(w.client.nshot_acked, w.peers[0].ndatagrams);
    assert_int_equal(w.client.nshot_acked + w.client.nshot_lost, 2000);
    quic_world_close(&w);
}

static bool all_have_arrived(struct quic_world *w)
{
    return w->peers[0].ndatagrams == w->client.shots;
}

static void many_datagrams_go_into_one_packet(void **state)
{
    (void)state;
    struct quic_world w;
    start_with_datagrams(&w, 65535);
    quic_world_relay(&w);
    quic_world_connect(&w, NULL);
    quic_world_until(&w, quic_world_both_open);
    size_t before = w.relay.nup;
    quic_toy_shoot(&w.client, span_of(pattern, 20), 2000);
    quic_world_until(&w, all_have_arrived);
    /* 23 bytes each: some 50 in a packet of 1200. */
    assert_true(w.relay.nup - before < 2000 / 10);
    quic_world_close(&w);
}

/* Either has more than the path takes, and each gets half or more of a quarter
 * of it by the time the other is through. */
static bool peer_has_either(struct quic_world *w)
{
    const struct quic_toy *peer = &w->peers[0];
    return peer->ndatagrams >= 1500 ||
           (peer->nstreams && peer->streams[0].received >= 1 * MIB);
}

static void streams_and_datagrams_share_the_path(void **state)
{
    (void)state;
    static const size_t lens[] = {40, 700, 1150};
    for (size_t i = 0; i < sizeof lens / sizeof *lens; i++) {
        struct quic_world w;
        start_with_datagrams(&w, 65535);
        quic_world_relay(&w);
        w.relay.judge = tenth;
        quic_world_connect(&w, NULL);
        quic_world_until(&w, quic_world_both_open);
        quic_toy_send(&w.client, span_of(pattern, 2 * MIB), true);
        quic_toy_shoot(&w.client, span_of(pattern, lens[i]), 100000);
        quic_world_until(&w, peer_has_either);
        size_t stream = w.peers[0].streams[0].received;
        size_t datagrams = w.peers[0].ndatagrams * (lens[i] + 3);
        assert_true(stream > datagrams / 4);
        assert_true(datagrams > stream / 4);
        quic_world_close(&w);
    }
}

static bool stream_is_there(struct quic_world *w)
{
    return w->peers[0].nstreams && w->peers[0].streams[0].is_complete;
}

static void a_datagram_does_not_wait_for_an_upload(void **state)
{
    (void)state;
    struct quic_world w;
    start_with_datagrams(&w, 65535);
    quic_world_connect(&w, NULL);
    quic_world_until(&w, quic_world_both_open);
    quic_toy_send(&w.client, span_of(pattern, 2 * MIB), true);
    quic_toy_shoot(&w.client, SPAN_LIT("now"), 1);
    quic_world_until(&w, peer_has_datagram);
    assert_false(stream_is_there(&w));
    assert_true(w.peers[0].nstreams == 0 ||
                w.peers[0].streams[0].received < 64 * KIB);
    quic_world_until(&w, stream_is_there);
    quic_world_close(&w);
}

static void codes_have_the_names_of_their_rfcs(void **state)
{
    (void)state;
    assert_string_equal(quic_fault_transport_name(0xa), "PROTOCOL_VIOLATION");
    assert_null(quic_fault_transport_name(0xdead));
    struct fault f;
    static const char reason[] = "bad \x1b[31mthing";
    ngtcp2_ccerr error;
    ngtcp2_ccerr_set_transport_error(&error, 0x3, (const uint8_t *)reason,
                                     sizeof reason - 1);
    quic_fault_peer(&f, &quic_toy_protocol, &error);
    assert_int_equal(f.code, ERR_QUIC);
    assert_string_equal(f.detail, "the peer closed the connection: "
                                  "FLOW_CONTROL_ERROR: bad ?[31mthing");
    ngtcp2_ccerr_set_tls_alert(&error, 116, NULL, 0);
    quic_fault_peer(&f, &quic_toy_protocol, &error);
    assert_int_equal(f.code, ERR_CERT_WANTED);
    ngtcp2_ccerr_set_application_error(
        &error, QUIC_TOY_BUSY, (const uint8_t *)reason, sizeof reason - 1);
    quic_fault_peer(&f, &quic_toy_protocol, &error);
    assert_int_equal(f.remedy, REMEDY_RESEND);
    assert_string_equal(f.detail, "the toy is gone: TOY_BUSY: bad ?[31mthing");
}

int main(void)
{
    quic_world_fill(pattern, sizeof pattern);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_stream_comes_back_as_it_was_sent),
        cmocka_unit_test(it_works_without_batching_in_the_kernel),
        cmocka_unit_test(many_streams_share_a_connection),
        cmocka_unit_test(streams_that_were_allowed_may_be_taken_back),
        cmocka_unit_test(the_peers_limit_on_streams_is_kept_and_grows),
        cmocka_unit_test(loss_and_duplicates_change_no_byte),
        cmocka_unit_test(corruption_changes_no_byte),
        cmocka_unit_test(a_nat_that_rebinds_goes_unnoticed),
        cmocka_unit_test(ecn_is_tried_and_given_up_when_the_path_clears_it),
        cmocka_unit_test(larger_packets_are_found_out),
        cmocka_unit_test(either_side_may_change_the_keys),
        cmocka_unit_test(a_server_behind_a_black_hole_times_out),
        cmocka_unit_test(a_refused_port_fails_at_once_with_its_errno),
        cmocka_unit_test(a_silent_connection_ends_by_the_idle_timeout),
        cmocka_unit_test(a_silent_connection_can_be_kept_alive),
        cmocka_unit_test(garbage_and_empty_datagrams_are_ignored),
        cmocka_unit_test(it_goes_over_to_another_port_when_told_to),
        cmocka_unit_test(it_stays_where_the_server_wants_it),
        cmocka_unit_test(no_common_version_is_an_error_of_its_own),
        cmocka_unit_test(a_forged_negotiation_of_our_own_version_is_ignored),
        cmocka_unit_test(a_late_version_negotiation_is_ignored),
        cmocka_unit_test(a_certificate_of_an_unknown_authority_is_refused),
        cmocka_unit_test(a_certificate_for_another_name_is_refused),
        cmocka_unit_test(without_verification_any_certificate_will_do),
        cmocka_unit_test(an_orderly_close_is_no_error_for_the_peer),
        cmocka_unit_test(an_error_reaches_the_peer_with_its_code_and_name),
        cmocka_unit_test(a_server_may_fail_inside_a_callback),
        cmocka_unit_test(an_application_that_stops_without_a_reason_is_broken),
        cmocka_unit_test(a_listener_that_goes_away_says_so_without_an_error),
        cmocka_unit_test(without_the_same_protocol_there_is_no_connection),
        cmocka_unit_test(an_owner_may_close_inside_a_callback),
        cmocka_unit_test(an_owner_may_close_before_anything_was_sent),
        cmocka_unit_test(a_reset_stream_harms_no_other),
        cmocka_unit_test(a_peer_that_takes_nothing_holds_one_window),
        cmocka_unit_test(datagrams_pass_when_both_sides_want_them),
        cmocka_unit_test(
            the_longest_datagram_passes_and_one_byte_more_does_not),
        cmocka_unit_test(datagrams_are_refused_when_not_negotiated),
        cmocka_unit_test(each_datagram_is_told_to_have_arrived_or_to_be_lost),
        cmocka_unit_test(many_datagrams_go_into_one_packet),
        cmocka_unit_test(streams_and_datagrams_share_the_path),
        cmocka_unit_test(a_datagram_does_not_wait_for_an_upload),
        cmocka_unit_test(codes_have_the_names_of_their_rfcs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
