/* Time in the queue, time without work, and the limit of a host. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "pool/pool.h"
#include "pool/world.h"

static void the_queue_says_how_long_and_among_how_many(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_1_1, true);
    w.settings.pool.max_connections = 1;
    w.settings.pool.checkout = 30 * LOOP_MS;
    world_remake(&w);
    world_submit(&w, 0, 3);
    struct fake_conn *f = fake_connect(0, HTTP_VERSION_1_1, 1);
    world_pass(&w, 45);
    unsigned long ms = 0;
    unsigned long queued = 0;
    assert_int_equal(w.jobs[1].outcome, ERR_TIMEOUT);
    assert_int_equal(
        sscanf(w.jobs[1].detail,
               "waited %lu ms for a connection, %lu requests queued", &ms,
               &queued),
        2);
    assert_true(ms >= 30);
    assert_int_equal(queued, 2);
    assert_int_equal(err_class(w.jobs[1].outcome), ERR_CLASS_TRANSIENT);
    assert_int_equal(w.jobs[2].ndone, 1);
    assert_int_equal(pool_counters(w.pool)->expired, 2);
    /* The slot was not lost. */
    fake_answer(f, fake_first(f));
    world_submit(&w, 3, 1);
    assert_int_equal(f->conn.active, 1);
    fake_answer(f, fake_first(f));
    world_close(&w);
    fake_free(f);
}

static void each_request_has_its_own_patience(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_1_1, true);
    w.settings.pool.max_connections = 1;
    world_remake(&w);
    const uint64_t patience[] = {0, 60000, 20, 0};
    for (size_t i = 0; i < 4; i++) {
        w.jobs[i].ex.checkout = patience[i] * LOOP_MS;
        pool_submit(w.pool, &w.jobs[i].ex);
    }
    world_pass(&w, 35);
    assert_int_equal(world_ndone(&w), 1);
    assert_int_equal(w.jobs[2].outcome, ERR_TIMEOUT);
    world_cancel(&w, 0, 4);
    world_close(&w);
}

static void who_comes_back_waits_anew(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_2_PRIOR, true);
    w.settings.pool.checkout = 40 * LOOP_MS;
    world_remake(&w);
    world_submit(&w, 0, 1);
    struct fake_conn *f = fake_connect(0, HTTP_VERSION_2, 10);
    world_pass(&w, 60); /* on the connection, not in the queue */
    uint64_t before = loop_now(w.loop);
    fake_drain(f);
    fake_return(f, fake_first(f));
    assert_true(w.jobs[0].ex.expiry.key >= before + 40 * LOOP_MS);
    world_pass(&w, 45);
    assert_int_equal(w.jobs[0].outcome, ERR_TIMEOUT);
    fake_end(f);
    world_close(&w);
    fake_free(f);
}

static void the_servers_own_patience_is_heeded(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_1_1, true);
    world_submit(&w, 0, 2);
    struct fake_conn *a = fake_connect(0, HTTP_VERSION_1_1, 1);
    struct fake_conn *b = fake_connect(1, HTTP_VERSION_1_1, 1);
    a->conn.keep_alive = 60 * LOOP_MS;
    fake_answer(a, fake_first(a));
    fake_answer(b, fake_first(b));
    world_pass(&w, 45); /* half of it is the margin */
    assert_true(a->is_closed);
    assert_false(b->is_closed);
    world_close(&w);
    fake_free(a);
    fake_free(b);
}

static void the_longest_idle_goes_when_there_are_too_many(void **state)
{
    (void)state;
    struct world w;
    struct fake_conn *f[4];
    world_open(&w, SETTINGS_HTTP_1_1, true);
    w.idle.max = 2;
    world_submit(&w, 0, 4);
    for (size_t i = 0; i < 4; i++)
        f[i] = fake_connect(i, HTTP_VERSION_1_1, 1);
    fake_answer(f[1], fake_first(f[1]));
    fake_answer(f[3], fake_first(f[3]));
    assert_false(f[1]->is_closed);
    fake_answer(f[0], fake_first(f[0]));
    assert_true(f[1]->is_closed);
    fake_answer(f[2], fake_first(f[2]));
    assert_true(f[3]->is_closed);
    assert_int_equal(pool_counters(w.pool)->closed[POOL_CLOSE_EVICTED], 2);
    world_close(&w);
    for (size_t i = 0; i < 4; i++)
        fake_free(f[i]);
}

