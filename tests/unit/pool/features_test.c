/* Exchanges that not every connection serves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/fault.h"
#include "pool/fake_dial.h"
#include "pool/pool.h"
#include "pool/world.h"

enum {
    CONNECT = FEATURE_EXTENDED_CONNECT,
    DATAGRAMS = FEATURE_DATAGRAMS,
    SAFE = FEATURE_REPLAY_SAFE,
};

static void need(struct world *w, size_t from, size_t n, unsigned needs)
{
    for (size_t i = from; i < from + n; i++)
        w->jobs[i].ex.needs = needs;
    world_submit(w, from, n);
}

static void open_h2(struct world *w, unsigned size)
{
    world_open(w, SETTINGS_HTTP_2_PRIOR, true);
    w->settings.pool.max_connections = size;
    world_remake(w);
}

static void fini(struct world *w, size_t n)
{
    world_cancel(w, 0, n);
    world_close(w);
}

/* ---- waiting, and the answer ---- */

static void a_connection_that_has_it_is_taken_at_once(void **state)
{
    (void)state;
    struct world w;
    open_h2(&w, 4);
    need(&w, 0, 1, CONNECT);
    struct fake_conn *f =
        fake_connect_with(0, HTTP_VERSION_2, 10, SAFE | CONNECT, 0);
    assert_ptr_equal(fake_first(f), &w.jobs[0].ex);
    fini(&w, 1);
    fake_free(f);
}

static void it_waits_for_what_the_peer_has_yet_to_say(void **state)
{
    (void)state;
    struct world w;
    open_h2(&w, 4);
    need(&w, 0, 2, CONNECT);
    struct fake_conn *f =
        fake_connect_with(0, HTTP_VERSION_2, 10, SAFE, CONNECT);
    assert_int_equal(f->conn.active, 0);
    world_submit(&w, 2, 1); /* needs nothing, and does not wait */
    assert_int_equal(f->conn.active, 1);
    assert_ptr_equal(fake_first(f), &w.jobs[2].ex);
    assert_int_equal(fake_ndials, 1);
    fake_tell_features(f, SAFE | CONNECT);
    assert_int_equal(f->conn.active, 3);
    assert_int_equal(fake_ndials, 1);
    fini(&w, 3);
    fake_free(f);
}

static void it_fails_when_the_peer_says_no(void **state)
{
    (void)state;
    struct world w;
    open_h2(&w, 4);
    need(&w, 0, 2, CONNECT | DATAGRAMS);
    struct fake_conn *f =
        fake_connect_with(0, HTTP_VERSION_2, 10, SAFE, CONNECT | DATAGRAMS);
    fake_tell_features(f, SAFE | DATAGRAMS);
    world_pass(&w, 1);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(w.jobs[i].ndone, 1);
        assert_int_equal(w.jobs[i].outcome, ERR_NOT_NEGOTIATED);
        assert_string_equal(w.jobs[i].detail,
                            "https://example.test:443 does not offer extended "
                            "CONNECT over HTTP/fake");
        assert_ptr_equal(w.jobs[i].ex.facts, &f->conn.facts);
    }
    assert_int_equal(fake_ndials, 1);
    world_close(&w);
    fake_free(f);
}

/* The word is what the feature is called where it may be missing. */
static void a_protocol_that_cannot_be_had_is_said_in_plain_words(void **state)
{
    (void)state;
    struct world w;
    open_h2(&w, 4);
    need(&w, 0, 1, FEATURE_PROTOCOL);
    struct fake_conn *f = fake_connect_with(0, HTTP_VERSION_2, 10, SAFE,
                                            CONNECT | FEATURE_PROTOCOL);
    fake_tell_features(f, SAFE);
    world_pass(&w, 1);
    assert_string_equal(w.jobs[0].detail,
                        "https://example.test:443 does not offer extended "
                        "CONNECT over HTTP/fake");
    world_close(&w);
    fake_free(f);
}

