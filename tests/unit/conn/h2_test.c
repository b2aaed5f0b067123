/*
 * The contract of conn/conn.h, kept by h2 against a peer that behaves.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "conn/h2_rig.h"
#include "conn/meter.h"
#include "support/pipe_transport.h"

#define END NGHTTP2_FLAG_END_STREAM

static void assert_success(const struct h2_rig_call *call, const char *body)
{
    assert_int_equal(call->ndone, 1);
    assert_int_equal(call->fault.code, ERR_NONE);
    assert_string_equal(str_text(&call->body), body);
}

static void the_preface_carries_our_settings(void **state)
{
    (void)state;
    struct h2_rig r;
    struct h2_wire_frame f;
    h2_rig_init(&r, 0);
    h2_rig_run(&r);
    assert_true(h2_wire_next(&r.peer, &f));
    assert_int_equal(f.type, NGHTTP2_SETTINGS);
    bool has_push = false;
    for (size_t i = 0; i + 6 <= f.payload.len; i += 6) {
        const uint8_t *at = f.payload.base + i;
        uint32_t value = (uint32_t)at[2] << 24 | (uint32_t)at[3] << 16 |
                         (uint32_t)at[4] << 8 | at[5];
        if (at[1] == NGHTTP2_SETTINGS_ENABLE_PUSH) {
            has_push = true;
            assert_int_equal(value, 0);
        }
        if (at[1] == NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE)
            assert_int_equal(value, r.settings.h2.stream_window);
    }
    assert_true(has_push);
    assert_true(h2_wire_next(&r.peer, &f));
    assert_int_equal(f.type, NGHTTP2_WINDOW_UPDATE);
    assert_int_equal(f.id, 0);
    h2_rig_fini(&r);
}

static void a_request_is_written_as_rfc_9113_says(void **state)
{
    (void)state;
    struct h2_rig r;
    struct h2_wire_frame f;
    struct str text;
    h2_rig_init(&r, 0);
    struct h2_rig_call *call = h2_rig_prepare_call(&r, "POST", 3);
    struct fields *fields = &call->request.fields;
    fields_add(fields, SPAN_LIT("X-Upper"), SPAN_LIT("V"));
    fields_add(fields, SPAN_LIT("Connection"), SPAN_LIT("keep-alive"));
    fields_add(fields, SPAN_LIT("Transfer-Encoding"), SPAN_LIT("chunked"));
    fields_add(fields, SPAN_LIT("Upgrade"), SPAN_LIT("h2c"));
    fields_add(fields, SPAN_LIT("TE"), SPAN_LIT("gzip, trailers"));
    fields_add(fields, SPAN_LIT("te"), SPAN_LIT("trailers"));
    fields_add(fields, SPAN_LIT("cookie"), SPAN_LIT("a=b"));
    fields_add(fields, SPAN_LIT("Content-Length"), SPAN_LIT("99"));
    call->upload.give = 3;
    call->upload.is_last = true;
    h2_rig_submit(call);
    h2_rig_run(&r);
    str_init(&text);
    assert_true(h2_wire_find(&r.peer, NGHTTP2_HEADERS, &f));
    h2_wire_fields(&r.peer, &f, &text);
    assert_string_equal(str_text(&text), ":method: POST\n"
                                         ":scheme: https\n"
                                         ":authority: example.test\n"
                                         ":path: /\n"
                                         "x-upper: V\n"
                                         "te: trailers\n"
                                         "cookie: a=b\n"
                                         "content-length: 3\n");
    assert_true(h2_wire_next(&r.peer, &f));
    assert_int_equal(f.type, NGHTTP2_DATA);
    assert_int_equal(f.flags, END);
    assert_int_equal(f.payload.len, 3);
    str_fini(&text);
    h2_rig_fini(&r);
}

static void answers_are_delivered(size_t piece)
{
    struct h2_rig r;
    h2_rig_init(&r, piece);
    struct h2_rig_call *a = h2_rig_get(&r);
    struct h2_rig_call *b = h2_rig_get(&r);
    h2_rig_run(&r);
    h2_wire_hello(&r.peer);
    h2_wire_head(&r.peer, 3, 0, ":status", "103", "link", "</x>", NULL);
    h2_wire_head(&r.peer, 3, 0, ":status", "200", "a", "b", NULL);
    h2_wire_data(&r.peer, 3, 0, "hel");
    h2_wire_answer(&r.peer, 1, "first");
    h2_wire_data(&r.peer, 3, 0, "lo");
    h2_wire_head(&r.peer, 3, END, "t", "1", NULL);
    h2_rig_run(&r);
    assert_success(a, "first");
    assert_success(b, "hello");
    assert_string_equal(str_text(&b->heads), "103 link=</x>\n200 a=b\n");
    assert_string_equal(str_text(&b->trailers), "t=1;");
    assert_true(a->ex.is_first);
    assert_false(b->ex.is_first);
    assert_int_equal(b->ex.bytes_body_received, 5);
    assert_true(b->ex.bytes_head_sent > 9);
    assert_true(b->ex.first_byte_at >= b->ex.sent_at);
    assert_true(b->ex.sent_at >= b->ex.submitted_at);
    assert_int_equal(r.conn->active, 0);
    assert_true(r.ncapacity > 0);
    h2_rig_fini(&r);
}

static void answers_come_with_interim_heads_and_trailers(void **state)
{
    (void)state;
    answers_are_delivered(0);
}

static void answers_come_byte_by_byte(void **state)
{
    (void)state;
    answers_are_delivered(1);
}

static void answers_without_a_body_end_at_once(void **state)
{
    (void)state;
    static const char *const statuses[] = {"204", "304", "200"};
    for (size_t i = 0; i < 3; i++) {
        struct h2_rig r;
        h2_rig_init(&r, 0);
        bool is_head = strcmp(statuses[i], "200") == 0;
        struct h2_rig_call *call =
            h2_rig_prepare_call(&r, is_head ? "HEAD" : "GET", BODY_LEN_NONE);
        h2_rig_submit(call);
        h2_rig_run(&r);
        h2_wire_hello(&r.peer);
        if (strcmp(statuses[i], "204") == 0)
            h2_wire_head(&r.peer, 1, END, ":status", statuses[i], NULL);
        else
            h2_wire_head(&r.peer, 1, END, ":status", statuses[i],
                         "content-length", "1000", NULL);
        h2_rig_run(&r);
        assert_success(call, "");
        h2_rig_fini(&r);
    }
}

static void room_follows_the_peers_limit(void **state)
{
    (void)state;
    struct h2_rig r;
    h2_rig_prepare(&r);
    r.settings.h2.max_streams = 150;
    h2_rig_open(&r, 0);
    assert_int_equal(r.conn->ops->capacity(r.conn), 100);
    assert_int_equal(r.conn->limit, CONN_LIMIT_UNKNOWN);
    h2_wire_hello(&r.peer);
    h2_rig_run(&r);
    assert_int_equal(r.conn->ops->capacity(r.conn), 150);
    assert_int_equal(r.conn->limit, 150);
    unsigned before = r.ncapacity;
    h2_wire_setting(&r.peer, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, 2);
    h2_rig_run(&r);
    assert_int_equal(r.conn->ops->capacity(r.conn), 2);
    assert_int_equal(r.conn->limit, 2);
    assert_true(r.ncapacity > before);
    h2_rig_get(&r);
    assert_int_equal(r.conn->ops->capacity(r.conn), 1);
    h2_wire_setting(&r.peer, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, 0);
    h2_rig_run(&r);
    assert_int_equal(r.conn->ops->capacity(r.conn), 0);
    h2_rig_fini(&r);
}

static struct conn_features features_of(const struct h2_rig *r)
{
    struct conn_features f = {.has = 0};
    r->conn->ops->features(r->conn, &f);
    return f;
}

#define CONNECT (FEATURE_EXTENDED_CONNECT | FEATURE_PROTOCOL)

static void extended_connect_is_unknown_until_settings(void **state)
{
    (void)state;
    struct h2_rig r;
    h2_rig_init(&r, 0);
    assert_int_equal(features_of(&r).pending, CONNECT);
    assert_int_equal(features_of(&r).has, FEATURE_REPLAY_SAFE);
    h2_wire_setting(&r.peer, NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL, 1);
    h2_rig_run(&r);
    assert_int_equal(r.nfeatures, 1);
    assert_int_equal(features_of(&r).pending, 0);
    assert_int_equal(features_of(&r).has, FEATURE_REPLAY_SAFE | CONNECT);
    assert_int_equal(features_of(&r).datagram_max, 0);
    h2_wire_setting(&r.peer, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, 5);
    h2_rig_run(&r);
    assert_int_equal(r.nfeatures, 1); /* that is no feature */
    h2_rig_fini(&r);
}