static void a_host_has_so_many_connections_in_all_pools(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_1_1, true);
    world_limit_host(&w, 3);
    struct pool *other = world_pool(&w);
    world_submit(&w, 0, 10);
    assert_int_equal(fake_ndials, 3);
    pool_submit(other, &w.jobs[20].ex);
    assert_int_equal(fake_ndials, 3); /* it waits */
    struct fake_conn *f = fake_connect(0, HTTP_VERSION_1_1, 1);
    fake_die(f); /* a slot is free: for the one that waits */
    assert_int_equal(w.limit.taken, 2);
    assert_int_equal(w.limit.promised, 1);
    world_pass(&w, 1);
    assert_int_equal(w.limit.taken, 3);
    assert_int_equal(w.limit.promised, 0);
    world_cancel(&w, 0, 10);
    pool_free(w.pool); /* and these slots too */
    w.pool = other;
    world_pass(&w, 1);
    assert_int_equal(w.limit.taken, 1);
    assert_int_equal(fake_dials_running(), 1);
    pool_cancel(&w.jobs[20].ex);
    world_close(&w);
    assert_int_equal(w.limit.taken, 0);
    assert_true(list_is_empty(&w.limit.without) &&
                list_is_empty(&w.limit.wanting) &&
                list_is_empty(&w.limit.idle));
    fake_free(f);
}

static void an_idle_connection_yields_to_another_pool(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_1_1, true);
    world_limit_host(&w, 2);
    struct pool *other = world_pool(&w);
    world_submit(&w, 0, 2);
    struct fake_conn *a = fake_connect(0, HTTP_VERSION_1_1, 1);
    struct fake_conn *b = fake_connect(1, HTTP_VERSION_1_1, 1);
    fake_answer(a, fake_first(a));
    fake_answer(b, fake_first(b));
    pool_submit(other, &w.jobs[20].ex);
    assert_true(a->is_closed); /* idle for longer */
    assert_false(b->is_closed);
    assert_int_equal(fake_dials_running(), 1);
    world_submit(&w, 2, 1); /* b is busy, and nothing is idle */
    pool_submit(other, &w.jobs[21].ex);
    assert_int_equal(fake_ndials, 3);
    fake_answer(b, fake_first(b)); /* now it is not needed here */
    assert_true(b->is_closed);
    world_pass(&w, 1);
    assert_int_equal(fake_ndials, 4);
    assert_int_equal(w.limit.taken, 2);
    pool_cancel(&w.jobs[20].ex);
    pool_cancel(&w.jobs[21].ex);
    pool_free(other);
    world_close(&w);
    fake_free(a);
    fake_free(b);
}

static void a_pool_that_always_has_work_does_not_starve_another(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_2_PRIOR, true);
    world_limit_host(&w, 1);
    struct pool *other = world_pool(&w);
    world_submit(&w, 0, 40);
    struct fake_conn *f = fake_connect(0, HTTP_VERSION_2, 2);
    pool_submit(other, &w.jobs[50].ex);
    for (size_t i = 0; i < 10; i++)
        fake_answer(f, fake_first(f));
    assert_false(f->is_draining); /* it has not waited for long */
    list_each (pos, &w.limit.without)
        container_of(pos, struct host_limit_guest, line)->since = 0;
    fake_answer(f, fake_first(f));
    assert_true(f->is_draining);
    assert_int_equal(f->conn.active, 1); /* which may finish */
    fake_answer(f, fake_first(f));
    fake_end(f);
    world_pass(&w, 1);
    assert_int_equal(fake_dials_running(), 1);
    struct fake_conn *g = fake_connect(1, HTTP_VERSION_2, 2);
    assert_ptr_equal(fake_first(g), &w.jobs[50].ex);
    world_cancel(&w, 0, 51);
    pool_free(other);
    world_close(&w);
    fake_free(f);
    fake_free(g);
}

