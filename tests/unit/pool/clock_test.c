/* Of pools and their manager: what happens when, by a clock that the test
 * moves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/fault.h"
#include "fake_loop.h"
#include "pool/doh.h"
#include "pool/movement.h"
#include "pool/town.h"

/* ---- a pool that nobody uses ---- */

#define KEPT (30 * LOOP_S)

static void leave(struct town *t, size_t i)
{
    town_visit(t, i);
    pool_release(&t->job.ex);
}

static void what_is_vacant_is_kept_for_half_a_minute(void **state)
{
    (void)state;
    struct town t;
    town_open(&t);
    leave(&t, 0);
    fake_loop_pass(t.loop, KEPT - 1);
    assert_int_equal(town_npools(&t), 1);
    fake_loop_pass(t.loop, 1);
    assert_int_equal(town_npools(&t), 0);
    assert_int_equal(manager_past(t.m)->dials_failed, 1);
    town_close(&t);
}

static void each_goes_at_its_own_time(void **state)
{
    (void)state;
    struct town t;
    town_open(&t);
    for (size_t i = 0; i < 3; i++) {
        leave(&t, i);
        fake_loop_pass(t.loop, 10 * LOOP_S);
    }
    assert_int_equal(town_npools(&t), 2); /* the first has just gone */
    fake_loop_pass(t.loop, 10 * LOOP_S - 1);
    assert_int_equal(town_npools(&t), 2);
    fake_loop_pass(t.loop, 1);
    assert_int_equal(town_npools(&t), 1);
    fake_loop_pass(t.loop, 10 * LOOP_S);
    assert_int_equal(town_npools(&t), 0);
    /* And so on, after all had gone. */
    leave(&t, 3);
    fake_loop_pass(t.loop, KEPT);
    assert_int_equal(town_npools(&t), 0);
    town_close(&t);
}

static void who_was_used_again_begins_anew(void **state)
{
    (void)state;
    struct town t;
    town_open(&t);
    leave(&t, 0);
    fake_loop_pass(t.loop, 20 * LOOP_S);
    leave(&t, 0);
    fake_loop_pass(t.loop, KEPT - 1); /* the first time is over by now */
    assert_int_equal(town_npools(&t), 1);
    fake_loop_pass(t.loop, 1);
    assert_int_equal(town_npools(&t), 0);
    town_close(&t);
}

static void who_is_in_use_as_the_others_go_goes_later(void **state)
{
    (void)state;
    struct town t;
    town_open(&t);
    leave(&t, 0);
    leave(&t, 1);
    town_visit(&t, 0);
    fake_loop_pass(t.loop, 2 * KEPT);
    assert_int_equal(town_npools(&t), 1);
    pool_release(&t.job.ex);
    fake_loop_pass(t.loop, KEPT);
    assert_int_equal(town_npools(&t), 0);
    town_close(&t);
}

/* One with a connection is not vacant, idle as that may be: its time begins
 * where the connection ends. */
static void a_connection_is_worth_its_pool(void **state)
{
    (void)state;
    struct town t;
    town_open(&t);
    t.settings.pool.idle = 100 * LOOP_S;
    pool_submit(town_pool_of(&t, 0), &t.job.ex);
    struct fake_conn *f = fake_connect(0, HTTP_VERSION_2, 1);
    fake_answer(f, fake_first(f));
    pool_release(&t.job.ex);
    fake_loop_pass(t.loop, 99 * LOOP_S);
    assert_false(f->is_closed);
    fake_loop_pass(t.loop, 1 * LOOP_S);
    assert_true(f->is_closed);
    fake_loop_pass(t.loop, KEPT - 1);
    assert_int_equal(town_npools(&t), 1);
    fake_loop_pass(t.loop, 1);
    assert_int_equal(town_npools(&t), 0);
    town_close(&t);
    fake_free(f);
}

/* ---- connections and those who wait ---- */

