/* Who may start when: permits, shares of hosts, rates, holds.  Time is moved by
 * hand: this program has its own loop of a few lines. */
#include "client/admission.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/str.h"

/* ---- the loop ---- */

static uint64_t now;
static struct heap timers;
static struct list tasks;

uint64_t loop_now(const struct loop *loop)
{
    (void)loop;
    return now;
}

void loop_arm(struct loop *loop, struct loop_timer *t, uint64_t deadline)
{
    (void)loop;
    heap_remove(&timers, &t->node);
    heap_insert(&timers, &t->node, deadline <= now ? now + 1 : deadline);
}

void loop_disarm(struct loop *loop, struct loop_timer *t)
{
    (void)loop;
    heap_remove(&timers, &t->node);
}

void loop_later(struct loop *loop, struct loop_task *task)
{
    (void)loop;
    if (task->is_queued)
        return;
    task->is_queued = true;
    list_append(&tasks, &task->link);
}

void loop_forget(struct loop *loop, struct loop_task *task)
{
    (void)loop;
    if (!task->is_queued)
        return;
    task->is_queued = false;
    list_remove(&task->link);
}

static void run_tasks(void)
{
    while (!list_is_empty(&tasks)) {
        struct loop_task *t = container_of(tasks.next, struct loop_task, link);
        list_remove(&t->link);
        t->is_queued = false;
        t->run(t);
    }
}

/* How late timers come; a busy machine. */
static uint64_t lateness;

static void pass(uint64_t ns)
{
    uint64_t end = now + ns;
    struct heap_node *first;
    run_tasks();
    while ((first = heap_first(&timers)) != NULL &&
           first->key + lateness <= end) {
        struct loop_timer *t = container_of(first, struct loop_timer, node);
        if (first->key + lateness > now)
            now = first->key + lateness;
        heap_remove(&timers, first);
        t->on_expired(t, now);
        run_tasks();
    }
    now = end;
}

/* ---- what is admitted ---- */

#define STARTS_MAX 100000

struct item {
    struct permit permit;
    const char *host;
    uint64_t started_at; /* 0: not yet */
    struct list link;
};

static struct admission a;
static struct item *started[STARTS_MAX];
static size_t nstarted;
static unsigned nrooms;

static void on_start(struct permit *t)
{
    struct item *i = container_of(t, struct item, permit);
    i->started_at = now;
    assert_true(nstarted < STARTS_MAX);
    started[nstarted++] = i;
}

static void on_ready(struct admission *x)
{
    (void)x;
    nrooms++;
}

static void open_with(struct admission_limits limits)
{
    now = 1000 * LOOP_S;
    lateness = 0;
    nstarted = 0;
    nrooms = 0;
    heap_init(&timers);
    list_init(&tasks);
    admission_init(&a, NULL, &limits);
    a.on_ready = on_ready;
}

static void close_all(void)
{
    admission_fini(&a);
    heap_fini(&timers);
}

static void ask(struct item *i, const char *host, double rate, bool is_move)
{
    struct str key;
    str_init(&key);
    admission_host_key(&key, false, span_str(host), 80);
    struct admission_wish wish = {
        .key = str_span(&key), .rate = rate, .is_first = is_move};
    i->host = host;
    if (i->permit.on_start == NULL)
        i->permit.on_start = on_start;
    if (is_move)
        admission_move(&a, &i->permit, &wish);
    else
        admission_enter(&a, &i->permit, &wish);
    str_fini(&key);
}

/* n of them, freed by the test. */
static struct item *enter(size_t n, const char *host)
{
    struct item *items = calloc(n, sizeof *items);
    for (size_t k = 0; k < n; k++)
        ask(&items[k], host, 0, false);
    run_tasks();
    return items;
}

static void answer(struct item *i)
{
    admission_heard(&a, &i->permit);
    run_tasks();
}

static void end(struct item *i)
{
    admission_leave(&a, &i->permit);
    run_tasks();
}

