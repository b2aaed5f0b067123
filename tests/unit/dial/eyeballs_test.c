/* Happy Eyeballs over attempts that the test moves by hand. */
#include "dial/eyeballs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/fault.h"

#define STAGGER  (20 * LOOP_MS)
#define PATIENCE (20000 * LOOP_MS)
#define MAX      8

static struct connect_attempt attempts[MAX];
static uint64_t started_at[MAX];
static bool is_cancelled[MAX];
static enum attempt_result cancelled_as[MAX];
static size_t nattempts;
static struct loop *loop;

static struct connect_attempt *
start_attempt(const struct connect_attempt_goal *goal, const struct addr *addr);

static void cancel_attempt(struct connect_attempt *a, enum attempt_result how)
{
    list_remove(&a->link);
    cancelled_as[a - attempts] = how;
    is_cancelled[a - attempts] = true;
}

static const struct connect_attempt_ops fake_ops = {
    .proto = "fake",
    .start = start_attempt,
    .cancel = cancel_attempt,
};

static struct connect_attempt *
start_attempt(const struct connect_attempt_goal *goal, const struct addr *addr)
{
    assert_true(nattempts < MAX);
    struct connect_attempt *a = &attempts[nattempts];
    connect_attempt_begin(a, &fake_ops, goal, addr);
    started_at[nattempts] = loop_now(loop);
    is_cancelled[nattempts++] = false;
    return a;
}

struct world {
    struct dialer dialer;
    struct settings settings;
    struct conn_facts facts;
    struct route route;
    struct connect_attempt_goal goal;
    struct candidates candidates;
    struct eyeballs e;
    struct conn conn;
    unsigned nwon;
    unsigned nfailed;
    size_t awaited; /* attempts, before the loop may stop */
    struct loop_timer poll;
    uint64_t give_up_at;
};

static void on_won(struct eyeballs *e, struct conn *c)
{
    struct world *w = container_of(e, struct world, e);
    assert_ptr_equal(c, &w->conn);
    w->nwon++;
}

static void on_failed(struct eyeballs *e)
{
    container_of(e, struct world, e)->nfailed++;
}

static void on_poll(struct loop_timer *timer, uint64_t now)
{
    struct world *w = container_of(timer, struct world, poll);
    if (nattempts >= w->awaited || now > w->give_up_at)
        loop_stop(loop);
    else
        loop_arm(loop, timer, now + LOOP_MS);
}

static void await(struct world *w, size_t n)
{
    w->awaited = n;
    w->give_up_at = loop_now(loop) + PATIENCE;
    loop_arm(loop, &w->poll, loop_now(loop));
    loop_run(loop);
    assert_int_equal(nattempts, n);
}

static void add(struct world *w, const char *text)
{
    struct addr a;
    assert_true(addr_parse(&a, span_str(text), 443));
    candidates_add(&w->candidates, &a, 1);
}

static void open_world(struct world *w)
{
    *w = (struct world){.poll.on_expired = on_poll};
    loop = loop_new();
    nattempts = 0;
    dialer_init(&w->dialer, loop);
    settings_defaults(&w->settings);
    w->settings.timeouts.eyeballs = STAGGER;
    w->route = (struct route){.hops[0].settings = &w->settings, .nhops = 1};
    w->goal = (struct connect_attempt_goal){
        .dialer = &w->dialer, .route = &w->route, .facts = &w->facts};
    w->e = (struct eyeballs){.kind = &fake_ops,
                             .goal = &w->goal,
                             .candidates = &w->candidates,
                             .on_won = on_won,
                             .on_failed = on_failed};
    eyeballs_init(&w->e);
}

static void close_world(struct world *w)
{
    eyeballs_cancel(&w->e, ATTEMPT_CANCELLED);
    dialer_fini(&w->dialer);
    loop_free(loop);
}

static void reach(size_t i)
{
    attempts[i].events->on_reached(&attempts[i]);
}

static void win(struct world *w, size_t i)
{
    list_remove(&attempts[i].link);
    attempts[i].events->on_won(&attempts[i], &w->conn);
}

static void lose(size_t i, enum err code, const char *text)
{
    struct fault why;
    fault_set(&why, code, 0, "%s", text);
    list_remove(&attempts[i].link);
    attempts[i].events->on_failed(&attempts[i], &why);
}

static void the_default_stagger_is_that_of_the_rfc(void **state)
{
    (void)state;
    struct settings s;
    settings_defaults(&s);
    assert_int_equal(s.timeouts.eyeballs, 250 * LOOP_MS);
}

static void families_take_turns_one_stagger_apart(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    add(&w, "127.0.0.1");
    add(&w, "127.0.0.2");
    add(&w, "::1");
    add(&w, "::2");
    eyeballs_go(&w.e);
    assert_int_equal(nattempts, 1);
    await(&w, 4);
    static const int order[] = {AF_INET6, AF_INET, AF_INET6, AF_INET};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(addr_family(&attempts[i].addr), order[i]);
        if (i > 0)
            assert_true(started_at[i] - started_at[i - 1] >= STAGGER);
        assert_false(is_cancelled[i]);
    }
    close_world(&w);
}

