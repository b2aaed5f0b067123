/*
 * Bodies in both directions: windows, readers that pause, uploads that wait,
 * and connections that end in the middle.
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
#include "support/spin.h"

#define END NGHTTP2_FLAG_END_STREAM
#define KIB ((size_t)1024)

static char kib[1025]; /* a piece of body */

static int setup(void **state)
{
    (void)state;
    memset(kib, 'd', 1024);
    return 0;
}

static size_t credit_of(struct h2_wire *w, int32_t id)
{
    struct h2_wire_frame f;
    size_t sum = 0;
    while (h2_wire_find(w, NGHTTP2_WINDOW_UPDATE, &f))
        if (f.id == id)
            sum += h2_wire_code(&f);
    return sum;
}

/* ---- downloads ---- */

static void a_reader_that_pauses_gets_no_more(void **state)
{
    (void)state;
    struct h2_rig r;
    h2_rig_prepare(&r);
    r.settings.h2.stream_window = 64 * KIB;
    r.settings.h2.conn_window = 256 * KIB;
    h2_rig_open(&r, 0);
    struct h2_rig_call *slow = h2_rig_get(&r);
    struct h2_rig_call *fast = h2_rig_get(&r);
    slow->pauses = true;
    h2_rig_run(&r);
    h2_wire_hello(&r.peer);
    h2_wire_head(&r.peer, 1, 0, ":status", "200", NULL);
    h2_wire_head(&r.peer, 3, 0, ":status", "200", NULL);
    h2_rig_run(&r);
    (void)credit_of(&r.peer, 0);
    for (int i = 0; i < 64; i++)
        h2_wire_data(&r.peer, 1, 0, kib);
    h2_rig_run(&r);
    assert_int_equal(slow->body.len, KIB); /* the piece that it took */
    assert_int_equal(credit_of(&r.peer, 1), 0);
    /* The others go on, far beyond the connection's window. */
    for (int round = 0; round < 40; round++) {
        for (int i = 0; i < 32; i++)
            h2_wire_data(&r.peer, 3, 0, kib);
        h2_rig_run(&r);
        assert_true(r.nclosed == 0);
    }
    h2_wire_data(&r.peer, 3, END, "");
    h2_rig_run(&r);
    assert_int_equal(fast->ndone, 1);
    assert_int_equal(fast->body.len, 40 * 32 * KIB);
    /* The slow one has its end before it has read: nothing is lost. */
    h2_wire_data(&r.peer, 1, END, "");
    h2_rig_run(&r);
    assert_int_equal(slow->ndone, 0);
    slow->pauses = false;
    r.conn->ops->resume(r.conn, &slow->ex, EXCHANGE_RECEIVE);
    assert_int_equal(slow->body.len, KIB); /* not before the turn */
    h2_rig_run(&r);
    assert_int_equal(slow->body.len, 64 * KIB);
    assert_int_equal(slow->ndone, 1);
    assert_int_equal(slow->fault.code, ERR_NONE);
    h2_rig_fini(&r);
}

static void a_resumed_reader_is_credited(void **state)
{
    (void)state;
    struct h2_rig r;
    h2_rig_prepare(&r);
    r.settings.h2.stream_window = 64 * KIB;
    h2_rig_open(&r, 0);
    struct h2_rig_call *slow = h2_rig_get(&r);
    slow->pauses = true;
    h2_rig_run(&r);
    h2_wire_hello(&r.peer);
    h2_wire_head(&r.peer, 1, 0, ":status", "200", NULL);
    for (int i = 0; i < 64; i++)
        h2_wire_data(&r.peer, 1, 0, kib);
    h2_rig_run(&r);
    assert_int_equal(credit_of(&r.peer, 1), 0);
    for (int i = 0; i < 64; i++) { /* one piece each time */
        r.conn->ops->resume(r.conn, &slow->ex, EXCHANGE_RECEIVE);
        h2_rig_run(&r);
    }
    assert_int_equal(slow->body.len, 64 * KIB);
    assert_true(credit_of(&r.peer, 1) >= 32 * KIB);
    h2_rig_fini(&r);
}