static void settings_without_it_are_the_answer_too(void **state)
{
    (void)state;
    struct h2_rig r;
    h2_rig_init(&r, 0);
    h2_wire_hello(&r.peer);
    h2_rig_run(&r);
    assert_int_equal(r.nfeatures, 1);
    assert_int_equal(features_of(&r).pending, 0);
    assert_int_equal(features_of(&r).has, FEATURE_REPLAY_SAFE);
    /* It may still be switched on (RFC 8441 3). */
    h2_wire_setting(&r.peer, NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL, 1);
    h2_rig_run(&r);
    assert_int_equal(r.nfeatures, 2);
    assert_true(features_of(&r).has & FEATURE_EXTENDED_CONNECT);
    h2_rig_fini(&r);
}

static void features_of_a_connection_that_drains_are_not_told(void **state)
{
    (void)state;
    struct h2_rig r;
    h2_rig_init(&r, 0);
    h2_rig_get(&r);
    h2_rig_run(&r);
    h2_wire_setting(&r.peer, NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL, 1);
    h2_wire_goaway(&r.peer, 1, NGHTTP2_NO_ERROR);
    h2_rig_run(&r);
    assert_int_equal(r.ndraining, 1);
    assert_int_equal(r.nfeatures, 0);
    h2_rig_fini(&r);
}

