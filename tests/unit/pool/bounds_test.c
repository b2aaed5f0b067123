/* Where the pool's limits end: the last that fits, and the first that does
 * not.  Times are read where they are kept, so no test waits for one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "pool/pool_self.h"
#include "pool/world.h"

/* A connection that has served its first exchange, and is idle. */
static struct fake_conn *served(struct world *w)
{
    world_submit(w, 0, 1);
    struct fake_conn *f = fake_connect(0, HTTP_VERSION_1_1, 1);
    fake_answer(f, fake_first(f));
    return f;
}

static void an_idle_connection_is_kept_as_long_as_all_sides_allow(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        uint64_t idle; /* ms, as the rest */
        uint64_t keep_alive;
        uint64_t max_age;
        bool has_no_room;
        uint64_t want;
    } rows[] = {
        {"our own time", 60000, 0, 0, false, 60000},
        {"the server's, less half", 60000, 1000, 0, false, 500},
        {"half is a second", 60000, 2000, 0, false, 1000},
        {"a second is enough", 60000, 2002, 0, false, 1002},
        {"a second of much", 60000, 30000, 0, false, 29000},
        {"ours is less", 10000, 30000, 0, false, 10000},
        {"ours is as long, without the margin", 10000, 10000, 0, false, 9000},
        {"an age", 60000, 0, 700, false, 700},
        {"an age before the server's end", 60000, 2000, 700, false, 700},
        {"an age after it", 60000, 1000, 700, false, 500},
        {"no room", 60000, 0, 0, true, 1000},
        {"no room, and soon over", 400, 0, 0, true, 400},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct world w;
        world_open(&w, SETTINGS_HTTP_1_1, true);
        w.settings.pool.idle = rows[i].idle * LOOP_MS;
        w.settings.pool.max_age = rows[i].max_age * LOOP_MS;
        world_remake(&w);
        world_submit(&w, 0, 1);
        uint64_t before = loop_now(w.loop);
        struct fake_conn *f = fake_connect(0, HTTP_VERSION_1_1, 1);
        f->conn.keep_alive = rows[i].keep_alive * LOOP_MS;
        f->limit = !rows[i].has_no_room;
        fake_answer(f, fake_first(f));
        const struct heap_node *end = heap_first(&w.idle.ends);
        assert_non_null(end);
        uint64_t want = rows[i].want * LOOP_MS;
        if (end->key < before + want || end->key > loop_now(w.loop) + want)
            fail_msg("%s: %u ms", rows[i].what,
                     (unsigned)((end->key - before) / LOOP_MS));
        world_close(&w);
        fake_free(f);
    }
}

static void a_connection_that_is_too_old_takes_nothing_more(void **state)
{
    (void)state;
    for (unsigned is_old = 0; is_old < 2; is_old++) {
        struct world w;
        world_open(&w, SETTINGS_HTTP_1_1, true);
        w.settings.pool.max_age = 100 * LOOP_S;
        world_remake(&w);
        struct fake_conn *f = served(&w);
        pool_self_member(&f->conn)->opened_at -= (is_old ? 100 : 10) * LOOP_S;
        world_submit(&w, 1, 1);
        assert_int_equal(f->nsubmitted, is_old ? 1 : 2);
        assert_int_equal(fake_ndials, is_old ? 2 : 1);
        world_cancel(&w, 1, 1);
        world_close(&w);
        fake_free(f);
    }
}

static void a_connection_takes_exactly_the_requests_it_may(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_2_PRIOR, true);
    w.settings.pool.max_requests = 3;
    world_remake(&w);
    world_submit(&w, 0, 2);
    struct fake_conn *f = fake_connect(0, HTTP_VERSION_2, 10);
    assert_int_equal(f->nsubmitted, 2);
    assert_false(f->is_draining);
    world_submit(&w, 2, 1);
    assert_int_equal(f->nsubmitted, 3);
    assert_true(f->is_draining);
    world_submit(&w, 3, 1);
    assert_int_equal(f->nsubmitted, 3);
    assert_int_equal(fake_ndials, 2);
    world_cancel(&w, 0, 4);
    world_close(&w);
    fake_free(f);
}