static void paused_bytes_survive_the_end_of_the_connection(void **state)
{
    (void)state;
    struct h2_rig r;
    h2_rig_init(&r, 0);
    struct h2_rig_call *whole = h2_rig_get(&r);
    struct h2_rig_call *part = h2_rig_get(&r);
    whole->pauses = true;
    part->pauses = true;
    h2_rig_run(&r);
    h2_wire_hello(&r.peer);
    h2_wire_head(&r.peer, 1, 0, ":status", "200", NULL);
    h2_wire_head(&r.peer, 3, 0, ":status", "200", NULL);
    for (int i = 0; i < 3; i++) {
        h2_wire_data(&r.peer, 1, 0, kib);
        h2_wire_data(&r.peer, 3, 0, kib);
    }
    h2_wire_head(&r.peer, 1, END, "t", "1", NULL);
    pipe_transport_shut(r.peer.t);
    h2_rig_run(&r);
    assert_int_equal(part->ndone, 1);
    assert_int_equal(part->fault.code, ERR_PARTIAL);
    assert_int_equal(whole->ndone, 0);
    assert_int_equal(r.nclosed, 0);
    whole->pauses = false;
    r.conn->ops->resume(r.conn, &whole->ex, EXCHANGE_RECEIVE);
    h2_rig_run(&r);
    assert_int_equal(whole->ndone, 1);
    assert_int_equal(whole->fault.code, ERR_NONE);
    assert_int_equal(whole->body.len, 3 * KIB);
    assert_string_equal(str_text(&whole->trailers), "t=1;");
    assert_int_equal(r.nclosed, 1);
    h2_rig_fini(&r);
}

static void a_paused_reader_may_be_cancelled_or_closed(void **state)
{
    (void)state;
    for (int way = 0; way < 3; way++) {
        struct h2_rig r;
        h2_rig_init(&r, 0);
        struct h2_rig_call *call = h2_rig_get(&r);
        call->pauses = true;
        h2_rig_run(&r);
        h2_wire_hello(&r.peer);
        h2_wire_head(&r.peer, 1, 0, ":status", "200", NULL);
        for (int i = 0; i < 3; i++)
            h2_wire_data(&r.peer, 1, i == 2 ? END : 0, kib);
        h2_rig_run(&r);
        if (way == 0) {
            r.conn->ops->cancel(r.conn, &call->ex);
            assert_int_equal(r.conn->active, 0);
        } else if (way == 1) {
            call->cancels = true; /* while it is handed what was held */
            r.conn->ops->resume(r.conn, &call->ex, EXCHANGE_RECEIVE);
        }
        h2_rig_run(&r);
        assert_int_equal(call->ndone, 0);
        h2_rig_fini(&r);
    }
}

/* ---- uploads ---- */

static size_t received(struct h2_wire *w, bool *is_ended)
{
    struct h2_wire_frame f;
    size_t sum = 0;
    *is_ended = false;
    while (h2_wire_next(w, &f)) {
        if (f.type == NGHTTP2_DATA) {
            sum += f.payload.len;
            *is_ended = f.flags & END;
        }
    }
    return sum;
}

static void an_upload_waits_for_the_window(void **state)
{
    (void)state;
    struct h2_rig r;
    bool is_ended = false;
    h2_rig_init(&r, 0);
    struct h2_rig_call *call = h2_rig_prepare_call(&r, "PUT", 200000);
    call->upload.give = 200000;
    h2_rig_submit(call);
    h2_rig_run(&r);
    h2_wire_hello(&r.peer);
    h2_rig_run(&r);
    assert_int_equal(received(&r.peer, &is_ended), 65535);
    assert_int_equal(call->upload.nread, 65535); /* pulled, not piled up */
    h2_wire_u32(&r.peer, NGHTTP2_WINDOW_UPDATE, 0, 0, 1000000);
    h2_rig_run(&r);
    assert_int_equal(received(&r.peer, &is_ended), 0);
    h2_wire_u32(&r.peer, NGHTTP2_WINDOW_UPDATE, 0, 1, 1000000);
    h2_rig_run(&r);
    assert_int_equal(received(&r.peer, &is_ended), 200000 - 65535);
    assert_true(is_ended);
    h2_wire_answer(&r.peer, 1, "ok");
    h2_rig_run(&r);
    assert_int_equal(call->ndone, 1);
    assert_int_equal(call->fault.code, ERR_NONE);
    assert_true(call->ex.bytes_body_sent == 200000);
    assert_true(call->ex.sent_at > 0);
    h2_rig_fini(&r);
}

