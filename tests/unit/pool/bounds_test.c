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
        pool_self_slot(&f->conn)->opened_at -= (is_old ? 100 : 10) * LOOP_S;
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_idle_connection_is_kept_as_long_as_all_sides_allow),
        cmocka_unit_test(a_connection_that_is_too_old_takes_nothing_more),
        cmocka_unit_test(a_connection_takes_exactly_the_requests_it_may),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