/* A peer that allows no stream just now will allow one at least. */
static void a_limit_of_none_is_counted_as_one(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_2_PRIOR, true);
    world_submit(&w, 0, 3);
    assert_int_equal(fake_ndials, 1);
    struct fake_conn *f = fake_connect(0, HTTP_VERSION_2, 0);
    assert_int_equal(f->nsubmitted, 0);
    assert_int_equal(fake_ndials, 4); /* one for each that waits */
    world_cancel(&w, 0, 3);
    world_close(&w);
    fake_free(f);
}

/* ---- back-off ---- */

static void a_back_off_doubles_four_times(void **state)
{
    (void)state;
    for (unsigned level = 0; level < 8; level++) {
        uint64_t delay = 25 * LOOP_MS << (level < 4 ? level : 4);
        for (int i = 0; i < 200; i++) { /* it is random */
            struct back_off r = {.level = level};
            back_off_begin(&r, 1000);
            assert_in_range(r.until, 1000 + delay / 2,
                            1000 + delay / 2 + delay - 1);
            assert_int_equal(r.level, level + 1);
            back_off_begin(&r, r.until - 1); /* within it */
            assert_int_equal(r.level, level + 1);
            back_off_begin(&r, r.until);
            assert_int_equal(r.level, level + 2);
        }
    }
}

static void a_back_off_is_over_at_its_end(void **state)
{
    (void)state;
    const struct back_off r = {.until = 1000};
    assert_true(back_off_is_on(&r, 999));
    assert_false(back_off_is_on(&r, 1000));
}

/* ---- idle ones ---- */

static void on_end(struct idle_entry *entry, enum idle_end why)
{
    entry->node.key = why == IDLE_EVICTED ? 7 : 8;
}

static void so_many_connections_are_idle_at_once(void **state)
{
    (void)state;
    static struct idle_entry entries[257];
    struct loop *loop = loop_new();
    struct idle idle;
    idle_init(&idle, loop);
    for (size_t i = 0; i < 257; i++) {
        entries[i].on_end = on_end;
        idle_init_entry(&entries[i]);
        assert_true(i == 0 || idle_has(&entries[0]));
        idle_add(&idle, &entries[i], loop_now(loop) + LOOP_S);
    }
    assert_false(idle_has(&entries[0])); /* the longest idle */
    assert_int_equal(entries[0].node.key, 7);
    assert_true(idle_has(&entries[1]));
    for (size_t i = 0; i < 257; i++)
        idle_remove(&idle, &entries[i]);
    idle_fini(&idle);
    loop_free(loop);
}

/* ---- a host's slots ---- */

/* One that waits with nothing in its hands is made way for after a second, but
 * not before a connection has served at all. */
static void a_connection_makes_way_after_a_second_and_an_exchange(void **state)
{
    (void)state;
    for (int is_long = 0; is_long < 2; is_long++) {
        struct world w;
        world_open(&w, SETTINGS_HTTP_1_1, true);
        world_limit_host(&w, 1);
        struct pool *other = world_pool(&w);
        world_submit(&w, 0, 2);
        pool_submit(other, &w.jobs[20].ex); /* gets no slot */
        assert_int_equal(fake_ndials, 1);
        uint64_t since = loop_now(w.loop) - (is_long ? LOOP_S : 0);
        other->guest.since = since;
        struct fake_conn *f = fake_connect(0, HTTP_VERSION_1_1, 1);
        assert_int_equal(f->nsubmitted, 1);
        assert_false(f->is_draining);
        fake_answer(f, fake_first(f));
        if (is_long)
            assert_true(f->is_draining);
        else if (loop_now(w.loop) - since < LOOP_S) /* a machine in time */
            assert_false(f->is_draining);
        world_cancel(&w, 0, 2);
        pool_cancel(&w.jobs[20].ex);
        pool_free(other);
        world_close(&w);
        fake_free(f);
    }
}