static void who_comes_later_fails_without_a_dial(void **state)
{
    (void)state;
    struct world w;
    open_h2(&w, 4);
    world_submit(&w, 0, 1);
    struct fake_conn *f = fake_connect_with(0, HTTP_VERSION_2, 10, SAFE, 0);
    need(&w, 1, 3, CONNECT);
    assert_int_equal(world_ndone(&w), 0); /* a start never calls back */
    world_pass(&w, 1);
    assert_int_equal(world_ndone(&w), 3);
    assert_int_equal(fake_ndials, 1);
    fini(&w, 1);
    fake_free(f);
}

static void what_one_of_two_lacks_is_lacking(void **state)
{
    (void)state;
    struct world w;
    open_h2(&w, 4);
    need(&w, 0, 1, CONNECT | DATAGRAMS);
    /* It may turn out to have one, but has no way to the other. */
    struct fake_conn *f =
        fake_connect_with(0, HTTP_VERSION_2, 10, SAFE, CONNECT);
    world_pass(&w, 1);
    assert_int_equal(w.jobs[0].outcome, ERR_NOT_NEGOTIATED);
    assert_non_null(strstr(w.jobs[0].detail, "HTTP datagrams"));
    world_close(&w);
    fake_free(f);
}

static void a_peer_that_never_says_is_waited_for_until_checkout(void **state)
{
    (void)state;
    struct world w;
    open_h2(&w, 4);
    w.settings.pool.checkout = 20 * LOOP_MS;
    world_remake(&w);
    need(&w, 0, 1, CONNECT);
    struct fake_conn *f =
        fake_connect_with(0, HTTP_VERSION_2, 10, SAFE, CONNECT);
    world_pass(&w, 1);
    assert_int_equal(w.jobs[0].ndone, 0);
    for (int i = 0; i < 5000 && w.jobs[0].ndone == 0; i++)
        world_pass(&w, 1);
    assert_int_equal(w.jobs[0].outcome, ERR_TIMEOUT);
    assert_int_equal(fake_ndials, 1);
    world_close(&w);
    fake_free(f);
}

static void without_checkout_the_idle_time_is_how_long(void **state)
{
    (void)state;
    struct world w;
    open_h2(&w, 4);
    w.settings.pool.idle = 20 * LOOP_MS;
    world_remake(&w);
    need(&w, 0, 1, CONNECT);
    struct fake_conn *f =
        fake_connect_with(0, HTTP_VERSION_2, 10, SAFE, CONNECT);
    for (int i = 0; i < 5000 && w.jobs[0].ndone == 0; i++)
        world_pass(&w, 1);
    assert_true(f->is_closed);
    assert_int_equal(w.jobs[0].outcome, ERR_TIMEOUT);
    assert_non_null(strstr(w.jobs[0].detail, "what it supports"));
    assert_int_equal(fake_ndials, 1);
    world_close(&w);
    fake_free(f);
}

/* ---- connections of two kinds ---- */

static void in_a_mixed_pool_it_goes_to_the_one_that_has_it(void **state)
{
    (void)state;
    struct world w;
    open_h2(&w, 4);
    world_submit(&w, 0, 2);
    struct fake_conn *plain = fake_connect_with(0, HTTP_VERSION_2, 1, SAFE, 0);
    struct fake_conn *able =
        fake_connect_with(1, HTTP_VERSION_3, 10, SAFE | CONNECT, 0);
    fake_answer(plain, fake_first(plain));
    fake_answer(able, fake_first(able));
    need(&w, 2, 3, CONNECT);
    assert_int_equal(plain->conn.active, 0);
    assert_int_equal(able->conn.active, 3);
    assert_int_equal(fake_ndials, 2);
    fini(&w, 5);
    fake_free(plain);
    fake_free(able);
}

