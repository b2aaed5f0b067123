/* Heads of frames, by the examples of RFC 6455 5.7. */
#include "channel/websocket_frame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *name;
    struct span head;
    struct websocket_frame frame;
} examples[] = {
    {"a single text",
     SPAN_LIT("\x81\x05"),
     {.is_final = true, .opcode = WEBSOCKET_OPCODE_TEXT, .len = 5}},
    {"a masked one",
     SPAN_LIT("\x81\x85\x37\xfa\x21\x3d"),
     {.is_final = true,
      .opcode = WEBSOCKET_OPCODE_TEXT,
      .is_masked = true,
      .mask = {0x37, 0xfa, 0x21, 0x3d},
      .len = 5}},
    {"a first fragment",
     SPAN_LIT("\x01\x03"),
     {.opcode = WEBSOCKET_OPCODE_TEXT, .len = 3}},
    {"a last one",
     SPAN_LIT("\x80\x02"),
     {.is_final = true, .opcode = WEBSOCKET_OPCODE_CONTINUATION, .len = 2}},
    {"256 bytes",
     SPAN_LIT("\x82\x7e\x01\x00"),
     {.is_final = true, .opcode = WEBSOCKET_OPCODE_BINARY, .len = 256}},
    {"64 KiB",
     SPAN_LIT("\x82\x7f\0\0\0\0\0\x01\0\0"),
     {.is_final = true, .opcode = WEBSOCKET_OPCODE_BINARY, .len = 65536}},
    {"a compressed one",
     SPAN_LIT("\xc1\x07"),
     {.is_final = true,
      .reserved = WEBSOCKET_FRAME_RSV1,
      .opcode = WEBSOCKET_OPCODE_TEXT,
      .len = 7}},
};

static void heads_are_read_and_written(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        struct span head = examples[i].head;
        const struct websocket_frame *expected = &examples[i].frame;
        struct websocket_frame f;
        uint8_t written[WEBSOCKET_FRAME_HEAD_MAX];
        assert_int_equal(websocket_frame_head_len(head.base), head.len);
        assert_true(websocket_frame_read(&f, head.base));
        assert_int_equal(f.is_final, expected->is_final);
        assert_int_equal(f.reserved, expected->reserved);
        assert_int_equal(f.opcode, expected->opcode);
        assert_int_equal(f.is_masked, expected->is_masked);
        assert_int_equal(f.len, expected->len);
        if (f.is_masked)
            assert_memory_equal(f.mask, expected->mask, sizeof f.mask);
        assert_int_equal(websocket_frame_write(expected, written), head.len);
        assert_memory_equal(written, head.base, head.len);
    }
}

static void lengths_have_their_shortest_form(void **state)
{
    static const char *const wrong[] = {
        "\x81\x7e\x00\x7d",
        "\x81\x7f\0\0\0\0\0\0\xff\xff",
        "\x81\x7f\x80\0\0\0\0\0\0\0",
    };
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct websocket_frame f;
        assert_false(websocket_frame_read(&f, (const uint8_t *)wrong[i]));
    }
}

static void a_mask_goes_on_where_it_was(void **state)
{
    static const uint8_t mask[] = {0x37, 0xfa, 0x21, 0x3d};
    uint8_t text[] = "Hello";
    (void)state;
    websocket_frame_mask(text, span_of(text, 5), mask, 0);
    assert_memory_equal(text, "\x7f\x9f\x4d\x51\x58", 5);
    websocket_frame_mask(text, span_of(text, 2), mask, 0);
    websocket_frame_mask(text + 2, span_of(text + 2, 3), mask, 2);
    assert_memory_equal(text, "Hello", 5);
}

static void long_payloads_are_masked_like_short_ones(void **state)
{
    static const uint8_t mask[] = {1, 2, 3, 4};
    enum {
        LEN = 1000
    };
    uint8_t plain[LEN];
    uint8_t masked[LEN];
    (void)state;
    for (size_t i = 0; i < LEN; i++)
        plain[i] = (uint8_t)(i * 7);
    for (uint64_t at = 0; at < 5; at++) {
        websocket_frame_mask(masked, span_of(plain, LEN), mask, at);
        for (size_t i = 0; i < LEN; i++)
            assert_int_equal(masked[i], plain[i] ^ mask[(at + i) % 4]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(heads_are_read_and_written),
        cmocka_unit_test(lengths_have_their_shortest_form),
        cmocka_unit_test(a_mask_goes_on_where_it_was),
        cmocka_unit_test(long_payloads_are_masked_like_short_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