static void a_failure_hurries_the_next(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    w.settings.timeouts.eyeballs = PATIENCE;
    add(&w, "::1");
    add(&w, "127.0.0.1");
    eyeballs_go(&w.e);
    lose(0, ERR_CONNECT, "refused");
    assert_int_equal(nattempts, 2);
    win(&w, 1);
    assert_int_equal(w.nwon, 1);
    assert_int_equal(w.nfailed, 0);
    close_world(&w);
}

static void whoever_is_reached_cancels_the_others(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    add(&w, "::1");
    add(&w, "127.0.0.1");
    add(&w, "127.0.0.2");
    eyeballs_go(&w.e);
    await(&w, 2);
    reach(1);
    assert_true(is_cancelled[0]);
    assert_int_equal(cancelled_as[0], ATTEMPT_LOST);
    assert_false(is_cancelled[1]);
    assert_false(heap_has(&w.e.stagger.node)); /* no third */
    win(&w, 1);
    assert_int_equal(w.nwon, 1);
    assert_int_equal(w.e.state, EYEBALLS_DONE);
    close_world(&w);
    assert_false(is_cancelled[1]);
}

static void a_reached_one_that_fails_ends_it(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    add(&w, "::1");
    add(&w, "127.0.0.1");
    eyeballs_go(&w.e);
    reach(0);
    lose(0, ERR_TLS_VERIFY, "expired");
    assert_int_equal(w.nfailed, 1);
    assert_int_equal(nattempts, 1);
    assert_int_equal(w.e.fault.code, ERR_TLS_VERIFY);
    close_world(&w);
}

static void the_most_telling_failure_is_kept(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    add(&w, "::1");
    add(&w, "127.0.0.1");
    add(&w, "::2");
    add(&w, "::3");
    eyeballs_go(&w.e);
    lose(0, ERR_INTERFACE, "not from here");
    lose(1, ERR_CONNECT, "first");
    assert_string_equal(w.e.fault.detail, "first");
    lose(2, ERR_CONNECT, "second");
    assert_string_equal(w.e.fault.detail, "first");
    lose(3, ERR_TLS_VERIFY, "third");
    assert_string_equal(w.e.fault.detail, "third");
    assert_int_equal(w.nfailed, 1);
    close_world(&w);
}

static void more_addresses_are_waited_for_and_hurry_nothing(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    w.settings.timeouts.eyeballs = PATIENCE;
    w.e.more_expected = true;
    eyeballs_go(&w.e);
    assert_int_equal(w.nfailed, 0);
    add(&w, "::1");
    eyeballs_go(&w.e);
    add(&w, "127.0.0.1");
    eyeballs_go(&w.e);
    assert_int_equal(nattempts, 1);
    lose(0, ERR_CONNECT, "refused");
    assert_int_equal(nattempts, 2);
    lose(1, ERR_CONNECT, "refused");
    assert_int_equal(w.nfailed, 0); /* the resolver goes on */
    w.e.more_expected = false;
    eyeballs_go(&w.e);
    assert_int_equal(w.nfailed, 1);
    close_world(&w);
}

static void no_address_is_a_failure_to_connect(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    eyeballs_go(&w.e);
    assert_int_equal(w.nfailed, 1);
    assert_int_equal(w.e.fault.code, ERR_CONNECT);
    close_world(&w);
}

static void cancelling_is_silent_in_every_state(void **state)
{
    (void)state;
    struct world w;
    open_world(&w); /* not begun: it never begins */
    add(&w, "::1");
    eyeballs_cancel(&w.e, ATTEMPT_CANCELLED);
    eyeballs_go(&w.e);
    assert_int_equal(nattempts, 0);
    close_world(&w);
    open_world(&w); /* running */
    add(&w, "::1");
    add(&w, "127.0.0.1");
    eyeballs_go(&w.e);
    await(&w, 2);
    eyeballs_cancel(&w.e, ATTEMPT_CANCELLED);
    assert_true(is_cancelled[0] && is_cancelled[1]);
    assert_int_equal(cancelled_as[0], ATTEMPT_CANCELLED);
    eyeballs_cancel(&w.e, ATTEMPT_CANCELLED); /* done */
    assert_int_equal(w.nwon + w.nfailed, 0);
    close_world(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_default_stagger_is_that_of_the_rfc),
        cmocka_unit_test(families_take_turns_one_stagger_apart),
        cmocka_unit_test(a_failure_hurries_the_next),
        cmocka_unit_test(whoever_is_reached_cancels_the_others),
        cmocka_unit_test(a_reached_one_that_fails_ends_it),
        cmocka_unit_test(the_most_telling_failure_is_kept),
        cmocka_unit_test(more_addresses_are_waited_for_and_hurry_nothing),
        cmocka_unit_test(no_address_is_a_failure_to_connect),
        cmocka_unit_test(cancelling_is_silent_in_every_state),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
