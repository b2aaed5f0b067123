#include "engine/signals.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* What was told, in order: a letter each, and what to raise at each. */
struct rig {
    struct signals signals;
    char told[8];
    int raises[4]; /* at the first, the second...; 0: the loop is left */
    struct qv_timer patience;
};

static void on_impatient(struct qv_timer *t)
{
    (void)t;
    fail_msg("no signal came");
}

static void hear(struct rig *r, char letter)
{
    size_t n = strlen(r->told);
    r->told[n] = letter;
    if (r->raises[n] != 0)
        (void)raise(r->raises[n]);
    else
        qv_client_stop(r->signals.client);
}

static void on_first(struct signals *s)
{
    hear(QV_OWNER(s, struct rig, signals), '1');
}

static void on_second(struct signals *s)
{
    hear(QV_OWNER(s, struct rig, signals), '2');
}

static void start(struct rig *r)
{
    r->signals.client = qv_client_new(&(struct qv_client_options){0});
    r->signals.on_first = on_first;
    signals_watch(&r->signals);
    qv_client_hold(r->signals.client);
    r->patience.on_expired = on_impatient;
    qv_timer_arm(r->signals.client, &r->patience, UINT64_C(60000000000));
}

static void end(struct rig *r)
{
    signals_forget(&r->signals);
    qv_timer_disarm(r->signals.client, &r->patience);
    qv_client_free(r->signals.client);
}

static bool is_usual(int signum)
{
    struct sigaction now;
    assert_int_equal(sigaction(signum, NULL, &now), 0);
    return now.sa_handler == SIG_DFL;
}

static void test_the_second_is_told_from_the_first(void **state)
{
    struct rig r = {.signals.on_second = on_second,
                    .raises = {SIGTERM, SIGINT}};
    (void)state;
    start(&r);
    (void)raise(SIGINT);
    assert_string_equal(r.told,
                        ""); /* an event of the loop, not of the raise */
    qv_client_run(r.signals.client);
    assert_string_equal(r.told, "122");
    assert_int_equal(r.signals.signum, SIGINT);
    end(&r);
    assert_true(is_usual(SIGINT) && is_usual(SIGTERM));
}

/* In a process of its own: the second one ends it. */
static void die_of_the_second(void)
{
    struct rig r = {0};
    start(&r);
    (void)raise(SIGTERM);
    qv_client_run(r.signals.client);
    if (strcmp(r.told, "1") != 0 || r.signals.signum != SIGTERM)
        _exit(1);
    (void)raise(SIGTERM);
    _exit(2);
}

static void
test_without_a_second_callback_the_second_ends_the_program(void **state)
{
    int status = 0;
    (void)state;
    pid_t child = fork();
    if (child == 0)
        die_of_the_second();
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGTERM);
}

static void test_a_signal_that_is_ignored_stays_ignored(void **state)
{
    struct rig r = {.signals.on_second = on_second};
    (void)state;
    (void)signal(SIGINT, SIG_IGN);
    start(&r);
    (void)raise(SIGINT);
    (void)raise(SIGTERM);
    qv_client_run(r.signals.client);
    assert_string_equal(r.told, "1");
    assert_int_equal(r.signals.signum, SIGTERM);
    end(&r);
    assert_false(is_usual(SIGINT));
    (void)signal(SIGINT, SIG_DFL);
}

static void test_forgetting_twice_or_unwatched_does_nothing(void **state)
{
    struct rig r = {0};
    (void)state;
    signals_forget(&r.signals);
    start(&r);
    signals_forget(&r.signals);
    assert_true(is_usual(SIGINT));
    end(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        /* Before there was a loop, which a fork would share. */
        cmocka_unit_test(
            test_without_a_second_callback_the_second_ends_the_program),
        cmocka_unit_test(test_the_second_is_told_from_the_first),
        cmocka_unit_test(test_a_signal_that_is_ignored_stays_ignored),
        cmocka_unit_test(test_forgetting_twice_or_unwatched_does_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
