#include "http/datagrams.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/list.h"

/* What the ring should be: each datagram at a place of its own. */
#define MODEL_MAX 100
#define BYTES_MAX 700

struct model_datagram {
    uint64_t at;
    size_t len;
    uint8_t bytes[BYTES_MAX];
};

struct model {
    struct model_datagram waiting[MODEL_MAX];
    size_t n;
    struct datagrams_counters counters;
};

struct owner {
    struct datagrams d;
    unsigned drained;
};

static void on_drain(struct datagrams *d)
{
    container_of(d, struct owner, d)->drained++;
}

static void owner_init(struct owner *o, size_t count, uint64_t age)
{
    *o = (struct owner){.d = {.on_drain = on_drain}};
    datagrams_init(&o->d, &(struct datagrams_limits){count, age});
}

static bool push(struct owner *o, const char *text, uint64_t now)
{
    return datagrams_push(&o->d, span_str(text), now);
}

static void assert_next(struct owner *o, uint64_t now, const char *text)
{
    struct span payload;
    assert_true(datagrams_peek(&o->d, now, &payload));
    assert_true(span_equal(payload, span_str(text)));
}

static void assert_none(struct owner *o, uint64_t now)
{
    struct span payload;
    assert_false(datagrams_peek(&o->d, now, &payload));
}

static void model_shift(struct model *m)
{
    m->n--;
    memmove(&m->waiting[0], &m->waiting[1], m->n * sizeof m->waiting[0]);
}

static bool model_is_old(const struct model *m, uint64_t age, uint64_t now)
{
    return age > 0 && m->n > 0 && now - m->waiting[0].at > age;
}

static bool model_push(struct model *m, const struct datagrams_limits *limits,
                       struct span payload, uint64_t now)
{
    bool was_empty = m->n == 0;
    if (m->n == limits->count) {
        if (model_is_old(m, limits->age, now))
            m->counters.dropped_old++;
        else
            m->counters.dropped_full++;
        model_shift(m);
    }
    struct model_datagram *last = &m->waiting[m->n++];
    last->at = now;
    last->len = payload.len;
    memcpy(last->bytes, payload.base, payload.len);
    return was_empty;
}

static bool model_peek(struct model *m, uint64_t age, uint64_t now,
                       struct span *payload)
{
    while (model_is_old(m, age, now)) {
        m->counters.dropped_old++;
        model_shift(m);
    }
    *payload = span_of(m->waiting[0].bytes, m->waiting[0].len);
    return m->n > 0;
}

static void try_both(unsigned seed, size_t count, uint64_t age)
{
    const struct datagrams_limits limits = {count, age};
    struct model *m = calloc(1, sizeof *m);
    struct owner o;
    owner_init(&o, count, age);
    uint64_t now = 1000;
    srand(seed);
    for (unsigned step = 0; step < 4000; step++) {
        uint8_t bytes[BYTES_MAX];
        /* Long stretches in which it fills, and in which it empties. */
        bool fills = step / 300 % 2 == 0;
        now += (unsigned)rand() % 3;
        if (rand() % 10 < (fills ? 7 : 3)) {
            size_t len = (size_t)rand() % (step / 200 % 3 ? 40 : BYTES_MAX);
            for (size_t i = 0; i < len; i++)
                bytes[i] = (uint8_t)rand();
            struct span payload = span_of(bytes, len);
            assert_int_equal(datagrams_is_full(&o.d), m->n == count);
            assert_int_equal(datagrams_push(&o.d, payload, now),
                             model_push(m, &limits, payload, now));
        } else {
            struct span is;
            struct span should;
            bool has_one = model_peek(m, age, now, &should);
            assert_int_equal(datagrams_peek(&o.d, now, &is), has_one);
            if (!has_one)
                continue;
            assert_true(span_equal(is, should));
            if (rand() % 8 == 0) {
                datagrams_drop_large(&o.d);
                m->counters.dropped_large++;
            } else {
                datagrams_pop(&o.d);
                m->counters.sent++;
            }
            model_shift(m);
        }
        assert_int_equal(o.d.n, m->n);
    }
    assert_memory_equal(&o.d.counters, &m->counters, sizeof m->counters);
    datagrams_fini(&o.d);
    free(m);
}

static void it_does_what_a_list_of_datagrams_would_do(void **state)
{
    (void)state;
    static const size_t counts[] = {1, 2, 3, 7, 32, MODEL_MAX};
    static const uint64_t ages[] = {0, 1, 20, 1000};
    unsigned seed = 1;
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        for (size_t j = 0; j < sizeof ages / sizeof *ages; j++)
            for (unsigned k = 0; k < 3; k++)
                try_both(seed++, counts[i], ages[j]);
}

