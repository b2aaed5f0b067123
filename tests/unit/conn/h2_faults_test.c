/*
 * A peer that breaks the rules: each row of the HTTP/2 table as raw frames.
 *
 * Every fault strikes stream 5 of six.  An error of a stream must leave the
 * other five alone (RFC 9113 5.4.2); an error of the connection must leave
 * with the right code and end every exchange.  Each row runs at once and byte
 * by byte.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "conn/h2_rig.h"
#include "support/pipe_transport.h"

#define END NGHTTP2_FLAG_END_STREAM
#define BAD 5 /* the stream that is struck */

#define NCALLS 6

enum outcome {
    OUTCOME_OK,         /* the answer is complete */
    OUTCOME_STREAM,     /* it fails, the peer gets RST_STREAM */
    OUTCOME_TOLD,       /* it fails, the peer knows already */
    OUTCOME_RETURNED,   /* it was not processed */
    OUTCOME_CONNECTION, /* everything fails, the peer gets GOAWAY */
};

struct fault_case {
    const char *name;
    void (*strike)(struct h2_wire *w);
    enum outcome outcome;
    enum err code;
    uint32_t wire; /* in the fault and on the wire */
};

static void head(struct h2_wire *w, const char *name, const char *value)
{
    h2_wire_head(w, BAD, END, ":status", "200", name, value, NULL);
}

/* ---- H2-1: content-length ---- */

static void length_too_long(struct h2_wire *w)
{
    h2_wire_head(w, BAD, 0, ":status", "200", "content-length", "10", NULL);
    h2_wire_data(w, BAD, END, "short");
}

static void length_too_short(struct h2_wire *w)
{
    h2_wire_head(w, BAD, 0, ":status", "200", "content-length", "2", NULL);
    h2_wire_data(w, BAD, END, "longer");
}

static void length_without_data(struct h2_wire *w)
{
    head(w, "content-length", "2");
}

static void length_is_junk(struct h2_wire *w)
{
    head(w, "content-length", "0x5");
}

static void length_is_negative(struct h2_wire *w)
{
    head(w, "content-length", "-5");
}

static void length_is_huge(struct h2_wire *w)
{
    head(w, "content-length", "9999999999999999999999");
}

static void length_twice(struct h2_wire *w)
{
    h2_wire_head(w, BAD, 0, ":status", "200", "content-length", "2",
                 "content-length", "3", NULL);
    h2_wire_data(w, BAD, END, "xx");
}

static void length_and_trailers(struct h2_wire *w)
{
    h2_wire_head(w, BAD, 0, ":status", "200", "content-length", "10", NULL);
    h2_wire_data(w, BAD, 0, "short");
    h2_wire_head(w, BAD, END, "t", "1", NULL);
}

/* ---- H2-3: resets ---- */

static void reset(struct h2_wire *w, uint32_t code)
{
    h2_wire_u32(w, NGHTTP2_RST_STREAM, 0, BAD, code);
}

static void reset_no_error_before_the_end(struct h2_wire *w)
{
    h2_wire_head(w, BAD, 0, ":status", "200", NULL);
    h2_wire_data(w, BAD, 0, "part");
    reset(w, NGHTTP2_NO_ERROR);
}

static void reset_no_error_before_the_head(struct h2_wire *w)
{
    reset(w, NGHTTP2_NO_ERROR);
}

static void reset_in_the_body(struct h2_wire *w)
{
    h2_wire_head(w, BAD, 0, ":status", "200", NULL);
    h2_wire_data(w, BAD, 0, "part");
    reset(w, NGHTTP2_INTERNAL_ERROR);
}

static void reset_after_the_end(struct h2_wire *w)
{
    h2_wire_answer(w, BAD, "good");
    reset(w, NGHTTP2_NO_ERROR);
}

/* H2-4 */
static void refused(struct h2_wire *w)
{
    reset(w, NGHTTP2_REFUSED_STREAM);
}

static void refused_after_an_interim_head(struct h2_wire *w)
{
    h2_wire_head(w, BAD, 0, ":status", "103", NULL);
    reset(w, NGHTTP2_REFUSED_STREAM);
}

/* H2-19 */
static void http_1_1_required(struct h2_wire *w)
{
    reset(w, NGHTTP2_HTTP_1_1_REQUIRED);
}

/* ---- H2-8: malformed heads ---- */