static void an_upload_of_unknown_length_waits_for_its_source(void **state)
{
    (void)state;
    struct h2_rig r;
    bool is_ended = false;
    h2_rig_init(&r, 0);
    struct h2_rig_call *call = h2_rig_prepare_call(&r, "PUT", BODY_LEN_UNKNOWN);
    h2_rig_submit(call);
    h2_rig_run(&r);
    assert_int_equal(received(&r.peer, &is_ended), 0);
    call->upload.give = 10;
    r.conn->ops->resume(r.conn, &call->ex, EXCHANGE_SEND);
    h2_rig_run(&r);
    assert_int_equal(received(&r.peer, &is_ended), 10);
    assert_false(is_ended);
    call->upload.is_last = true;
    r.conn->ops->resume(r.conn, &call->ex, EXCHANGE_SEND);
    h2_rig_run(&r);
    assert_int_equal(received(&r.peer, &is_ended), 0);
    assert_true(is_ended);
    h2_rig_fini(&r);
}

static void each_direction_is_resumed_on_its_own(void **state)
{
    (void)state;
    struct h2_rig r;
    bool is_ended = false;
    h2_rig_prepare(&r);
    r.settings.h2.stream_window = 64 * KIB;
    h2_rig_open(&r, 0);
    struct h2_rig_call *call = h2_rig_prepare_call(&r, "PUT", BODY_LEN_UNKNOWN);
    call->pauses = true;
    h2_rig_submit(call);
    h2_rig_run(&r);
    h2_wire_hello(&r.peer);
    h2_wire_head(&r.peer, 1, 0, ":status", "200", NULL);
    for (int i = 0; i < 63; i++)
        h2_wire_data(&r.peer, 1, 0, kib);
    h2_wire_data(&r.peer, 1, END, kib);
    h2_rig_run(&r);
    /* The upload has bytes: the reader is no readier for that. */
    for (int i = 1; i <= 20; i++) {
        call->upload.give = 10;
        r.conn->ops->resume(r.conn, &call->ex, EXCHANGE_SEND);
        h2_rig_run(&r);
        assert_int_equal(call->upload.nread, 10 * i);
        assert_int_equal(call->body.len, KIB);
    }
    assert_int_equal(credit_of(&r.peer, 1), 0);
    assert_int_equal(call->ndone, 0);
    /* The reader takes more: the source is not asked. */
    call->pauses = false;
    call->upload.give = 10;
    r.conn->ops->resume(r.conn, &call->ex, EXCHANGE_RECEIVE);
    h2_rig_run(&r);
    assert_int_equal(call->body.len, 64 * KIB);
    assert_int_equal(call->upload.nread, 200);
    /* Both at once. */
    call->upload.is_last = true;
    r.conn->ops->resume(r.conn, &call->ex, EXCHANGE_SEND | EXCHANGE_RECEIVE);
    h2_rig_run(&r);
    (void)received(&r.peer, &is_ended);
    assert_true(is_ended);
    assert_int_equal(call->upload.nread, 210);
    assert_int_equal(call->ndone, 1);
    assert_int_equal(call->fault.code, ERR_NONE);
    h2_rig_fini(&r);
}

static void an_upload_that_fails_resets_only_its_stream(void **state)
{
    (void)state;
    for (int way = 0; way < 2; way++) {
        struct h2_rig r;
        struct h2_wire_frame f;
        h2_rig_init(&r, 0);
        struct h2_rig_call *bad = h2_rig_prepare_call(&r, "PUT", 100);
        struct h2_rig_call *good = h2_rig_get(&r);
        bad->upload.give = 50;
        bad->upload.fails = way == 0;
        bad->upload.is_last = true; /* 50 bytes too early */
        h2_rig_submit(bad);
        h2_rig_run(&r);
        assert_int_equal(bad->ndone, 1);
        assert_int_equal(bad->fault.code, ERR_READ);
        assert_true(h2_wire_find(&r.peer, NGHTTP2_RST_STREAM, &f));
        assert_int_equal(h2_wire_code(&f), NGHTTP2_CANCEL);
        h2_wire_hello(&r.peer);
        h2_wire_answer(&r.peer, 1, "good");
        h2_rig_run(&r);
        assert_int_equal(good->ndone, 1);
        assert_string_equal(str_text(&good->body), "good");
        h2_rig_fini(&r);
    }
}

