/* How many connections are made, and which one gets an exchange. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "pool/pool.h"
#include "pool/world.h"

static void size(struct world *w, unsigned n)
{
    w->settings.pool.max_connections = n;
    world_remake(w);
}

static void many_first_requests_are_no_herd(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_1_1, true);
    world_submit(&w, 0, 100);
    assert_int_equal(fake_ndials, 4);
    world_cancel(&w, 0, 100);
    world_close(&w);
    world_open(&w, SETTINGS_HTTP_AUTO, true);
    world_submit(&w, 0, 100);
    assert_int_equal(fake_ndials, 1);
    struct fake_conn *f = fake_connect(0, HTTP_VERSION_2, 100);
    assert_int_equal(f->conn.active, 100);
    assert_int_equal(fake_ndials, 1);
    world_cancel(&w, 0, 100);
    world_close(&w);
    fake_free(f);
}

static void the_size_depends_on_the_protocol_unless_it_is_set(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_1_1, true);
    size(&w, 0);
    world_submit(&w, 0, 100);
    assert_int_equal(fake_ndials, 64);
    world_cancel(&w, 0, 100);
    world_close(&w);
    world_open(&w, SETTINGS_HTTP_3_ONLY, true);
    size(&w, 0);
    world_submit(&w, 0, 100);
    struct fake_conn *f[9];
    for (size_t i = 0; i < fake_ndials; i++) {
        assert_true(fake_dials_running() <= 4); /* handshakes at once */
        f[i] = fake_connect(i, HTTP_VERSION_3, 2);
    }
    assert_int_equal(fake_ndials, 8);
    world_cancel(&w, 0, 100);
    world_close(&w);
    for (size_t i = 0; i < 8; i++)
        fake_free(f[i]);
}

static void nothing_is_dialled_before_the_first_limit_is_told(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_2_PRIOR, true);
    world_submit(&w, 0, 100);
    struct fake_conn *f = fake_connect_untold(0, HTTP_VERSION_2, 10);
    assert_int_equal(f->conn.active, 10);
    assert_int_equal(fake_ndials, 1); /* SETTINGS may allow them all */
    fake_raise_limit(f, 100);
    assert_int_equal(f->conn.active, 100);
    assert_int_equal(fake_ndials, 1);
    world_cancel(&w, 0, 100);
    world_close(&w);
    fake_free(f);
}

static void what_was_learned_holds_for_handshakes_under_way(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_2_PRIOR, true);
    world_submit(&w, 0, 25);
    struct fake_conn *a = fake_connect_untold(0, HTTP_VERSION_2, 10);
    fake_raise_limit(a, 10);
    assert_int_equal(fake_ndials, 3); /* 15 wait, 10 on each */
    struct fake_conn *b = fake_connect_untold(1, HTTP_VERSION_2, 8);
    assert_int_equal(b->conn.active, 8);
    assert_int_equal(fake_ndials, 3); /* b will say 10 too */
    fake_raise_limit(b, 8);
    assert_int_equal(fake_ndials, 3); /* 7 wait, one under way */
    world_cancel(&w, 0, 25);
    world_close(&w);
    fake_free(a);
    fake_free(b);
}

static void another_protocol_forgets_what_was_learned(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_AUTO, true);
    world_submit(&w, 0, 1);
    struct fake_conn *a = fake_connect(0, HTTP_VERSION_1_1, 1);
    fake_answer(a, fake_first(a));
    fake_end(a);
    world_submit(&w, 1, 1);
    struct fake_conn *b = fake_connect_untold(1, HTTP_VERSION_2, 2);
    world_submit(&w, 2, 20);
    assert_int_equal(fake_ndials, 2);
    world_cancel(&w, 0, 22);
    world_close(&w);
    fake_free(a);
    fake_free(b);
}

static void free_streams_decide_not_running_ones(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_2_PRIOR, true);
    world_submit(&w, 0, 11);
    struct fake_conn *a = fake_connect(0, HTTP_VERSION_2, 10);
    struct fake_conn *b = fake_connect(1, HTTP_VERSION_2, 3);
    assert_int_equal(a->conn.active, 10);
    assert_int_equal(b->conn.active, 1);
    for (int i = 0; i < 4; i++)
        fake_answer(a, fake_first(a));
    world_submit(&w, 11, 2); /* 4 free on a with 6, 2 on b with 1 */
    assert_int_equal(a->conn.active, 8);
    assert_int_equal(b->conn.active, 1);
    world_cancel(&w, 0, 13);
    world_close(&w);
    fake_free(a);
    fake_free(b);
}

static void a_lowered_limit_is_honoured(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_2_PRIOR, true);
    size(&w, 1);
    world_submit(&w, 0, 8);
    struct fake_conn *f = fake_connect(0, HTTP_VERSION_2, 10);
    fake_raise_limit(f, 5);
    world_submit(&w, 8, 1);
    assert_int_equal(f->conn.active, 8);
    for (int i = 0; i < 3; i++)
        fake_answer(f, fake_first(f));
    assert_int_equal(f->conn.active, 5);
    fake_answer(f, fake_first(f));
    assert_int_equal(f->conn.active, 5); /* the ninth */
    assert_int_equal(f->nsubmitted, 9);
    world_cancel(&w, 0, 9);
    world_close(&w);
    fake_free(f);
}