static void each_gives_up_waiting_at_its_own_time(void **state)
{
    (void)state;
    static const uint64_t patience[] = {50, 20, 90, 0, 20};
    struct world w;
    world_open(&w, SETTINGS_HTTP_1_1, true);
    for (size_t i = 0; i < 5; i++) {
        w.jobs[i].ex.checkout = patience[i] * LOOP_S;
        pool_submit(w.pool, &w.jobs[i].ex);
    }
    fake_loop_pass(w.loop, 20 * LOOP_S - 1);
    assert_int_equal(world_ndone(&w), 0);
    fake_loop_pass(w.loop, 1);
    assert_int_equal(world_ndone(&w), 2);
    fake_loop_pass(w.loop, 30 * LOOP_S - 1);
    assert_int_equal(world_ndone(&w), 2);
    fake_loop_pass(w.loop, 1);
    assert_int_equal(w.jobs[0].ndone, 1);
    assert_int_equal(w.jobs[0].outcome, ERR_TIMEOUT);
    fake_loop_pass(w.loop, 40 * LOOP_S);
    assert_int_equal(world_ndone(&w), 4);
    assert_int_equal(pool_counters(w.pool)->expired, 4);
    world_cancel(&w, 3, 1);
    world_close(&w);
}

static void each_idle_connection_goes_at_its_own_time(void **state)
{
    (void)state;
    static const uint64_t kept[] = {60, 21, 101}; /* one is the margin */
    struct fake_conn *f[3];
    struct world w;
    world_open(&w, SETTINGS_HTTP_1_1, true);
    w.settings.pool.idle = 200 * LOOP_S;
    world_remake(&w);
    world_submit(&w, 0, 3);
    for (size_t i = 0; i < 3; i++) {
        f[i] = fake_connect(i, HTTP_VERSION_1_1, 1);
        f[i]->conn.keep_alive = kept[i] * LOOP_S;
    }
    for (size_t i = 0; i < 3; i++)
        fake_answer(f[i], fake_first(f[i]));
    fake_loop_pass(w.loop, 20 * LOOP_S - 1);
    assert_false(f[1]->is_closed);
    fake_loop_pass(w.loop, 1);
    assert_true(f[1]->is_closed);
    assert_false(f[0]->is_closed);
    fake_loop_pass(w.loop, 39 * LOOP_S);
    assert_true(f[0]->is_closed);
    assert_false(f[2]->is_closed);
    fake_loop_pass(w.loop, 41 * LOOP_S);
    assert_true(f[2]->is_closed);
    world_close(&w);
    for (size_t i = 0; i < 3; i++)
        fake_free(f[i]);
}

/* A peer that allows no stream, on the only connection there may be. */
static void who_waits_for_a_connection_without_room_gets_another(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_2_PRIOR, true);
    w.settings.pool.max_connections = 1;
    world_remake(&w);
    world_submit(&w, 0, 1);
    struct fake_conn *f = fake_connect(0, HTTP_VERSION_2, 0);
    fake_loop_pass(w.loop, LOOP_S - 1);
    assert_false(f->is_closed);
    assert_int_equal(fake_ndials, 1);
    fake_loop_pass(w.loop, 1);
    assert_true(f->is_closed);
    assert_int_equal(fake_ndials, 2);
    world_cancel(&w, 0, 1);
    world_close(&w);
    fake_free(f);
}

/* As fresh as it can be: of the same moment. */
static void a_connection_of_the_same_moment_is_fresh(void **state)
{
    (void)state;
    for (unsigned is_later = 0; is_later < 2; is_later++) {
        struct world w;
        world_open(&w, SETTINGS_HTTP_2_PRIOR, true);
        w.settings.pool.max_connections = 1;
        world_remake(&w);
        world_submit(&w, 0, 1);
        struct fake_conn *f = fake_connect(0, HTTP_VERSION_2, 1);
        fake_loop_turns(w.loop, is_later);
        w.jobs[1].ex.needs_fresh = true;
        world_submit(&w, 1, 1);
        assert_int_equal(f->is_draining, is_later); /* to make room */
        fake_answer(f, fake_first(f));
        assert_int_equal(f->nsubmitted, is_later ? 1 : 2);
        world_cancel(&w, 0, 2);
        world_close(&w);
        fake_free(f);
    }
}

