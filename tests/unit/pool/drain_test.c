/* How connections end, and what becomes of what was on them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "pool/pool.h"
#include "pool/world.h"

static uint64_t closed(const struct world *w, enum pool_close why)
{
    return pool_counters(w->pool)->closed[why];
}

static void what_comes_back_goes_first_and_in_order(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_2_PRIOR, true);
    world_submit(&w, 0, 10);
    struct fake_conn *a = fake_connect(0, HTTP_VERSION_2, 5);
    world_cancel(&w, 8, 2); /* those that wait for another: 5, 6, 7 */
    fake_drain(a);
    fake_return(a, &w.jobs[2].ex);
    fake_return(a, &w.jobs[3].ex);
    fake_return(a, &w.jobs[4].ex);
    struct fake_conn *b = fake_connect(1, HTTP_VERSION_2, 20);
    const size_t order[] = {2, 3, 4, 5, 6, 7};
    for (size_t i = 0; i < 6; i++) {
        assert_ptr_equal(fake_first(b), &w.jobs[order[i]].ex);
        fake_answer(b, fake_first(b));
    }
    fake_answer(a, &w.jobs[0].ex);
    fake_answer(a, &w.jobs[1].ex);
    assert_int_equal(world_ndone(&w), 8);
    assert_int_equal(pool_counters(w.pool)->returned, 3);
    world_close(&w);
    fake_free(a);
    fake_free(b);
}

static void nothing_enters_a_draining_connection(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_2_PRIOR, true);
    world_submit(&w, 0, 2);
    struct fake_conn *a = fake_connect(0, HTTP_VERSION_2, 10);
    fake_drain(a);
    world_submit(&w, 2, 3);
    assert_int_equal(a->nsubmitted, 2);
    assert_int_equal(fake_dials_running(), 1);
    fake_answer(a, &w.jobs[0].ex); /* what runs finishes */
    fake_answer(a, &w.jobs[1].ex);
    assert_int_equal(a->nsubmitted, 2);
    assert_int_equal(world_ndone(&w), 2);
    fake_end(a);
    assert_int_equal(closed(&w, POOL_CLOSE_GOAWAY), 1);
    world_cancel(&w, 2, 3);
    world_close(&w);
    fake_free(a);
}

static void
a_drained_connection_gives_its_place_up_but_not_for_ever(void **state)
{
    (void)state;
    struct world w;
    struct fake_conn *f[2];
    world_open(&w, SETTINGS_HTTP_2_PRIOR, true);
    w.settings.pool.max_connections = 1;
    world_remake(&w);
    world_submit(&w, 0, 4);
    f[0] = fake_connect(0, HTTP_VERSION_2, 1);
    fake_drain(f[0]); /* a long response goes on */
    assert_int_equal(fake_dials_running(), 1);
    f[1] = fake_connect(1, HTTP_VERSION_2, 1);
    fake_drain(f[1]);
    assert_int_equal(fake_dials_running(), 0); /* twice the size is enough */
    fake_answer(f[0], fake_first(f[0]));
    fake_end(f[0]);
    assert_int_equal(fake_dials_running(), 0);
    fake_answer(f[1], fake_first(f[1]));
    fake_end(f[1]);
    assert_int_equal(fake_dials_running(), 1);
    world_cancel(&w, 0, 4);
    world_close(&w);
    fake_free(f[0]);
    fake_free(f[1]);
}

static void an_http1_connection_that_will_close_keeps_its_place(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_1_1, true);
    w.settings.pool.max_connections = 1;
    world_remake(&w);
    world_submit(&w, 0, 2);
    struct fake_conn *f = fake_connect(0, HTTP_VERSION_1_1, 1);
    fake_drain(f); /* Connection: close */
    assert_int_equal(fake_dials_running(), 0);
    fake_answer(f, fake_first(f));
    fake_end(f);
    assert_int_equal(fake_dials_running(), 1);
    world_cancel(&w, 1, 1);
    world_close(&w);
    fake_free(f);
}

