#include "conn/quic_ack.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define FRAMES(bytes) span_of(bytes, sizeof(bytes) - 1)

/* Type, largest, delay, ranges behind the first, the first. */
#define ACK "\x02\x0a\x05\x00\x02"

struct behind {
    const char *what;
    struct span frames;
};

/* An ACK of 8, 9 and 10 behind each sort of frame. */
static const struct behind behinds[] = {
    {"nothing", {(const uint8_t *)ACK, 5}},
    {"padding", {(const uint8_t *)"\x00\x00" ACK, 7}},
    {"a ping", {(const uint8_t *)"\x01" ACK, 6}},
    {"a reset", {(const uint8_t *)"\x04\x04\x41\x00\x03" ACK, 10}},
    {"stop sending", {(const uint8_t *)"\x05\x04\x10" ACK, 8}},
    {"crypto",
     {(const uint8_t *)"\x06\x00\x03"
                       "abc" ACK,
      11}},
    {"a token",
     {(const uint8_t *)"\x07\x02"
                       "to" ACK,
      9}},
    {"a stream's bytes",
     {(const uint8_t *)"\x0e\x04\x01\x02"
                       "ab" ACK,
      11}},
    {"those from its start",
     {(const uint8_t *)"\x0a\x04\x02"
                       "ab" ACK,
      10}},
    {"a window", {(const uint8_t *)"\x10\x44\x00" ACK, 8}},
    {"a stream's window", {(const uint8_t *)"\x11\x04\x44\x00" ACK, 9}},
    {"more streams", {(const uint8_t *)"\x13\x05" ACK, 7}},
    {"a connection ID",
     {(const uint8_t *)"\x18\x01\x00\x04"
                       "cidx"
                       "0123456789abcdef" ACK,
      29}},
    {"one that retires", {(const uint8_t *)"\x19\x01" ACK, 7}},
    {"a challenge",
     {(const uint8_t *)"\x1a"
                       "12345678" ACK,
      14}},
    {"the end of the handshake", {(const uint8_t *)"\x1e" ACK, 6}},
    {"a datagram",
     {(const uint8_t *)"\x31\x03"
                       "abc" ACK,
      10}},
};

static void it_is_found_behind_any_frame(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof behinds / sizeof behinds[0]; i++) {
        struct quic_ack ack = {.largest = 0};
        if (!quic_ack_find(behinds[i].frames, &ack))
            fail_msg("not behind %s", behinds[i].what);
        assert_int_equal(ack.largest, 10);
        assert_int_equal(ack.delay, 5);
        assert_false(quic_ack_has(&ack, 7));
        assert_true(quic_ack_has(&ack, 8));
        assert_true(quic_ack_has(&ack, 10));
        assert_false(quic_ack_has(&ack, 11));
    }
}

/* 20, then a gap of 18 and 19, 15 to 17, a gap of 13 and 14, 12. */
static void ranges_have_gaps(void **state)
{
    static const char frames[] = "\x03\x14\x00\x02\x00\x01\x02\x01\x00"
                                 "\x01\x02\x03";
    static const unsigned acked[] = {12, 15, 16, 17, 20};
    struct quic_ack ack;
    size_t at = 0;
    (void)state;
    assert_true(quic_ack_find(FRAMES(frames), &ack));
    for (unsigned packet = 0; packet < 30; packet++) {
        bool is_acked = at < 5 && acked[at] == packet;
        assert_int_equal(quic_ack_has(&ack, packet), is_acked);
        at += is_acked;
    }
}

static void what_is_cut_or_unknown_is_none(void **state)
{
    struct quic_ack ack;
    (void)state;
    assert_false(quic_ack_find(FRAMES(""), &ack));
    assert_false(quic_ack_find(FRAMES("\x01\x00"), &ack));
    assert_false(quic_ack_find(FRAMES("\x02\x0a\x05\x00"), &ack));
    /* more packets than there were */
    assert_false(quic_ack_find(FRAMES("\x02\x01\x05\x00\x02"), &ack));
    assert_false(quic_ack_find(FRAMES("\x06\x00\x09"
                                      "abc" ACK),
                               &ack));
    /* a stream without a length is the last frame */
    assert_false(quic_ack_find(FRAMES("\x08\x04" ACK), &ack));
    assert_false(quic_ack_find(FRAMES("\x40\xaf" ACK), &ack));
}

/* A second range that reaches below zero, or is not there. */
static void ranges_that_make_no_sense_acknowledge_nothing(void **state)
{
    struct quic_ack ack;
    (void)state;
    assert_true(quic_ack_find(FRAMES("\x02\x0a\x00\x01\x02\x07\x05"), &ack));
    assert_false(quic_ack_has(&ack, 0));
    assert_true(quic_ack_find(FRAMES("\x02\x0a\x00\x01\x02"), &ack));
    assert_false(quic_ack_has(&ack, 0));
    assert_true(quic_ack_has(&ack, 9));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_found_behind_any_frame),
        cmocka_unit_test(ranges_have_gaps),
        cmocka_unit_test(what_is_cut_or_unknown_is_none),
        cmocka_unit_test(ranges_that_make_no_sense_acknowledge_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
