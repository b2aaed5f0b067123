#include "channel/capsule.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

/* Bytes of a stream, and what is told of them with a limit of 8 for datagrams
 * and of 4 for others: "type:value" for each, "type:value+N" for one that was
 * cut by N bytes.  A stream that may not end there has "!" at its end. */
struct fixture {
    const char *what;
    const char *hex;
    const char *told;
};

static const struct capsule_limits limits = {.datagram = 8, .other = 4};

static const struct fixture fixtures[] = {
    {"nothing", "", ""},
    {"a datagram", "00 05 68656c6c6f", "0:68656c6c6f"},
    {"a datagram without bytes", "00 00", "0:"},
    {"two datagrams", "00 01 61 00 02 6263", "0:61 0:6263"},
    {"the longest datagram", "00 08 0102030405060708", "0:0102030405060708"},
    {"a datagram over the limit", "00 09 010203040506070809", "0:+9"},
    {"it, and the next", "00 09 010203040506070809 00 01 61", "0:+9 0:61"},
    {"a datagram over the limit, of which no byte came", "00 09", "0:+9!"},
    {"long forms of type and length", "c000000000000000 80000001 61", "0:61"},
    {"a long form of a length of 0", "4000 4000", "0:"},
    {"an unknown type", "17 02 abcd", "17:abcd"},
    {"a type of eight bytes", "ffffffffffffffff 01 ab", "3fffffffffffffff:ab"},
    {"an unknown one without value", "52e4 00", "12e4:"},
    {"an unknown one of the limit", "17 04 01020304", "17:01020304"},
    {"an unknown one over the limit", "17 06 010203040506 00 00",
     "17:01020304+2 0:"},
    {"an unknown one whose rest is missing", "17 06 0102030405",
     "17:01020304+2!"},
    {"the longest length there is", "17 ffffffffffffffff 0102030405",
     "17:01020304+3ffffffffffffffb!"},
    {"an end in a type", "40", "!"},
    {"an end after a type", "00", "!"},
    {"an end in a length", "00 40", "!"},
    {"an end before a value", "00 01", "!"},
    {"an end in a value", "00 03 6162", "!"},
    {"an end in the second", "00 01 61 00 02 62", "0:61!"},
};

static size_t unhex(const char *hex, uint8_t *to)
{
    size_t n = 0;
    while (*hex) {
        if (*hex == ' ') {
            hex++;
            continue;
        }
        char two[3] = {hex[0], hex[1], 0};
        to[n++] = (uint8_t)strtoul(two, NULL, 16);
        hex += 2;
    }
    return n;
}

static void tell(struct str *told, const struct capsule *c)
{
    str_printf(told, "%s%" PRIx64 ":", told->len ? " " : "", c->type);
    for (size_t i = 0; i < c->value.len; i++)
        str_printf(told, "%02x", c->value.base[i]);
    if (capsule_is_cut(c))
        str_printf(told, "+%" PRIx64, c->len - c->value.len);
}

/* In pieces of so many bytes, each in memory of its own length. */
static void read_all(struct str *told, struct span bytes, size_t piece)
{
    struct capsule_reader r;
    capsule_reader_init(&r, &limits);
    for (size_t at = 0; at < bytes.len; at += piece) {
        size_t n = bytes.len - at < piece ? bytes.len - at : piece;
        uint8_t *own = malloc(n);
        memcpy(own, bytes.base + at, n);
        struct span from = span_of(own, n);
        struct capsule c;
        while (capsule_next(&r, &from, &c))
            tell(told, &c);
        assert_int_equal(from.len, 0);
        free(own);
    }
    if (!capsule_may_end(&r))
        str_add_text(told, "!");
    capsule_reader_fini(&r);
}

static void every_fixture_is_told_alike_in_pieces_of_any_size(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof fixtures / sizeof *fixtures; i++) {
        uint8_t bytes[64];
        size_t len = unhex(fixtures[i].hex, bytes);
        for (size_t piece = 1; piece <= len + 1; piece++) {
            struct str told;
            str_init(&told);
            read_all(&told, span_of(bytes, len), piece);
            if (strcmp(str_text(&told), fixtures[i].told) != 0)
                fail_msg("%s, by %zu: %s", fixtures[i].what, piece,
                         str_text(&told));
            str_fini(&told);
        }
    }
}

static void what_is_asked_for_later_is_still_there(void **state)
{
    (void)state;
    struct capsule_reader r;
    struct capsule c;
    struct span from = SPAN_LIT("\x00\x01"
                                "a"
                                "\x00\x01"
                                "b");
    capsule_reader_init(&r, &limits);
    assert_true(capsule_next(&r, &from, &c));
    assert_int_equal(from.len, 3);
    assert_true(capsule_may_end(&r));
    assert_true(capsule_next(&r, &from, &c));
    assert_true(span_equal(c.value, SPAN_LIT("b")));
    assert_false(capsule_next(&r, &from, &c));
    capsule_reader_fini(&r);
}

static void a_value_in_one_piece_is_not_copied(void **state)
{
    (void)state;
    struct capsule_reader r;
    struct capsule c;
    struct span bytes = SPAN_LIT("\x00\x05hello");
    struct span from = bytes;
    capsule_reader_init(&r, &limits);
    assert_true(capsule_next(&r, &from, &c));
    assert_ptr_equal(c.value.base, bytes.base + 2);
    assert_null(r.kept.base);
    capsule_reader_fini(&r);
}

static void memory_follows_what_came_and_not_what_was_announced(void **state)
{
    (void)state;
    struct capsule_reader r;
    struct capsule c;
    struct span from = SPAN_LIT("\x17\xbf\xff\xff\xff"
                                "abc");
    capsule_reader_init(
        &r, &(struct capsule_limits){.datagram = 0, .other = (size_t)1 << 30});
    assert_false(capsule_next(&r, &from, &c));
    assert_true(r.kept.cap < 1024);
    capsule_reader_fini(&r);
}

static void what_is_written_is_read_again(void **state)
{
    (void)state;
    static const uint64_t numbers[] = {
        0, 1, 63, 64, 16383, 16384, 65535, 1073741824U, VARINT_MAX - 1};
    size_t n = sizeof numbers / sizeof *numbers;
    for (size_t i = 0; i < n * n; i++) {
        struct capsule_reader r;
        struct capsule c;
        uint8_t head[CAPSULE_HEAD_MAX];
        uint64_t type = numbers[i / n];
        uint64_t len = numbers[i % n];
        struct span from = span_of(head, capsule_head(head, type, len));
        capsule_reader_init(&r, &(struct capsule_limits){0});
        assert_true(capsule_next(&r, &from, &c));
        assert_int_equal(c.type, type);
        assert_int_equal(c.len, len);
        assert_int_equal(from.len, 0);
        capsule_reader_fini(&r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_fixture_is_told_alike_in_pieces_of_any_size),
        cmocka_unit_test(what_is_asked_for_later_is_still_there),
        cmocka_unit_test(a_value_in_one_piece_is_not_copied),
        cmocka_unit_test(memory_follows_what_came_and_not_what_was_announced),
        cmocka_unit_test(what_is_written_is_read_again),
    };
    return cmocka_run_group_tests_name("channel/capsule", tests, NULL, NULL);
}
