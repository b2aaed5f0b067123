/* The client's clock and timers are ours: each test says what time it is. */
#include "ping/questions.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define MS UINT64_C(1000000)

/* ---- the client ---- */

static struct fake {
    uint64_t now;
    struct {
        struct qv_timer *timer;
        uint64_t at;
    } armed[2];
} fake;

uint64_t qv_client_now(const struct qv_client *c)
{
    (void)c;
    return fake.now;
}

void qv_timer_disarm(struct qv_client *c, struct qv_timer *t)
{
    (void)c;
    for (size_t i = 0; i < 2; i++)
        if (fake.armed[i].timer == t)
            fake.armed[i].timer = NULL;
}

void qv_timer_arm(struct qv_client *c, struct qv_timer *t, uint64_t ns)
{
    qv_timer_disarm(c, t);
    for (size_t i = 0; i < 2; i++) {
        if (fake.armed[i].timer == NULL) {
            fake.armed[i].timer = t;
            fake.armed[i].at = fake.now + ns;
            return;
        }
    }
    fail_msg("more timers than there are");
}

/* All timers up to this time, in their order. */
static void run_until(uint64_t end)
{
    for (;;) {
        size_t first = 2;
        for (size_t i = 0; i < 2; i++)
            if (fake.armed[i].timer && fake.armed[i].at <= end &&
                (first == 2 || fake.armed[i].at < fake.armed[first].at))
                first = i;
        if (first == 2)
            break;
        struct qv_timer *t = fake.armed[first].timer;
        if (fake.armed[first].at > fake.now)
            fake.now = fake.armed[first].at;
        fake.armed[first].timer = NULL;
        t->on_expired(t);
    }
    fake.now = end;
}

/* ---- what is told: "?1" asked, "x1" lost, "." over ---- */

static struct questions q;
static char told[256];
static char last_why[64];
static bool cannot_leave;

static void note(const char *what, uint64_t seq)
{
    size_t len = strlen(told);
    (void)snprintf(told + len, sizeof told - len, "%s%llu ", what,
                   (unsigned long long)seq);
}

static bool on_ask(struct questions *of, uint64_t seq)
{
    assert_ptr_equal(of, &q);
    if (cannot_leave)
        return false;
    note("?", seq);
    return true;
}

static void on_lost(struct questions *of, uint64_t seq, const char *why)
{
    assert_ptr_equal(of, &q);
    note("x", seq);
    (void)snprintf(last_why, sizeof last_why, "%s", why);
}

static void on_over(struct questions *of)
{
    questions_stop(of);
    note(".", 0);
}

static const struct questions_events events = {on_ask, on_lost, on_over};

static void begin(uint64_t count, uint64_t interval, uint64_t wait)
{
    memset(&q, 0, sizeof q);
    fake = (struct fake){.now = 1000 * MS};
    told[0] = last_why[0] = '\0';
    cannot_leave = false;
    q.events = &events;
    q.count = count;
    q.interval = interval;
    q.wait = wait;
    questions_begin(&q);
}

static void assert_told(const char *wanted)
{
    assert_string_equal(told, wanted);
    told[0] = '\0';
}

static void answer(uint64_t seq, enum question_fate before)
{
    assert_int_equal(questions_answer(&q, seq), before);
    questions_settle(&q);
}

/* ---- tests ---- */

static void questions_leave_by_the_clock(void **state)
{
    (void)state;
    begin(3, 10 * MS, 100 * MS);
    assert_told(""); /* not before a later turn */
    run_until(1000 * MS);
    assert_told("?1 ");
    run_until(1019 * MS);
    assert_told("?2 ");
    run_until(1020 * MS);
    assert_told("?3 ");
    answer(1, QUESTION_OUT);
    answer(3, QUESTION_OUT);
    assert_told("");
    answer(2, QUESTION_OUT); /* the last one that is out */
    assert_told(".0 ");
}

static void without_an_interval_the_next_waits_for_the_one_before(void **state)
{
    (void)state;
    begin(2, 0, 100 * MS);
    run_until(1050 * MS);
    assert_told("?1 ");
    answer(1, QUESTION_OUT);
    run_until(1050 * MS);
    assert_told("?2 ");
    run_until(1150 * MS);
    assert_told("x2 .0 ");
}

static void what_is_not_answered_in_time_is_lost_and_then_late(void **state)
{
    (void)state;
    begin(2, 10 * MS, 25 * MS);
    run_until(1024 * MS);
    assert_told("?1 ?2 ");
    run_until(1025 * MS);
    assert_told("x1 ");
    assert_string_equal(last_why, "within 0.025 s");
    answer(1, QUESTION_LOST);
    answer(2, QUESTION_OUT);
    assert_told(".0 ");
    assert_int_equal(questions_answer(&q, 2), QUESTION_ANSWERED);
    assert_int_equal(questions_answer(&q, 9), QUESTION_UNKNOWN);
}

static void one_that_cannot_leave_comes_again_under_its_number(void **state)
{
    (void)state;
    begin(1, 10 * MS, 50 * MS);
    cannot_leave = true;
    run_until(1005 * MS);
    assert_told("");
    assert_int_equal(questions_answer(&q, 1), QUESTION_UNKNOWN);
    cannot_leave = false;
    run_until(1006 * MS);
    assert_told("?1 ");
}

/* As after a suspend: not all that were due meanwhile at once. */
static void a_machine_that_slept_asks_on_from_now(void **state)
{
    (void)state;
    begin(0, 10 * MS, 5000 * MS);
    run_until(1000 * MS);
    assert_told("?1 ");
    fake.now += 400 * MS;
    run_until(1400 * MS);
    assert_told("?2 ?3 ");
    run_until(1410 * MS);
    assert_told("?4 ");
}

static void a_lost_connection_loses_all_that_are_out(void **state)
{
    (void)state;
    begin(3, 1 * MS, 1000 * MS);
    run_until(1002 * MS);
    answer(2, QUESTION_OUT);
    told[0] = '\0';
    questions_lose_all(&q, "the connection is lost");
    questions_settle(&q);
    assert_told("x1 x3 .0 ");
    assert_string_equal(last_why, "the connection is lost");
}

static void the_oldest_is_given_up_when_too_many_are_out(void **state)
{
    (void)state;
    begin(0, 1, 1000 * MS);
    run_until(1000 * MS + QUESTIONS_OUT_MAX - 1);
    told[0] = '\0';
    run_until(1000 * MS + QUESTIONS_OUT_MAX);
    assert_told("x1 ?4097 ");
    assert_string_equal(last_why, "too many are out");
}

static void after_the_stop_nothing_is_asked(void **state)
{
    (void)state;
    begin(0, 10 * MS, 20 * MS);
    run_until(1000 * MS);
    questions_stop(&q);
    told[0] = '\0';
    run_until(2000 * MS);
    assert_told("");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(questions_leave_by_the_clock),
        cmocka_unit_test(without_an_interval_the_next_waits_for_the_one_before),
        cmocka_unit_test(what_is_not_answered_in_time_is_lost_and_then_late),
        cmocka_unit_test(one_that_cannot_leave_comes_again_under_its_number),
        cmocka_unit_test(a_machine_that_slept_asks_on_from_now),
        cmocka_unit_test(a_lost_connection_loses_all_that_are_out),
        cmocka_unit_test(the_oldest_is_given_up_when_too_many_are_out),
        cmocka_unit_test(after_the_stop_nothing_is_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
