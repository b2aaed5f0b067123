/* Our SETTINGS, longer by those of WebTransport, in pieces of every size. */
#include "conn/h3_control.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "base/varint.h"

/* What nghttp3 writes: the stream's type, SETTINGS with two of them, GOAWAY. */
static const uint8_t written[] = {0x00, 0x04, 0x05, 0x06, 0x50, 0x00,
                                  0x33, 0x01, 0x07, 0x01, 0x00};
#define REPLACED 8

/* nghttp3's side of the stream: how far it is. */
struct writer {
    struct h3_control c;
    size_t at;
    size_t acked;
    struct str sent;
};

static void init(struct writer *w)
{
    *w = (struct writer){.at = 0};
    h3_control_init(&w->c);
    str_init(&w->sent);
}

/* One offer of what is left up to `upto`, in spans of `part` bytes, of which
 * `take` are sent at most. */
static void offer(struct writer *w, size_t upto, size_t part, size_t take)
{
    struct span spans[H3_CONTROL_SPANS];
    int n = 0;
    for (size_t at = w->at; at < upto && n < H3_CONTROL_SPANS; at += part)
        spans[n++] = span_of(written + at, part < upto - at ? part : upto - at);
    n = h3_control_replace(&w->c, spans, n, H3_CONTROL_SPANS);
    size_t len = 0;
    for (int i = 0; i < n && len < take; i++) {
        size_t more = spans[i].len < take - len ? spans[i].len : take - len;
        str_add(&w->sent, span_of(spans[i].base, more));
        len += more;
    }
    w->at += h3_control_sent(&w->c, len);
    assert_true(w->at <= upto);
}

static bool has_setting(struct span payload, uint64_t id, uint64_t value)
{
    uint64_t got_id;
    uint64_t got;
    while (payload.len > 0) {
        assert_true(varint_take(&payload, &got_id));
        assert_true(varint_take(&payload, &got));
        if (got_id == id && got == value)
            return true;
    }
    return false;
}

/* The settings that peers of each draft look for, and nghttp3's own; behind
 * them what nghttp3 has written behind its own. */
static void assert_sent(const struct writer *w)
{
    struct span all = str_span(&w->sent);
    uint64_t number;
    assert_true(varint_take(&all, &number) && number == 0x00);
    assert_true(varint_take(&all, &number) && number == 0x04);
    assert_true(varint_take(&all, &number) && number <= all.len);
    struct span payload = span_of(all.base, (size_t)number);
    assert_true(has_setting(payload, 0x06, 0x1000));
    assert_true(has_setting(payload, 0x33, 1));
    assert_true(has_setting(payload, 0xffd277, 1));
    assert_true(has_setting(payload, 0x2b603742, 1));
    assert_true(has_setting(payload, 0xc671706a, 1));
    assert_true(has_setting(payload, 0x14e9cd29, 1));
    assert_true(has_setting(payload, 0x2c7cf000, 1));
    size_t nrest = sizeof written - REPLACED;
    assert_int_equal(all.len - number, nrest);
    assert_memory_equal(all.base + number, written + REPLACED, nrest);
}

static void pieces_of_any_size_make_the_same_stream(void **state)
{
    (void)state;
    for (size_t part = 1; part <= sizeof written; part++) {
        for (size_t take = 1; take <= 100; take++) {
            struct writer w;
            init(&w);
            while (w.at < sizeof written)
                offer(&w, sizeof written, part, take);
            assert_sent(&w);
            str_fini(&w.sent);
        }
    }
}

static void what_comes_later_is_sent_as_it_is(void **state)
{
    (void)state;
    struct writer w;
    init(&w);
    offer(&w, REPLACED, REPLACED, 1000);
    assert_int_equal(w.at, REPLACED);
    offer(&w, REPLACED, REPLACED, 1000); /* nothing more */
    while (w.at < sizeof written)
        offer(&w, sizeof written, 1, 1);
    assert_sent(&w);
    str_fini(&w.sent);
}

static void acknowledgements_of_any_size_add_up(void **state)
{
    (void)state;
    for (size_t part = 1; part <= 100; part++) {
        struct writer w;
        init(&w);
        while (w.at < sizeof written)
            offer(&w, sizeof written, sizeof written, 1000);
        uint64_t acked = 0;
        size_t left = w.sent.len;
        while (left > 0) {
            size_t n = part < left ? part : left;
            acked += h3_control_acked(&w.c, n);
            left -= n;
            assert_true(acked <= sizeof written);
            /* nghttp3 lets go of none before all of ours are there. */
            if (w.c.acked < w.c.len)
                assert_int_equal(acked, 0);
        }
        assert_int_equal(acked, sizeof written);
        str_fini(&w.sent);
    }
}

/* Nothing is added to a stream that begins otherwise, nor later to one that
 * goes on as SETTINGS would begin. */
static void a_stream_without_settings_is_left_alone(void **state)
{
    (void)state;
    static const struct span firsts[] = {
        {(const uint8_t *)"\x00\x07\x01\x00", 4}, /* no SETTINGS */
        {(const uint8_t *)"\x00\x04\x05\x06", 4}, /* not all there */
        {(const uint8_t *)"\x02", 1},             /* another stream */
        {(const uint8_t *)"\x00", 1},
    };
    for (size_t i = 0; i < sizeof firsts / sizeof *firsts; i++) {
        struct h3_control c;
        struct span spans[H3_CONTROL_SPANS] = {firsts[i]};
        h3_control_init(&c);
        assert_int_equal(h3_control_replace(&c, spans, 1, H3_CONTROL_SPANS), 1);
        assert_ptr_equal(spans[0].base, firsts[i].base);
        assert_int_equal(h3_control_sent(&c, firsts[i].len), firsts[i].len);
        spans[0] = span_of(written, sizeof written);
        assert_int_equal(h3_control_replace(&c, spans, 1, H3_CONTROL_SPANS), 1);
        assert_ptr_equal(spans[0].base, written);
        assert_int_equal(h3_control_sent(&c, 5), 5);
        assert_int_equal(h3_control_acked(&c, 9), 9);
    }
}

static void an_offer_of_nothing_decides_nothing(void **state)
{
    (void)state;
    struct writer w;
    init(&w);
    offer(&w, 0, 1, 0);
    while (w.at < sizeof written)
        offer(&w, sizeof written, 3, 7);
    assert_sent(&w);
    str_fini(&w.sent);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_of_any_size_make_the_same_stream),
        cmocka_unit_test(what_comes_later_is_sent_as_it_is),
        cmocka_unit_test(acknowledgements_of_any_size_add_up),
        cmocka_unit_test(a_stream_without_settings_is_left_alone),
        cmocka_unit_test(an_offer_of_nothing_decides_nothing),
    };
    return cmocka_run_group_tests_name("conn/h3_control", tests, NULL, NULL);
}