static struct h2_rig_call *start_upload(struct h2_rig *r)
{
    h2_rig_init(r, 0);
    struct h2_rig_call *call = h2_rig_prepare_call(r, "PUT", 1000000);
    call->upload.give = 1000000;
    h2_rig_submit(call);
    h2_rig_run(r);
    h2_wire_hello(&r->peer);
    return call;
}

static void an_early_answer_and_reset_no_error_is_success(void **state)
{
    (void)state;
    struct h2_rig r;
    struct h2_rig_call *call = start_upload(&r);
    h2_wire_answer(&r.peer, 1, "thanks");
    h2_wire_u32(&r.peer, NGHTTP2_RST_STREAM, 0, 1, NGHTTP2_NO_ERROR);
    h2_rig_run(&r);
    assert_int_equal(call->ndone, 1);
    assert_int_equal(call->fault.code, ERR_NONE);
    assert_string_equal(str_text(&call->body), "thanks");
    h2_rig_fini(&r);
}

static void an_early_refusal_stops_the_upload(void **state)
{
    (void)state;
    struct h2_rig r;
    struct h2_wire_frame f;
    struct h2_rig_call *call = start_upload(&r);
    h2_wire_head(&r.peer, 1, 0, ":status", "413", NULL);
    h2_wire_data(&r.peer, 1, END, "no");
    h2_rig_run(&r);
    assert_int_equal(call->ndone, 1);
    assert_int_equal(call->fault.code, ERR_NONE);
    assert_string_equal(str_text(&call->body), "no");
    assert_true(h2_wire_find(&r.peer, NGHTTP2_RST_STREAM, &f));
    assert_int_equal(h2_wire_code(&f), NGHTTP2_NO_ERROR);
    h2_rig_fini(&r);
}

static void an_early_acceptance_lets_the_upload_go_on(void **state)
{
    (void)state;
    struct h2_rig r;
    struct h2_rig_call *call = start_upload(&r);
    h2_wire_answer(&r.peer, 1, "ok");
    h2_rig_run(&r);
    assert_int_equal(call->ndone, 0);
    h2_wire_u32(&r.peer, NGHTTP2_WINDOW_UPDATE, 0, 0, 1000000);
    h2_wire_u32(&r.peer, NGHTTP2_WINDOW_UPDATE, 0, 1, 1000000);
    h2_rig_run(&r);
    assert_int_equal(call->ndone, 1);
    assert_int_equal(call->upload.nread, 1000000);
    h2_rig_fini(&r);
}

static struct h2_rig_call *start_expecting(struct h2_rig *r, uint64_t wait)
{
    h2_rig_prepare(r);
    r->settings.timeouts.expect_100 = wait;
    h2_rig_open(r, 0);
    struct h2_rig_call *call = h2_rig_prepare_call(r, "PUT", 5);
    call->request.expect_continue = true;
    fields_add(&call->request.fields, SPAN_LIT("Expect"),
               SPAN_LIT("100-Continue"));
    call->upload.give = 5;
    h2_rig_submit(call);
    h2_wire_hello(&r->peer);
    return call;
}

/* Runs without waiting for timers of the exchange. */
static void run_a_little(struct h2_rig *r)
{
    spin_for(r->loop, 2 * LOOP_MS);
}

static void a_body_waits_for_100_continue(void **state)
{
    (void)state;
    struct h2_rig r;
    bool is_ended = false;
    struct h2_rig_call *call = start_expecting(&r, 100 * LOOP_S);
    run_a_little(&r);
    assert_int_equal(received(&r.peer, &is_ended), 0);
    assert_int_equal(call->upload.nread, 0);
    h2_wire_head(&r.peer, 1, 0, ":status", "100", NULL);
    run_a_little(&r);
    assert_int_equal(received(&r.peer, &is_ended), 5);
    assert_true(is_ended);
    h2_rig_fini(&r);
}

