/* Messages, deflated and inflated again. */
#include "channel/deflater.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "channel/inflater.h"

enum {
    LEN = 20000
};

/* The payload without its tail, written in pieces of `room` bytes. */
static struct str deflated(struct deflater *d, struct span message, size_t room)
{
    struct str out = {0};
    bool is_done = false;
    deflater_begin(d, message);
    while (!is_done) {
        size_t n = 0;
        is_done = deflater_run(d, (uint8_t *)str_reserve(&out, room), room, &n);
        str_commit(&out, n);
    }
    assert_true(out.len > DEFLATER_TAIL_LEN);
    assert_memory_equal(out.base + out.len - DEFLATER_TAIL_LEN,
                        "\x00\x00\xff\xff", DEFLATER_TAIL_LEN);
    out.len -= DEFLATER_TAIL_LEN;
    return out;
}

static void assert_inflates_to(struct inflater *f, struct span payload,
                               struct span message)
{
    static uint8_t to[LEN + 1];
    size_t len = 0;
    size_t n = 0;
    assert_int_equal(inflater_run(f, &payload, to, sizeof to, &len),
                     INFLATER_MORE);
    assert_int_equal(inflater_end(f, to + len, sizeof to - len, &n),
                     INFLATER_MORE);
    assert_true(span_equal(span_of(to, len + n), message));
}

static void what_is_deflated_is_inflated(void **state)
{
    static uint8_t bytes[LEN];
    static const size_t rooms[] = {DEFLATER_ROOM_MIN, 100, 2 * LEN};
    (void)state;
    for (size_t i = 0; i < LEN; i++)
        bytes[i] = (uint8_t)(i % 251 ^ i / 997);
    for (int bits = 8; bits <= 15; bits++) {
        for (size_t r = 0; r < sizeof rooms / sizeof rooms[0]; r++) {
            struct deflater *d = deflater_new(bits, true);
            struct inflater *f = inflater_new(bits, true);
            for (size_t len = 1; len <= LEN; len *= 9) {
                struct span message = span_of(bytes, len);
                struct str payload = deflated(d, message, rooms[r]);
                assert_inflates_to(f, str_span(&payload), message);
                str_fini(&payload);
            }
            inflater_free(f);
            deflater_free(d);
        }
    }
}

static void only_with_a_context_a_message_refers_to_those_before(void **state)
{
    const struct span text = SPAN_LIT("a text that is sent more than once");
    (void)state;
    for (int has_context = 0; has_context <= 1; has_context++) {
        struct deflater *d = deflater_new(15, has_context);
        struct str first = deflated(d, text, 1000);
        struct str second = deflated(d, text, 1000);
        if (has_context)
            assert_true(second.len < first.len / 2);
        else
            assert_true(span_equal(str_span(&first), str_span(&second)));
        str_fini(&first);
        str_fini(&second);
        deflater_free(d);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_deflated_is_inflated),
        cmocka_unit_test(only_with_a_context_a_message_refers_to_those_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