static void a_place_that_is_not_needed_any_more_goes_on(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_1_1, true);
    world_limit_host(&w, 1);
    struct pool *second = world_pool(&w);
    struct pool *third = world_pool(&w);
    world_submit(&w, 0, 1);
    pool_submit(second, &w.jobs[10].ex);
    pool_submit(third, &w.jobs[11].ex);
    pool_cancel(&w.jobs[10].ex); /* it stands in the line for nothing */
    fake_refuse(0, ERR_CONNECT);
    world_pass(&w, 1);
    assert_int_equal(fake_dials_running(), 1);
    assert_int_equal(w.limit.taken, 1);
    pool_cancel(&w.jobs[11].ex);
    pool_free(second);
    pool_free(third);
    world_close(&w);
    assert_int_equal(w.limit.taken, 0);
}

static void without_a_descriptor_it_waits_for_one_of_another_pool(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_1_1, true);
    struct pool *other = world_pool(&w);
    pool_submit(other, &w.jobs[20].ex);
    struct fake_conn *f = fake_connect(0, HTTP_VERSION_1_1, 1);
    assert_int_equal(w.nopen, 1);
    world_submit(&w, 0, 1);
    fake_starve(1);
    assert_int_equal(w.jobs[0].ndone, 0);
    assert_true(world_await_dial(&w)); /* after a moment, again */
    assert_int_equal(w.nopen, 2);
    fake_starve(2);
    assert_int_equal(w.jobs[0].ndone, 0);
    /* The other one has become idle: it gives its own up. */
    fake_answer(f, fake_first(f));
    assert_true(world_await_dial(&w));
    fake_starve(3);
    assert_true(f->is_closed);
    assert_int_equal(w.jobs[0].ndone, 0);
    assert_true(world_await_dial(&w));
    struct fake_conn *own = fake_connect(4, HTTP_VERSION_1_1, 1);
    fake_answer(own, fake_first(own));
    assert_int_equal(w.jobs[0].ndone, 1);
    assert_int_equal(w.jobs[0].outcome, ERR_NONE);
    pool_free(other);
    world_close(&w);
    fake_free(f);
    fake_free(own);
}

static void without_a_descriptor_and_nothing_open_it_fails(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_1_1, true);
    world_submit(&w, 0, 2);
    fake_starve(0); /* the second dial may get on */
    assert_int_equal(world_ndone(&w), 0);
    fake_starve(1);
    assert_int_equal(world_ndone(&w), 2);
    assert_int_equal(w.jobs[0].outcome, ERR_CONNECT);
    assert_int_equal(w.nopen, 0);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_queue_says_how_long_and_among_how_many),
        cmocka_unit_test(each_request_has_its_own_patience),
        cmocka_unit_test(who_comes_back_waits_anew),
        cmocka_unit_test(the_servers_own_patience_is_heeded),
        cmocka_unit_test(the_longest_idle_goes_when_there_are_too_many),
        cmocka_unit_test(a_host_has_so_many_connections_in_all_pools),
        cmocka_unit_test(an_idle_connection_yields_to_another_pool),
        cmocka_unit_test(a_pool_that_always_has_work_does_not_starve_another),
        cmocka_unit_test(a_place_that_is_not_needed_any_more_goes_on),
        cmocka_unit_test(without_a_descriptor_it_waits_for_one_of_another_pool),
        cmocka_unit_test(without_a_descriptor_and_nothing_open_it_fails),
    };
    return cmocka_run_group_tests_name("pool/limits", tests, NULL, NULL);
}