static size_t running(const struct item *items, size_t n)
{
    size_t count = 0;
    for (size_t k = 0; k < n; k++)
        count += items[k].permit.state == PERMIT_HELD;
    return count;
}

static void give_up(struct item *items, size_t n)
{
    for (size_t k = 0; k < n; k++)
        admission_leave(&a, &items[k].permit);
    run_tasks();
    free(items);
}

/* Every one that runs is answered and over, again and again. */
static void serve(struct item *items, size_t n)
{
    for (bool is_any = true; is_any;) {
        is_any = false;
        for (size_t k = 0; k < n; k++) {
            if (items[k].permit.state != PERMIT_HELD)
                continue;
            answer(&items[k]);
            end(&items[k]);
            is_any = true;
        }
    }
}

/* ---- permits ---- */

static void one_host_alone_gets_all_places_after_its_first_answer(void **state)
{
    (void)state;
    open_with((struct admission_limits){.permits = 40});
    struct item *x = enter(100, "a");
    assert_int_equal(running(x, 100), 30);
    answer(&x[0]);
    assert_int_equal(running(x, 100), 40);
    end(&x[0]);
    assert_int_equal(running(x, 100), 40);
    assert_int_equal(x[40].permit.state, PERMIT_HELD); /* in their order */
    assert_int_equal(x[41].permit.state, PERMIT_WAITING);
    give_up(x, 100);
    assert_int_equal(a.npermits, 0);
    close_all();
}

static void without_a_limit_all_start(void **state)
{
    (void)state;
    open_with((struct admission_limits){.permits = 0});
    struct item *x = enter(1000, "a");
    assert_int_equal(running(x, 1000), 1000);
    give_up(x, 1000);
    close_all();
}

static void a_single_place_is_used(void **state)
{
    (void)state;
    open_with((struct admission_limits){.permits = 1});
    struct item *x = enter(2, "a");
    struct item *y = enter(2, "b");
    assert_int_equal(running(x, 2), 1);
    serve(x, 2);
    serve(y, 2);
    assert_int_equal(nstarted, 4);
    free(x);
    free(y);
    close_all();
}

static void the_limit_of_a_host_holds_beside_that_of_all(void **state)
{
    (void)state;
    open_with((struct admission_limits){.permits = 100, .permits_host = 3});
    struct item *x = enter(10, "a");
    struct item *y = enter(10, "b");
    answer(&x[0]);
    answer(&y[0]);
    assert_int_equal(running(x, 10), 3);
    assert_int_equal(running(y, 10), 3);
    end(&x[1]);
    assert_int_equal(running(x, 10), 3);
    give_up(x, 10);
    give_up(y, 10);
    close_all();
}

/* ---- shares ---- */

static void a_host_that_is_silent_has_a_quarter_beside_others(void **state)
{
    (void)state;
    open_with((struct admission_limits){.permits = 40});
    struct item *b = enter(1, "alive");
    struct item *x = enter(100, "dead");
    assert_int_equal(running(x, 100), 10);
    assert_true(admission_is_ready(&a));
    give_up(x, 100);
    give_up(b, 1);
    close_all();
}

static void a_host_that_answers_has_three_quarters_beside_others(void **state)
{
    (void)state;
    open_with((struct admission_limits){.permits = 40});
    struct item *b = enter(1, "other");
    struct item *x = enter(100, "fast");
    answer(&x[0]);
    assert_int_equal(running(x, 100), 30);
    give_up(b, 1);
    /* The other is forgotten after a while. */
    for (unsigned i = 0; i < 10; i++) {
        pass(1 * LOOP_S);
        answer(&x[0]);
    }
    assert_int_equal(running(x, 100), 40);
    give_up(x, 100);
    close_all();
}