static void a_body_nobody_said_to_wait_with_is_sent(void **state)
{
    (void)state;
    struct h2_rig r;
    bool is_ended = false;
    h2_rig_init(&r, 0);
    struct h2_rig_call *call = h2_rig_prepare_call(&r, "PUT", 5);
    call->request.expect_continue = true; /* HTTP/1 would ask */
    call->upload.give = 5;
    h2_rig_submit(call);
    h2_rig_run(&r);
    assert_int_equal(received(&r.peer, &is_ended), 5);
    h2_rig_fini(&r);
}

static void a_body_does_not_wait_for_ever(void **state)
{
    (void)state;
    struct h2_rig r;
    bool is_ended = false;
    (void)start_expecting(&r, 2 * LOOP_MS);
    h2_rig_run(&r);
    assert_int_equal(received(&r.peer, &is_ended), 5);
    assert_true(is_ended);
    h2_rig_fini(&r);
}

static void a_refused_expectation_sends_no_body(void **state)
{
    (void)state;
    struct h2_rig r;
    bool is_ended = false;
    struct h2_rig_call *call = start_expecting(&r, 100 * LOOP_S);
    run_a_little(&r);
    h2_wire_head(&r.peer, 1, END, ":status", "417", NULL);
    h2_rig_run(&r);
    assert_int_equal(call->ndone, 1);
    assert_int_equal(call->fault.code, ERR_NONE);
    assert_int_equal(call->upload.nread, 0);
    assert_int_equal(received(&r.peer, &is_ended), 0);
    h2_rig_fini(&r);
}

static void a_blocked_transport_holds_uploads_back(void **state)
{
    (void)state;
    struct h2_rig r;
    bool is_ended = false;
    h2_rig_prepare(&r);
    h2_rig_open(&r, 0);
    pipe_transport_set_room(r.peer.t, 20000);
    struct h2_rig_call *call = h2_rig_prepare_call(&r, "PUT", 60000);
    call->upload.give = 60000;
    h2_rig_submit(call);
    size_t sum = 0;
    for (int i = 0; i < 20 && !is_ended; i++) {
        h2_rig_run(&r);
        sum += received(&r.peer, &is_ended);
    }
    assert_int_equal(sum, 60000);
    assert_true(is_ended);
    h2_rig_fini(&r);
}

/* ---- the wire ends ---- */

static void a_connection_that_ends_fails_each_stream(size_t piece, bool is_cut)
{
    struct h2_rig r;
    h2_rig_init(&r, piece);
    struct h2_rig_call *in_body = h2_rig_get(&r);
    struct h2_rig_call *in_head = h2_rig_get(&r);
    struct h2_rig_call *whole = h2_rig_get(&r);
    h2_rig_run(&r);
    h2_wire_hello(&r.peer);
    h2_wire_answer(&r.peer, 5, "whole");
    h2_wire_head(&r.peer, 1, 0, ":status", "200", NULL);
    h2_wire_data(&r.peer, 1, 0, "par");
    /* A frame that ends in the middle. */
    pipe_transport_send(r.peer.t, SPAN_LIT("\0\0\x09\0\1\0\0\0\1tial"));
    if (is_cut) {
        h2_rig_run(&r);
        pipe_transport_cut(r.peer.t);
    } else {
        pipe_transport_shut(r.peer.t);
    }
    h2_rig_run(&r);
    assert_int_equal(whole->fault.code, ERR_NONE);
    assert_int_equal(in_body->ndone, 1);
    assert_int_equal(in_body->fault.code, ERR_PARTIAL);
    assert_string_equal(str_text(&in_body->body), "partial");
    assert_int_equal(in_head->ndone, 1);
    assert_int_equal(in_head->fault.code, ERR_RECV);
    assert_int_equal(r.nclosed, 1);
    assert_int_equal(r.closed.code, ERR_RECV);
    h2_rig_fini(&r);
}