static void no_status(struct h2_wire *w)
{
    h2_wire_head(w, BAD, END, "a", "b", NULL);
}

static void two_statuses(struct h2_wire *w)
{
    h2_wire_head(w, BAD, END, ":status", "200", ":status", "200", NULL);
}

static void junk_status(struct h2_wire *w)
{
    h2_wire_head(w, BAD, END, ":status", "2x0", NULL);
}

static void long_status(struct h2_wire *w)
{
    h2_wire_head(w, BAD, END, ":status", "2000", NULL);
}

static void status_101(struct h2_wire *w)
{
    h2_wire_head(w, BAD, 0, ":status", "101", NULL);
}

static void request_pseudo(struct h2_wire *w)
{
    h2_wire_head(w, BAD, END, ":status", "200", ":path", "/", NULL);
}

static void unknown_pseudo(struct h2_wire *w)
{
    h2_wire_head(w, BAD, END, ":status", "200", ":x", "y", NULL);
}

static void pseudo_after_field(struct h2_wire *w)
{
    h2_wire_head(w, BAD, END, "a", "b", ":status", "200", NULL);
}

static void upper_case(struct h2_wire *w)
{
    head(w, "X-Up", "v");
}

static void connection_field(struct h2_wire *w)
{
    head(w, "connection", "close");
}

static void transfer_encoding(struct h2_wire *w)
{
    head(w, "transfer-encoding", "chunked");
}

static void te_field(struct h2_wire *w)
{
    head(w, "te", "gzip");
}

static void pseudo_in_trailers(struct h2_wire *w)
{
    h2_wire_head(w, BAD, 0, ":status", "200", NULL);
    h2_wire_data(w, BAD, 0, "x");
    h2_wire_head(w, BAD, END, ":status", "200", NULL);
}

static void trailers_without_end(struct h2_wire *w)
{
    h2_wire_head(w, BAD, 0, ":status", "200", NULL);
    h2_wire_data(w, BAD, 0, "x");
    h2_wire_head(w, BAD, 0, "t", "1", NULL);
}

static void only_interim(struct h2_wire *w)
{
    h2_wire_head(w, BAD, END, ":status", "103", NULL);
}

static void data_after_interim(struct h2_wire *w)
{
    h2_wire_head(w, BAD, 0, ":status", "103", NULL);
    h2_wire_data(w, BAD, END, "x");
}

static void endless_interim(struct h2_wire *w)
{
    for (int i = 0; i < 100; i++)
        h2_wire_head(w, BAD, 0, ":status", "103", NULL);
}

/* ---- H2-9: bytes that no field may have ---- */

static void cr_in_value(struct h2_wire *w)
{
    head(w, "x", "a\rb");
}

static void lf_in_value(struct h2_wire *w)
{
    head(w, "x", "a\nset-cookie: b");
}

static void nul_in_value(struct h2_wire *w)
{
    nghttp2_nv nva[] = {
        {(uint8_t *)":status", (uint8_t *)"200", 7, 3, 0},
        {(uint8_t *)"x", (uint8_t *)"a\0b", 1, 3, 0},
    };
    struct str block;
    str_init(&block);
    h2_wire_frame(w, NGHTTP2_HEADERS, END | NGHTTP2_FLAG_END_HEADERS, BAD,
                  h2_wire_block(w, &block, nva, 2));
    str_fini(&block);
}

static void space_in_name(struct h2_wire *w)
{
    head(w, "a b", "v");
}

static void empty_name(struct h2_wire *w)
{
    head(w, "", "v");
}

static void illegal_in_trailers(struct h2_wire *w)
{
    h2_wire_head(w, BAD, 0, ":status", "200", NULL);
    h2_wire_data(w, BAD, 0, "x");
    h2_wire_head(w, BAD, END, "t", "a\nb", NULL);
}

/* ---- H2-10: heads without end ---- */

static void many_fields(struct h2_wire *w)
{
    nghttp2_nv nva[3000];
    nva[0] = (nghttp2_nv){(uint8_t *)":status", (uint8_t *)"200", 7, 3, 0};
    for (size_t i = 1; i < 3000; i++)
        nva[i] = (nghttp2_nv){(uint8_t *)"a", (uint8_t *)"b", 1, 1, 0};
    struct str block;
    str_init(&block);
    h2_wire_frame(w, NGHTTP2_HEADERS, END | NGHTTP2_FLAG_END_HEADERS, BAD,
                  h2_wire_block(w, &block, nva, 3000));
    str_fini(&block);
}

