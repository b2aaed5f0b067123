/* When a transfer is too slow: time is moved by hand, the loop is one timer. */
#include "client/slowness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static uint64_t now;
static struct loop *const loop = (struct loop *)(uintptr_t)8;
static uint64_t next_look; /* 0: none */
static uint64_t bytes;
static unsigned nslow;

uint64_t loop_now(const struct loop *l)
{
    (void)l;
    return now;
}

void loop_arm(struct loop *l, struct loop_timer *t, uint64_t deadline)
{
    (void)l, (void)t;
    next_look = deadline;
}

void loop_disarm(struct loop *l, struct loop_timer *t)
{
    (void)l, (void)t;
    next_look = 0;
}

static uint64_t count(struct slowness *s)
{
    (void)s;
    return bytes;
}

static void on_slow(struct slowness *s)
{
    (void)s;
    nslow++;
    next_look = 0;
}

static void start(struct slowness *s, uint64_t limit, uint64_t time)
{
    now = 1000 * LOOP_S;
    bytes = 0;
    nslow = 0;
    *s = (struct slowness){.count = count, .on_slow = on_slow};
    slowness_start(s, loop,
                   &(struct slowness_rule){.limit = limit, .time = time});
}

/* The next look, so many bytes later. */
static void look(struct slowness *s, uint64_t more)
{
    assert_true(next_look > now);
    now = next_look;
    bytes += more;
    s->timer.on_expired(&s->timer, now);
}

static void exactly_the_limit_is_fast_enough(void **state)
{
    (void)state;
    struct slowness s;
    start(&s, 100, 3 * LOOP_S);
    for (int i = 0; i < 10; i++)
        look(&s, 100);
    assert_int_equal(nslow, 0);
    assert_int_equal(now, 1010 * LOOP_S);
    look(&s, 99);
    look(&s, 99);
    assert_int_equal(nslow, 0);
    look(&s, 99); /* three seconds */
    assert_int_equal(nslow, 1);
    assert_int_equal(next_look, 0);
}

static void a_fast_second_begins_the_time_anew(void **state)
{
    (void)state;
    struct slowness s;
    start(&s, 100, 2 * LOOP_S);
    for (int i = 0; i < 10; i++) {
        look(&s, 0);
        look(&s, 100);
    }
    assert_int_equal(nslow, 0);
    look(&s, 0);
    look(&s, 0);
    assert_int_equal(nslow, 1);
}

static void a_time_below_a_second_is_kept(void **state)
{
    (void)state;
    struct slowness s;
    start(&s, 1000, LOOP_S / 4);
    assert_int_equal(next_look, now + LOOP_S / 4);
    look(&s, 250); /* as much in this time */
    assert_int_equal(nslow, 0);
    look(&s, 249);
    assert_int_equal(nslow, 1);
}

static void half_a_minute_without_a_byte_is_too_long_by_itself(void **state)
{
    (void)state;
    struct slowness s;
    start(&s, 0, 0);
    for (int i = 0; i < 40; i++)
        look(&s, 1);
    assert_int_equal(nslow, 0);
    for (int i = 0; i < 29; i++)
        look(&s, 0);
    assert_int_equal(nslow, 0);
    look(&s, 0);
    assert_int_equal(nslow, 1);
}

static void what_is_forgiven_was_not_slow(void **state)
{
    (void)state;
    struct slowness s;
    start(&s, 100, 3 * LOOP_S);
    look(&s, 0);
    look(&s, 0);
    slowness_forgive(&s);
    look(&s, 0);
    look(&s, 0);
    assert_int_equal(nslow, 0);
    look(&s, 0);
    assert_int_equal(nslow, 1);
    slowness_stop(&s);
    slowness_forgive(&s); /* nothing */
    assert_int_equal(next_look, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exactly_the_limit_is_fast_enough),
        cmocka_unit_test(a_fast_second_begins_the_time_anew),
        cmocka_unit_test(a_time_below_a_second_is_kept),
        cmocka_unit_test(half_a_minute_without_a_byte_is_too_long_by_itself),
        cmocka_unit_test(what_is_forgiven_was_not_slow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