static void our_own_limit_of_streams_holds_as_well(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_2_PRIOR, true);
    w.settings.pool.streams = 3;
    world_remake(&w);
    world_submit(&w, 0, 20);
    struct fake_conn *f[4];
    for (size_t i = 0; i < 4; i++) {
        f[i] = fake_connect(i, HTTP_VERSION_2, 100);
        assert_int_equal(f[i]->conn.active, 3);
    }
    assert_int_equal(fake_ndials, 4);
    fake_answer(f[2], fake_first(f[2]));
    assert_int_equal(f[2]->conn.active, 3);
    world_cancel(&w, 0, 20);
    world_close(&w);
    for (size_t i = 0; i < 4; i++)
        fake_free(f[i]);
}

static void streams_that_are_only_late_need_no_connection(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_3_ONLY, true);
    world_submit(&w, 0, 4);
    struct fake_conn *f = fake_connect(0, HTTP_VERSION_3, 4);
    f->limit = 3; /* one stream ends, its credit is under way */
    fake_answer(f, fake_first(f));
    world_submit(&w, 4, 1);
    assert_int_equal(f->conn.active, 3);
    assert_int_equal(fake_ndials, 1);
    f->limit = 0; /* with nothing running it may never come */
    while (f->conn.active)
        fake_answer(f, fake_first(f));
    assert_int_equal(fake_ndials, 2);
    world_cancel(&w, 0, 5);
    world_close(&w);
    fake_free(f);
}

static void limits_beyond_counting_need_no_connection(void **state)
{
    (void)state;
    struct world w;
    struct fake_conn *f[2];
    world_open(&w, SETTINGS_HTTP_3_ONLY, true);
    for (size_t i = 0; i < 2; i++) {
        world_submit(&w, i, 1);
        f[i] = fake_connect(i, HTTP_VERSION_3, 1);
    }
    /* What both carry together is more than a size_t holds. */
    for (size_t i = 0; i < 2; i++) {
        f[i]->conn.limit = SIZE_MAX / 2 + 2;
        f[i]->conn.events->on_capacity(&f[i]->conn);
    }
    world_submit(&w, 2, 1);
    assert_int_equal(fake_ndials, 2);
    world_cancel(&w, 0, 3);
    world_close(&w);
    for (size_t i = 0; i < 2; i++)
        fake_free(f[i]);
}

static void the_last_used_http1_connection_is_used_next(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_1_1, true);
    world_submit(&w, 0, 3);
    struct fake_conn *f[3];
    for (size_t i = 0; i < 3; i++)
        f[i] = fake_connect(i, HTTP_VERSION_1_1, 1);
    fake_answer(f[2], fake_first(f[2]));
    fake_answer(f[0], fake_first(f[0]));
    fake_answer(f[1], fake_first(f[1]));
    for (size_t i = 3; i < 10; i++) {
        world_submit(&w, i, 1);
        assert_int_equal(f[1]->conn.active, 1);
        fake_answer(f[1], fake_first(f[1]));
    }
    assert_int_equal(f[0]->nsubmitted + f[2]->nsubmitted, 2);
    world_close(&w);
    for (size_t i = 0; i < 3; i++)
        fake_free(f[i]);
}

static void a_dial_that_fails_beside_others_waits_before_the_next(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_1_1, true);
    size(&w, 2);
    world_submit(&w, 0, 20);
    struct fake_conn *f = fake_connect(0, HTTP_VERSION_1_1, 1);
    fake_refuse(1, ERR_CONNECT);
    assert_int_equal(world_ndone(&w), 0);
    for (int i = 0; i < 10; i++)
        fake_answer(f, fake_first(f));
    assert_int_equal(fake_ndials, 2); /* not for each that is answered */
    assert_true(world_await_dial(&w));
    world_cancel(&w, 0, 20);
    world_close(&w);
    fake_free(f);
}

static void a_failed_dial_with_another_under_way_fails_nothing(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_1_1, true);
    size(&w, 2);
    world_submit(&w, 0, 2);
    fake_refuse(0, ERR_CONNECT);
    assert_int_equal(world_ndone(&w), 0);
    fake_refuse(1, ERR_CONNECT); /* the last hope */
    assert_int_equal(world_ndone(&w), 2);
    assert_int_equal(w.jobs[1].outcome, ERR_CONNECT);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_first_requests_are_no_herd),
        cmocka_unit_test(the_size_depends_on_the_protocol_unless_it_is_set),
        cmocka_unit_test(nothing_is_dialled_before_the_first_limit_is_told),
        cmocka_unit_test(what_was_learned_holds_for_handshakes_under_way),
        cmocka_unit_test(another_protocol_forgets_what_was_learned),
        cmocka_unit_test(free_streams_decide_not_running_ones),
        cmocka_unit_test(a_lowered_limit_is_honoured),
        cmocka_unit_test(our_own_limit_of_streams_holds_as_well),
        cmocka_unit_test(streams_that_are_only_late_need_no_connection),
        cmocka_unit_test(limits_beyond_counting_need_no_connection),
        cmocka_unit_test(the_last_used_http1_connection_is_used_next),
        cmocka_unit_test(a_dial_that_fails_beside_others_waits_before_the_next),
        cmocka_unit_test(a_failed_dial_with_another_under_way_fails_nothing),
    };
    return cmocka_run_group_tests_name("pool/growth", tests, NULL, NULL);
}