static void a_stalled_host_does_not_hold_up_another(void **state)
{
    (void)state;
    open_with((struct admission_limits){.permits = 8});
    struct item *dead = enter(500, "dead");
    struct item *alive = enter(200, "alive");
    serve(alive, 200);
    for (size_t k = 0; k < 200; k++)
        assert_int_not_equal(alive[k].started_at, 0);
    assert_true(running(dead, 500) <= 6);
    give_up(dead, 500);
    free(alive);
    close_all();
}

static void a_host_that_falls_silent_is_held_back_and_recovers(void **state)
{
    (void)state;
    open_with((struct admission_limits){.permits = 40});
    struct item *b = enter(1, "other");
    struct item *x = enter(100, "x");
    answer(&x[0]);
    assert_int_equal(running(x, 100), 30);
    pass(4 * LOOP_S);
    for (size_t k = 0; k < 20; k++)
        end(&x[k]); /* given up, not answered */
    assert_int_equal(running(x, 100), 10);
    answer(&x[25]);
    assert_int_equal(running(x, 100), 30);
    give_up(b, 1);
    give_up(x, 100);
    close_all();
}

static void many_dead_hosts_leave_places_to_one_that_answers(void **state)
{
    (void)state;
    char names[50][8];
    struct item *dead[50];
    open_with((struct admission_limits){.permits = 40});
    struct item *alive = enter(1, "alive");
    answer(&alive[0]);
    for (size_t h = 0; h < 50; h++) {
        (void)snprintf(names[h], sizeof names[h], "d%zu", h);
        dead[h] = enter(20, names[h]);
    }
    size_t held = 0;
    for (size_t h = 0; h < 50; h++)
        held += running(dead[h], 20);
    assert_int_equal(held, 30);
    struct item *more = enter(9, "alive");
    assert_int_equal(running(more, 9), 9);
    for (size_t h = 0; h < 50; h++)
        give_up(dead[h], 20);
    give_up(alive, 1);
    give_up(more, 9);
    close_all();
}

static void hosts_take_turns(void **state)
{
    (void)state;
    open_with((struct admission_limits){.permits = 4});
    struct item *x = enter(50, "many");
    answer(&x[0]);
    struct item *y = enter(2, "few");
    size_t before = nstarted;
    for (size_t k = 0; k < 6; k++) {
        answer(&x[k]);
        end(&x[k]);
    }
    size_t of_y = 0;
    for (size_t k = before; k < nstarted; k++)
        of_y += started[k] == &y[0] || started[k] == &y[1];
    assert_true(of_y >= 1); /* a quarter of 4: y has not answered */
    answer(&y[0]);
    end(&y[0]);
    end(&x[6]);
    end(&x[7]);
    assert_int_not_equal(y[1].started_at, 0);
    give_up(x, 50);
    give_up(y, 2);
    close_all();
}

/* ---- rates ---- */

static void check_spacing(size_t from, uint64_t interval, uint64_t slack)
{
    for (size_t k = from + 1; k < nstarted; k++) {
        uint64_t gap = started[k]->started_at - started[k - 1]->started_at;
        assert_in_range(gap, interval - slack, interval + slack);
    }
}

static void starts_are_evenly_spaced(void **state)
{
    (void)state;
    open_with((struct admission_limits){.rate = 200});
    struct item *x = enter(3000, "a");
    pass(10 * LOOP_S);
    assert_in_range(nstarted, 1999, 2002);
    check_spacing(0, 5 * LOOP_MS, 1);
    give_up(x, 3000);
    close_all();
}

static void late_timers_are_made_up_for(void **state)
{
    (void)state;
    open_with((struct admission_limits){.rate = 200});
    lateness = 7 * LOOP_MS;
    struct item *x = enter(3000, "a");
    pass(10 * LOOP_S);
    assert_in_range(nstarted, 1900, 2002);
    give_up(x, 3000);
    close_all();
}

static void a_high_rate_holds_with_a_coarse_clock(void **state)
{
    (void)state;
    open_with((struct admission_limits){.rate = 5000});
    lateness = 1 * LOOP_MS;
    struct item *x = enter(20000, "a");
    pass(2 * LOOP_S);
    assert_in_range(nstarted, 9500, 10002);
    give_up(x, 20000);
    close_all();
}