static void http1_has_64_connections_if_nobody_says_more(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_1_1, true);
    w.settings.pool.max_connections = 0;
    world_remake(&w);
    world_submit(&w, 0, 100);
    assert_int_equal(fake_ndials, 64);
    struct fake_conn *f = fake_connect(0, HTTP_VERSION_1_1, 1);
    assert_int_equal(fake_ndials, 64);
    world_cancel(&w, 0, 100);
    world_close(&w);
    fake_free(f);
}

/* What waits for the end of a back-off has a connection: a dial that fails takes
 * nothing from it. */
static void a_failed_dial_beside_a_ready_connection_fails_nothing(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_2_PRIOR, true);
    world_submit(&w, 0, 2);
    struct fake_conn *f = fake_connect(0, HTTP_VERSION_2, 1);
    assert_int_equal(fake_ndials, 2);
    fake_return(f, fake_first(f)); /* refused: a back-off begins */
    fake_raise_limit(f, 2);
    assert_int_equal(f->conn.active, 0);
    fake_refuse(1, ERR_CONNECT);
    assert_int_equal(world_ndone(&w), 0);
    world_cancel(&w, 0, 2);
    world_close(&w);
    fake_free(f);
}

/* A back-off is for those who have something to wait for. */
static void who_comes_after_all_have_failed_asks_at_once(void **state)
{
    (void)state;
    struct world w;
    world_open(&w, SETTINGS_HTTP_1_1, true);
    world_submit(&w, 0, 2);
    assert_int_equal(fake_ndials, 2);
    fake_refuse(1, ERR_CONNECT);
    assert_int_equal(world_ndone(&w), 0);
    assert_int_equal(w.pool->failures.level, 1);
    fake_refuse(0, ERR_CONNECT);
    assert_int_equal(world_ndone(&w), 2);
    world_submit(&w, 2, 1);
    assert_int_equal(fake_ndials, 3);
    world_cancel(&w, 2, 1);
    world_close(&w);
}

/* A handshake is no success where connections begin nothing. */
static void
a_handshake_ends_back_offs_unless_the_last_was_fruitless(void **state)
{
    (void)state;
    for (unsigned nfruitless = 0; nfruitless < 2; nfruitless++) {
        struct world w;
        world_open(&w, SETTINGS_HTTP_2_PRIOR, true);
        world_submit(&w, 0, 1);
        w.pool->nfruitless = nfruitless;
        w.pool->failures.level = 3;
        struct fake_conn *f = fake_connect(0, HTTP_VERSION_2, 1);
        assert_int_equal(w.pool->failures.level, nfruitless ? 3 : 0);
        fake_answer(f, fake_first(f)); /* that is one */
        assert_int_equal(w.pool->failures.level, 0);
        assert_int_equal(w.pool->nfruitless, 0);
        world_cancel(&w, 0, 1);
        world_close(&w);
        fake_free(f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_idle_connection_is_kept_as_long_as_all_sides_allow),
        cmocka_unit_test(a_connection_that_is_too_old_takes_nothing_more),
        cmocka_unit_test(a_connection_takes_exactly_the_requests_it_may),
        cmocka_unit_test(a_limit_of_none_is_counted_as_one),
        cmocka_unit_test(a_back_off_doubles_four_times),
        cmocka_unit_test(a_back_off_is_over_at_its_end),
        cmocka_unit_test(so_many_connections_are_idle_at_once),
        cmocka_unit_test(a_connection_makes_way_after_a_second_and_an_exchange),
        cmocka_unit_test(a_failed_dial_beside_a_ready_connection_fails_nothing),
        cmocka_unit_test(who_comes_after_all_have_failed_asks_at_once),
        cmocka_unit_test(
            a_handshake_ends_back_offs_unless_the_last_was_fruitless),
        cmocka_unit_test(http1_has_64_connections_if_nobody_says_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