/* One large field in the table, then referred to by a byte each. */
static void hpack_bomb(struct h2_wire *w)
{
    static char value[2900];
    memset(value, 'v', sizeof value);
    nghttp2_nv nva[1001];
    nva[0] = (nghttp2_nv){(uint8_t *)":status", (uint8_t *)"200", 7, 3, 0};
    for (size_t i = 1; i < 1001; i++)
        nva[i] =
            (nghttp2_nv){(uint8_t *)"b", (uint8_t *)value, 1, sizeof value, 0};
    struct str block;
    str_init(&block);
    h2_wire_frame(w, NGHTTP2_HEADERS, END | NGHTTP2_FLAG_END_HEADERS, BAD,
                  h2_wire_block(w, &block, nva, 1001));
    str_fini(&block);
}

static void continuation_flood(struct h2_wire *w)
{
    h2_wire_frame(w, NGHTTP2_HEADERS, 0, BAD, SPAN_LIT("\x88"));
    for (int i = 0; i < 100; i++)
        h2_wire_frame(w, NGHTTP2_CONTINUATION, 0, BAD, span_str(""));
}

static void other_frame_in_a_head(struct h2_wire *w)
{
    h2_wire_frame(w, NGHTTP2_HEADERS, 0, BAD, SPAN_LIT("\x88"));
    h2_wire_data(w, BAD, 0, "x");
}

/* ---- H2-14: pushes, streams of the server, its ENABLE_PUSH ---- */

static void push_promise(struct h2_wire *w)
{
    h2_wire_frame(w, NGHTTP2_PUSH_PROMISE, NGHTTP2_FLAG_END_HEADERS, BAD,
                  SPAN_LIT("\0\0\0\2\x82\x84\x87"));
}

static void stream_of_the_server(struct h2_wire *w)
{
    h2_wire_head(w, 2, END, ":status", "200", NULL);
}

static void enable_push(struct h2_wire *w)
{
    h2_wire_setting(w, NGHTTP2_SETTINGS_ENABLE_PUSH, 1);
}

/* ---- H2-15: illegal frames ---- */

static void data_before_head(struct h2_wire *w)
{
    h2_wire_data(w, BAD, 0, "x");
}

static void data_on_stream_0(struct h2_wire *w)
{
    h2_wire_data(w, 0, 0, "x");
}

static void data_on_idle_stream(struct h2_wire *w)
{
    h2_wire_data(w, 99, 0, "x");
}

static void head_on_stream_0(struct h2_wire *w)
{
    h2_wire_head(w, 0, END, ":status", "200", NULL);
}

static void frame_too_big(struct h2_wire *w)
{
    static const uint8_t zeroes[16385];
    h2_wire_frame(w, NGHTTP2_DATA, 0, BAD, span_of(zeroes, sizeof zeroes));
}

static void padding_too_long(struct h2_wire *w)
{
    h2_wire_head(w, BAD, 0, ":status", "200", NULL);
    h2_wire_frame(w, NGHTTP2_DATA, NGHTTP2_FLAG_PADDED, BAD, SPAN_LIT("\x20x"));
}

static void short_ping(struct h2_wire *w)
{
    h2_wire_frame(w, NGHTTP2_PING, 0, 0, SPAN_LIT("1234"));
}

static void ping_on_a_stream(struct h2_wire *w)
{
    h2_wire_frame(w, NGHTTP2_PING, 0, BAD, SPAN_LIT("12345678"));
}

static void short_reset(struct h2_wire *w)
{
    h2_wire_frame(w, NGHTTP2_RST_STREAM, 0, BAD, SPAN_LIT("12"));
}

static void reset_of_stream_0(struct h2_wire *w)
{
    h2_wire_u32(w, NGHTTP2_RST_STREAM, 0, 0, 1);
}

static void reset_of_idle_stream(struct h2_wire *w)
{
    h2_wire_u32(w, NGHTTP2_RST_STREAM, 0, 99, 1);
}

static void odd_settings(struct h2_wire *w)
{
    h2_wire_frame(w, NGHTTP2_SETTINGS, 0, 0, SPAN_LIT("12345"));
}

static void settings_on_a_stream(struct h2_wire *w)
{
    h2_wire_frame(w, NGHTTP2_SETTINGS, 0, BAD, span_str(""));
}