static void a_lowered_limit_returns_what_was_not_sent(void **state)
{
    (void)state;
    struct h2_rig r;
    h2_rig_init(&r, 0);
    struct h2_rig_call *sent = h2_rig_get(&r);
    h2_rig_run(&r);
    h2_wire_setting(&r.peer, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, 1);
    struct h2_rig_call *unsent = NULL;
    /* The limit arrives in the very turn in which it would be sent. */
    unsent = h2_rig_get(&r);
    h2_rig_run(&r);
    assert_int_equal(sent->nreturned + sent->ndone, 0);
    assert_int_equal(unsent->nreturned, 1);
    assert_int_equal(unsent->ndone, 0);
    h2_wire_answer(&r.peer, 1, "x");
    h2_rig_run(&r);
    assert_success(sent, "x");
    h2_rig_fini(&r);
}

static void a_cancelled_exchange_is_reset_and_silent(void **state)
{
    (void)state;
    struct h2_rig r;
    struct h2_wire_frame f;
    h2_rig_init(&r, 0);
    struct h2_rig_call *a = h2_rig_get(&r);
    struct h2_rig_call *b = h2_rig_get(&r);
    struct h2_rig_call *unsent = NULL;
    h2_rig_run(&r);
    unsent = h2_rig_get(&r);
    r.conn->ops->cancel(r.conn, &unsent->ex);
    r.conn->ops->cancel(r.conn, &a->ex);
    arena_fini(&a->ex.arena);
    arena_fini(&unsent->ex.arena);
    assert_int_equal(r.conn->active, 1);
    h2_rig_run(&r);
    assert_true(h2_wire_find(&r.peer, NGHTTP2_RST_STREAM, &f));
    assert_int_equal(f.id, 1);
    assert_int_equal(h2_wire_code(&f), NGHTTP2_CANCEL);
    h2_wire_hello(&r.peer);
    h2_wire_answer(&r.peer, 1, "late");
    h2_wire_answer(&r.peer, 3, "good");
    h2_rig_run(&r);
    assert_int_equal(a->ndone + a->nreturned, 0);
    assert_int_equal(a->body.len, 0);
    assert_int_equal(unsent->ndone + unsent->nreturned, 0);
    assert_success(b, "good");
    h2_rig_fini(&r);
}

