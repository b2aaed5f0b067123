/* Which requests share a pool, and when pools go. */
#include "pool/manager.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "pool/town.h"

static void one_origin_and_settings_make_one_pool(void **state)
{
    (void)state;
    struct town t;
    town_open(&t);
    struct origin o = {true, SPAN_LIT("a.test"), 443};
    struct pool *p = town_pool(&t, &o);
    assert_ptr_equal(town_pool(&t, &o), p);
    const struct origin others[] = {
        {false, SPAN_LIT("a.test"), 443},
        {true, SPAN_LIT("b.test"), 443},
        {true, SPAN_LIT("a.test."), 443},
        {true, SPAN_LIT("a.test"), 444},
    };
    for (size_t i = 0; i < 4; i++)
        assert_ptr_not_equal(town_pool(&t, &others[i]), p);
    t.settings.tls.verify = false;
    assert_ptr_not_equal(town_pool(&t, &o), p);
    assert_int_equal(town_npools(&t), 6);
    town_close(&t);
}

static void how_a_connection_is_kept_is_no_reason_for_another_pool(void **state)
{
    (void)state;
    struct town t;
    town_open(&t);
    struct origin o = {true, SPAN_LIT("a.test"), 443};
    struct pool *p = town_pool(&t, &o);
    t.settings.pool.max_connections = 7;
    t.settings.timeouts.connect = 1;
    assert_ptr_equal(town_pool(&t, &o), p);
    town_close(&t);
}

static void stop(struct loop_task *task)
{
    (void)task;
}

static void run_tasks(struct town *t)
{
    struct loop_task task = {.run = stop};
    loop_later(t->loop, &task);
    struct world w = {.loop = t->loop};
    world_pass(&w, 0);
}

static void of_many_origins_only_the_last_are_remembered(void **state)
{
    (void)state;
    struct town t;
    town_open(&t);
    for (size_t i = 0; i < 20000; i++) {
        town_visit(&t, i);
        pool_release(&t.job.ex);
        if (i % 100 == 0)
            run_tasks(&t);
    }
    run_tasks(&t);
    assert_int_equal(town_npools(&t), 1024);
    size_t failed = manager_past(t.m)->dials_failed;
    assert_int_equal(failed, 20000 - 1024); /* nothing is forgotten */
    town_close(&t);
}

static void a_pool_stays_while_somebody_may_ask_for_its_numbers(void **state)
{
    (void)state;
    struct town t;
    town_open(&t);
    struct pool *p = town_visit(&t, 0); /* not released */
    struct job other = {.ndone = 0};
    struct job first = t.job;
    first.ex = t.job.ex;
    t.job = other;
    world_job_init(&t.job);
    for (size_t i = 1; i < 3000; i++) {
        town_visit(&t, i);
        pool_release(&t.job.ex);
    }
    run_tasks(&t);
    assert_int_equal(pool_counters(p)->dials_failed, 1);
    assert_int_equal(town_npools(&t), 1025);
    pool_release(&first.ex);
    pool_release(&first.ex);
    run_tasks(&t);
    assert_int_equal(town_npools(&t), 1024);
    town_close(&t);
}

static void the_limit_of_a_host_counts_over_its_pools(void **state)
{
    (void)state;
    struct town t;
    struct job jobs[6];
    town_open(&t);
    manager_limit_hosts(t.m, 2);
    t.settings.http = SETTINGS_HTTP_1_1;
    struct origin o = {true, SPAN_LIT("a.test"), 443};
    struct origin elsewhere = {true, SPAN_LIT("a.test"), 444};
    for (size_t i = 0; i < 6; i++) {
        jobs[i] = (struct job){.ndone = 0};
        world_job_init(&jobs[i]);
        t.settings.tls.verify = i % 2;
        pool_submit(town_pool(&t, i < 4 ? &o : &elsewhere), &jobs[i].ex);
    }
    assert_int_equal(fake_dials_running(), 4); /* two and two */
    for (size_t i = 0; i < 6; i++)
        pool_cancel(&jobs[i].ex);
    town_close(&t);
}

static void a_pool_that_is_used_again_is_not_freed(void **state)
{
    (void)state;
    struct town t;
    town_open(&t);
    struct pool *p = town_visit(&t, 0);
    pool_release(&t.job.ex);
    struct job other = {.ndone = 0};
    world_job_init(&other);
    fake_reset();
    assert_ptr_equal(town_pool_of(&t, 0), p);
    pool_submit(p, &other.ex);
    for (size_t i = 1; i < 3000; i++) {
        fake_ndials = 1; /* the first dial goes on */
        pool_submit(town_pool_of(&t, i), &t.job.ex);
        fake_refuse(1, ERR_CONNECT);
        pool_release(&t.job.ex);
    }
    run_tasks(&t);
    assert_int_equal(town_npools(&t), 1025);
    struct fake_conn *f = fake_connect(0, HTTP_VERSION_2, 1);
    fake_answer(f, fake_first(f));
    assert_int_equal(other.ndone, 1);
    town_close(&t);
    assert_true(f->is_closed);
    fake_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_origin_and_settings_make_one_pool),
        cmocka_unit_test(
            how_a_connection_is_kept_is_no_reason_for_another_pool),
        cmocka_unit_test(of_many_origins_only_the_last_are_remembered),
        cmocka_unit_test(a_pool_stays_while_somebody_may_ask_for_its_numbers),
        cmocka_unit_test(the_limit_of_a_host_counts_over_its_pools),
        cmocka_unit_test(a_pool_that_is_used_again_is_not_freed),
    };
    return cmocka_run_group_tests_name("pool/manager", tests, NULL, NULL);
}