/* A server that ends each connection after one request makes progress: it may
 * send the others back as often as it likes. */
static void returns_with_progress_are_not_bounded(void **state)
{
    (void)state;
    struct world w;
    struct fake_conn *f[20];
    world_open(&w, SETTINGS_HTTP_2_PRIOR, true);
    world_submit(&w, 0, 20);
    for (size_t i = 0; i < 20; i++) {
        f[i] = fake_connect(i, HTTP_VERSION_2, 100);
        assert_int_equal(f[i]->conn.active, 20 - i);
        fake_drain(f[i]);
        while (f[i]->conn.active > 1)
            fake_return(f[i], container_of(f[i]->exchanges.next->next,
                                           struct exchange, link));
        fake_answer(f[i], fake_first(f[i]));
        fake_end(f[i]);
    }
    for (size_t i = 0; i < 20; i++) {
        assert_int_equal(w.jobs[i].ndone, 1);
        assert_int_equal(w.jobs[i].outcome, ERR_NONE);
    }
    world_close(&w);
    for (size_t i = 0; i < 20; i++)
        fake_free(f[i]);
}

static void connections_that_begin_nothing_are_not_made_for_ever(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_2_PRIOR, true);
    world_submit(&w, 0, 3);
    size_t n = 0;
    while (world_ndone(&w) < 3 && n < 50) {
        struct fake_conn *f = fake_connect(n++, HTTP_VERSION_2, 100);
        fake_lose(f);
        fake_free(f);
        if (world_ndone(&w) < 3) {
            assert_int_equal(fake_dials_running(), 0); /* not at once */
            assert_true(world_await_dial(&w));
        }
    }
    assert_int_equal(n, 6);
    assert_int_equal(w.jobs[0].outcome, ERR_SEND);
    world_close(&w);
}

/* A connection dies: each of its exchanges hears it once, and the others go
 * on elsewhere. */
static void death_tells_each_exchange_once(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_2_PRIOR, true);
    world_submit(&w, 0, 12);
    struct fake_conn *a = fake_connect(0, HTTP_VERSION_2, 6);
    struct fake_conn *b = fake_connect(1, HTTP_VERSION_2, 6);
    fake_die(a);
    for (size_t i = 0; i < 12; i++)
        assert_int_equal(w.jobs[i].ndone, i < 6 ? 1 : 0);
    assert_int_equal(closed(&w, POOL_CLOSE_ERROR), 1);
    while (b->conn.active)
        fake_answer(b, fake_first(b));
    assert_int_equal(world_ndone(&w), 12);
    world_close(&w);
    fake_free(a);
    fake_free(b);
}

static void
a_server_that_refuses_everything_is_left_alone_in_between(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_2_PRIOR, true);
    world_submit(&w, 0, 50);
    struct fake_conn *f = fake_connect(0, HTTP_VERSION_2, 100);
    unsigned rounds = 0;
    while (world_ndone(&w) < 50 && rounds < 20) {
        assert_int_equal(f->conn.active, 50);
        while (f->conn.active)
            fake_return(f, fake_first(f));
        world_submit(&w, 50 + rounds, 1); /* a new one waits as well */
        assert_int_equal(f->conn.active, 0);
        world_cancel(&w, 50 + rounds, 1);
        rounds++;
        if (world_ndone(&w) < 50)
            assert_true(world_await(&w, &f->conn.active, 50));
    }
    assert_int_equal(rounds, 6);
    assert_int_equal(f->nsubmitted, 300); /* six times each */
    world_close(&w);
    fake_free(f);
}

static void an_answer_makes_the_next_rest_short_again(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_2_PRIOR, true);
    world_submit(&w, 0, 2);
    struct fake_conn *f = fake_connect(0, HTTP_VERSION_2, 100);
    for (int i = 0; i < 4; i++) {
        fake_return(f, &w.jobs[0].ex);
        assert_true(world_await(&w, &f->conn.active, 2));
    }
    fake_answer(f, &w.jobs[1].ex);
    fake_return(f, &w.jobs[0].ex);
    world_pass(&w, 45); /* 25 ms and half of it */
    assert_int_equal(f->conn.active, 1);
    fake_answer(f, &w.jobs[0].ex);
    world_close(&w);
    fake_free(f);
}