static void a_sink_may_cancel_while_it_is_called(void **state)
{
    (void)state;
    for (size_t piece = 0; piece < 2; piece++) {
        struct h2_rig r;
        struct h2_wire_frame f;
        h2_rig_init(&r, piece);
        struct h2_rig_call *a = h2_rig_get(&r);
        struct h2_rig_call *b = h2_rig_get(&r);
        a->cancels = true;
        h2_rig_run(&r);
        h2_wire_hello(&r.peer);
        h2_wire_answer(&r.peer, 1, "not wanted");
        h2_wire_answer(&r.peer, 3, "good");
        h2_rig_run(&r);
        assert_int_equal(a->ndone, 0);
        assert_success(b, "good");
        assert_int_equal(r.conn->active, 0);
        if (piece == 1) {
            assert_true(h2_wire_find(&r.peer, NGHTTP2_RST_STREAM, &f));
        }
        h2_rig_fini(&r);
    }
}

static void goaway_returns_what_the_peer_never_saw(void **state)
{
    (void)state;
    struct h2_rig r;
    h2_rig_init(&r, 0);
    struct h2_rig_call *seen = h2_rig_get(&r);
    struct h2_rig_call *unseen = h2_rig_get(&r);
    h2_rig_run(&r);
    h2_wire_hello(&r.peer);
    h2_wire_goaway(&r.peer, 1, NGHTTP2_NO_ERROR);
    h2_rig_run(&r);
    assert_int_equal(r.ndraining, 1);
    assert_int_equal(unseen->nreturned, 1);
    assert_int_equal(unseen->ndone, 0);
    assert_int_equal(seen->ndone, 0);
    assert_int_equal(r.nclosed, 0);
    h2_wire_answer(&r.peer, 1, "answer");
    h2_rig_run(&r);
    assert_success(seen, "answer");
    assert_int_equal(r.nclosed, 1);
    assert_int_equal(r.closed.code, ERR_NONE);
    h2_rig_fini(&r);
}

static void the_shutdown_notice_only_drains(void **state)
{
    (void)state;
    struct h2_rig r;
    h2_rig_init(&r, 0);
    struct h2_rig_call *a = h2_rig_get(&r);
    h2_rig_run(&r);
    h2_wire_hello(&r.peer);
    h2_wire_goaway(&r.peer, INT32_MAX, NGHTTP2_NO_ERROR);
    h2_rig_run(&r);
    assert_int_equal(r.ndraining, 1);
    assert_int_equal(r.conn->ops->capacity(r.conn), 0);
    h2_wire_goaway(&r.peer, 1, NGHTTP2_NO_ERROR);
    h2_wire_answer(&r.peer, 1, "x");
    h2_rig_run(&r);
    assert_success(a, "x");
    assert_int_equal(r.nclosed, 1);
    h2_rig_fini(&r);
}

static void refused_streams_are_returned(void **state)
{
    (void)state;
    struct h2_rig r;
    h2_rig_init(&r, 0);
    struct h2_rig_call *a = h2_rig_get(&r);
    h2_rig_run(&r);
    h2_wire_hello(&r.peer);
    h2_wire_u32(&r.peer, NGHTTP2_RST_STREAM, 0, 1, NGHTTP2_REFUSED_STREAM);
    h2_rig_run(&r);
    assert_int_equal(a->nreturned, 1);
    assert_int_equal(a->ndone, 0);
    assert_int_equal(a->fault.wire, NGHTTP2_REFUSED_STREAM);
    assert_int_equal(a->how, CONN_RETURN_CROWDED); /* sent before SETTINGS */
    assert_int_equal(r.conn->active, 0);
    struct h2_rig_call *b = h2_rig_get(&r);
    h2_rig_run(&r);
    h2_wire_u32(&r.peer, NGHTTP2_RST_STREAM, 0, 3, NGHTTP2_REFUSED_STREAM);
    h2_rig_run(&r);
    assert_int_equal(b->nreturned, 1);
    assert_int_equal(b->how, CONN_RETURN_REFUSED);
    h2_rig_fini(&r);
}