static void it_waits_for_room_there_and_others_pass_it(void **state)
{
    (void)state;
    struct world w;
    open_h2(&w, 2);
    world_submit(&w, 0, 2);
    struct fake_conn *plain = fake_connect_with(0, HTTP_VERSION_2, 1, SAFE, 0);
    struct fake_conn *able =
        fake_connect_with(1, HTTP_VERSION_3, 1, SAFE | CONNECT, 0);
    need(&w, 2, 2, CONNECT);
    world_submit(&w, 4, 1);
    fake_answer(plain, fake_first(plain));
    assert_ptr_equal(fake_first(plain), &w.jobs[4].ex);
    assert_int_equal(w.jobs[2].ndone, 0);
    fake_answer(able, fake_first(able));
    assert_ptr_equal(fake_first(able), &w.jobs[2].ex);
    fake_answer(able, fake_first(able));
    assert_ptr_equal(fake_first(able), &w.jobs[3].ex);
    fini(&w, 5);
    fake_free(plain);
    fake_free(able);
}

static void who_came_first_is_first_whatever_it_needs(void **state)
{
    (void)state;
    struct world w;
    open_h2(&w, 1);
    world_submit(&w, 0, 1);
    struct fake_conn *f =
        fake_connect_with(0, HTTP_VERSION_2, 1, SAFE | CONNECT | DATAGRAMS, 0);
    need(&w, 1, 1, CONNECT);
    world_submit(&w, 2, 1);
    need(&w, 3, 1, DATAGRAMS);
    need(&w, 4, 1, CONNECT);
    world_submit(&w, 5, 1);
    for (size_t i = 0; i < 6; i++) {
        assert_ptr_equal(fake_first(f), &w.jobs[i].ex);
        fake_answer(f, fake_first(f));
    }
    world_close(&w);
    fake_free(f);
}

static void who_was_given_back_goes_before_others_of_its_needs(void **state)
{
    (void)state;
    struct world w;
    open_h2(&w, 1);
    need(&w, 0, 1, CONNECT);
    struct fake_conn *f =
        fake_connect_with(0, HTTP_VERSION_2, 1, SAFE | CONNECT, 0);
    need(&w, 1, 2, CONNECT);
    world_submit(&w, 3, 1);
    fake_drain(f);
    fake_return(f, &w.jobs[0].ex);
    assert_true(world_await_dial(&w));
    struct fake_conn *g =
        fake_connect_with(1, HTTP_VERSION_2, 1, SAFE | CONNECT, 0);
    for (size_t i = 0; i < 4; i++) {
        assert_ptr_equal(fake_first(g), &w.jobs[i].ex);
        fake_answer(g, fake_first(g));
    }
    fake_end(f);
    world_close(&w);
    fake_free(f);
    fake_free(g);
}

static void what_was_there_before_is_worth_a_dial(void **state)
{
    (void)state;
    struct world w;
    open_h2(&w, 4);
    world_submit(&w, 0, 2);
    struct fake_conn *plain = fake_connect_with(0, HTTP_VERSION_2, 1, SAFE, 0);
    struct fake_conn *able =
        fake_connect_with(1, HTTP_VERSION_3, 10, SAFE | CONNECT, 0);
    fake_answer(able, fake_first(able));
    fake_end(able); /* in order; the server has it, that much is known */
    need(&w, 2, 1, CONNECT);
    assert_int_equal(fake_dials_running(), 1);
    struct fake_conn *next =
        fake_connect_with(2, HTTP_VERSION_3, 10, SAFE | CONNECT, 0);
    assert_ptr_equal(fake_first(next), &w.jobs[2].ex);
    fini(&w, 3);
    fake_free(plain);
    fake_free(able);
    fake_free(next);
}

static void a_full_pool_of_the_wrong_kind_makes_room(void **state)
{
    (void)state;
    struct world w;
    open_h2(&w, 2);
    world_submit(&w, 0, 2);
    struct fake_conn *plain = fake_connect_with(0, HTTP_VERSION_2, 1, SAFE, 0);
    struct fake_conn *able =
        fake_connect_with(1, HTTP_VERSION_3, 10, SAFE | CONNECT, 0);
    w.settings.pool.max_connections = 1;
    fake_answer(able, fake_first(able));
    fake_end(able);
    need(&w, 2, 1, CONNECT);
    assert_true(plain->is_draining);
    assert_int_equal(fake_dials_running(), 1);
    fini(&w, 3);
    fake_free(plain);
    fake_free(able);
}

