/*
 * Peers that only keep us busy (CVE-2019-9511 and its kin): the connection
 * ends with ENHANCE_YOUR_CALM, and soon.  Peers that are merely slow or
 * chatty are left alone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "conn/h2_guard.h"
#include "conn/h2_rig.h"
#include "support/pipe_transport.h"

#define END NGHTTP2_FLAG_END_STREAM

/* Frames until a flood must have ended. */
#define FLOOD 20000

static void ping(struct h2_wire *w)
{
    h2_wire_frame(w, NGHTTP2_PING, 0, 0, SPAN_LIT("12345678"));
}

static void settings(struct h2_wire *w)
{
    h2_wire_frame(w, NGHTTP2_SETTINGS, 0, 0, span_str(""));
}

static void empty_data(struct h2_wire *w)
{
    h2_wire_data(w, 1, 0, "");
}

static void padding_only(struct h2_wire *w)
{
    static const uint8_t pad[256] = {255};
    h2_wire_frame(w, NGHTTP2_DATA, NGHTTP2_FLAG_PADDED, 1,
                  span_of(pad, sizeof pad));
}

static void window_update(struct h2_wire *w)
{
    h2_wire_u32(w, NGHTTP2_WINDOW_UPDATE, 0, 0, 1);
}

static void stream_window_update(struct h2_wire *w)
{
    h2_wire_u32(w, NGHTTP2_WINDOW_UPDATE, 0, 1, 1);
}

static void priority(struct h2_wire *w)
{
    h2_wire_frame(w, NGHTTP2_PRIORITY, 0, 1, SPAN_LIT("\0\0\0\3\1"));
}

static void altsvc(struct h2_wire *w)
{
    h2_wire_frame(w, 0x0a, 0, 0, SPAN_LIT("\0\1xh3=\":443\""));
}

static void origin(struct h2_wire *w)
{
    h2_wire_frame(w, 0x0c, 0, 0, SPAN_LIT("\0\1x"));
}

static void unknown(struct h2_wire *w)
{
    h2_wire_frame(w, 0xbb, 0, 0, span_str(""));
}

static void reset_of_closed(struct h2_wire *w)
{
    h2_wire_u32(w, NGHTTP2_RST_STREAM, 0, 3, NGHTTP2_CANCEL);
}

static void head_of_closed(struct h2_wire *w)
{
    h2_wire_head(w, 3, 0, ":status", "200", NULL);
}

static void data_of_closed(struct h2_wire *w)
{
    static const uint8_t zeroes[16384];
    h2_wire_frame(w, NGHTTP2_DATA, 0, 3, span_of(zeroes, sizeof zeroes));
}

static const struct flood {
    const char *name;
    void (*send)(struct h2_wire *w);
} floods[] = {
    {"ping", ping},
    {"settings", settings},
    {"empty_data", empty_data},
    {"padding_only", padding_only},
    {"window_update", window_update},
    {"stream_window_update", stream_window_update},
    {"priority", priority},
    {"altsvc", altsvc},
    {"origin", origin},
    {"unknown", unknown},
    {"reset_of_closed", reset_of_closed},
    {"head_of_closed", head_of_closed},
    {"data_of_closed", data_of_closed},
};

static void one_flood(void **state)
{
    const struct flood *flood = *state;
    struct h2_rig r;
    struct h2_wire_frame f;
    h2_rig_init(&r, 0);
    struct h2_rig_call *a = h2_rig_get(&r);
    struct h2_rig_call *closed = h2_rig_get(&r);
    h2_rig_run(&r);
    h2_wire_hello(&r.peer);
    h2_wire_head(&r.peer, 1, 0, ":status", "200", NULL);
    h2_wire_answer(&r.peer, 3, "x");
    h2_rig_run(&r);
    assert_int_equal(closed->ndone, 1);
    for (int i = 0; i < FLOOD && r.conn; i += 100) {
        for (int k = 0; k < 100; k++)
            flood->send(&r.peer);
        h2_rig_run(&r);
    }
    assert_int_equal(a->ndone, 1);
    assert_int_equal(a->fault.code, ERR_H2_FRAMING);
    assert_int_equal(a->fault.wire, NGHTTP2_ENHANCE_YOUR_CALM);
    assert_int_equal(r.nclosed, 1);
    assert_true(h2_wire_find(&r.peer, NGHTTP2_GOAWAY, &f));
    assert_int_equal(h2_wire_code(&f), NGHTTP2_ENHANCE_YOUR_CALM);
    h2_rig_fini(&r);
}

