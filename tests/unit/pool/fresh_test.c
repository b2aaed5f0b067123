/* Exchanges for which an old connection will not do, and connections that are
 * shunned. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/fault.h"
#include "pool/fake_dial.h"
#include "pool/pool.h"
#include "pool/world.h"

static void submit_choosy(struct world *w, size_t from, size_t n)
{
    world_pass(w, 1); /* what there is, is older */
    for (size_t i = from; i < from + n; i++)
        w->jobs[i].ex.needs_fresh = true;
    world_submit(w, from, n);
}

static void
an_idle_connection_is_not_for_one_that_needs_a_fresh_one(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_1_1, true);
    world_submit(&w, 0, 1);
    struct fake_conn *old = fake_connect(0, HTTP_VERSION_1_1, 1);
    fake_answer(old, fake_first(old));
    submit_choosy(&w, 1, 1);
    assert_int_equal(fake_dials_running(), 1);
    world_submit(&w, 2, 1); /* any will do for this one */
    assert_ptr_equal(fake_first(old), &w.jobs[2].ex);
    assert_int_equal(fake_dials_running(), 1);
    struct fake_conn *fresh = fake_connect(1, HTTP_VERSION_1_1, 1);
    assert_ptr_equal(fake_first(fresh), &w.jobs[1].ex);
    fake_answer(old, fake_first(old));
    fake_answer(fresh, fake_first(fresh));
    world_close(&w);
    fake_free(old);
    fake_free(fresh);
}

static void a_fresh_connection_goes_to_who_needs_it(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_1_1, true);
    world_submit(&w, 0, 1); /* waits for its dial */
    submit_choosy(&w, 1, 1);
    world_submit(&w, 2, 1);
    assert_int_equal(fake_dials_running(), 3);
    struct fake_conn *a = fake_connect(0, HTTP_VERSION_1_1, 1);
    assert_ptr_equal(fake_first(a), &w.jobs[1].ex);
    world_cancel(&w, 0, 3);
    world_close(&w);
    fake_free(a);
}

static void one_fresh_connection_serves_many(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_2_PRIOR, true);
    world_submit(&w, 0, 1);
    struct fake_conn *old = fake_connect(0, HTTP_VERSION_2, 100);
    submit_choosy(&w, 1, 50);
    assert_int_equal(fake_dials_running(), 1);
    assert_int_equal(old->conn.active, 1);
    struct fake_conn *fresh = fake_connect(1, HTTP_VERSION_2, 100);
    assert_int_equal(fresh->conn.active, 50);
    world_cancel(&w, 0, 51);
    world_close(&w);
    fake_free(old);
    fake_free(fresh);
}

/* HTTP/1 keeps its slot until it is closed, and that will be soon. */
static void no_room_is_made_while_a_slot_is_coming(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_1_1, true);
    w.settings.pool.max_connections = 2;
    world_remake(&w);
    world_submit(&w, 0, 2);
    struct fake_conn *leaving = fake_connect(0, HTTP_VERSION_1_1, 1);
    struct fake_conn *busy = fake_connect(1, HTTP_VERSION_1_1, 1);
    fake_drain(leaving);
    submit_choosy(&w, 2, 1);
    assert_false(busy->is_draining);
    fake_answer(leaving, fake_first(leaving));
    fake_end(leaving);
    assert_int_equal(fake_dials_running(), 1);
    assert_false(busy->is_draining);
    world_cancel(&w, 1, 2);
    world_close(&w);
    fake_free(leaving);
    fake_free(busy);
}

static void a_full_pool_makes_room_for_a_fresh_connection(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_1_1, true);
    w.settings.pool.max_connections = 1;
    world_remake(&w);
    world_submit(&w, 0, 1);
    struct fake_conn *old = fake_connect(0, HTTP_VERSION_1_1, 1);
    fake_answer(old, fake_first(old));
    submit_choosy(&w, 1, 2);
    assert_true(old->is_draining);
    assert_int_equal(fake_dials_running(), 0); /* it still has its slot */
    fake_end(old);
    assert_int_equal(fake_dials_running(), 1);
    struct fake_conn *fresh = fake_connect(1, HTTP_VERSION_1_1, 1);
    fake_answer(fresh, fake_first(fresh));
    fake_answer(fresh, fake_first(fresh));
    assert_int_equal(world_ndone(&w), 3);
    assert_int_equal(fake_ndials, 2);
    assert_false(fresh->is_draining);
    world_close(&w);
    fake_free(old);
    fake_free(fresh);
}

static void what_runs_finishes_where_room_is_made(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_2_PRIOR, true);
    w.settings.pool.max_connections = 1;
    world_remake(&w);
    world_submit(&w, 0, 1);
    struct fake_conn *old = fake_connect(0, HTTP_VERSION_2, 10);
    submit_choosy(&w, 1, 1);
    assert_true(old->is_draining);
    assert_int_equal(fake_dials_running(), 1); /* it gave its slot up */
    struct fake_conn *fresh = fake_connect(1, HTTP_VERSION_2, 10);
    fake_answer(fresh, fake_first(fresh));
    fake_answer(old, fake_first(old));
    assert_int_equal(world_ndone(&w), 2);
    fake_end(old);
    world_close(&w);
    fake_free(old);
    fake_free(fresh);
}