static void settings_ack_with_payload(struct h2_wire *w)
{
    h2_wire_frame(w, NGHTTP2_SETTINGS, NGHTTP2_FLAG_ACK, 0, SPAN_LIT("123456"));
}

static void settings_ack_too_many(struct h2_wire *w)
{
    h2_wire_frame(w, NGHTTP2_SETTINGS, NGHTTP2_FLAG_ACK, 0, span_str(""));
}

static void window_too_large(struct h2_wire *w)
{
    h2_wire_setting(w, NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 0x80000000u);
}

static void frame_size_too_small(struct h2_wire *w)
{
    h2_wire_setting(w, NGHTTP2_SETTINGS_MAX_FRAME_SIZE, 16383);
}

static void window_update_0(struct h2_wire *w)
{
    h2_wire_u32(w, NGHTTP2_WINDOW_UPDATE, 0, 0, 0);
}

static void window_update_overflow(struct h2_wire *w)
{
    h2_wire_u32(w, NGHTTP2_WINDOW_UPDATE, 0, 0, 0x7fffffff);
}

static void window_update_on_idle(struct h2_wire *w)
{
    h2_wire_u32(w, NGHTTP2_WINDOW_UPDATE, 0, 99, 1);
}

static void short_window_update(struct h2_wire *w)
{
    h2_wire_frame(w, NGHTTP2_WINDOW_UPDATE, 0, 0, SPAN_LIT("12"));
}

static void goaway_on_a_stream(struct h2_wire *w)
{
    h2_wire_frame(w, NGHTTP2_GOAWAY, 0, BAD, SPAN_LIT("\0\0\0\0\0\0\0\0"));
}

static void goaway_that_grows(struct h2_wire *w)
{
    h2_wire_goaway(w, 11, NGHTTP2_NO_ERROR);
    h2_wire_goaway(w, 13, NGHTTP2_NO_ERROR);
}

static void bad_hpack_index(struct h2_wire *w)
{
    h2_wire_frame(w, NGHTTP2_HEADERS, END | NGHTTP2_FLAG_END_HEADERS, BAD,
                  SPAN_LIT("\x88\xff\xff\x03"));
}

static void bad_hpack_integer(struct h2_wire *w)
{
    h2_wire_frame(w, NGHTTP2_HEADERS, END | NGHTTP2_FLAG_END_HEADERS, BAD,
                  SPAN_LIT("\x88\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f"));
}

static void bad_hpack_table_size(struct h2_wire *w)
{
    h2_wire_frame(w, NGHTTP2_HEADERS, END | NGHTTP2_FLAG_END_HEADERS, BAD,
                  SPAN_LIT("\x3f\xe2\xff\x03\x88"));
}

static void data_after_the_end(struct h2_wire *w)
{
    /* Stream 5 is closed then: what still comes is ignored. */
    h2_wire_answer(w, BAD, "good");
    h2_wire_data(w, BAD, 0, "more");
}

static void continuation_alone(struct h2_wire *w)
{
    h2_wire_frame(w, NGHTTP2_CONTINUATION, NGHTTP2_FLAG_END_HEADERS, BAD,
                  SPAN_LIT("\x88"));
}

/* H2-16: what comes after the error is not looked at. */
static void frames_after_the_error(struct h2_wire *w)
{
    data_on_stream_0(w);
    for (int i = 0; i < 20; i++) {
        h2_wire_answer(w, BAD, "late");
        push_promise(w);
        bad_hpack_index(w);
    }
}

/* A section of trailers may have none (RFC 9113 8.1). */
static void empty_trailers(struct h2_wire *w)
{
    h2_wire_head(w, BAD, 0, ":status", "200", NULL);
    h2_wire_data(w, BAD, 0, "good");
    h2_wire_frame(w, NGHTTP2_HEADERS, NGHTTP2_FLAG_END_HEADERS | END, BAD,
                  span_str(""));
}

/* H2-20 */
static void unknown_things(struct h2_wire *w)
{
    h2_wire_frame(w, 0xbb, 0xff, 0, SPAN_LIT("grease"));
    h2_wire_frame(w, 0xbb, 0xff, BAD, SPAN_LIT("grease"));
    h2_wire_setting(w, 0x0a0a, 7);
    h2_wire_frame(w, 0x0a, 0, 0, SPAN_LIT("\0\1xh3=\":443\""));
    h2_wire_head(w, BAD, 0xc2, ":status", "200", NULL);
    h2_wire_frame(w, NGHTTP2_DATA, 0xf0 | END, BAD, SPAN_LIT("good"));
}

