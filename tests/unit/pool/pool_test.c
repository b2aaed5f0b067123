#include "pool/pool.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "pool/fake_dial.h"
#include "pool/world.h"

static void an_unknown_protocol_is_dialled_once(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_AUTO, true);
    world_submit(&w, 0, 10);
    assert_int_equal(fake_dials_running(), 1);
    struct fake_conn *f = fake_connect(0, HTTP_VERSION_2, 100);
    assert_int_equal(f->conn.active, 10);
    assert_int_equal(fake_ndials, 1);
    assert_true(w.jobs[0].ex.is_first);
    assert_false(w.jobs[1].ex.is_first);
    world_close(&w);
    assert_true(f->is_closed);
    fake_free(f);
}

static void http1_gets_a_connection_for_each_up_to_the_limit(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_1_1, true);
    world_submit(&w, 0, 10);
    assert_int_equal(fake_dials_running(), 4);
    struct pool_stats stats;
    pool_get_stats(w.pool, &stats);
    assert_int_equal(stats.queued, 10);
    assert_int_equal(stats.dials, 4);
    for (size_t i = 0; i < WORLD_JOBS; i++)
        pool_cancel(&w.jobs[i].ex);
    world_close(&w);
}

static void plain_http_is_known_to_be_http1(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_AUTO, false);
    world_submit(&w, 0, 3);
    assert_int_equal(fake_dials_running(), 3);
    for (size_t i = 0; i < 3; i++)
        pool_cancel(&w.jobs[i].ex);
    world_close(&w);
}

static void what_alpn_chose_decides_how_many_are_dialled(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_AUTO, true);
    world_submit(&w, 0, 10);
    struct fake_conn *f = fake_connect(0, HTTP_VERSION_1_1, 1);
    assert_int_equal(f->conn.active, 1);
    assert_int_equal(fake_dials_running(), 3); /* four in all */
    for (size_t i = 1; i < 10; i++)
        pool_cancel(&w.jobs[i].ex);
    fake_answer(f, &w.jobs[0].ex);
    world_close(&w);
    fake_free(f);
}

static void an_idle_connection_is_used_again(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_1_1, true);
    world_submit(&w, 0, 1);
    struct fake_conn *f = fake_connect(0, HTTP_VERSION_1_1, 1);
    fake_answer(f, fake_first(f));
    world_submit(&w, 1, 1);
    assert_int_equal(fake_ndials, 1);
    assert_int_equal(f->nsubmitted, 2);
    assert_false(w.jobs[1].ex.is_first);
    fake_answer(f, fake_first(f));
    assert_int_equal(world_ndone(&w), 2);
    world_close(&w);
    fake_free(f);
}

static void the_queue_waits_for_room_in_order(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_2_PRIOR, true);
    w.settings.pool.max_connections = 1;
    world_remake(&w);
    world_submit(&w, 0, 20);
    struct fake_conn *f = fake_connect(0, HTTP_VERSION_2, 4);
    assert_int_equal(f->conn.active, 4);
    for (size_t i = 0; i < 20; i++) {
        assert_ptr_equal(fake_first(f), &w.jobs[i].ex);
        fake_answer(f, fake_first(f));
    }
    assert_int_equal(world_ndone(&w), 20);
    assert_int_equal(fake_ndials, 1);
    world_close(&w);
    fake_free(f);
}

static void a_full_connection_makes_the_pool_open_another(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_3_ONLY, true);
    world_submit(&w, 0, 12);
    assert_int_equal(fake_dials_running(), 1); /* it is to tell its limit */
    struct fake_conn *a = fake_connect(0, HTTP_VERSION_3, 4);
    assert_int_equal(fake_dials_running(), 2); /* 8 wait, 4 on each */
    struct fake_conn *b = fake_connect(1, HTTP_VERSION_3, 4);
    struct fake_conn *c = fake_connect(2, HTTP_VERSION_3, 4);
    assert_int_equal(a->conn.active + b->conn.active + c->conn.active, 12);
    assert_int_equal(fake_dials_running(), 0);
    struct pool_stats stats;
    pool_get_stats(w.pool, &stats);
    assert_int_equal(stats.connections, 3);
    assert_int_equal(stats.active, 12);
    for (size_t i = 0; i < 12; i++)
        pool_cancel(&w.jobs[i].ex);
    world_close(&w);
    fake_free(a);
    fake_free(b);
    fake_free(c);
}