static void pings_whose_answers_are_not_read_end_too(void **state)
{
    (void)state;
    struct h2_rig r;
    h2_rig_init(&r, 0);
    struct h2_rig_call *a = h2_rig_get(&r);
    h2_rig_run(&r);
    h2_wire_hello(&r.peer);
    h2_rig_run(&r);
    pipe_transport_set_room(r.peer.t, 1);
    for (int i = 0; i < FLOOD && r.conn; i += 100) {
        for (int k = 0; k < 100; k++)
            ping(&r.peer);
        h2_rig_run(&r);
    }
    assert_int_equal(a->ndone, 1);
    assert_int_equal(r.nclosed, 1);
    h2_rig_fini(&r);
}

static void a_stream_of_single_bytes_is_no_flood(void **state)
{
    (void)state;
    struct h2_rig r;
    h2_rig_init(&r, 0);
    struct h2_rig_call *a = h2_rig_get(&r);
    h2_rig_run(&r);
    h2_wire_hello(&r.peer);
    h2_wire_head(&r.peer, 1, 0, ":status", "200", NULL);
    for (int i = 0; i < FLOOD; i++) {
        h2_wire_data(&r.peer, 1, 0, "x");
        if (i % 2)
            ping(&r.peer);
        if (i % 100 == 0)
            h2_rig_run(&r);
    }
    h2_wire_data(&r.peer, 1, END, "");
    h2_rig_run(&r);
    assert_int_equal(a->ndone, 1);
    assert_int_equal(a->fault.code, ERR_NONE);
    assert_int_equal(a->body.len, FLOOD);
    h2_rig_fini(&r);
}

static void the_rest_of_a_cancelled_download_is_no_flood(void **state)
{
    (void)state;
    struct h2_rig r;
    char body[1001];
    h2_rig_init(&r, 0);
    memset(body, 'x', 1000);
    body[1000] = '\0';
    struct h2_rig_call *a = h2_rig_get(&r);
    struct h2_rig_call *b = h2_rig_get(&r);
    a->cancels = true;
    h2_rig_run(&r);
    h2_wire_hello(&r.peer);
    h2_wire_head(&r.peer, 1, 0, ":status", "200", NULL);
    for (int i = 0; i < 8000; i++) /* a stream window of it */
        h2_wire_data(&r.peer, 1, 0, body);
    h2_rig_run(&r);
    h2_wire_answer(&r.peer, 3, "good");
    h2_rig_run(&r);
    assert_int_equal(b->ndone, 1);
    assert_int_equal(b->fault.code, ERR_NONE);
    h2_rig_fini(&r);
}

static void time_forgives(void **state)
{
    (void)state;
    const uint64_t second = 1000000000;
    const uint8_t ping_head[17] = {0, 0, 8, NGHTTP2_PING};
    struct h2_guard g;
    uint64_t now = second;
    h2_guard_init(&g, 100, 1000000, false, now);
    for (int i = 0; i < 3600; i++) { /* an idle hour with keep-alives */
        h2_guard_feed(&g, span_of(ping_head, sizeof ping_head), now);
        h2_guard_feed(&g, span_of(ping_head, sizeof ping_head), now);
        assert_false(h2_guard_is_flood(&g));
        now += second;
    }
    for (int i = 0; i < 102; i++)
        h2_guard_feed(&g, span_of(ping_head, sizeof ping_head), now);
    assert_true(h2_guard_is_flood(&g));
}

static void frames_are_counted_however_they_are_cut(void **state)
{
    (void)state;
    const uint8_t frames[] = {
        0, 0, 2, NGHTTP2_DATA,         0, 0, 0, 0, 1, 'a', 'b',
        0, 0, 0, NGHTTP2_PUSH_PROMISE, 0, 0, 0, 0, 1};
    for (size_t piece = 1; piece <= sizeof frames; piece++) {
        struct h2_guard g;
        h2_guard_init(&g, 100, 1000000, false, 1);
        for (size_t at = 0; at < sizeof frames; at += piece) {
            size_t left = sizeof frames - at;
            h2_guard_feed(&g, span_of(frames + at, left < piece ? left : piece),
                          1);
        }
        assert_int_equal(g.debt, 2);
        assert_true(g.saw_push);
    }
}

int main(void)
{
    const size_t n = sizeof floods / sizeof *floods;
    struct CMUnitTest tests[sizeof floods / sizeof *floods];
    for (size_t i = 0; i < n; i++)
        tests[i] = (struct CMUnitTest){
            .name = floods[i].name,
            .test_func = one_flood,
            .initial_state = (void *)(uintptr_t)&floods[i],
        };
    const struct CMUnitTest others[] = {
        cmocka_unit_test(pings_whose_answers_are_not_read_end_too),
        cmocka_unit_test(a_stream_of_single_bytes_is_no_flood),
        cmocka_unit_test(the_rest_of_a_cancelled_download_is_no_flood),
        cmocka_unit_test(time_forgives),
        cmocka_unit_test(frames_are_counted_however_they_are_cut),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    return failed + cmocka_run_group_tests(others, NULL, NULL);
}