static void an_end_or_a_cut_fails_each_open_stream(void **state)
{
    (void)state;
    for (size_t piece = 0; piece < 2; piece++) {
        a_connection_that_ends_fails_each_stream(piece, false);
        a_connection_that_ends_fails_each_stream(piece, true);
    }
}

static void each_call_of_the_transport_may_fail(void **state)
{
    (void)state;
    for (unsigned n = 1; n < 20; n++) {
        struct h2_rig r;
        h2_rig_init(&r, 0);
        pipe_transport_fail_at(r.near, n);
        struct h2_rig_call *a = h2_rig_get(&r);
        h2_rig_run(&r);
        if (r.conn) {
            h2_wire_hello(&r.peer);
            h2_wire_head(&r.peer, 1, 0, ":status", "200", NULL);
            h2_rig_run(&r);
        }
        if (r.conn) {
            h2_wire_data(&r.peer, 1, END, "x");
            h2_rig_run(&r);
        }
        assert_int_equal(a->ndone + a->nreturned, 1);
        h2_rig_fini(&r);
    }
}

static void a_goaway_with_an_error_explains_the_end(void **state)
{
    (void)state;
    struct h2_rig r;
    h2_rig_init(&r, 0);
    struct h2_rig_call *a = h2_rig_get(&r);
    h2_rig_run(&r);
    h2_wire_hello(&r.peer);
    h2_wire_goaway(&r.peer, 1, NGHTTP2_COMPRESSION_ERROR);
    pipe_transport_shut(r.peer.t);
    h2_rig_run(&r);
    assert_int_equal(a->ndone, 1);
    assert_int_equal(a->fault.code, ERR_H2_FRAMING);
    assert_int_equal(a->fault.wire, NGHTTP2_COMPRESSION_ERROR);
    h2_rig_fini(&r);
}

static void a_goaway_explains_what_it_left_out(void **state)
{
    (void)state;
    static const struct {
        uint32_t code;
        enum err seen;
        enum err unseen;
        const char *text;
    } cases[] = {
        {NGHTTP2_ENHANCE_YOUR_CALM, ERR_H2_FRAMING, ERR_H2_FRAMING,
         "the peer said goodbye (ENHANCE_YOUR_CALM): slow down"},
        {NGHTTP2_NO_ERROR, ERR_RECV, ERR_RECV,
         "the peer said goodbye (NO_ERROR): slow down"},
    };
    for (size_t i = 0; i < 2 * (sizeof cases / sizeof *cases); i++) {
        struct h2_rig r;
        h2_rig_init(&r, 0);
        struct h2_rig_call *seen = h2_rig_get(&r);
        struct h2_rig_call *unseen = h2_rig_get(&r);
        h2_rig_run(&r);
        h2_wire_hello(&r.peer);
        h2_wire_goaway_text(&r.peer, 1, cases[i / 2].code, "slow down");
        h2_rig_run(&r);
        assert_int_equal(unseen->nreturned, 1);
        assert_int_equal(unseen->how, CONN_RETURN_GOAWAY);
        assert_int_equal(unseen->fault.code, cases[i / 2].unseen);
        assert_int_equal(unseen->fault.wire, cases[i / 2].code);
        assert_string_equal(unseen->fault.detail, cases[i / 2].text);
        assert_int_equal(seen->ndone, 0);
        if (i % 2)
            pipe_transport_shut(r.peer.t);
        else
            pipe_transport_cut(r.peer.t);
        h2_rig_run(&r);
        assert_int_equal(seen->ndone, 1);
        assert_int_equal(seen->fault.code, cases[i / 2].seen);
        assert_string_equal(seen->fault.detail, cases[i / 2].text);
        h2_rig_fini(&r);
    }
}

static void a_second_goaway_takes_no_error_back(void **state)
{
    (void)state;
    struct h2_rig r;
    h2_rig_init(&r, 0);
    struct h2_rig_call *a = h2_rig_get(&r);
    h2_rig_run(&r);
    h2_wire_hello(&r.peer);
    h2_wire_goaway_text(&r.peer, 1, NGHTTP2_INTERNAL_ERROR, "disk full");
    h2_wire_goaway(&r.peer, 1, NGHTTP2_NO_ERROR);
    pipe_transport_shut(r.peer.t);
    h2_rig_run(&r);
    assert_int_equal(a->fault.wire, NGHTTP2_INTERNAL_ERROR);
    assert_non_null(strstr(a->fault.detail, "disk full"));
    h2_rig_fini(&r);
}