static void the_least_loaded_connection_is_picked(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_2_PRIOR, true);
    world_submit(&w, 0, 5);
    struct fake_conn *a = fake_connect(0, HTTP_VERSION_2, 4);
    struct fake_conn *b = fake_connect(1, HTTP_VERSION_2, 4);
    assert_int_equal(a->conn.active, 4);
    assert_int_equal(b->conn.active, 1);
    fake_answer(a, fake_first(a));
    world_submit(&w, 5, 2); /* 3 and 1 run: both go to b */
    assert_int_equal(a->conn.active, 3);
    assert_int_equal(b->conn.active, 3);
    for (size_t i = 0; i < 7; i++)
        pool_cancel(&w.jobs[i].ex);
    world_close(&w);
    fake_free(a);
    fake_free(b);
}

static void a_raised_limit_is_used_at_once(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_2_PRIOR, true);
    w.settings.pool.max_connections = 1;
    world_remake(&w);
    world_submit(&w, 0, 6);
    struct fake_conn *f = fake_connect(0, HTTP_VERSION_2, 2);
    assert_int_equal(f->conn.active, 2);
    fake_raise_limit(f, 5);
    assert_int_equal(f->conn.active, 5);
    for (size_t i = 0; i < 6; i++)
        pool_cancel(&w.jobs[i].ex);
    world_close(&w);
    fake_free(f);
}

static void a_failed_dial_fails_everything_that_waits_once(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_AUTO, true);
    world_submit(&w, 0, 5);
    w.jobs[0].cancels = &w.jobs[3]; /* in the middle of it */
    fake_refuse(0, ERR_CONNECT);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(w.jobs[i].ndone, i == 3 ? 0 : 1);
        if (i != 3)
            assert_int_equal(w.jobs[i].outcome, ERR_CONNECT);
    }
    struct pool_stats stats;
    pool_get_stats(w.pool, &stats);
    assert_int_equal(stats.queued, 0);
    world_close(&w);
}

static void a_failed_dial_beside_a_connection_fails_nothing(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_1_1, true);
    world_submit(&w, 0, 2);
    struct fake_conn *f = fake_connect(0, HTTP_VERSION_1_1, 1);
    fake_refuse(1, ERR_CONNECT);
    assert_int_equal(world_ndone(&w), 0);
    fake_answer(f, fake_first(f));
    fake_answer(f, fake_first(f));
    assert_int_equal(world_ndone(&w), 2);
    world_close(&w);
    fake_free(f);
}

static void unprocessed_exchanges_go_elsewhere_without_charge(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_2_PRIOR, true);
    world_submit(&w, 0, 3);
    struct fake_conn *a = fake_connect(0, HTTP_VERSION_2, 10);
    fake_drain(a); /* GOAWAY: the last two were not processed */
    fake_return(a, &w.jobs[1].ex);
    fake_return(a, &w.jobs[2].ex);
    struct fake_conn *b = fake_connect(1, HTTP_VERSION_2, 10);
    assert_int_equal(b->conn.active, 2);
    fake_answer(a, &w.jobs[0].ex);
    while (b->conn.active)
        fake_answer(b, fake_first(b));
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(w.jobs[i].ndone, 1);
        assert_int_equal(w.jobs[i].outcome, ERR_NONE);
    }
    fake_die(a);
    world_close(&w);
    fake_free(a);
    fake_free(b);
}