static void a_peer_that_stays_silent_after_idleness_is_given_up(void **state)
{
    (void)state;
    for (int answers = 0; answers < 2; answers++) {
        struct h2_rig r;
        h2_rig_prepare(&r);
        r.settings.timeouts.ping_after = 0;
        r.settings.timeouts.liveness = 20 * LOOP_MS;
        h2_rig_open(&r, 0);
        h2_wire_hello(&r.peer);
        struct h2_rig_call *first = h2_rig_get(&r);
        h2_rig_run(&r);
        h2_wire_answer(&r.peer, 1, "x");
        h2_rig_run(&r);
        assert_success(first, "x");
        struct h2_rig_call *second = h2_rig_get(&r);
        if (answers)
            h2_wire_setting(&r.peer, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS,
                            9);
        h2_rig_run(&r); /* until no timer runs any more */
        struct h2_wire_frame f;
        assert_true(h2_wire_find(&r.peer, NGHTTP2_PING, &f));
        assert_int_equal(second->ndone, !answers);
        if (!answers)
            assert_int_equal(second->fault.code, ERR_RECV);
        h2_rig_fini(&r);
    }
}

static void what_never_left_is_returned_when_the_wire_breaks(void **state)
{
    (void)state;
    struct h2_rig r;
    h2_rig_init(&r, 0);
    struct h2_rig_call *sent = h2_rig_get(&r);
    h2_rig_run(&r);
    struct h2_rig_call *unsent = h2_rig_get(&r);
    pipe_transport_cut(r.near);
    h2_rig_run(&r);
    assert_int_equal(sent->ndone, 1);
    assert_int_equal(sent->fault.code, ERR_RECV);
    assert_int_equal(unsent->nreturned, 1);
    assert_int_equal(r.nclosed, 1);
    h2_rig_fini(&r);
}

static void a_drained_connection_closes_when_idle(void **state)
{
    (void)state;
    struct h2_rig r;
    struct h2_wire_frame f;
    h2_rig_init(&r, 0);
    struct h2_rig_call *a = h2_rig_get(&r);
    h2_rig_run(&r);
    r.conn->ops->drain(r.conn);
    assert_int_equal(r.conn->ops->capacity(r.conn), 0);
    h2_rig_run(&r);
    assert_int_equal(r.nclosed, 0);
    h2_wire_hello(&r.peer);
    h2_wire_answer(&r.peer, 1, "x");
    h2_rig_run(&r);
    assert_success(a, "x");
    assert_int_equal(r.nclosed, 1);
    assert_int_equal(r.closed.code, ERR_NONE);
    assert_true(h2_wire_find(&r.peer, NGHTTP2_GOAWAY, &f));
    assert_int_equal(h2_wire_code(&f), NGHTTP2_NO_ERROR);
    assert_true(pipe_transport_is_shut(r.peer.t));
    h2_rig_fini(&r);
}

static void a_drain_waits_for_a_blocked_transport(void **state)
{
    (void)state;
    struct h2_rig r;
    struct str in;
    h2_rig_init(&r, 0);
    pipe_transport_set_room(r.peer.t, 10);
    r.conn->ops->drain(r.conn);
    h2_rig_run(&r);
    assert_int_equal(r.nclosed, 0);
    str_init(&in);
    for (int i = 0; i < 100 && r.nclosed == 0; i++) {
        (void)pipe_transport_receive(r.peer.t, &in);
        h2_rig_run(&r);
    }
    assert_int_equal(r.nclosed, 1);
    str_fini(&in);
    h2_rig_fini(&r);
}

