/* A hundred thousand exchanges in one pool.  There is no clock in these tests:
 * what is quadratic does not end within the limit of a unit test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "pool/pool.h"
#include "pool/world.h"

#define CROWD 100000

struct crowd {
    struct world w;
    struct job *jobs;
};

static void crowd_open(struct crowd *c, enum settings_http http)
{
    world_open(&c->w, http, true);
    c->jobs = calloc(CROWD, sizeof *c->jobs);
    assert_non_null(c->jobs);
    for (size_t i = 0; i < CROWD; i++)
        world_job_init(&c->jobs[i]);
}

static void crowd_submit(struct crowd *c, uint64_t checkout)
{
    for (size_t i = 0; i < CROWD; i++) {
        c->jobs[i].ex.checkout = checkout;
        pool_submit(c->w.pool, &c->jobs[i].ex);
    }
}

static size_t crowd_ndone(const struct crowd *c)
{
    size_t n = 0;
    for (size_t i = 0; i < CROWD; i++)
        n += c->jobs[i].ndone;
    return n;
}

static void crowd_close(struct crowd *c)
{
    world_close(&c->w);
    free(c->jobs);
}

static void they_are_served_in_turn(void **state)
{
    (void)state;
    struct crowd c;
    crowd_open(&c, SETTINGS_HTTP_2_PRIOR);
    crowd_submit(&c, 60 * LOOP_S);
    struct fake_conn *f[4];
    for (size_t i = 0; i < 4; i++)
        f[i] = fake_connect(i, HTTP_VERSION_2, 100);
    for (size_t i = 0; i < CROWD; i++)
        fake_answer(f[i % 4], fake_first(f[i % 4]));
    assert_int_equal(crowd_ndone(&c), CROWD);
    crowd_close(&c);
    for (size_t i = 0; i < 4; i++)
        fake_free(f[i]);
}

static void they_are_cancelled_from_the_middle(void **state)
{
    (void)state;
    struct crowd c;
    crowd_open(&c, SETTINGS_HTTP_1_1);
    crowd_submit(&c, 60 * LOOP_S);
    for (size_t i = 0; i < CROWD; i++)
        pool_cancel(&c.jobs[(i * 7919 + CROWD / 2) % CROWD].ex);
    assert_int_equal(crowd_ndone(&c), 0);
    crowd_close(&c);
}

static void they_expire_together(void **state)
{
    (void)state;
    struct crowd c;
    crowd_open(&c, SETTINGS_HTTP_1_1);
    crowd_submit(&c, 1 * LOOP_MS);
    while (crowd_ndone(&c) < CROWD)
        world_pass(&c.w, 5);
    assert_int_equal(c.jobs[CROWD - 1].outcome, ERR_TIMEOUT);
    crowd_close(&c);
}

static void they_fail_together(void **state)
{
    (void)state;
    struct crowd c;
    crowd_open(&c, SETTINGS_HTTP_AUTO);
    crowd_submit(&c, 0);
    fake_refuse(0, ERR_CONNECT);
    assert_int_equal(crowd_ndone(&c), CROWD);
    crowd_close(&c);
}

static void they_come_back_together(void **state)
{
    (void)state;
    struct crowd c;
    crowd_open(&c, SETTINGS_HTTP_2_PRIOR);
    crowd_submit(&c, 60 * LOOP_S);
    struct fake_conn *f = fake_connect(0, HTTP_VERSION_2, CROWD);
    assert_int_equal(f->conn.active, CROWD);
    fake_drain(f);
    while (f->conn.active)
        fake_return(f, fake_first(f));
    struct fake_conn *g = fake_connect(1, HTTP_VERSION_2, CROWD);
    assert_ptr_equal(fake_first(g), &c.jobs[0].ex);
    while (g->conn.active)
        fake_answer(g, fake_first(g));
    assert_int_equal(crowd_ndone(&c), CROWD);
    fake_end(f);
    crowd_close(&c);
    fake_free(f);
    fake_free(g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(they_are_served_in_turn),
        cmocka_unit_test(they_are_cancelled_from_the_middle),
        cmocka_unit_test(they_expire_together),
        cmocka_unit_test(they_fail_together),
        cmocka_unit_test(they_come_back_together),
    };
    return cmocka_run_group_tests_name("pool/crowd", tests, NULL, NULL);
}