static void what_cannot_move_finishes_and_is_followed(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_2_PRIOR, true);
    world_submit(&w, 0, 1);
    struct fake_conn *a = fake_connect(0, HTTP_VERSION_2, 10);
    assert_int_equal(pool_migrate(w.pool, false), 0);
    assert_false(a->is_draining);
    a->move = CONN_MOVE_STARTED;
    assert_int_equal(pool_migrate(w.pool, false), 1);
    assert_false(a->is_draining);
    a->move = CONN_MOVE_IMPOSSIBLE;
    assert_int_equal(pool_migrate(w.pool, true), 0);
    assert_true(a->is_draining);
    world_submit(&w, 1, 1);
    struct fake_conn *b = fake_connect(1, HTTP_VERSION_2, 10);
    assert_int_equal(b->conn.active, 1);
    /* It is asked again, and stays what it is. */
    assert_int_equal(pool_migrate(w.pool, true), 0);
    fake_answer(a, &w.jobs[0].ex);
    fake_answer(b, &w.jobs[1].ex);
    assert_int_equal(world_ndone(&w), 2);
    world_close(&w);
    fake_free(a);
    fake_free(b);
}

static bool rewind_once(struct body_source *src)
{
    return src->fault.wire++ == 0; /* counts the calls */
}

static void a_body_is_rewound_before_it_is_sent_again(void **state)
{
    (void)state;
    struct world w;
    struct body_source body = {.rewind = rewind_once};
    world_open(&w, SETTINGS_HTTP_2_PRIOR, true);
    w.jobs[0].ex.body = &body;
    world_submit(&w, 0, 1);
    struct fake_conn *f = fake_connect(0, HTTP_VERSION_2, 10);
    fake_return(f, fake_first(f));
    assert_int_equal(body.fault.wire, 1);
    assert_int_equal(w.jobs[0].ndone, 0);
    assert_true(world_await(&w, &f->conn.active, 1));
    fake_return(f, fake_first(f)); /* now it cannot be */
    assert_int_equal(w.jobs[0].ndone, 1);
    assert_int_equal(w.jobs[0].outcome, ERR_H2_STREAM);
    world_close(&w);
    fake_free(f);
}

static void what_is_always_refused_fails_in_the_end(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_2_PRIOR, true);
    world_submit(&w, 0, 1);
    struct fake_conn *f = fake_connect(0, HTTP_VERSION_2, 10);
    unsigned times = 0;
    while (w.jobs[0].ndone == 0 && times < 100) {
        fake_return(f, fake_first(f));
        assert_int_equal(f->conn.active, 0); /* no storm */
        times++;
        if (w.jobs[0].ndone == 0)
            assert_true(world_await(&w, &f->conn.active, 1));
    }
    assert_int_equal(times, 6);
    assert_int_equal(w.jobs[0].outcome, ERR_H2_STREAM);
    world_close(&w);
    fake_free(f);
}

static void a_dead_connection_is_replaced_for_those_who_wait(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_1_1, true);
    w.settings.pool.max_connections = 1;
    world_remake(&w);
    world_submit(&w, 0, 2);
    struct fake_conn *a = fake_connect(0, HTTP_VERSION_1_1, 1);
    fake_die(a);
    assert_int_equal(w.jobs[0].ndone, 1);
    assert_int_equal(w.jobs[0].outcome, ERR_RECV);
    assert_int_equal(w.jobs[1].ndone, 0);
    struct fake_conn *b = fake_connect(1, HTTP_VERSION_1_1, 1);
    fake_answer(b, fake_first(b));
    assert_int_equal(w.jobs[1].outcome, ERR_NONE);
    world_close(&w);
    fake_free(a);
    fake_free(b);
}

static void cancelling_frees_the_place(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_1_1, true);
    world_submit(&w, 0, 1);
    struct fake_conn *f = fake_connect(0, HTTP_VERSION_1_1, 1);
    pool_resume(&w.jobs[0].ex, EXCHANGE_SEND);
    assert_int_equal(f->nresumed, 1);
    assert_int_equal(f->ways, EXCHANGE_SEND);
    assert_int_equal(pool_rtt(&w.jobs[0].ex), 7);
    pool_cancel(&w.jobs[0].ex);
    pool_cancel(&w.jobs[0].ex); /* twice does nothing */
    pool_resume(&w.jobs[0].ex, EXCHANGE_SEND);
    assert_int_equal(f->ncancelled, 1);
    assert_int_equal(f->nresumed, 1);
    assert_int_equal(pool_rtt(&w.jobs[0].ex), 0);
    assert_int_equal(w.jobs[0].ndone, 0);
    world_close(&w);
    fake_free(f);
}

