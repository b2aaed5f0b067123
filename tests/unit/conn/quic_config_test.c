/* What the settings of QUIC become on the wire. */
#include "conn/quic_config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "conn/quic_self.h"
#include "support/quic_world.h"

static bool is_decided(struct quic_world *w)
{
    return w->client.is_closed || quic_world_both_open(w);
}

/* NULL: it must not come to a connection. */
static void negotiate(enum settings_quic_version client,
                      enum settings_quic_version server, const char *version)
{
    struct quic_world w;
    quic_world_init(&w);
    w.client_settings.quic.version = client;
    w.server_settings.quic.version = server;
    quic_world_open(&w);
    quic_world_connect(&w, NULL);
    quic_world_until(&w, is_decided);
    assert_int_equal(w.client.is_closed, version == NULL);
    if (version) {
        struct conn_facts facts = {0};
        quic_facts(w.client.quic, &facts);
        assert_string_equal(facts.quic_version, version);
    } else {
        assert_int_equal(w.client.why.code, ERR_QUIC);
        assert_non_null(strstr(w.client.why.detail, "no common QUIC version"));
    }
    quic_world_close(&w);
}

static void versions_are_agreed_on(void **state)
{
    (void)state;
    const enum settings_quic_version any = SETTINGS_QUIC_VERSION_AUTO;
    const enum settings_quic_version v1 = SETTINGS_QUIC_VERSION_1;
    const enum settings_quic_version v2 = SETTINGS_QUIC_VERSION_2;
    negotiate(any, any, "v1");
    negotiate(any, v1, "v1");
    negotiate(any, v2, "v2"); /* changed within the handshake (RFC 9368) */
    negotiate(v1, any, "v1");
    negotiate(v1, v2, "v1");
    negotiate(v2, any, "v2");
    negotiate(v2, v2, "v2");
    negotiate(v2, v1, NULL);
}

static void each_setting_reaches_the_library(void **state)
{
    (void)state;
    struct settings s;
    settings_defaults(&s);
    s.timeouts.handshake = 0;
    s.timeouts.quic_idle = 1;
    s.quic.cc = SETTINGS_QUIC_CC_BBR;
    s.quic.initial_rtt = 2;
    s.quic.ack_delay = 3;
    s.quic.stream_window = 4;
    s.quic.conn_window = 5;
    s.quic.max_stream_window = 6;
    s.quic.max_conn_window = 7;
    s.quic.uni_streams = 8;
    s.quic.max_payload = 1300;
    s.quic.pmtud = false;
    s.quic.grease = false;
    s.quic.max_datagram = 9;
    struct quic_config c;
    quic_config_client(&s, 10, &c);
    assert_int_equal(c.settings.initial_ts, 10);
    assert_true(c.settings.handshake_timeout == UINT64_MAX);
    assert_int_equal(c.settings.cc_algo, NGTCP2_CC_ALGO_BBR);
    assert_int_equal(c.settings.initial_rtt, 2);
    assert_int_equal(c.settings.max_stream_window, 6);
    assert_int_equal(c.settings.max_window, 7);
    assert_int_equal(c.settings.max_tx_udp_payload_size, 1300);
    assert_true(c.settings.no_pmtud);
    assert_int_equal(c.settings.pmtud_probeslen, 0);
    assert_int_equal(c.settings.available_versionslen, 2);
    assert_int_equal(c.params.max_idle_timeout, 1);
    assert_int_equal(c.params.max_ack_delay, 3);
    assert_int_equal(c.params.initial_max_stream_data_bidi_local, 4);
    assert_int_equal(c.params.initial_max_stream_data_bidi_remote, 4);
    assert_int_equal(c.params.initial_max_stream_data_uni, 4);
    assert_int_equal(c.params.initial_max_data, 5);
    assert_int_equal(c.params.initial_max_streams_uni, 8);
    assert_int_equal(c.params.initial_max_streams_bidi, 1);
    assert_int_equal(c.params.max_datagram_frame_size, 9);
    assert_false(c.params.grease_quic_bit);
    quic_config_server(&s, 11, 10, &c);
    assert_int_equal(c.params.initial_max_streams_bidi, 11);
}

static void a_reserved_version_is_offered_last(void **state)
{
    (void)state;
    struct settings s;
    settings_defaults(&s);
    struct quic_config c;
    quic_config_client(&s, 0, &c);
    assert_int_equal(c.settings.available_versionslen, 3);
    assert_int_equal(c.versions[0], NGTCP2_PROTO_VER_V1);
    assert_int_equal(c.versions[1], NGTCP2_PROTO_VER_V2);
    assert_int_equal(c.versions[2] & 0x0f0f0f0fU, 0x0a0a0a0aU);
}

static void larger_packets_are_probed_for_when_they_are_wanted(void **state)
{
    (void)state;
    struct settings s;
    settings_defaults(&s);
    struct quic_config c;
    quic_config_client(&s, 0, &c);
    assert_int_equal(c.settings.pmtud_probeslen, 0); /* the library's */
    s.quic.max_payload = 9000;
    quic_config_client(&s, 0, &c);
    assert_true(c.settings.pmtud_probeslen > 2);
    assert_int_equal(c.probes[c.settings.pmtud_probeslen - 1], 9000);
    for (size_t i = 0; i < c.settings.pmtud_probeslen; i++)
        assert_true(c.probes[i] > 1200 && c.probes[i] <= 9000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(versions_are_agreed_on),
        cmocka_unit_test(each_setting_reaches_the_library),
        cmocka_unit_test(a_reserved_version_is_offered_last),
        cmocka_unit_test(larger_packets_are_probed_for_when_they_are_wanted),
    };
    return cmocka_run_group_tests_name("conn/quic_config", tests, NULL, NULL);
}
