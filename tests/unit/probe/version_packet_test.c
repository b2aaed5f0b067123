#include "probe/version_packet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <ngtcp2/ngtcp2.h>

static const struct version_packet_secret secret = {
    {UINT64_C(0x1122334455667788), UINT64_C(0x99aabbccddeeff00)}};

/* What a server of ngtcp2's makes of the question. */
static struct span answer_to(const uint8_t *packet, uint8_t *to, size_t room)
{
    static const uint32_t versions[] = {0x1a2a3a4a, NGTCP2_PROTO_VER_V2,
                                        NGTCP2_PROTO_VER_V1};
    ngtcp2_version_cid about;
    assert_int_equal(
        ngtcp2_pkt_decode_version_cid(&about, packet, VERSION_PACKET_LEN, 8),
        NGTCP2_ERR_VERSION_NEGOTIATION);
    ngtcp2_ssize len = ngtcp2_pkt_write_version_negotiation(
        to, room, 0x2a, about.scid, about.scidlen, about.dcid, about.dcidlen,
        versions, 3);
    assert_true(len > 0);
    return span_of(to, (size_t)len);
}

static void a_server_answers_and_is_understood(void **state)
{
    uint8_t packet[VERSION_PACKET_LEN];
    uint8_t room[256];
    struct version_packet_answer a;
    (void)state;
    for (uint64_t seq = 1; seq < 300; seq += 37) {
        version_packet_ask(packet, &secret, seq);
        assert_true(version_packet_read(answer_to(packet, room, sizeof room),
                                        &secret, &a));
        assert_int_equal(a.seq, seq);
        assert_int_equal(a.nversions, 3);
        assert_int_equal(a.versions[1], NGTCP2_PROTO_VER_V2);
    }
}

/* RFC 9000 15: 0x?a?a?a?a. */
static void the_version_is_reserved(void **state)
{
    uint8_t packet[VERSION_PACKET_LEN];
    (void)state;
    for (uint64_t seq = 1; seq < 50; seq++) {
        version_packet_ask(packet, &secret, seq);
        for (size_t i = 1; i < 5; i++)
            assert_int_equal(packet[i] & 0x0f, 0x0a);
    }
}

static void what_is_no_answer_of_ours_is_dropped(void **state)
{
    uint8_t packet[VERSION_PACKET_LEN];
    uint8_t room[256];
    struct version_packet_answer a;
    struct version_packet_secret other = secret;
    (void)state;
    version_packet_ask(packet, &secret, 7);
    struct span good = answer_to(packet, room, sizeof room);
    for (size_t len = 0; len < good.len - 11; len++) /* of one version */
        assert_false(version_packet_read(span_of(room, len), &secret, &a));
    other.ids[0]++;
    assert_false(version_packet_read(good, &other, &a));
    for (size_t i = 1; i < 23; i++) { /* version, lengths, IDs */
        room[i] ^= 0x20;
        assert_false(version_packet_read(good, &secret, &a));
        room[i] ^= 0x20;
    }
    assert_false(
        version_packet_read(span_of(packet, sizeof packet), &secret, &a));
}

static void more_versions_than_there_is_room_for_are_left_out(void **state)
{
    uint8_t packet[VERSION_PACKET_LEN];
    uint8_t room[1200] = {0};
    struct version_packet_answer a;
    (void)state;
    version_packet_ask(packet, &secret, 7);
    (void)answer_to(packet, room, 256);
    assert_true(version_packet_read(span_of(room, sizeof room), &secret, &a));
    assert_int_equal(a.nversions, VERSION_PACKET_VERSIONS_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_server_answers_and_is_understood),
        cmocka_unit_test(the_version_is_reserved),
        cmocka_unit_test(what_is_no_answer_of_ours_is_dropped),
        cmocka_unit_test(more_versions_than_there_is_room_for_are_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
