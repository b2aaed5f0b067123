/* PINGs are answered, and those that are lost are not. */
#include "conn/quic_echo.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "conn/quic_self.h"
#include "support/quic_world.h"

#define ASKED_MAX 16

static struct heard {
    struct meter meter;
    unsigned times[ASKED_MAX]; /* by number */
    uint64_t at[ASKED_MAX];
    uint64_t held[ASKED_MAX];
    struct loop *loop;
} heard;

/* The world looks after what the application hears alone. */
static struct look {
    struct loop_timer timer;
    struct quic_world *world;
} look;

static void on_look(struct loop_timer *t, uint64_t now)
{
    struct quic_world *w = look.world;
    loop_arm(w->loop, t, now + LOOP_MS);
    w->client.on_news(&w->client);
}

static size_t ndropping; /* of the next packets to the server */

static void on_answer(struct meter *m, const struct meter_answer *a)
{
    (void)m;
    assert_in_range(a->seq, 1, ASKED_MAX - 1);
    heard.times[a->seq]++;
    heard.at[a->seq] = loop_now(heard.loop);
    heard.held[a->seq] = a->held;
}

static enum udp_relay_fate judge(struct udp_relay *r, bool is_up, size_t number,
                                 struct span data)
{
    (void)r;
    (void)number;
    (void)data;
    if (!is_up || ndropping == 0)
        return UDP_RELAY_PASS;
    ndropping--;
    return UDP_RELAY_DROP;
}

static bool is_quiet(struct quic_world *w)
{
    struct quic_stats s;
    quic_get_stats(w->client.quic, &s);
    return s.bytes_in_flight == 0;
}

static void start(struct quic_world *w)
{
    ndropping = 0;
    heard = (struct heard){.meter = {on_answer}};
    quic_world_init(w);
    w->client_settings.quic.pmtud = false; /* nothing else leaves */
    quic_world_open(w);
    quic_world_relay(w);
    w->relay.judge = judge;
    quic_world_connect(w, NULL);
    quic_world_until(w, quic_world_both_open);
    look = (struct look){.timer = {.on_expired = on_look}, .world = w};
    loop_arm(w->loop, &look.timer, loop_now(w->loop));
    quic_world_until(w, is_quiet);
    heard.loop = w->loop;
}

static void end(struct quic_world *w)
{
    loop_disarm(w->loop, &look.timer);
    quic_world_close(w);
}

static bool has_heard_first(struct quic_world *w)
{
    (void)w;
    return heard.times[1] > 0;
}

static void a_ping_is_answered_once(void **state)
{
    (void)state;
    struct quic_world w;
    start(&w);
    uint64_t before = loop_now(w.loop);
    assert_true(quic_measure(w.client.quic, &heard.meter, 1));
    quic_world_until(&w, has_heard_first);
    assert_in_range(heard.held[1], 0, heard.at[1] - before);
    quic_world_until(&w, is_quiet);
    assert_int_equal(heard.times[1], 1);
    end(&w);
}

static bool was_asked(struct quic_world *w)
{
    static uint64_t next;
    if (heard.times[1] == 0)
        next = 2;
    if (next > 1 && next < 10 && heard.times[next - 1] &&
        quic_measure(w->client.quic, &heard.meter, next))
        next++;
    return heard.times[9] > 0;
}

static void each_answer_is_that_of_its_number(void **state)
{
    (void)state;
    struct quic_world w;
    start(&w);
    assert_true(quic_measure(w.client.quic, &heard.meter, 1));
    quic_world_until(&w, was_asked);
    for (size_t i = 1; i < 10; i++)
        assert_int_equal(heard.times[i], 1);
    end(&w);
}

static void one_that_has_not_left_is_in_the_way(void **state)
{
    (void)state;
    struct quic_world w;
    start(&w);
    assert_true(quic_measure(w.client.quic, &heard.meter, 1));
    assert_false(quic_measure(w.client.quic, &heard.meter, 2));
    end(&w);
}

static bool has_heard_second(struct quic_world *w)
{
    if (heard.times[2] == 0 && ndropping == 0)
        (void)quic_measure(w->client.quic, &heard.meter, 2);
    return heard.times[2] > 0;
}

/* With it goes what may leave before, the PING behind it and a probe for their
 * loss; what comes after is answered, and that is not it. */
static void a_lost_one_is_never_answered(void **state)
{
    (void)state;
    struct quic_world w;
    start(&w);
    ndropping = 4;
    assert_true(quic_measure(w.client.quic, &heard.meter, 1));
    quic_world_until(&w, has_heard_second);
    quic_world_until(&w, is_quiet);
    assert_int_equal(heard.times[1], 0);
    assert_true(heard.times[2] > 0); /* asked until it was */
    end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ping_is_answered_once),
        cmocka_unit_test(each_answer_is_that_of_its_number),
        cmocka_unit_test(one_that_has_not_left_is_in_the_way),
        cmocka_unit_test(a_lost_one_is_never_answered),
    };
    return cmocka_run_group_tests_name("conn/quic_echo", tests, NULL, NULL);
}