static void a_goaway_that_wants_http_1_1_is_not_retried_here(void **state)
{
    (void)state;
    struct h2_rig r;
    h2_rig_init(&r, 0);
    struct h2_rig_call *a = h2_rig_get(&r);
    h2_rig_run(&r);
    h2_wire_hello(&r.peer);
    h2_wire_goaway(&r.peer, 0, NGHTTP2_HTTP_1_1_REQUIRED);
    h2_rig_run(&r);
    assert_int_equal(a->ndone, 1);
    assert_int_equal(a->fault.code, ERR_H2_FRAMING);
    assert_int_equal(a->fault.wire, NGHTTP2_HTTP_1_1_REQUIRED);
    h2_rig_fini(&r);
}

static void an_http_1_answer_is_recognised(void **state)
{
    (void)state;
    for (size_t piece = 0; piece < 2; piece++) {
        struct h2_rig r;
        h2_rig_init(&r, piece);
        struct h2_rig_call *a = h2_rig_get(&r);
        h2_rig_run(&r);
        pipe_transport_send_text(r.peer.t, "HTTP/1.1 400 Bad Request\r\n\r\n");
        pipe_transport_shut(r.peer.t);
        h2_rig_run(&r);
        assert_int_equal(a->ndone, 1);
        assert_int_equal(a->fault.code, ERR_WEIRD_REPLY);
        assert_int_equal(r.nclosed, 1);
        h2_rig_fini(&r);
    }
}

static void random_bytes_are_a_framing_error(void **state)
{
    (void)state;
    struct h2_rig r;
    h2_rig_init(&r, 0);
    struct h2_rig_call *a = h2_rig_get(&r);
    h2_rig_run(&r);
    pipe_transport_send_text(r.peer.t, "SSH-2.0-OpenSSH_9.2p1 Debian\r\n");
    h2_rig_run(&r);
    assert_int_equal(a->ndone, 1);
    assert_int_equal(a->fault.code, ERR_H2_FRAMING);
    h2_rig_fini(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reader_that_pauses_gets_no_more),
        cmocka_unit_test(a_resumed_reader_is_credited),
        cmocka_unit_test(paused_bytes_survive_the_end_of_the_connection),
        cmocka_unit_test(a_paused_reader_may_be_cancelled_or_closed),
        cmocka_unit_test(an_upload_waits_for_the_window),
        cmocka_unit_test(an_upload_of_unknown_length_waits_for_its_source),
        cmocka_unit_test(each_direction_is_resumed_on_its_own),
        cmocka_unit_test(an_upload_that_fails_resets_only_its_stream),
        cmocka_unit_test(an_early_answer_and_reset_no_error_is_success),
        cmocka_unit_test(an_early_refusal_stops_the_upload),
        cmocka_unit_test(an_early_acceptance_lets_the_upload_go_on),
        cmocka_unit_test(a_body_waits_for_100_continue),
        cmocka_unit_test(a_body_nobody_said_to_wait_with_is_sent),
        cmocka_unit_test(a_body_does_not_wait_for_ever),
        cmocka_unit_test(a_refused_expectation_sends_no_body),
        cmocka_unit_test(a_blocked_transport_holds_uploads_back),
        cmocka_unit_test(an_end_or_a_cut_fails_each_open_stream),
        cmocka_unit_test(each_call_of_the_transport_may_fail),
        cmocka_unit_test(a_goaway_with_an_error_explains_the_end),
        cmocka_unit_test(a_goaway_explains_what_it_left_out),
        cmocka_unit_test(a_second_goaway_takes_no_error_back),
        cmocka_unit_test(a_goaway_that_wants_http_1_1_is_not_retried_here),
        cmocka_unit_test(an_http_1_answer_is_recognised),
        cmocka_unit_test(random_bytes_are_a_framing_error),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