static void a_shunned_connection_takes_nothing_more(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_2_PRIOR, true);
    w.settings.pool.max_connections = 1;
    world_remake(&w);
    world_submit(&w, 0, 2);
    struct fake_conn *wrong = fake_connect(0, HTTP_VERSION_2, 10);
    pool_shun(&w.jobs[0].ex);
    pool_shun(&w.jobs[1].ex); /* once is enough */
    world_submit(&w, 2, 1);
    assert_int_equal(wrong->conn.active, 2);
    assert_int_equal(fake_dials_running(), 1);
    struct fake_conn *right = fake_connect(1, HTTP_VERSION_2, 10);
    assert_ptr_equal(fake_first(right), &w.jobs[2].ex);
    fake_answer(wrong, fake_first(wrong));
    fake_answer(wrong, fake_first(wrong));
    fake_answer(right, fake_first(right));
    pool_shun(&w.jobs[2].ex); /* it is over */
    fake_end(wrong);
    assert_int_equal(pool_counters(w.pool)->closed[POOL_CLOSE_MISDIRECTED], 1);
    world_close(&w);
    fake_free(wrong);
    fake_free(right);
}

static void a_failed_dial_fails_who_needs_a_fresh_connection_too(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_1_1, true);
    submit_choosy(&w, 0, 1);
    fake_refuse(0, ERR_CONNECT);
    assert_int_equal(w.jobs[0].outcome, ERR_CONNECT);
    struct pool_stats stats;
    pool_get_stats(w.pool, &stats);
    assert_int_equal(stats.queued, 0);
    world_close(&w);
}

static void where_none_can_be_made_an_old_connection_will_do(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_2_PRIOR, true);
    world_submit(&w, 0, 1);
    struct fake_conn *old = fake_connect(0, HTTP_VERSION_2, 10);
    submit_choosy(&w, 1, 2);
    assert_int_equal(old->conn.active, 1);
    fake_refuse(1, ERR_CONNECT);
    assert_int_equal(old->conn.active, 3);
    assert_int_equal(fake_dials_running(), 0);
    for (size_t i = 0; i < 3; i++)
        fake_answer(old, fake_first(old));
    assert_int_equal(world_ndone(&w), 3);
    world_close(&w);
    fake_free(old);
}

static void what_is_given_up_on_is_known_to_be_unprocessed(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_2_PRIOR, true);
    world_submit(&w, 0, 1);
    for (size_t i = 0; world_ndone(&w) == 0; i++) {
        assert_false(w.jobs[0].ex.is_unprocessed);
        assert_true(world_await_dial(&w));
        struct fake_conn *f = fake_connect(i, HTTP_VERSION_2, 1);
        fake_drain(f);
        fake_return(f, &w.jobs[0].ex);
        fake_end(f);
        fake_free(f);
    }
    assert_true(w.jobs[0].ex.is_unprocessed);
    assert_int_equal(w.jobs[0].outcome, ERR_H2_STREAM);
    world_close(&w);
}

/* CONNECTION_CLOSE comes after the GOAWAY that it explains. */
static void the_end_of_connections_explains_why_they_gave_it_back(void **state)
{
    (void)state;
    struct world w;
    struct fault why;
    world_open(&w, SETTINGS_HTTP_3_ONLY, true);
    world_submit(&w, 0, 1);
    fault_set(&why, ERR_H3, 0x107, "slow down");
    for (size_t i = 0; world_ndone(&w) == 0; i++) {
        assert_true(world_await_dial(&w));
        struct fake_conn *f = fake_connect(i, HTTP_VERSION_3, 1);
        fake_drain(f);
        fake_return(f, &w.jobs[0].ex);
        f->conn.events->on_closed(&f->conn, &why);
        fake_free(f);
    }
    assert_int_equal(w.jobs[0].outcome, ERR_H3);
    assert_string_equal(w.jobs[0].detail, "slow down");
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            an_idle_connection_is_not_for_one_that_needs_a_fresh_one),
        cmocka_unit_test(a_fresh_connection_goes_to_who_needs_it),
        cmocka_unit_test(one_fresh_connection_serves_many),
        cmocka_unit_test(no_room_is_made_while_a_slot_is_coming),
        cmocka_unit_test(a_full_pool_makes_room_for_a_fresh_connection),
        cmocka_unit_test(what_runs_finishes_where_room_is_made),
        cmocka_unit_test(a_shunned_connection_takes_nothing_more),
        cmocka_unit_test(a_failed_dial_fails_who_needs_a_fresh_connection_too),
        cmocka_unit_test(where_none_can_be_made_an_old_connection_will_do),
        cmocka_unit_test(what_is_given_up_on_is_known_to_be_unprocessed),
        cmocka_unit_test(the_end_of_connections_explains_why_they_gave_it_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
