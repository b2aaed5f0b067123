/* Transfer encodings, whatever the pieces that bytes come and go in. */
#include "http/mime_encoder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    TEXT_MAX = 20000
};

/* Gives `in` in pieces of `in_step`, reads in pieces of `out_step`. */
static enum io encode(enum mime_encoding encoding, const char *in, size_t len,
                      size_t in_step, size_t out_step, char *out,
                      size_t *out_len)
{
    struct mime_encoder *e = malloc(sizeof *e);
    struct fault fault;
    size_t at = 0;
    enum io io;
    *out_len = 0;
    mime_encoder_init(e, encoding);
    for (;;) {
        size_t n = 0;
        size_t room = 0;
        assert_true(*out_len + out_step < TEXT_MAX);
        io = mime_encoder_read(e, (uint8_t *)out + *out_len, out_step, &n,
                               &fault);
        *out_len += n;
        if (io == IO_OK) {
            assert_true(n > 0 && n <= out_step);
            continue;
        }
        if (io != IO_AGAIN)
            break;
        uint8_t *to = mime_encoder_room(e, &room);
        assert_true(room > 0);
        size_t piece = in_step < len - at ? in_step : len - at;
        piece = piece < room ? piece : room;
        memcpy(to, in + at, piece);
        mime_encoder_commit(e, piece);
        at += piece;
        if (at == len)
            mime_encoder_end(e);
    }
    out[*out_len] = '\0';
    if (io == IO_FAILED)
        assert_int_equal(fault.code, ERR_READ);
    free(e);
    return io;
}

struct example {
    enum mime_encoding encoding;
    const char *in;
    const char *out;
};

#define B64 MIME_ENCODING_BASE64
#define QP  MIME_ENCODING_QUOTED_PRINTABLE

/* 75 and 76 bytes that need no encoding. */
#define X15 "xxxxxxxxxxxxxxx"
#define X75 X15 X15 X15 X15 X15
#define X76 X75 "x"

static const struct example examples[] = {
    /* RFC 4648 10 */
    {B64, "", ""},
    {B64, "f", "Zg=="},
    {B64, "fo", "Zm8="},
    {B64, "foo", "Zm9v"},
    {B64, "foobar", "Zm9vYmFy"},
    /* 57 bytes are a line; nothing ends the last one */
    {B64, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
     "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFh"
     "YWFh"},
    {B64, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
     "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFh"
     "YWFh\r\nYQ=="},
    /* RFC 2045 6.7 */
    {QP, "a=b", "a=3Db"},
    {QP, "\xc3\xa4\x01~", "=C3=A4=01~"},
    {QP, "a\r\nb", "a\r\nb"},
    {QP, "a\nb\rc", "a=0Ab=0Dc"},
    {QP, "a \r\nb\t\r\n c ", "a=20\r\nb=09\r\n c=20"},
    {QP, "a b\tc", "a b\tc"},
    {QP, X76, X76},
    {QP, X76 "y", X75 "=\r\nxy"},
    {QP, X76 "\r\ny", X76 "\r\ny"},
    {QP, X75 " \r\n", X75 "=\r\n=20\r\n"},
    {QP, X75 "=", X75 "=\r\n=3D"},
    {QP, "\r", "=0D"},
    {MIME_ENCODING_7BIT, "plain \x7f text", "plain \x7f text"},
    {MIME_ENCODING_NONE, "\xff", "\xff"},
};

static void the_pieces_do_not_matter(void **state)
{
    static const size_t steps[] = {1, 2, 3, 5, 6, 7, 64, 4096};
    enum {
        NSTEPS = sizeof steps / sizeof *steps
    };
    char out[TEXT_MAX];
    size_t len;
    (void)state;
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        const struct example *x = &examples[i];
        for (size_t k = 0; k < (size_t)NSTEPS * NSTEPS; k++) {
            assert_int_equal(encode(x->encoding, x->in, strlen(x->in),
                                    steps[k % NSTEPS], steps[k / NSTEPS], out,
                                    &len),
                             IO_EOF);
            assert_string_equal(out, x->out);
        }
        int64_t told = mime_encoder_len(x->encoding, (int64_t)strlen(x->in));
        assert_true(told == (int64_t)len || (told == -1 && x->encoding == QP));
    }
}

static void lengths_are_known_before(void **state)
{
    char in[1000];
    char out[TEXT_MAX];
    size_t len;
    (void)state;
    memset(in, 0xa5, sizeof in);
    for (size_t n = 0; n < sizeof in; n++) {
        assert_int_equal(encode(B64, in, n, 64, 64, out, &len), IO_EOF);
        assert_int_equal(len, mime_encoder_len(B64, (int64_t)n));
    }
    assert_int_equal(mime_encoder_len(B64, INT64_MAX), -1);
    assert_int_equal(mime_encoder_len(B64, -1), -1);
    assert_int_equal(mime_encoder_len(QP, 1), -1);
    assert_int_equal(mime_encoder_len(QP, 0), 0);
}

static void seven_bits_are_no_more(void **state)
{
    char out[TEXT_MAX];
    size_t len;
    (void)state;
    assert_int_equal(encode(MIME_ENCODING_7BIT, "ab\x80", 3, 64, 64, out, &len),
                     IO_FAILED);
}

/* No line of quoted-printable is longer than 76, ends in a blank, or holds what
 * has to be escaped; and what it stands for is what went in. */
static void check_quoted(const char *in, size_t len, const char *out)
{
    size_t at = 0;
    size_t column = 0;
    for (const char *c = out; *c; c++) {
        if (c[0] == '\r') {
            assert_int_equal(c[1], '\n');
            assert_true(c == out || (c[-1] != ' ' && c[-1] != '\t'));
            assert_memory_equal(in + at, "\r\n", 2);
            at += 2;
            c++;
            column = 0;
        } else if (c[0] == '=' && c[1] == '\r') {
            assert_int_equal(c[2], '\n');
            assert_true(column < 76);
            c += 2;
            column = 0;
        } else if (c[0] == '=') {
            char hex[] = {c[1], c[2], '\0'};
            assert_int_equal((uint8_t)in[at++], strtoul(hex, NULL, 16));
            c += 2;
            column += 3;
        } else {
            assert_true((c[0] >= ' ' && c[0] <= '~') || c[0] == '\t');
            assert_int_equal(in[at++], c[0]);
            column++;
        }
        assert_true(column <= 76);
    }
    assert_int_equal(at, len);
}

static void any_bytes_come_back(void **state)
{
    static const char bytes[] = " \t=\r\n\r\n\nabcdefg\xff";
    char in[3000];
    char out[TEXT_MAX];
    size_t len;
    unsigned seed = 7;
    (void)state;
    for (int round = 0; round < 200; round++) {
        size_t n = 0;
        for (; n < sizeof in && n < 15 * (size_t)round; n++) {
            seed = seed * 1103515245U + 12345U;
            in[n] = bytes[(seed >> 16) % (sizeof bytes - 1)];
        }
        assert_int_equal(encode(QP, in, n, 1 + (size_t)round, 5, out, &len),
                         IO_EOF);
        check_quoted(in, n, out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_pieces_do_not_matter),
        cmocka_unit_test(lengths_are_known_before),
        cmocka_unit_test(seven_bits_are_no_more),
        cmocka_unit_test(any_bytes_come_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