static void a_connection_serves_so_many_and_no_more(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_2_PRIOR, true);
    w.settings.pool.max_requests = 3;
    world_remake(&w);
    world_submit(&w, 0, 7);
    struct fake_conn *a = fake_connect(0, HTTP_VERSION_2, 100);
    assert_int_equal(a->nsubmitted, 3);
    assert_true(a->is_draining); /* by us */
    struct fake_conn *b = fake_connect(1, HTTP_VERSION_2, 100);
    assert_int_equal(b->nsubmitted, 3);
    while (a->conn.active)
        fake_answer(a, fake_first(a));
    fake_end(a);
    assert_int_equal(closed(&w, POOL_CLOSE_REQUESTS), 1);
    world_cancel(&w, 0, 7);
    world_close(&w);
    fake_free(a);
    fake_free(b);
}

static void a_cancel_is_silent_and_its_connection_counted(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_1_1, true);
    world_submit(&w, 0, 1);
    struct fake_conn *f = fake_connect(0, HTTP_VERSION_1_1, 1);
    f->limit = 0; /* HTTP/1 closes */
    pool_cancel(&w.jobs[0].ex);
    fake_end(f);
    assert_int_equal(w.jobs[0].ndone, 0);
    assert_int_equal(closed(&w, POOL_CLOSE_CANCEL), 1);
    world_close(&w);
    fake_free(f);
}

static void a_reset_is_a_cancel_with_a_code(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_2, true);
    world_submit(&w, 0, 2);
    struct fake_conn *f = fake_connect(0, HTTP_VERSION_2, 10);
    pool_reset(&w.jobs[0].ex, 0x33);
    assert_int_equal(f->reset_code, 0x33);
    assert_int_equal(f->ncancelled, 1);
    assert_int_equal(f->conn.active, 1);
    pool_reset(&w.jobs[0].ex, 0x34); /* it is over */
    assert_int_equal(f->reset_code, 0x33);
    assert_int_equal(w.jobs[0].ndone, 0);
    world_close(&w);
    fake_free(f);
}

/* Cancelled while it waits to be sent again. */
static void a_returned_exchange_can_be_cancelled(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_2_PRIOR, true);
    world_submit(&w, 0, 2);
    struct fake_conn *f = fake_connect(0, HTTP_VERSION_2, 10);
    fake_return(f, &w.jobs[0].ex);
    pool_cancel(&w.jobs[0].ex);
    world_pass(&w, 50);
    assert_int_equal(f->nsubmitted, 2);
    assert_int_equal(w.jobs[0].ndone, 0);
    fake_answer(f, &w.jobs[1].ex);
    world_close(&w);
    fake_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_comes_back_goes_first_and_in_order),
        cmocka_unit_test(nothing_enters_a_draining_connection),
        cmocka_unit_test(
            a_drained_connection_gives_its_place_up_but_not_for_ever),
        cmocka_unit_test(an_http1_connection_that_will_close_keeps_its_place),
        cmocka_unit_test(returns_with_progress_are_not_bounded),
        cmocka_unit_test(connections_that_begin_nothing_are_not_made_for_ever),
        cmocka_unit_test(death_tells_each_exchange_once),
        cmocka_unit_test(
            a_server_that_refuses_everything_is_left_alone_in_between),
        cmocka_unit_test(an_answer_makes_the_next_rest_short_again),
        cmocka_unit_test(a_connection_serves_so_many_and_no_more),
        cmocka_unit_test(a_cancel_is_silent_and_its_connection_counted),
        cmocka_unit_test(a_reset_is_a_cancel_with_a_code),
        cmocka_unit_test(a_returned_exchange_can_be_cancelled),
    };
    return cmocka_run_group_tests_name("pool/drain", tests, NULL, NULL);
}
