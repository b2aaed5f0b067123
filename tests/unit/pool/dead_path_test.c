/* A QUIC connection whose path has died: where it led is left alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pool/alternatives.h"
#include "pool/fake_dial.h"
#include "pool/pool.h"
#include "pool/world.h"

static int64_t clock_s(void)
{
    return 1000000;
}

static void name_network(struct str *name)
{
    str_add_text(name, "here");
}

/* A connection over QUIC to this port of another host dies so: for how long the
 * place is left alone, in s. */
static uint64_t left_alone(void (*die)(struct fake_conn *f), uint16_t port,
                           enum conn_move move, enum route_carrier carrier)
{
    struct world w;
    struct alternatives a;
    world_open(&w, SETTINGS_HTTP_3, true);
    alternatives_init(&a, 1);
    a.now = clock_s;
    a.network = name_network;
    w.alternatives = &a;
    world_remake(&w);
    world_submit(&w, 0, 1);
    const struct route_run run = {.carrier = carrier,
                                  .at = {SPAN_LIT("other.test"), port}};
    fake_dials[0].run = run;
    struct fake_conn *f = fake_connect(0, HTTP_VERSION_3, 100);
    f->move = move;
    pool_migrate(w.pool, false);
    die(f);
    const struct dial_target target = {.host = SPAN_LIT("example.test"),
                                       .port = 443};
    uint64_t ns = a.marks.broken_for(&a.marks, &target, &run);
    const struct route_run elsewhere = {
        .carrier = ROUTE_QUIC, .at = {SPAN_LIT("other.test"), port + 1}};
    assert_int_equal(a.marks.broken_for(&a.marks, &target, &elsewhere), 0);
    world_close(&w);
    alternatives_fini(&a);
    fake_free(f);
    return ns / LOOP_S;
}

static void a_dead_path_is_left_alone(void **state)
{
    (void)state;
    assert_int_equal(
        left_alone(fake_die_of_path, 443, CONN_MOVE_NEEDLESS, ROUTE_QUIC),
        BROKEN_FIRST);
    assert_int_equal(
        left_alone(fake_die_of_path, 8443, CONN_MOVE_NEEDLESS, ROUTE_QUIC),
        BROKEN_FIRST);
}

static void another_end_says_nothing_about_the_path(void **state)
{
    (void)state;
    assert_int_equal(left_alone(fake_die, 443, CONN_MOVE_NEEDLESS, ROUTE_QUIC),
                     0);
}

static void what_has_moved_says_nothing_about_where_it_is_now(void **state)
{
    (void)state;
    assert_int_equal(
        left_alone(fake_die_of_path, 443, CONN_MOVE_STARTED, ROUTE_QUIC), 0);
}

static void tcp_has_no_path_that_is_left_alone(void **state)
{
    (void)state;
    assert_int_equal(
        left_alone(fake_die_of_path, 443, CONN_MOVE_NEEDLESS, ROUTE_TCP), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_dead_path_is_left_alone),
        cmocka_unit_test(another_end_says_nothing_about_the_path),
        cmocka_unit_test(what_has_moved_says_nothing_about_where_it_is_now),
        cmocka_unit_test(tcp_has_no_path_that_is_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