static void a_pause_earns_no_burst(void **state)
{
    (void)state;
    open_with((struct admission_limits){.rate = 100});
    struct item *x = enter(10, "a");
    pass(5 * LOOP_S);
    assert_int_equal(nstarted, 10);
    struct item *y = enter(10, "a");
    assert_int_equal(nstarted, 11); /* one at once */
    pass(LOOP_S);
    assert_int_equal(nstarted, 20);
    check_spacing(10, 10 * LOOP_MS, 1);
    give_up(x, 10);
    give_up(y, 10);
    close_all();
}

static void a_host_has_a_rate_of_its_own(void **state)
{
    (void)state;
    struct item x[50] = {0};
    struct item y[50] = {0};
    open_with((struct admission_limits){.permits = 0});
    for (size_t k = 0; k < 50; k++) {
        ask(&x[k], "slow", 10, false);
        ask(&y[k], "free", 0, false);
    }
    run_tasks();
    assert_int_equal(running(y, 50), 50);
    assert_int_equal(running(x, 50), 1);
    pass(2 * LOOP_S);
    assert_int_equal(running(x, 50), 21);
    for (size_t k = 0; k < 50; k++) {
        end(&x[k]);
        end(&y[k]);
    }
    close_all();
}

static void rates_of_all_and_of_a_host_hold_together(void **state)
{
    (void)state;
    struct item x[500] = {0};
    struct item y[500] = {0};
    open_with((struct admission_limits){.rate = 100});
    for (size_t k = 0; k < 500; k++) {
        ask(&x[k], "slow", 10, false);
        ask(&y[k], "free", 0, false);
    }
    run_tasks();
    pass(3 * LOOP_S);
    assert_in_range(nstarted, 300, 301);
    assert_in_range(running(x, 500), 29, 31);
    for (size_t k = 0; k < 500; k++) {
        end(&x[k]);
        end(&y[k]);
    }
    close_all();
}

/* ---- holds, back-offs, moves ---- */

static void a_hold_stops_one_host_only(void **state)
{
    (void)state;
    open_with((struct admission_limits){.permits = 40});
    struct item *x = enter(1, "x");
    answer(&x[0]);
    admission_hold(&a, &x[0].permit, now + 3 * LOOP_S);
    struct item *more = enter(2, "x");
    struct item *y = enter(2, "y");
    assert_int_equal(running(more, 2), 0);
    assert_true(running(y, 2) > 0);
    assert_true(admission_is_ready(&a));
    pass(3 * LOOP_S - 1);
    assert_int_equal(running(more, 2), 0);
    pass(2);
    assert_int_equal(running(more, 2), 2);
    give_up(x, 1);
    give_up(more, 2);
    give_up(y, 2);
    close_all();
}

static void a_hold_is_as_long_as_the_longest(void **state)
{
    (void)state;
    open_with((struct admission_limits){.permits = 40});
    struct item *x = enter(1, "x");
    answer(&x[0]);
    admission_hold(&a, &x[0].permit, now + 3 * LOOP_S);
    admission_hold(&a, &x[0].permit, now + 1 * LOOP_S);
    struct item *more = enter(1, "x");
    pass(3 * LOOP_S - 1);
    assert_int_equal(running(more, 1), 0);
    pass(2);
    assert_int_equal(running(more, 1), 1);
    give_up(x, 1);
    give_up(more, 1);
    close_all();
}

/* What the server says is left is less those that it has not seen yet: not the
 * one that it says it to. */