static void those_that_need_it_make_the_pool_grow(void **state)
{
    (void)state;
    struct world w;
    open_h2(&w, 4);
    world_submit(&w, 0, 2);
    struct fake_conn *plain = fake_connect_with(0, HTTP_VERSION_2, 1, SAFE, 0);
    struct fake_conn *able =
        fake_connect_with(1, HTTP_VERSION_3, 10, SAFE | CONNECT, 0);
    fake_answer(plain, fake_first(plain)); /* there is room, but not for them */
    need(&w, 2, 9, CONNECT);
    assert_int_equal(able->conn.active, 10);
    assert_int_equal(fake_ndials, 2);
    need(&w, 11, 11, CONNECT);
    assert_int_equal(fake_dials_running(), 2); /* ten on each */
    fini(&w, 22);
    fake_free(plain);
    fake_free(able);
}

/* ---- connections that end too early ---- */

static void connections_that_end_before_they_tell_are_no_use(void **state)
{
    (void)state;
    struct world w;
    open_h2(&w, 4);
    need(&w, 0, 1, CONNECT);
    size_t n = 0;
    for (; n < 50 && w.jobs[0].ndone == 0; n++) {
        assert_true(world_await_dial(&w));
        struct fake_conn *f =
            fake_connect_with(n, HTTP_VERSION_2, 10, SAFE, CONNECT);
        fake_end(f);
        fake_free(f);
        assert_int_equal(fake_dials_running(), 0); /* a rest comes first */
    }
    assert_int_equal(w.jobs[0].outcome, ERR_RECV);
    assert_int_equal(n, 6);
    world_close(&w);
}

static void one_that_drains_before_it_tells_is_no_use_either(void **state)
{
    (void)state;
    struct world w;
    open_h2(&w, 4);
    need(&w, 0, 1, CONNECT);
    size_t n = 0;
    for (; n < 50 && w.jobs[0].ndone == 0; n++) {
        assert_true(world_await_dial(&w));
        struct fake_conn *f =
            fake_connect_with(n, HTTP_VERSION_2, 10, SAFE, CONNECT);
        fake_drain(f);
        fake_end(f);
        fake_free(f);
    }
    assert_int_equal(w.jobs[0].outcome, ERR_RECV);
    assert_int_equal(n, 6);
    world_close(&w);
}

static void a_dial_that_fails_fails_only_whom_nothing_else_serves(void **state)
{
    (void)state;
    struct world w;
    open_h2(&w, 4);
    world_submit(&w, 0, 2);
    struct fake_conn *plain = fake_connect_with(0, HTTP_VERSION_2, 1, SAFE, 0);
    struct fake_conn *able =
        fake_connect_with(1, HTTP_VERSION_3, 10, SAFE | CONNECT, 0);
    fake_answer(able, fake_first(able));
    fake_end(able);
    need(&w, 2, 1, CONNECT);
    world_submit(&w, 3, 1);
    fake_refuse(2, ERR_CONNECT);
    if (fake_dials_running() > 0)
        fake_refuse(3, ERR_CONNECT);
    assert_int_equal(w.jobs[2].outcome, ERR_CONNECT);
    assert_int_equal(w.jobs[3].ndone, 0); /* the open one is for it */
    fake_answer(plain, fake_first(plain));
    assert_ptr_equal(fake_first(plain), &w.jobs[3].ex);
    fini(&w, 4);
    fake_free(plain);
    fake_free(able);
}

static void an_idle_connection_that_is_waited_for_makes_no_room(void **state)
{
    (void)state;
    struct world w;
    open_h2(&w, 4);
    world_limit_host(&w, 1);
    struct pool *other = world_pool(&w);
    need(&w, 0, 1, CONNECT);
    struct fake_conn *f =
        fake_connect_with(0, HTTP_VERSION_2, 10, SAFE, CONNECT);
    pool_submit(other, &w.jobs[1].ex);
    world_pass(&w, 1);
    assert_false(f->is_closed);
    fake_tell_features(f, SAFE | CONNECT);
    assert_int_equal(f->conn.active, 1);
    fake_answer(f, fake_first(f));
    assert_true(f->is_closed); /* now it does */
    pool_cancel(&w.jobs[1].ex);
    pool_free(other);
    world_close(&w);
    fake_free(f);
}