#define P NGHTTP2_PROTOCOL_ERROR
#define S NGHTTP2_FRAME_SIZE_ERROR
#define F NGHTTP2_FLOW_CONTROL_ERROR
#define C NGHTTP2_COMPRESSION_ERROR
#define Y NGHTTP2_ENHANCE_YOUR_CALM

#define STREAM(fn, code)     #fn, fn, OUTCOME_STREAM, ERR_H2_STREAM, code
#define CALM(fn)             #fn, fn, OUTCOME_STREAM, ERR_HEAD_TOO_LARGE, Y
#define TOLD(fn, err, code)  #fn, fn, OUTCOME_TOLD, err, NGHTTP2_##code
#define CONNECTION(fn, code) #fn, fn, OUTCOME_CONNECTION, ERR_H2_FRAMING, code
#define OK(fn)               #fn, fn, OUTCOME_OK, ERR_NONE, 0

static const struct fault_case cases[] = {
    {STREAM(length_too_long, P)},
    {STREAM(length_too_short, P)},
    {STREAM(length_without_data, P)},
    {STREAM(length_is_junk, P)},
    {STREAM(length_is_negative, P)},
    {STREAM(length_is_huge, P)},
    {STREAM(length_twice, P)},
    {STREAM(length_and_trailers, P)},
    {TOLD(reset_no_error_before_the_end, ERR_PARTIAL, NO_ERROR)},
    {TOLD(reset_no_error_before_the_head, ERR_H2_STREAM, NO_ERROR)},
    {TOLD(reset_in_the_body, ERR_PARTIAL, INTERNAL_ERROR)},
    {OK(reset_after_the_end)},
    {"refused", refused, OUTCOME_RETURNED, ERR_H2_STREAM,
     NGHTTP2_REFUSED_STREAM},
    {TOLD(refused_after_an_interim_head, ERR_H2_STREAM, REFUSED_STREAM)},
    {TOLD(http_1_1_required, ERR_H2_STREAM, HTTP_1_1_REQUIRED)},
    {STREAM(no_status, P)},
    {STREAM(two_statuses, P)},
    {STREAM(junk_status, P)},
    {STREAM(long_status, P)},
    {STREAM(status_101, P)},
    {STREAM(request_pseudo, P)},
    {STREAM(unknown_pseudo, P)},
    {STREAM(pseudo_after_field, P)},
    {STREAM(upper_case, P)},
    {STREAM(connection_field, P)},
    {STREAM(transfer_encoding, P)},
    {STREAM(te_field, P)},
    {STREAM(pseudo_in_trailers, P)},
    {STREAM(trailers_without_end, P)},
    {STREAM(only_interim, P)},
    {STREAM(data_after_interim, P)},
    {CALM(endless_interim)},
    {STREAM(cr_in_value, P)},
    {STREAM(lf_in_value, P)},
    {STREAM(nul_in_value, P)},
    {STREAM(space_in_name, P)},
    {STREAM(empty_name, P)},
    {STREAM(illegal_in_trailers, P)},
    {CALM(many_fields)},
    {CALM(hpack_bomb)},
    {CONNECTION(continuation_flood, Y)},
    {CONNECTION(other_frame_in_a_head, P)},
    {CONNECTION(push_promise, P)},
    {CONNECTION(stream_of_the_server, P)},
    {CONNECTION(enable_push, P)},
    {CONNECTION(data_before_head, P)},
    {CONNECTION(data_on_stream_0, P)},
    {CONNECTION(data_on_idle_stream, P)},
    {CONNECTION(head_on_stream_0, P)},
    {CONNECTION(frame_too_big, S)},
    {CONNECTION(padding_too_long, P)},
    {CONNECTION(short_ping, S)},
    {CONNECTION(ping_on_a_stream, P)},
    {CONNECTION(short_reset, S)},
    {CONNECTION(reset_of_stream_0, P)},
    {CONNECTION(reset_of_idle_stream, P)},
    {CONNECTION(odd_settings, S)},
    {CONNECTION(settings_on_a_stream, P)},
    {CONNECTION(settings_ack_with_payload, S)},
    {CONNECTION(settings_ack_too_many, P)},
    {CONNECTION(window_too_large, F)},
    {CONNECTION(frame_size_too_small, P)},
    {CONNECTION(window_update_0, P)},
    {CONNECTION(window_update_overflow, F)},
    {CONNECTION(window_update_on_idle, P)},
    {CONNECTION(short_window_update, S)},
    {CONNECTION(goaway_on_a_stream, P)},
    {CONNECTION(goaway_that_grows, P)},
    {CONNECTION(bad_hpack_index, C)},
    {CONNECTION(bad_hpack_integer, C)},
    {CONNECTION(bad_hpack_table_size, C)},
    {OK(data_after_the_end)},
    {CONNECTION(continuation_alone, P)},
    {CONNECTION(frames_after_the_error, P)},
    {OK(unknown_things)},
    {OK(empty_trailers)},
};

