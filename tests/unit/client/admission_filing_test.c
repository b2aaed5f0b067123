/* Where a host stands, by what is known of it. */
#include "client/admission_filing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct rig {
    struct loop *loop;
    struct admission a;
};

static void rig_init(struct rig *r)
{
    const struct admission_limits limits = {.permits = 40};
    r->loop = loop_new();
    admission_init(&r->a, r->loop, &limits);
}

static void rig_fini(struct rig *r)
{
    admission_fini(&r->a);
    loop_free(r->loop);
}

static struct admission_host *host(struct rig *r, const char *name,
                                   size_t nwaiting)
{
    struct admission_host *h = admission_filing_get(&r->a, span_str(name));
    h->nwaiting = nwaiting;
    admission_filing_put(&r->a, h);
    return h;
}

static struct admission_host *first(struct list *l)
{
    return container_of(l->next, struct admission_host, link);
}

static void a_key_is_one_host(void **state)
{
    struct rig r;
    (void)state;
    rig_init(&r);
    struct admission_host *h = host(&r, "a", 1);
    assert_ptr_equal(admission_filing_get(&r.a, SPAN_LIT("a")), h);
    assert_ptr_not_equal(admission_filing_get(&r.a, SPAN_LIT("b")), h);
    rig_fini(&r);
}

static void it_stands_where_it_can_be_found(void **state)
{
    struct rig r;
    (void)state;
    rig_init(&r);
    struct admission_host *h = host(&r, "a", 1);
    assert_int_equal(h->state, ADMISSION_HOST_READY);
    assert_ptr_equal(first(&r.a.ready[0]), h);
    h->hold_until = loop_now(r.loop) + LOOP_S;
    admission_filing_put(&r.a, h);
    assert_int_equal(h->state, ADMISSION_HOST_DUE);
    assert_true(list_is_empty(&r.a.ready[0]));
    assert_ptr_equal(heap_first(&r.a.due), &h->due);
    h->hold_until = 0;
    h->active = 40; /* more than any share */
    admission_filing_put(&r.a, h);
    assert_int_equal(h->state, ADMISSION_HOST_UNFILED);
    assert_null(heap_first(&r.a.due));
    h->active = h->nwaiting = 0;
    admission_filing_put(&r.a, h);
    assert_int_equal(h->state, ADMISSION_HOST_IDLE);
    assert_int_equal(r.a.nidle, 1);
    rig_fini(&r);
}

static void the_proven_have_a_ring_of_their_own(void **state)
{
    struct rig r;
    (void)state;
    rig_init(&r);
    struct admission_host *a = host(&r, "a", 1);
    struct admission_host *b = host(&r, "b", 1);
    admission_filing_set_proven(&r.a, a, true);
    assert_ptr_equal(first(&r.a.ready[1]), a);
    assert_ptr_equal(first(&r.a.ready[0]), b);
    assert_int_equal(r.a.nproven, 1);
    admission_filing_set_proven(&r.a, a, false);
    assert_int_equal(r.a.nproven, 0);
    assert_ptr_equal(first(&r.a.ready[0]), b); /* a is behind it now */
    rig_fini(&r);
}

static void one_that_is_ready_keeps_its_turn(void **state)
{
    struct rig r;
    (void)state;
    rig_init(&r);
    struct admission_host *a = host(&r, "a", 1);
    struct admission_host *b = host(&r, "b", 1);
    admission_filing_put(&r.a, a);
    assert_ptr_equal(first(&r.a.ready[0]), a);
    admission_filing_take_out(&r.a, a);
    admission_filing_put(&r.a, a);
    assert_ptr_equal(first(&r.a.ready[0]), b);
    rig_fini(&r);
}

static void too_many_idle_hosts_are_forgotten(void **state)
{
    struct rig r;
    char name[16];
    (void)state;
    rig_init(&r);
    for (unsigned i = 0; i < 3000; i++) {
        (void)snprintf(name, sizeof name, "%u", i);
        (void)host(&r, name, 0);
    }
    assert_true(r.a.hosts.len <= 1024);
    assert_int_equal(r.a.hosts.len, r.a.nidle);
    assert_non_null(map_find(&r.a.hosts, SPAN_LIT("2999")));
    assert_null(map_find(&r.a.hosts, SPAN_LIT("0")));
    rig_fini(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_is_one_host),
        cmocka_unit_test(it_stands_where_it_can_be_found),
        cmocka_unit_test(the_proven_have_a_ring_of_their_own),
        cmocka_unit_test(one_that_is_ready_keeps_its_turn),
        cmocka_unit_test(too_many_idle_hosts_are_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