static void waiting_too_long_for_a_connection_times_out(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_2_PRIOR, true);
    w.settings.pool.checkout = 20 * LOOP_MS;
    w.settings.pool.max_connections = 1;
    world_remake(&w);
    world_submit(&w, 0, 3);
    struct fake_conn *f = fake_connect(0, HTTP_VERSION_2, 1);
    world_pass(&w, 40);
    assert_int_equal(w.jobs[0].ndone, 0); /* it runs */
    assert_int_equal(w.jobs[1].outcome, ERR_TIMEOUT);
    assert_int_equal(w.jobs[2].outcome, ERR_TIMEOUT);
    fake_answer(f, fake_first(f));
    assert_int_equal(w.jobs[0].outcome, ERR_NONE);
    world_close(&w);
    fake_free(f);
}

static void idle_connections_are_evicted_and_busy_ones_are_not(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_1_1, true);
    w.settings.pool.idle = 20 * LOOP_MS;
    world_remake(&w);
    world_submit(&w, 0, 2);
    struct fake_conn *a = fake_connect(0, HTTP_VERSION_1_1, 1);
    struct fake_conn *b = fake_connect(1, HTTP_VERSION_1_1, 1);
    fake_answer(a, fake_first(a));
    world_pass(&w, 45);
    assert_true(a->is_closed);
    assert_false(b->is_closed);
    struct pool_stats stats;
    pool_get_stats(w.pool, &stats);
    assert_int_equal(stats.connections, 1);
    assert_int_equal(pool_counters(w.pool)->closed[POOL_CLOSE_IDLE], 1);
    fake_answer(b, fake_first(b));
    world_close(&w);
    fake_free(a);
    fake_free(b);
}

static void a_running_dial_is_cancelled_with_its_pool(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_AUTO, true);
    world_submit(&w, 0, 1);
    pool_cancel(&w.jobs[0].ex);
    assert_int_equal(fake_dials_running(), 1);
    world_close(&w);
    assert_int_equal(fake_dials_running(), 0);
}

static void everything_that_happens_is_traced(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_2_PRIOR, true);
    world_submit(&w, 0, 2);
    struct fake_conn *a = fake_connect(0, HTTP_VERSION_2, 2);
    assert_int_equal(w.ntraces, 1); /* re-used by the second */
    fake_drain(a);
    fake_die(a);
    assert_int_equal(w.ntraces, 3);
    world_close(&w);
    fake_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_unknown_protocol_is_dialled_once),
        cmocka_unit_test(http1_gets_a_connection_for_each_up_to_the_limit),
        cmocka_unit_test(plain_http_is_known_to_be_http1),
        cmocka_unit_test(what_alpn_chose_decides_how_many_are_dialled),
        cmocka_unit_test(an_idle_connection_is_used_again),
        cmocka_unit_test(the_queue_waits_for_room_in_order),
        cmocka_unit_test(a_full_connection_makes_the_pool_open_another),
        cmocka_unit_test(the_least_loaded_connection_is_picked),
        cmocka_unit_test(a_raised_limit_is_used_at_once),
        cmocka_unit_test(a_failed_dial_fails_everything_that_waits_once),
        cmocka_unit_test(a_failed_dial_beside_a_connection_fails_nothing),
        cmocka_unit_test(unprocessed_exchanges_go_elsewhere_without_charge),
        cmocka_unit_test(what_cannot_move_finishes_and_is_followed),
        cmocka_unit_test(a_body_is_rewound_before_it_is_sent_again),
        cmocka_unit_test(what_is_always_refused_fails_in_the_end),
        cmocka_unit_test(a_dead_connection_is_replaced_for_those_who_wait),
        cmocka_unit_test(cancelling_frees_the_place),
        cmocka_unit_test(waiting_too_long_for_a_connection_times_out),
        cmocka_unit_test(idle_connections_are_evicted_and_busy_ones_are_not),
        cmocka_unit_test(a_running_dial_is_cancelled_with_its_pool),
        cmocka_unit_test(everything_that_happens_is_traced),
    };
    return cmocka_run_group_tests_name("pool/pool", tests, NULL, NULL);
}