static void an_old_connection_takes_nothing_more(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_2_PRIOR, true);
    w.settings.pool.max_age = 30 * LOOP_S;
    world_remake(&w);
    world_submit(&w, 0, 2);
    struct fake_conn *a = fake_connect(0, HTTP_VERSION_2, 100);
    fake_loop_pass(w.loop, 35 * LOOP_S);
    assert_false(a->is_closed || a->is_draining); /* it is at work */
    world_submit(&w, 2, 1);
    assert_true(a->is_draining);
    assert_int_equal(a->nsubmitted, 2);
    assert_int_equal(fake_dials_running(), 1);
    struct fake_conn *b = fake_connect(1, HTTP_VERSION_2, 100);
    fake_answer(b, fake_first(b));
    fake_loop_pass(w.loop, 30 * LOOP_S - 1);
    assert_false(b->is_closed);
    fake_loop_pass(w.loop, 1);
    assert_true(b->is_closed); /* idle, and old enough */
    assert_int_equal(pool_counters(w.pool)->closed[POOL_CLOSE_AGE], 1);
    world_cancel(&w, 0, 2);
    world_close(&w);
    fake_free(a);
    fake_free(b);
}

/* ---- name servers ---- */

struct names {
    struct world world;
    struct doh_host host;
    struct dns_query query;
    unsigned nfailures;
};

static void on_answer(struct dns_query *q, const struct dns_answer *a)
{
    container_of(q, struct names, query)->nfailures += a->is_failure;
}

static struct pool *pool_of_names(struct doh_host *h, const struct origin *o,
                                  const struct settings *s)
{
    (void)o;
    (void)s;
    return container_of(h, struct names, host)->world.pool;
}

static void a_name_is_waited_for_five_seconds(void **state)
{
    (void)state;
    struct names n = {.query.on_answer = on_answer};
    struct settings settings;
    struct fault fault;
    world_open(&n.world, SETTINGS_HTTP_AUTO, true);
    n.host.loop = n.world.loop;
    n.host.pool = pool_of_names;
    map_init(&n.host.servers, 1);
    settings_defaults(&settings);
    settings.addresses.doh_url = "https://dns.test/dns-query";
    struct dns_server *server = doh_server(&n.host, &settings, &fault);
    assert_non_null(server);
    dns_ask(server, &n.query, SPAN_LIT("a.test"), DNS_A);
    struct fake_conn *f = fake_connect(0, HTTP_VERSION_2, 10);
    fake_loop_pass(n.world.loop, 5 * LOOP_S - 1);
    assert_int_equal(n.nfailures, 0);
    assert_int_equal(f->ncancelled, 0);
    fake_loop_pass(n.world.loop, 1);
    assert_int_equal(n.nfailures, 1);
    assert_int_equal(f->ncancelled, 1);
    doh_free_all(&n.host);
    world_close(&n.world);
    fake_free(f);
}

/* ---- the machine's network ---- */

static void on_moved(struct movement *m)
{
    (void)m;
}

/* Most runs are over by then, and watch nothing. */
static void the_network_is_watched_after_three_seconds(void **state)
{
    (void)state;
    struct movement m = {.on_moved = on_moved};
    struct loop *loop = loop_new();
    movement_init(&m, loop);
    movement_add(&m);
    fake_loop_pass(loop, 3 * LOOP_S - 1);
    assert_false(m.watch.is_open);
    fake_loop_pass(loop, 1);
    assert_true(m.watch.is_open);
    movement_fini(&m);
    loop_free(loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_vacant_is_kept_for_half_a_minute),
        cmocka_unit_test(each_goes_at_its_own_time),
        cmocka_unit_test(who_was_used_again_begins_anew),
        cmocka_unit_test(who_is_in_use_as_the_others_go_goes_later),
        cmocka_unit_test(a_connection_is_worth_its_pool),
        cmocka_unit_test(each_gives_up_waiting_at_its_own_time),
        cmocka_unit_test(each_idle_connection_goes_at_its_own_time),
        cmocka_unit_test(who_waits_for_a_connection_without_room_gets_another),
        cmocka_unit_test(a_connection_of_the_same_moment_is_fresh),
        cmocka_unit_test(an_old_connection_takes_nothing_more),
        cmocka_unit_test(a_name_is_waited_for_five_seconds),
        cmocka_unit_test(the_network_is_watched_after_three_seconds),
    };
    return cmocka_run_group_tests_name("pool/clock", tests, NULL, NULL);
}