static void check_struck(const struct fault_case *c, struct h2_rig *r,
                         const struct h2_rig_call *call)
{
    struct h2_wire_frame f;
    if (c->outcome == OUTCOME_OK) {
        assert_int_equal(call->ndone, 1);
        assert_int_equal(call->fault.code, ERR_NONE);
        assert_string_equal(str_text(&call->body), "good");
        return;
    }
    bool is_returned = c->outcome == OUTCOME_RETURNED;
    assert_int_equal(call->ndone, is_returned ? 0 : 1);
    assert_int_equal(call->nreturned, is_returned ? 1 : 0);
    assert_int_equal(call->fault.code, c->code);
    assert_int_equal(call->fault.wire, c->wire);
    /* What is illegal in a field never comes up. */
    assert_null(strchr(str_text(&call->heads), '\r'));
    assert_null(strstr(str_text(&call->heads), "set-cookie"));
    if (c->outcome == OUTCOME_STREAM) {
        assert_true(h2_wire_find(&r->peer, NGHTTP2_RST_STREAM, &f));
        assert_int_equal(f.id, BAD);
        assert_int_equal(h2_wire_code(&f), c->wire);
    } else if (c->outcome == OUTCOME_CONNECTION) {
        assert_true(h2_wire_find(&r->peer, NGHTTP2_GOAWAY, &f));
        assert_int_equal(h2_wire_code(&f), c->wire);
        assert_true(pipe_transport_is_shut(r->peer.t));
    }
}

static void run_case(const struct fault_case *c, size_t piece)
{
    struct h2_rig r;
    struct h2_rig_call *calls[NCALLS];
    h2_rig_init(&r, piece);
    for (size_t i = 0; i < NCALLS; i++)
        calls[i] = h2_rig_get(&r);
    h2_rig_run(&r);
    h2_wire_hello(&r.peer);
    h2_wire_answer(&r.peer, 1, "before");
    h2_wire_head(&r.peer, 3, 0, ":status", "200", NULL);
    h2_rig_run(&r);
    c->strike(&r.peer);
    h2_rig_run(&r);
    bool is_over = c->outcome == OUTCOME_CONNECTION;
    if (!is_over) {
        h2_wire_data(&r.peer, 3, END, "through");
        for (int32_t id = 7; id < 2 * NCALLS; id += 2)
            h2_wire_answer(&r.peer, id, "after");
        h2_rig_run(&r);
    }
    check_struck(c, &r, calls[2]);
    assert_string_equal(str_text(&calls[0]->body), "before");
    for (size_t i = 0; i < NCALLS; i++) {
        if (i == 2)
            continue;
        assert_int_equal(calls[i]->ndone, 1);
        enum err code = is_over && i > 0 ? c->code : ERR_NONE;
        assert_int_equal(calls[i]->fault.code, code);
    }
    assert_int_equal(r.nclosed, is_over ? 1 : 0);
    if (is_over)
        assert_int_equal(r.closed.wire, c->wire);
    else
        assert_int_equal(r.conn->active, 0);
    h2_rig_fini(&r);
}

static void one_case(void **state)
{
    run_case(*state, 0);
    run_case(*state, 1);
}

int main(void)
{
    const size_t n = sizeof cases / sizeof *cases;
    struct CMUnitTest tests[sizeof cases / sizeof *cases];
    for (size_t i = 0; i < n; i++)
        tests[i] = (struct CMUnitTest){
            .name = cases[i].name,
            .test_func = one_case,
            .initial_state = (void *)(uintptr_t)&cases[i],
        };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