static void what_is_left_is_for_those_that_come(void **state)
{
    (void)state;
    for (size_t n = 1; n <= 2; n++) {
        struct arena arena;
        struct fields fields;
        open_with((struct admission_limits){.permits = 40});
        arena_init(&arena);
        fields_init(&fields, &arena);
        fields_add(&fields, SPAN_LIT("RateLimit"), SPAN_LIT("\"a\";r=3;t=10"));
        struct item *x = enter(n, "x");
        admission_quota(&a, &x[0].permit, &fields);
        answer(&x[0]);
        struct item *more = enter(5, "x");
        assert_int_equal(running(more, 5), 4 - n);
        pass(10 * LOOP_S);
        assert_int_equal(running(more, 5), 5);
        give_up(x, n);
        give_up(more, 5);
        arena_fini(&arena);
        close_all();
    }
}

static void a_resting_one_gives_its_place_to_another(void **state)
{
    (void)state;
    open_with((struct admission_limits){.permits = 1});
    struct item *x = enter(2, "x");
    assert_int_equal(x[1].permit.state, PERMIT_WAITING);
    admission_back_off(&a, &x[0].permit);
    run_tasks();
    assert_int_equal(x[1].permit.state, PERMIT_HELD);
    ask(&x[0], "x", 0, false); /* its back-off is over */
    run_tasks();
    assert_int_equal(x[0].permit.state, PERMIT_WAITING);
    end(&x[1]);
    assert_int_equal(x[0].permit.state, PERMIT_HELD);
    give_up(x, 2);
    close_all();
}

/* ---- what lives long ---- */

/* Something that is no transfer: how often it started, and nothing else. */
struct channel {
    struct permit permit;
    unsigned nstarts;
};

static void on_channel_start(struct permit *t)
{
    container_of(t, struct channel, permit)->nstarts++;
}

static void open_channel(struct channel *c, const char *host)
{
    struct str key;
    str_init(&key);
    admission_host_key(&key, false, span_str(host), 80);
    struct admission_wish wish = {.key = str_span(&key)};
    c->permit.on_start = on_channel_start;
    admission_enter(&a, &c->permit, &wish);
    str_fini(&key);
    run_tasks();
}

static void each_permit_starts_what_it_stands_for(void **state)
{
    (void)state;
    open_with((struct admission_limits){.permits = 8});
    struct item *i = enter(1, "a.test");
    struct channel c = {.nstarts = 0};
    open_channel(&c, "a.test");
    assert_int_equal(nstarted, 1);
    assert_ptr_equal(started[0], i);
    assert_int_equal(c.nstarts, 1);
    admission_leave(&a, &c.permit);
    give_up(i, 1);
    close_all();
}

static void what_lives_long_gives_its_place_back_and_runs_on(void **state)
{
    (void)state;
    open_with((struct admission_limits){.permits = 1});
    struct channel c = {.nstarts = 0};
    open_channel(&c, "a.test");
    struct item *i = enter(1, "a.test");
    assert_int_equal(running(i, 1), 0);
    admission_heard(&a, &c.permit);
    admission_release(&a, &c.permit);
    assert_int_equal(nstarted, 0); /* not before it has returned */
    run_tasks();
    assert_int_equal(running(i, 1), 1);
    assert_int_equal(c.permit.state, PERMIT_RELEASED);
    end(i);
    assert_int_equal(a.npermits, 0);
    admission_leave(&a, &c.permit);
    assert_int_equal(a.npermits, 0); /* once is enough */
    give_up(i, 1);
    close_all();
}

static void hundreds_that_are_open_hold_up_no_reader(void **state)
{
    (void)state;
    enum {
        MANY = 5000
    };
    open_with((struct admission_limits){.permits = 1});
    struct channel *c = calloc(MANY, sizeof *c);
    for (size_t k = 0; k < MANY; k++) {
        open_channel(&c[k], "a.test");
        admission_release(&a, &c[k].permit);
    }
    assert_true(admission_is_ready(&a));
    for (size_t k = 0; k < MANY; k++)
        admission_leave(&a, &c[k].permit);
    free(c);
    close_all();
}

