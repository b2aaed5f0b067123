#include "client/decode.h"

#include <brotli/encode.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

#include <cmocka.h>

#include "base/str.h"

#define TEXT_LEN 200000

static uint8_t text[TEXT_LEN];

static int fill_text(void **state)
{
    (void)state;
    uint32_t x = 1;
    for (size_t i = 0; i < TEXT_LEN; i++) {
        x = x * 1103515245 + 12345;
        text[i] = (uint8_t)("abcdefgh"[x >> 29]);
    }
    return 0;
}

static size_t zlib_pack(const void *in, size_t len, uint8_t *out, size_t cap,
                        int bits)
{
    z_stream z = {0};
    assert_int_equal(
        deflateInit2(&z, 6, Z_DEFLATED, bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (uint8_t *)(uintptr_t)in;
    z.avail_in = (unsigned)len;
    z.next_out = out;
    z.avail_out = (unsigned)cap;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    size_t n = z.total_out;
    deflateEnd(&z);
    return n;
}

static size_t pack(const char *name, const void *in, size_t len, uint8_t *out,
                   size_t cap)
{
    if (strcmp(name, "gzip") == 0)
        return zlib_pack(in, len, out, cap, 16 + MAX_WBITS);
    if (strcmp(name, "deflate") == 0)
        return zlib_pack(in, len, out, cap, MAX_WBITS);
    if (strcmp(name, "raw") == 0)
        return zlib_pack(in, len, out, cap, -MAX_WBITS);
    if (strcmp(name, "zstd") == 0)
        return ZSTD_compress(out, cap, in, len, 3);
    size_t n = cap;
    assert_true(
        BrotliEncoderCompress(5, 22, BROTLI_MODE_GENERIC, len, in, &n, out));
    return n;
}

/* The codings as a head lists them: '\n' begins another field line. */
static bool new_decode(struct decode **d, const char *codings,
                       struct fault *fault)
{
    struct span rest = span_str(codings);
    struct span line;
    struct arena arena;
    struct fields head;
    arena_init(&arena);
    fields_init(&head, &arena);
    while (span_next(&rest, '\n', &line))
        fields_add(&head, SPAN_LIT("Content-Encoding"), line);
    bool is_good = decode_new(d, &head, DECODE_CONTENT, fault);
    arena_fini(&arena);
    return is_good;
}

/* Feeds in pieces of `step`, reads in pieces of `room`; the outcome's code. */
static enum err unpack(const char *codings, struct span in, size_t step,
                       size_t room, struct str *out)
{
    struct fault fault = {0};
    struct decode *d = NULL;
    str_init(out);
    if (!new_decode(&d, codings, &fault))
        return fault.code;
    assert_non_null(d);
    while (in.len > 0) {
        size_t len = in.len < step ? in.len : step;
        decode_feed(d, span_of(in.base, len));
        in = span_of(in.base + len, in.len - len);
        for (;;) {
            size_t n = 0;
            enum io io = decode_read(d, (uint8_t *)str_reserve(out, room), room,
                                     &n, &fault);
            if (io == IO_FAILED) {
                decode_free(d);
                return fault.code;
            }
            if (io == IO_AGAIN)
                break;
            str_commit(out, n);
        }
        assert_int_equal(decode_left(d), 0);
    }
    bool is_good = decode_finish(d, &fault);
    decode_free(d);
    return is_good ? ERR_NONE : fault.code;
}

static const struct {
    const char *packed_as;
    const char *name;
} formats[] = {
    {"gzip", "gzip"},   {"gzip", "x-gzip"}, {"deflate", "deflate"},
    {"raw", "deflate"}, {"br", "BR"},       {"zstd", "zstd"},
};

static void every_coding_is_undone_in_any_pieces(void **state)
{
    (void)state;
    static uint8_t packed[2 * TEXT_LEN];
    const size_t steps[] = {1, 7, 1000, SIZE_MAX};
    const size_t rooms[] = {1, 4096, 65536};
    for (size_t f = 0; f < sizeof formats / sizeof formats[0]; f++) {
        size_t len =
            pack(formats[f].packed_as, text, TEXT_LEN, packed, sizeof packed);
        for (size_t s = 0; s < 4; s++)
            for (size_t r = 0; r < 3; r++) {
                struct str out;
                enum err e = unpack(formats[f].name, span_of(packed, len),
                                    steps[s], rooms[r], &out);
                assert_int_equal(e, ERR_NONE);
                assert_int_equal(out.len, TEXT_LEN);
                assert_memory_equal(out.base, text, TEXT_LEN);
                str_fini(&out);
            }
    }
}

static void a_cut_body_is_an_error(void **state)
{
    (void)state;
    static uint8_t packed[2 * TEXT_LEN];
    for (size_t f = 0; f < sizeof formats / sizeof formats[0]; f++) {
        size_t len =
            pack(formats[f].packed_as, text, TEXT_LEN, packed, sizeof packed);
        const size_t cuts[] = {1, len / 2, len - 1};
        for (size_t c = 0; c < 3; c++) {
            struct str out;
            enum err e = unpack(formats[f].name, span_of(packed, cuts[c]), 512,
                                4096, &out);
            assert_int_equal(e, ERR_CONTENT_CODING);
            str_fini(&out);
        }
    }
}

static void bytes_after_the_end_are_an_error(void **state)
{
    (void)state;
    static uint8_t packed[2 * TEXT_LEN];
    for (size_t f = 0; f < sizeof formats / sizeof formats[0]; f++) {
        size_t len = pack(formats[f].packed_as, text, TEXT_LEN, packed,
                          sizeof packed - 4);
        memcpy(packed + len, "junk", 4);
        for (size_t step = 1; step < 100000; step *= 100) {
            struct str out;
            enum err e = unpack(formats[f].name, span_of(packed, len + 4), step,
                                4096, &out);
            assert_int_equal(e, ERR_CONTENT_CODING);
            str_fini(&out);
        }
    }
}

static void members_and_frames_may_follow_each_other(void **state)
{
    (void)state;
    static uint8_t packed[2 * TEXT_LEN];
    const char *names[] = {"gzip", "zstd"};
    for (size_t i = 0; i < 2; i++) {
        size_t len = pack(names[i], text, 1000, packed, sizeof packed);
        len += pack(names[i], text + 1000, 1000, packed + len,
                    sizeof packed - len);
        for (size_t step = 1; step < 10000; step *= 10) {
            struct str out;
            assert_int_equal(
                unpack(names[i], span_of(packed, len), step, 100, &out),
                ERR_NONE);
            assert_int_equal(out.len, 2000);
            assert_memory_equal(out.base, text, 2000);
            str_fini(&out);
        }
    }
}

static void a_flipped_bit_is_found_by_the_check_sum(void **state)
{
    (void)state;
    static uint8_t packed[2 * TEXT_LEN];
    size_t len = pack("gzip", text, TEXT_LEN, packed, sizeof packed);
    packed[len - 6] ^= 1; /* CRC-32 */
    struct str out;
    assert_int_equal(unpack("gzip", span_of(packed, len), 512, 4096, &out),
                     ERR_CONTENT_CODING);
    str_fini(&out);
}

static void a_chain_is_undone_from_its_end(void **state)
{
    (void)state;
    static uint8_t once[2 * TEXT_LEN];
    static uint8_t twice[2 * TEXT_LEN];
    size_t len = pack("gzip", text, TEXT_LEN, once, sizeof once);
    len = pack("br", once, len, twice, sizeof twice);
    struct str out;
    assert_int_equal(
        unpack("gzip, identity, br", span_of(twice, len), 333, 1024, &out),
        ERR_NONE);
    assert_int_equal(out.len, TEXT_LEN);
    assert_memory_equal(out.base, text, TEXT_LEN);
    str_fini(&out);
}

static void codings_in_two_lines_are_one_chain(void **state)
{
    (void)state;
    static uint8_t once[2 * TEXT_LEN];
    static uint8_t twice[2 * TEXT_LEN];
    size_t len = pack("gzip", text, TEXT_LEN, once, sizeof once);
    len = pack("zstd", once, len, twice, sizeof twice);
    struct str out;
    assert_int_equal(
        unpack("gzip\nnone, zstd", span_of(twice, len), 333, 1024, &out),
        ERR_NONE);
    assert_int_equal(out.len, TEXT_LEN);
    assert_memory_equal(out.base, text, TEXT_LEN);
    str_fini(&out);
}

static void unknown_and_endless_chains_are_refused(void **state)
{
    (void)state;
    const char *bad[] = {"compress",
                         "gzip, xgzip",
                         "xgzip\ngzip",
                         "gzip\nnonesuch",
                         "\"gzip\"",
                         "gzip;q=1",
                         "gzip gzip",
                         "gzip\ngzip\ngzip\ngzip\ngzip\ngzip",
                         "gzip,gzip,gzip,gzip,gzip,gzip"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct fault fault = {0};
        struct decode *d = NULL;
        assert_false(new_decode(&d, bad[i], &fault));
        assert_int_equal(fault.code, ERR_CONTENT_CODING);
        assert_null(d);
    }
}

static void nothing_to_undo_needs_no_decoder(void **state)
{
    (void)state;
    const char *none[] = {"",     "identity",  " , identity,",
                          "none", "None,none", "identity\nnone"};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        struct fault fault = {0};
        struct decode *d = NULL;
        assert_true(new_decode(&d, none[i], &fault));
        assert_null(d);
    }
}

static void an_empty_body_is_complete(void **state)
{
    (void)state;
    struct str out;
    assert_int_equal(unpack("gzip", span_of(NULL, 0), 1, 1, &out), ERR_NONE);
    str_fini(&out);
}

/* 64 MiB of zeros in 64 KiB: readable a little at a time, stopped at will. */
static void a_bomb_can_be_left_in_the_middle(void **state)
{
    (void)state;
    size_t zeros = 64 << 20;
    uint8_t *plain = calloc(1, zeros);
    uint8_t *packed = malloc(zeros / 500);
    size_t len = zlib_pack(plain, zeros, packed, zeros / 500, 16 + MAX_WBITS);
    free(plain);
    struct fault fault = {0};
    struct decode *d = NULL;
    assert_true(new_decode(&d, "gzip", &fault));
    decode_feed(d, span_of(packed, len));
    uint8_t out[4096];
    size_t total = 0;
    while (total < 1 << 20) {
        size_t n = 0;
        assert_int_equal(decode_read(d, out, sizeof out, &n, &fault), IO_OK);
        total += n;
    }
    assert_int_not_equal(decode_left(d), 0);
    decode_free(d);
    free(packed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_coding_is_undone_in_any_pieces),
        cmocka_unit_test(a_cut_body_is_an_error),
        cmocka_unit_test(bytes_after_the_end_are_an_error),
        cmocka_unit_test(members_and_frames_may_follow_each_other),
        cmocka_unit_test(a_flipped_bit_is_found_by_the_check_sum),
        cmocka_unit_test(a_chain_is_undone_from_its_end),
        cmocka_unit_test(codings_in_two_lines_are_one_chain),
        cmocka_unit_test(unknown_and_endless_chains_are_refused),
        cmocka_unit_test(nothing_to_undo_needs_no_decoder),
        cmocka_unit_test(an_empty_body_is_complete),
        cmocka_unit_test(a_bomb_can_be_left_in_the_middle),
    };
    return cmocka_run_group_tests_name("client/decode", tests, fill_text, NULL);
}