static void close_is_silent_and_says_goodbye(void **state)
{
    (void)state;
    struct h2_rig r;
    struct h2_wire_frame f;
    h2_rig_init(&r, 0);
    struct h2_rig_call *a = h2_rig_get(&r);
    h2_rig_run(&r);
    struct h2_rig_call *b = h2_rig_get(&r);
    r.conn->ops->close(r.conn);
    r.conn = NULL;
    h2_rig_run(&r);
    assert_int_equal(a->ndone + a->nreturned + b->ndone + b->nreturned, 0);
    assert_int_equal(r.nclosed, 0);
    assert_true(h2_wire_find(&r.peer, NGHTTP2_GOAWAY, &f));
    assert_true(pipe_transport_is_shut(r.peer.t));
    h2_rig_fini(&r);
}

static void an_idle_connection_answers_ping_and_sees_the_end(void **state)
{
    (void)state;
    struct h2_rig r;
    struct h2_wire_frame f;
    h2_rig_init(&r, 0);
    h2_wire_hello(&r.peer);
    h2_rig_run(&r);
    h2_wire_frame(&r.peer, NGHTTP2_PING, 0, 0, SPAN_LIT("12345678"));
    h2_rig_run(&r);
    assert_true(h2_wire_find(&r.peer, NGHTTP2_PING, &f));
    assert_int_equal(f.flags, NGHTTP2_FLAG_ACK);
    assert_memory_equal(f.payload.base, "12345678", 8);
    assert_true(r.conn->ops->rtt(r.conn) > 0); /* SETTINGS were answered */
    pipe_transport_shut(r.peer.t);
    h2_rig_run(&r);
    assert_int_equal(r.nclosed, 1);
    assert_int_equal(r.closed.code, ERR_NONE);
    h2_rig_fini(&r);
}

struct counting_meter {
    struct meter meter;
    unsigned times[8];
};

static void count_answer(struct meter *m, const struct meter_answer *a)
{
    assert_in_range(a->seq, 1, 7);
    container_of(m, struct counting_meter, meter)->times[a->seq]++;
}

static void answer_measure(struct h2_rig *r, uint64_t seq)
{
    h2_wire_frame(&r->peer, NGHTTP2_PING, NGHTTP2_FLAG_ACK, 0,
                  span_of(&seq, sizeof seq));
}

/* Beside that of the connection's own, whose answer has no number. */
static void measuring_pings_are_known_by_their_numbers(void **state)
{
    (void)state;
    struct h2_rig r;
    struct h2_wire_frame f;
    struct counting_meter c = {.meter = {count_answer}};
    h2_rig_init(&r, 0);
    h2_wire_hello(&r.peer);
    h2_rig_run(&r);
    for (uint64_t seq = 1; seq <= 3; seq++)
        assert_true(r.conn->ops->measure(r.conn, &c.meter, seq));
    assert_true(r.conn->ops->ping(r.conn, LOOP_S));
    h2_rig_run(&r);
    assert_true(h2_wire_find(&r.peer, NGHTTP2_PING, &f));
    assert_int_equal(f.flags, 0);
    answer_measure(&r, 3);
    answer_measure(&r, 0);
    answer_measure(&r, 1);
    h2_rig_run(&r);
    assert_int_equal(c.times[1], 1);
    assert_int_equal(c.times[2], 0);
    assert_int_equal(c.times[3], 1);
    h2_rig_fini(&r);
}

static void a_request_head_over_the_peers_limit_fails_here(void **state)
{
    (void)state;
    struct h2_rig r;
    struct h2_wire_frame f;
    char big[2000];
    h2_rig_init(&r, 0);
    h2_wire_setting(&r.peer, NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, 1000);
    h2_rig_run(&r);
    memset(big, 'x', sizeof big);
    struct h2_rig_call *call = h2_rig_prepare_call(&r, "GET", BODY_LEN_NONE);
    fields_add(&call->request.fields, SPAN_LIT("big"),
               span_of(big, sizeof big));
    h2_rig_submit(call);
    assert_int_equal(call->ndone, 0);
    h2_rig_run(&r);
    assert_int_equal(call->ndone, 1);
    assert_int_equal(call->fault.code, ERR_HEAD_TOO_LARGE);
    assert_false(h2_wire_find(&r.peer, NGHTTP2_HEADERS, &f));
    h2_rig_fini(&r);
}