static void whoever_is_told_may_submit_and_cancel(void **state)
{
    (void)state;
    struct world w;
    open_h2(&w, 4);
    w.jobs[0].cancels = &w.jobs[1];
    need(&w, 0, 3, CONNECT);
    struct fake_conn *f = fake_connect_with(0, HTTP_VERSION_2, 10, SAFE, 0);
    world_pass(&w, 1);
    assert_int_equal(w.jobs[0].ndone, 1);
    assert_int_equal(w.jobs[1].ndone, 0);
    assert_int_equal(w.jobs[2].ndone, 1);
    world_close(&w);
    fake_free(f);
}

/* ---- what it costs ---- */

/* A pool with `nconns` full connections, and `nwaiting` that they cannot
 * serve: how many connections are looked at to hand out one exchange? */
static size_t looks_of_one(size_t nconns, size_t nwaiting)
{
    struct world w;
    struct fake_conn *f[64];
    open_h2(&w, (unsigned)nconns);
    for (size_t i = 0; i < nconns; i++) {
        world_submit(&w, i, 1);
        f[i] =
            fake_connect_with(i, HTTP_VERSION_2, 1, SAFE, i == 0 ? CONNECT : 0);
    }
    need(&w, nconns, nwaiting, CONNECT); /* the first may turn out to do it */
    size_t last = nconns + nwaiting;
    world_submit(&w, last, 1);
    size_t before = fake_nlooks;
    fake_answer(f[nconns - 1], fake_first(f[nconns - 1]));
    assert_ptr_equal(fake_first(f[nconns - 1]), &w.jobs[last].ex);
    size_t looks = fake_nlooks - before;
    fini(&w, last + 1);
    for (size_t i = 0; i < nconns; i++)
        fake_free(f[i]);
    return looks;
}

static void what_it_costs_does_not_depend_on_how_many_there_are(void **state)
{
    (void)state;
    size_t few = looks_of_one(2, 1);
    assert_true(few > 0);
    assert_int_equal(looks_of_one(60, 1), few);
    assert_int_equal(looks_of_one(2, 60), few);
    assert_int_equal(looks_of_one(60, 60), few);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_connection_that_has_it_is_taken_at_once),
        cmocka_unit_test(it_waits_for_what_the_peer_has_yet_to_say),
        cmocka_unit_test(it_fails_when_the_peer_says_no),
        cmocka_unit_test(a_protocol_that_cannot_be_had_is_said_in_plain_words),
        cmocka_unit_test(who_comes_later_fails_without_a_dial),
        cmocka_unit_test(what_one_of_two_lacks_is_lacking),
        cmocka_unit_test(a_peer_that_never_says_is_waited_for_until_checkout),
        cmocka_unit_test(without_checkout_the_idle_time_is_how_long),
        cmocka_unit_test(in_a_mixed_pool_it_goes_to_the_one_that_has_it),
        cmocka_unit_test(it_waits_for_room_there_and_others_pass_it),
        cmocka_unit_test(who_came_first_is_first_whatever_it_needs),
        cmocka_unit_test(who_was_given_back_goes_before_others_of_its_needs),
        cmocka_unit_test(what_was_there_before_is_worth_a_dial),
        cmocka_unit_test(a_full_pool_of_the_wrong_kind_makes_room),
        cmocka_unit_test(those_that_need_it_make_the_pool_grow),
        cmocka_unit_test(connections_that_end_before_they_tell_are_no_use),
        cmocka_unit_test(one_that_drains_before_it_tells_is_no_use_either),
        cmocka_unit_test(a_dial_that_fails_fails_only_whom_nothing_else_serves),
        cmocka_unit_test(an_idle_connection_that_is_waited_for_makes_no_room),
        cmocka_unit_test(whoever_is_told_may_submit_and_cancel),
        cmocka_unit_test(what_it_costs_does_not_depend_on_how_many_there_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