static void the_connection_is_told_of_the_first_alone(void **state)
{
    (void)state;
    struct owner o;
    owner_init(&o, 2, 0);
    assert_true(push(&o, "a", 0));
    assert_false(push(&o, "b", 0));
    assert_false(push(&o, "c", 0));
    datagrams_pop(&o.d);
    datagrams_pop(&o.d);
    assert_true(push(&o, "d", 0));
    datagrams_fini(&o.d);
}

static void the_oldest_makes_room_and_is_counted(void **state)
{
    (void)state;
    struct owner o;
    owner_init(&o, 2, 0);
    push(&o, "a", 0);
    assert_false(datagrams_is_full(&o.d));
    push(&o, "b", 0);
    assert_true(datagrams_is_full(&o.d));
    push(&o, "c", 0);
    assert_next(&o, 0, "b");
    assert_int_equal(o.d.counters.dropped_full, 1);
    datagrams_fini(&o.d);
}

static void what_waits_too_long_is_not_sent(void **state)
{
    (void)state;
    struct owner o;
    owner_init(&o, 0, 10);
    push(&o, "a", 100);
    push(&o, "b", 105);
    assert_next(&o, 110, "a");
    assert_next(&o, 111, "b");
    assert_int_equal(o.d.counters.dropped_old, 1);
    assert_none(&o, 116);
    assert_int_equal(o.d.counters.dropped_old, 2);
    assert_int_equal(o.d.counters.sent, 0);
    datagrams_fini(&o.d);
}

static void one_without_bytes_is_a_datagram(void **state)
{
    (void)state;
    struct owner o;
    owner_init(&o, 0, 0);
    assert_none(&o, 0);
    push(&o, "", 0);
    assert_next(&o, 0, "");
    datagrams_pop(&o.d);
    assert_none(&o, 0);
    assert_int_equal(o.d.counters.sent, 1);
    datagrams_fini(&o.d);
}

static void the_owner_hears_of_room_after_a_full_ring_alone(void **state)
{
    (void)state;
    struct owner o;
    owner_init(&o, 4, 0);
    for (unsigned i = 0; i < 3; i++)
        push(&o, "x", 0);
    datagrams_pop(&o.d);
    datagrams_settle(&o.d);
    assert_int_equal(o.drained, 0);
    push(&o, "x", 0);
    push(&o, "x", 0);
    datagrams_pop(&o.d);
    datagrams_settle(&o.d);
    assert_int_equal(o.drained, 0);
    datagrams_pop(&o.d);
    assert_int_equal(o.drained, 0);
    datagrams_settle(&o.d);
    datagrams_settle(&o.d);
    assert_int_equal(o.drained, 1);
    datagrams_fini(&o.d);
}

static void the_owner_hears_of_another_largest_size(void **state)
{
    (void)state;
    struct owner o;
    owner_init(&o, 4, 0);
    datagrams_set_max(&o.d, 0);
    datagrams_settle(&o.d);
    assert_int_equal(o.drained, 0);
    datagrams_set_max(&o.d, 1200);
    assert_int_equal(o.d.max, 1200);
    datagrams_settle(&o.d);
    datagrams_settle(&o.d);
    assert_int_equal(o.drained, 1);
    datagrams_fini(&o.d);
}

/* Many at a time, in a rhythm that never empties it: the memory stays. */
static void no_memory_is_taken_for_each(void **state)
{
    (void)state;
    struct owner o;
    owner_init(&o, 16, 0);
    uint8_t bytes[100] = {0};
    for (unsigned i = 0; i < 8; i++)
        datagrams_push(&o.d, span_of(bytes, sizeof bytes), 0);
    const uint8_t *ring = o.d.ring;
    for (unsigned i = 0; i < 10000; i++) {
        datagrams_push(&o.d, span_of(bytes, i % sizeof bytes), 0);
        datagrams_pop(&o.d);
    }
    assert_ptr_equal(o.d.ring, ring);
    datagrams_fini(&o.d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_does_what_a_list_of_datagrams_would_do),
        cmocka_unit_test(the_connection_is_told_of_the_first_alone),
        cmocka_unit_test(the_oldest_makes_room_and_is_counted),
        cmocka_unit_test(what_waits_too_long_is_not_sent),
        cmocka_unit_test(one_without_bytes_is_a_datagram),
        cmocka_unit_test(the_owner_hears_of_room_after_a_full_ring_alone),
        cmocka_unit_test(the_owner_hears_of_another_largest_size),
        cmocka_unit_test(no_memory_is_taken_for_each),
    };
    return cmocka_run_group_tests_name("http/datagrams", tests, NULL, NULL);
}