static void a_host_is_not_forgotten_while_something_is_open_to_it(void **state)
{
    (void)state;
    open_with((struct admission_limits){.permits = 1});
    struct channel c = {.nstarts = 0};
    open_channel(&c, "a.test");
    admission_release(&a, &c.permit);
    pass(60 * LOOP_S);
    assert_int_equal(a.hosts.len, 1);
    admission_heard(&a, &c.permit);
    admission_hold(&a, &c.permit, now + LOOP_S);
    admission_leave(&a, &c.permit);
    pass(60 * LOOP_S);
    assert_int_equal(a.hosts.len, 0);
    close_all();
}

static void what_was_open_may_ask_for_a_place_once_more(void **state)
{
    (void)state;
    open_with((struct admission_limits){.permits = 1});
    struct channel c = {.nstarts = 0};
    open_channel(&c, "a.test");
    admission_release(&a, &c.permit);
    open_channel(&c, "a.test"); /* its connection was lost */
    assert_int_equal(c.nstarts, 2);
    assert_int_equal(a.npermits, 1);
    admission_leave(&a, &c.permit);
    close_all();
}

static void a_reader_is_woken_when_a_place_is_given_back(void **state)
{
    (void)state;
    open_with((struct admission_limits){.permits = 1});
    struct item *x = enter(1, "x");
    assert_false(admission_is_ready(&a));
    admission_back_off(&a, &x[0].permit);
    run_tasks();
    assert_int_equal(nrooms, 1);
    assert_true(admission_is_ready(&a));
    pass(2 * LOOP_S);
    assert_int_equal(nrooms, 1); /* nobody asked again in vain */
    give_up(x, 1);
    close_all();
}

static void a_reader_stops_behind_one_that_only_waits_for_the_rate(void **state)
{
    (void)state;
    open_with((struct admission_limits){.permits = 10, .rate = 10});
    struct item *x = enter(1, "x");
    assert_true(admission_is_ready(&a));
    struct item *y = enter(1, "y");
    assert_int_equal(y[0].started_at, 0);
    assert_false(admission_is_ready(&a));
    pass(100 * LOOP_MS);
    assert_int_not_equal(y[0].started_at, 0);
    assert_true(admission_is_ready(&a));
    give_up(x, 1);
    give_up(y, 1);
    close_all();
}

static void a_reader_does_not_pile_up_without_end(void **state)
{
    (void)state;
    open_with((struct admission_limits){.permits = 8});
    struct item *b = enter(1, "other");
    static struct item x[5000];
    size_t n = 0;
    while (n < 5000 && admission_is_ready(&a))
        ask(&x[n++], "dead", 0, false);
    run_tasks();
    assert_int_equal(a.nwaiting + a.nbacking_off, 2048);
    for (size_t k = 0; k < n; k++)
        end(&x[k]);
    give_up(b, 1);
    close_all();
}

/* Those that rest are kept in memory as well. */
static void a_reader_does_not_let_them_rest_without_end(void **state)
{
    (void)state;
    open_with((struct admission_limits){.permits = 8});
    static struct item x[5000];
    size_t n = 0;
    while (n < 5000 && admission_is_ready(&a)) {
        ask(&x[n], "dying", 0, false);
        run_tasks();
        admission_back_off(&a, &x[n++].permit);
    }
    assert_int_equal(n, 2048);
    end(&x[0]);
    assert_true(admission_is_ready(&a));
    for (size_t k = 1; k < n; k++)
        end(&x[k]);
    close_all();
}

static void a_hop_takes_its_place_along(void **state)
{
    (void)state;
    open_with((struct admission_limits){.permits = 2, .permits_host = 1});
    struct item *x = enter(2, "x");
    struct item *y = enter(1, "y");
    assert_int_equal(x[0].permit.state, PERMIT_HELD);
    assert_int_equal(y[0].permit.state, PERMIT_HELD);
    struct item *z = enter(1, "z"); /* it waits for a permit */
    ask(&x[0], "w", 0, true);
    run_tasks();
    assert_int_equal(x[0].permit.state, PERMIT_HELD);
    assert_int_equal(x[1].permit.state, PERMIT_WAITING);
    assert_int_equal(z[0].permit.state, PERMIT_WAITING);
    assert_int_equal(a.npermits, 2);
    give_up(x, 2);
    give_up(y, 1);
    give_up(z, 1);
    close_all();
}