struct notes {
    struct trace trace;
    struct str text;
};

static void note_event(struct trace *t, const struct trace_event *event)
{
    struct notes *n = container_of(t, struct notes, trace);
    str_printf(&n->text, "%d@%d: %.*s", (int)event->kind, (int)event->conn_id,
               SPAN_ARG(event->text));
}

static void heads_are_traced_as_http_1_would_write_them(void **state)
{
    (void)state;
    struct h2_rig r;
    struct notes notes = {
        .trace = {.wants_notes = true, .on_event = note_event}};
    str_init(&notes.text);
    h2_rig_init(&r, 0);
    loop_set_trace(r.loop, &notes.trace);
    struct h2_rig_call *call = h2_rig_prepare_call(&r, "GET", BODY_LEN_NONE);
    fields_add(&call->request.fields, SPAN_LIT("Accept"), SPAN_LIT("*/*"));
    h2_rig_submit(call);
    h2_rig_run(&r);
    h2_wire_hello(&r.peer);
    h2_wire_head(&r.peer, 1, 0, ":status", "200", "a", "b", NULL);
    h2_wire_head(&r.peer, 1, END, "t", "1", NULL);
    h2_rig_run(&r);
    char expected[300];
    (void)snprintf(expected, sizeof expected,
                   "%d@1: GET / HTTP/2\r\nHost: example.test\r\n"
                   "accept: */*\r\n\r\n"
                   "%d@1: HTTP/2 200\r\na: b\r\n\r\n"
                   "%d@1: t: 1\r\n",
                   TRACE_REQUEST_HEAD, TRACE_RESPONSE_HEAD, TRACE_TRAILERS);
    assert_string_equal(str_text(&notes.text), expected);
    str_fini(&notes.text);
    h2_rig_fini(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_preface_carries_our_settings),
        cmocka_unit_test(a_request_is_written_as_rfc_9113_says),
        cmocka_unit_test(answers_come_with_interim_heads_and_trailers),
        cmocka_unit_test(answers_come_byte_by_byte),
        cmocka_unit_test(answers_without_a_body_end_at_once),
        cmocka_unit_test(room_follows_the_peers_limit),
        cmocka_unit_test(extended_connect_is_unknown_until_settings),
        cmocka_unit_test(settings_without_it_are_the_answer_too),
        cmocka_unit_test(features_of_a_connection_that_drains_are_not_told),
        cmocka_unit_test(a_lowered_limit_returns_what_was_not_sent),
        cmocka_unit_test(a_cancelled_exchange_is_reset_and_silent),
        cmocka_unit_test(a_sink_may_cancel_while_it_is_called),
        cmocka_unit_test(goaway_returns_what_the_peer_never_saw),
        cmocka_unit_test(the_shutdown_notice_only_drains),
        cmocka_unit_test(refused_streams_are_returned),
        cmocka_unit_test(a_peer_that_stays_silent_after_idleness_is_given_up),
        cmocka_unit_test(what_never_left_is_returned_when_the_wire_breaks),
        cmocka_unit_test(a_drained_connection_closes_when_idle),
        cmocka_unit_test(a_drain_waits_for_a_blocked_transport),
        cmocka_unit_test(close_is_silent_and_says_goodbye),
        cmocka_unit_test(an_idle_connection_answers_ping_and_sees_the_end),
        cmocka_unit_test(measuring_pings_are_known_by_their_numbers),
        cmocka_unit_test(a_request_head_over_the_peers_limit_fails_here),
        cmocka_unit_test(heads_are_traced_as_http_1_would_write_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
