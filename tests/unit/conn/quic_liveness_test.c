/* A peer that is silent is asked, and one that does not answer is given up. */
#include "conn/quic_liveness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "conn/quic_self.h"
#include "support/quic_world.h"

static bool is_dark; /* nothing comes through any more */
static size_t nsilenced;
static size_t nquestions; /* of them: the client's that are long enough */

static enum udp_relay_fate judge(struct udp_relay *r, bool is_up, size_t number,
                                 struct span data)
{
    (void)r;
    (void)number;
    nsilenced += is_dark;
    nquestions += is_dark && is_up && data.len == 1200;
    return is_dark ? UDP_RELAY_DROP : UDP_RELAY_PASS;
}

static void start(struct quic_world *w)
{
    is_dark = false;
    nsilenced = 0;
    nquestions = 0;
    quic_world_init(w);
    w->client_settings.timeouts.probe_after = 20 * LOOP_MS;
    w->client_settings.timeouts.ping_after = 40 * LOOP_MS;
    w->client_settings.timeouts.liveness = 100 * LOOP_MS;
    quic_world_open(w);
    quic_world_relay(w);
    w->relay.judge = judge;
    quic_world_connect(w, NULL);
    quic_world_until(w, quic_world_both_open);
}

static bool has_answered_thrice(struct quic_world *w)
{
    if (w->client.is_closed)
        fail_msg("closed: %s", w->client.why.detail);
    return w->client.nalive == 3;
}

static bool has_answered(struct quic_world *w)
{
    return w->client.nalive > 0;
}

static void a_silent_peer_that_answers_is_kept(void **state)
{
    (void)state;
    struct quic_world w;
    start(&w);
    quic_expect(w.client.quic, true);
    quic_world_until(&w, has_answered_thrice);
    /* As patient as it gets. */
    assert_int_equal(w.client.quic->liveness.patience, 40 * LOOP_MS);
    quic_expect(w.client.quic, false);
    quic_world_close(&w);
}

static void a_dead_path_ends_the_connection(void **state)
{
    (void)state;
    struct quic_world w;
    start(&w);
    quic_expect(w.client.quic, true);
    is_dark = true;
    quic_world_until(&w, quic_world_client_closed);
    assert_int_equal(w.client.why.code, ERR_RECV);
    assert_int_equal(w.client.why.remedy, REMEDY_PATH);
    assert_non_null(strstr(w.client.why.detail, "the path is dead"));
    assert_true(nsilenced > 0); /* it was asked */
    quic_world_close(&w);
}

/* Servers that have lost a connection answer no short packet. */
static void a_question_is_long_enough_for_a_stateless_reset(void **state)
{
    (void)state;
    struct quic_world w;
    start(&w);
    quic_expect(w.client.quic, true);
    quic_world_until(&w, has_answered); /* nothing else is to be sent */
    is_dark = true;
    quic_world_until(&w, quic_world_client_closed);
    assert_true(nquestions > 0);
    quic_world_close(&w);
}

static void who_expects_nothing_asks_nothing(void **state)
{
    (void)state;
    struct quic_world w;
    start(&w);
    quic_expect(w.client.quic, true);
    quic_expect(w.client.quic, false);
    assert_false(heap_has(&w.client.quic->liveness.timer.node));
    quic_world_close(&w);
}

static void a_question_has_an_answer_at_once(void **state)
{
    (void)state;
    struct quic_world w;
    start(&w);
    w.client.quic->keep_alive = LOOP_S;
    quic_ask(w.client.quic);
    quic_ask(w.client.quic);
    quic_world_until(&w, has_answered);
    assert_int_equal(w.client.nalive, 1);
    assert_false(heap_has(&w.client.quic->liveness.timer.node));
    quic_world_close(&w);
}

static bool was_asked_often_from_within(struct quic_world *w)
{
    if (w->client.is_closed)
        fail_msg("closed: %s", w->client.why.detail);
    if (w->client.nalive < 500)
        quic_ask(w->client.quic);
    return w->client.nalive == 500;
}

/* ngtcp2 writes no PING in the turn in which a packet has arrived, nor before
 * pacing lets it. */
static void who_asks_when_an_answer_comes_is_answered_again(void **state)
{
    (void)state;
    struct quic_world w;
    start(&w);
    w.client_settings.timeouts.liveness = 60 * LOOP_S;
    quic_ask(w.client.quic);
    quic_world_until(&w, was_asked_often_from_within);
    quic_world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_silent_peer_that_answers_is_kept),
        cmocka_unit_test(a_dead_path_ends_the_connection),
        cmocka_unit_test(a_question_is_long_enough_for_a_stateless_reset),
        cmocka_unit_test(who_expects_nothing_asks_nothing),
        cmocka_unit_test(a_question_has_an_answer_at_once),
        cmocka_unit_test(who_asks_when_an_answer_comes_is_answered_again),
    };
    return cmocka_run_group_tests_name("conn/quic_liveness", tests, NULL, NULL);
}