static void a_hop_to_a_host_that_is_full_waits_first_in_line(void **state)
{
    (void)state;
    open_with((struct admission_limits){.permits = 9, .permits_host = 1});
    struct item *y = enter(2, "y");
    struct item *x = enter(2, "x");
    ask(&x[0], "y", 0, true);
    run_tasks();
    assert_int_equal(x[0].permit.state, PERMIT_WAITING);
    assert_int_equal(x[1].permit.state, PERMIT_HELD); /* its old permit */
    end(&y[0]);
    assert_int_equal(x[0].permit.state, PERMIT_HELD);
    assert_int_equal(y[1].permit.state, PERMIT_WAITING);
    give_up(x, 2);
    give_up(y, 2);
    close_all();
}

/* ---- many ---- */

static void a_million_hosts_take_no_memory(void **state)
{
    (void)state;
    open_with((struct admission_limits){.permits = 50});
    struct item one = {.host = NULL};
    char name[24];
    for (size_t k = 0; k < 1000000; k++) {
        (void)snprintf(name, sizeof name, "h%zu", k);
        ask(&one, name, 0, false);
        admission_leave(&a, &one.permit);
        now += 1000;
    }
    run_tasks();
    assert_in_range(a.hosts.len, 1, 1025);
    assert_in_range(a.hosts.cap, 16, 16384);
    pass(10 * LOOP_S);
    assert_int_equal(a.hosts.len, 0);
    close_all();
}

static void a_host_is_silent_after_two_seconds(void **state)
{
    (void)state;
    open_with((struct admission_limits){.permits = 8});
    struct item *x = enter(1, "x");
    answer(x);
    pass(2 * LOOP_S - 1);
    assert_true(x->permit.host->is_proven);
    pass(1);
    assert_false(x->permit.host->is_proven);
    give_up(x, 1);
    close_all();
}

/* Or the next to come would not know of the hold. */
static void a_host_is_not_forgotten_while_it_is_held(void **state)
{
    (void)state;
    open_with((struct admission_limits){.permits = 8});
    struct item *x = enter(1, "x");
    admission_hold(&a, &x->permit, now + 60 * LOOP_S);
    give_up(x, 1);
    pass(59 * LOOP_S);
    assert_int_equal(a.hosts.len, 1);
    pass(3 * LOOP_S);
    assert_int_equal(a.hosts.len, 0);
    close_all();
}

static void so_many_hosts_are_remembered_that_nobody_needs(void **state)
{
    (void)state;
    open_with((struct admission_limits){.permits = 50});
    struct item one = {.host = NULL};
    char name[24];
    for (size_t k = 1; k <= 1026; k++) {
        (void)snprintf(name, sizeof name, "h%zu", k);
        ask(&one, name, 0, false);
        admission_leave(&a, &one.permit);
        assert_int_equal(a.hosts.len, k <= 1024 ? k : 1024);
    }
    close_all();
}

static void a_hundred_thousand_waiting_ones_are_served_in_turn(void **state)
{
    (void)state;
    enum {
        HOSTS = 1000,
        EACH = 100
    };
    static char names[HOSTS][8];
    struct item *all[HOSTS];
    open_with((struct admission_limits){.permits = 50});
    for (size_t h = 0; h < HOSTS; h++) {
        (void)snprintf(names[h], sizeof names[h], "h%zu", h);
        all[h] = enter(EACH, names[h]);
    }
    for (size_t k = 0; k < nstarted; k++) {
        answer(started[k]);
        end(started[k]);
    }
    assert_int_equal(nstarted, HOSTS * EACH);
    assert_int_equal(a.nwaiting, 0);
    for (size_t h = 0; h < HOSTS; h++)
        free(all[h]);
    close_all();
}

