/* Who gets the slots of a host, and who has to give one up. */
#include "pool/host_limit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "io/loop.h"

#define NGUESTS 8

struct guest {
    struct host_limit_guest face;
    unsigned ncalled; /* on_slot() */
    unsigned nasked;  /* yield() */
    bool is_stubborn; /* has an idle connection, but not to give */
};

struct rig {
    struct host_limit host;
    struct guest guests[NGUESTS];
};

static void on_slot(struct host_limit_guest *g)
{
    container_of(g, struct guest, face)->ncalled++;
}

static bool yield(struct host_limit_guest *g)
{
    struct guest *own = container_of(g, struct guest, face);
    own->nasked++;
    if (own->is_stubborn)
        return false;
    host_limit_note_idle(g, false);
    host_limit_give(g);
    return true;
}

static void open_rig(struct rig *r, size_t limit)
{
    *r = (struct rig){.guests = {{.ncalled = 0}}};
    host_limit_init(&r->host, limit);
    for (size_t i = 0; i < NGUESTS; i++) {
        r->guests[i].face.on_slot = on_slot;
        r->guests[i].face.yield = yield;
        host_limit_join(&r->host, &r->guests[i].face);
    }
}

/* Everything is given back, and nobody is left in a list. */
static void close_rig(struct rig *r)
{
    for (size_t i = 0; i < NGUESTS; i++) {
        while (r->guests[i].face.ntaken > 0)
            host_limit_give(&r->guests[i].face);
        host_limit_leave(&r->guests[i].face);
    }
    assert_int_equal(r->host.taken, 0);
    assert_int_equal(r->host.promised, 0);
    assert_true(list_is_empty(&r->host.without));
    assert_true(list_is_empty(&r->host.wanting));
    assert_true(list_is_empty(&r->host.idle));
}

static bool take(struct rig *r, size_t i, uint64_t now)
{
    return host_limit_take(&r->guests[i].face, now);
}

static void give(struct rig *r, size_t i)
{
    host_limit_give(&r->guests[i].face);
}

static void a_guest_is_patient_for_exactly_a_second(void **state)
{
    (void)state;
    struct rig r;
    open_rig(&r, 1);
    struct host_limit_guest *rich = &r.guests[0].face;
    assert_true(take(&r, 0, 5));
    assert_false(take(&r, 1, 5));
    assert_false(host_limit_must_yield(rich, 5 + LOOP_S - 1));
    assert_true(host_limit_must_yield(rich, 5 + LOOP_S));
    /* One slot for one who waits: the next is due a second later. */
    assert_false(host_limit_must_yield(rich, 5 + 2 * LOOP_S - 1));
    assert_true(host_limit_must_yield(rich, 5 + 2 * LOOP_S));
    give(&r, 0);
    assert_true(take(&r, 1, 5 + 2 * LOOP_S));
    close_rig(&r);
}

static void who_has_nothing_comes_before_who_wants_more(void **state)
{
    (void)state;
    struct rig r;
    open_rig(&r, 2);
    assert_true(take(&r, 0, 1));
    assert_true(take(&r, 1, 1));
    assert_false(take(&r, 0, 1)); /* first in time, but has one */
    assert_false(take(&r, 2, 2));
    give(&r, 1);
    assert_int_equal(r.guests[2].ncalled, 1);
    assert_int_equal(r.guests[0].ncalled, 0);
    assert_true(take(&r, 2, 3));
    give(&r, 2);
    assert_int_equal(r.guests[0].ncalled, 1);
    close_rig(&r);
}

static void who_has_lost_its_last_slot_has_nothing(void **state)
{
    (void)state;
    struct rig r;
    open_rig(&r, 2);
    assert_true(take(&r, 0, 1));
    assert_true(take(&r, 1, 1));
    assert_false(take(&r, 1, 1)); /* wants another one */
    assert_false(take(&r, 0, 2)); /* so does this one, and is behind it */
    give(&r, 0);                  /* the slot that is free is the first's now */
    assert_int_equal(r.guests[0].ncalled, 1);
    assert_int_equal(r.guests[1].ncalled, 0);
    close_rig(&r);
}

static void a_promised_slot_is_kept_until_it_is_passed_on(void **state)
{
    (void)state;
    struct rig r;
    open_rig(&r, 1);
    assert_true(take(&r, 0, 1));
    assert_false(take(&r, 1, 1));
    assert_false(take(&r, 2, 1));
    give(&r, 0);
    assert_int_equal(r.guests[1].ncalled, 1);
    assert_false(take(&r, 0, 1));
    host_limit_pass(&r.guests[1].face);
    assert_int_equal(r.guests[2].ncalled, 1);
    host_limit_leave(&r.guests[2].face); /* without a word: it goes on */
    assert_int_equal(r.guests[0].ncalled, 1);
    assert_true(take(&r, 0, 1));
    close_rig(&r);
}

static void only_guests_with_idle_connections_are_asked(void **state)
{
    (void)state;
    struct rig r;
    open_rig(&r, NGUESTS - 1);
    for (size_t i = 0; i < NGUESTS - 1; i++)
        assert_true(take(&r, i, 1));
    host_limit_note_idle(&r.guests[4].face, true);
    host_limit_note_idle(&r.guests[2].face, true);
    host_limit_note_idle(&r.guests[4].face, true); /* it is known */
    assert_true(take(&r, NGUESTS - 1, 1));
    for (size_t i = 0; i < NGUESTS; i++)
        assert_int_equal(r.guests[i].nasked, i == 4); /* idle for longest */
    host_limit_note_idle(&r.guests[2].face, false);
    assert_false(take(&r, NGUESTS - 1, 1));
    assert_int_equal(r.guests[2].nasked, 0);
    close_rig(&r);
}

static void a_guest_that_can_spare_nothing_is_passed_over(void **state)
{
    (void)state;
    struct rig r;
    open_rig(&r, 3);
    for (size_t i = 0; i < 3; i++)
        assert_true(take(&r, i, 1));
    for (size_t i = 0; i < 3; i++)
        host_limit_note_idle(&r.guests[i].face, true);
    r.guests[0].is_stubborn = true;
    assert_true(take(&r, 1, 1)); /* nor is the one that asks asked */
    assert_int_equal(r.guests[0].nasked, 1);
    assert_int_equal(r.guests[1].nasked, 0);
    assert_int_equal(r.guests[2].nasked, 1);
    close_rig(&r);
}

static void without_a_limit_there_is_always_a_slot(void **state)
{
    (void)state;
    struct guest g = {.face = {.on_slot = on_slot, .yield = yield}};
    host_limit_join(NULL, &g.face);
    for (int i = 0; i < 100; i++)
        assert_true(host_limit_take(&g.face, 1));
    host_limit_note_idle(&g.face, true);
    assert_false(host_limit_is_wanted(&g.face));
    assert_false(host_limit_must_yield(&g.face, UINT64_MAX));
    host_limit_give(&g.face);
    host_limit_leave(&g.face);
    assert_int_equal(g.ncalled + g.nasked, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_guest_is_patient_for_exactly_a_second),
        cmocka_unit_test(who_has_nothing_comes_before_who_wants_more),
        cmocka_unit_test(who_has_lost_its_last_slot_has_nothing),
        cmocka_unit_test(a_promised_slot_is_kept_until_it_is_passed_on),
        cmocka_unit_test(only_guests_with_idle_connections_are_asked),
        cmocka_unit_test(a_guest_that_can_spare_nothing_is_passed_over),
        cmocka_unit_test(without_a_limit_there_is_always_a_slot),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