/* ---- the budget for retries ---- */

static bool spend(struct admission_host *s)
{
    return retry_budget_spend(&s->retries, admission_host_has_one_only(s));
}

static void a_transfer_alone_is_always_tried_again(void **state)
{
    (void)state;
    struct admission_host *s = admission_host_new(SPAN_LIT("k"));
    for (unsigned i = 0; i < 1000; i++)
        assert_true(spend(s));
    admission_host_free(s);
}

static void of_many_that_fail_together_some_are_tried_again(void **state)
{
    (void)state;
    struct admission_host *s = admission_host_new(SPAN_LIT("k"));
    unsigned n = 0;
    s->backing_off = 1;
    while (n < 10000 && spend(s))
        n++;
    assert_in_range(n, 100, 1000);
    assert_false(spend(s));
    for (unsigned i = 0; i < 6; i++) /* answers fill it again */
        retry_budget_earn(&s->retries);
    assert_true(spend(s));
    assert_false(spend(s));
    admission_host_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_host_alone_gets_all_places_after_its_first_answer),
        cmocka_unit_test(without_a_limit_all_start),
        cmocka_unit_test(a_single_place_is_used),
        cmocka_unit_test(the_limit_of_a_host_holds_beside_that_of_all),
        cmocka_unit_test(a_host_that_is_silent_has_a_quarter_beside_others),
        cmocka_unit_test(a_host_that_answers_has_three_quarters_beside_others),
        cmocka_unit_test(a_stalled_host_does_not_hold_up_another),
        cmocka_unit_test(a_host_that_falls_silent_is_held_back_and_recovers),
        cmocka_unit_test(many_dead_hosts_leave_places_to_one_that_answers),
        cmocka_unit_test(hosts_take_turns),
        cmocka_unit_test(starts_are_evenly_spaced),
        cmocka_unit_test(late_timers_are_made_up_for),
        cmocka_unit_test(a_high_rate_holds_with_a_coarse_clock),
        cmocka_unit_test(a_pause_earns_no_burst),
        cmocka_unit_test(a_host_has_a_rate_of_its_own),
        cmocka_unit_test(rates_of_all_and_of_a_host_hold_together),
        cmocka_unit_test(a_hold_stops_one_host_only),
        cmocka_unit_test(a_hold_is_as_long_as_the_longest),
        cmocka_unit_test(what_is_left_is_for_those_that_come),
        cmocka_unit_test(a_resting_one_gives_its_place_to_another),
        cmocka_unit_test(each_permit_starts_what_it_stands_for),
        cmocka_unit_test(what_lives_long_gives_its_place_back_and_runs_on),
        cmocka_unit_test(hundreds_that_are_open_hold_up_no_reader),
        cmocka_unit_test(a_host_is_not_forgotten_while_something_is_open_to_it),
        cmocka_unit_test(what_was_open_may_ask_for_a_place_once_more),
        cmocka_unit_test(a_reader_is_woken_when_a_place_is_given_back),
        cmocka_unit_test(
            a_reader_stops_behind_one_that_only_waits_for_the_rate),
        cmocka_unit_test(a_reader_does_not_pile_up_without_end),
        cmocka_unit_test(a_reader_does_not_let_them_rest_without_end),
        cmocka_unit_test(a_hop_takes_its_place_along),
        cmocka_unit_test(a_hop_to_a_host_that_is_full_waits_first_in_line),
        cmocka_unit_test(a_million_hosts_take_no_memory),
        cmocka_unit_test(a_host_is_silent_after_two_seconds),
        cmocka_unit_test(a_host_is_not_forgotten_while_it_is_held),
        cmocka_unit_test(so_many_hosts_are_remembered_that_nobody_needs),
        cmocka_unit_test(a_hundred_thousand_waiting_ones_are_served_in_turn),
        cmocka_unit_test(a_transfer_alone_is_always_tried_again),
        cmocka_unit_test(of_many_that_fail_together_some_are_tried_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
