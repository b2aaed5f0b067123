/* The steps of a route, over transports that the test holds the other end of. */
#include "dial/chain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/xalloc.h"
#include "support/pipe_transport.h"
#include "support/spin.h"

#define STEPS 3

/*
 * A step that the test moves by hand: a transport that hands on what is below,
 * after the bytes that it was given to keep.
 */
struct fake {
    struct transport t;
    struct transport *below; /* NULL: the first */
    struct buf kept;         /* read beyond its own, for whoever is above */
    bool is_closed;
    struct loop_task reap;
};

static struct loop *loop;
static struct fake *fakes[STEPS];
static struct step_goal goals[STEPS];
static size_t nstarted;
static size_t fail_at;            /* this step cannot begin; STEPS: all can */
static struct transport *pipe_us; /* what the first step makes, if not NULL */

static struct fake *fake_of(struct transport *t)
{
    return container_of(t, struct fake, t);
}

static enum io fake_read(struct transport *t, uint8_t *buf, size_t cap,
                         size_t *n)
{
    struct fake *f = fake_of(t);
    struct span s;
    if (buf_peek(&f->kept, &s, 1) == 1) {
        *n = s.len < cap ? s.len : cap;
        memcpy(buf, s.base, *n);
        buf_consume(&f->kept, *n);
        return IO_OK;
    }
    return transport_read(f->below, buf, cap, n);
}

static void fake_want(struct transport *t, unsigned events)
{
    transport_want(fake_of(t)->below, events);
}

static void fake_reap(struct loop_task *task)
{
    struct fake *f = container_of(task, struct fake, reap);
    buf_fini(&f->kept);
    free(f);
}

static void fake_close(struct transport *t)
{
    struct fake *f = fake_of(t);
    assert_false(f->is_closed);
    f->is_closed = true;
    if (f->below)
        transport_close(f->below);
    loop_reap(loop, &f->reap);
}

static const struct transport_ops fake_ops = {
    .name = "fake",
    .read = fake_read,
    .want = fake_want,
    .close = fake_close,
};

static struct transport *start_fake(const struct step_goal *goal,
                                    struct transport *below,
                                    struct fault *fault)
{
    assert_true(nstarted < STEPS);
    size_t at = nstarted++;
    goals[at] = *goal;
    if (at == fail_at) {
        if (below)
            transport_close(below);
        fault_set(fault, ERR_TLS_HANDSHAKE, 0, "not even begun");
        return NULL;
    }
    struct fake *f = XALLOC_NEW(struct fake);
    *f = (struct fake){.t.ops = &fake_ops,
                       .below = below ? below : pipe_us,
                       .reap.run = fake_reap};
    buf_init(&f->kept, loop_buffers(loop));
    fakes[at] = f;
    return &f->t;
}

static const struct step_ops fake_step = {.name = "fake", .start = start_fake};

struct world {
    struct dialer dialer;
    struct settings settings;
    struct route route;
    struct addr addr;
    struct chain chain;
    struct transport *top;
    size_t nsteps;
    size_t ndone;
    size_t nfailed;
    struct fault fault;
    bool cancels; /* in on_step */
};

static void on_step(struct chain *c)
{
    struct world *w = container_of(c, struct world, chain);
    assert_ptr_equal(c->top, &fakes[c->at]->t);
    w->nsteps++;
    if (w->cancels)
        chain_cancel(c);
}

static void on_done(struct chain *c, struct transport *top)
{
    struct world *w = container_of(c, struct world, chain);
    w->ndone++;
    w->top = top;
}

static void on_failed(struct chain *c, const struct fault *why)
{
    struct world *w = container_of(c, struct world, chain);
    w->nfailed++;
    w->fault = *why;
}

static const struct chain_events events = {
    .on_step = on_step,
    .on_done = on_done,
    .on_failed = on_failed,
};

static void open_world(struct world *w)
{
    *w = (struct world){.nsteps = 0};
    loop = loop_new();
    nstarted = 0;
    fail_at = STEPS;
    pipe_us = NULL;
    dialer_init(&w->dialer, loop);
    settings_defaults(&w->settings);
    addr_parse(&w->addr, SPAN_LIT("192.0.2.1"), 443);
    w->route.nhops = 2;
    for (size_t i = 0; i < STEPS; i++)
        w->route.steps[i] =
            (struct route_step){.ops = &fake_step,
                                .from = i > 0 ? &w->route.hops[0] : NULL,
                                .to = &w->route.hops[i > 0]};
    w->route.nsteps = STEPS;
}

static void begin(struct world *w)
{
    chain_start(&w->chain, &w->dialer, &w->route, &w->addr, NULL, &events);
}

static void close_world(struct world *w)
{
    chain_cancel(&w->chain);
    dialer_fini(&w->dialer);
    loop_free(loop);
}

/* The step has done its part. */
static void connect_step(size_t i)
{
    fakes[i]->t.events->on_connected(&fakes[i]->t);
}

static void fail_step(size_t i)
{
    fault_set(&fakes[i]->t.fault, ERR_CONNECT, 7, "step %zu", i);
    fakes[i]->t.events->on_failed(&fakes[i]->t);
}

static void steps_are_taken_one_after_the_other(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    begin(&w);
    assert_int_equal(nstarted, 1);
    assert_null(fakes[0]->below);
    assert_null(goals[0].from);
    assert_ptr_equal(goals[0].to, &w.route.hops[0]);
    assert_ptr_equal(goals[0].addr, &w.addr);
    connect_step(0);
    assert_int_equal(w.nsteps, 1);
    assert_int_equal(nstarted, 2);
    assert_ptr_equal(fakes[1]->below, &fakes[0]->t);
    assert_ptr_equal(goals[1].from, &w.route.hops[0]);
    assert_ptr_equal(goals[1].to, &w.route.hops[1]);
    connect_step(1);
    assert_ptr_equal(fakes[2]->below, &fakes[1]->t);
    assert_int_equal(w.ndone, 0);
    connect_step(2);
    assert_int_equal(w.nsteps, 2);
    assert_int_equal(w.ndone, 1);
    assert_ptr_equal(w.top, &fakes[2]->t);
    chain_cancel(&w.chain); /* what it gave away is not its own any more */
    assert_false(fakes[2]->is_closed);
    transport_close(w.top);
    assert_true(fakes[0]->is_closed);
    close_world(&w);
}

static void a_step_that_fails_ends_it_and_closes_what_is_below(void **state)
{
    (void)state;
    for (size_t at = 0; at < STEPS; at++) {
        struct world w;
        open_world(&w);
        begin(&w);
        for (size_t i = 0; i < at; i++)
            connect_step(i);
        fail_step(at);
        assert_int_equal(w.nfailed, 1);
        assert_int_equal(w.ndone, 0);
        assert_int_equal(w.chain.at, at);
        assert_int_equal(w.fault.code, ERR_CONNECT);
        assert_int_equal(w.fault.wire, 7);
        for (size_t i = 0; i <= at; i++)
            assert_true(fakes[i]->is_closed);
        assert_int_equal(nstarted, at + 1);
        close_world(&w);
    }
}

/* Also the first: its start has returned before anybody hears of it. */
static void a_step_that_cannot_begin_fails_later(void **state)
{
    (void)state;
    for (size_t at = 0; at < STEPS; at++) {
        struct world w;
        open_world(&w);
        fail_at = at;
        begin(&w);
        for (size_t i = 0; i < at; i++)
            connect_step(i);
        assert_int_equal(w.nfailed, 0);
        loop_run(loop);
        assert_int_equal(w.nfailed, 1);
        assert_int_equal(w.chain.at, at);
        assert_string_equal(w.fault.detail, "not even begun");
        close_world(&w);
    }
}

static void cancelling_is_silent_at_every_step(void **state)
{
    (void)state;
    for (size_t at = 0; at < STEPS; at++) {
        struct world w;
        open_world(&w);
        begin(&w);
        for (size_t i = 0; i < at; i++)
            connect_step(i);
        chain_cancel(&w.chain);
        for (size_t i = 0; i <= at; i++)
            assert_true(fakes[i]->is_closed);
        loop_run(loop);
        assert_int_equal(w.ndone + w.nfailed, 0);
        close_world(&w);
        open_world(&w); /* and of one that could not begin */
        fail_at = at;
        begin(&w);
        for (size_t i = 0; i < at; i++)
            connect_step(i);
        chain_cancel(&w.chain);
        loop_run(loop);
        assert_int_equal(w.nfailed, 0);
        close_world(&w);
    }
}

static void cancelling_between_two_steps_begins_no_other(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    w.cancels = true;
    begin(&w);
    connect_step(0);
    assert_true(fakes[0]->is_closed);
    assert_int_equal(nstarted, 1);
    loop_run(loop);
    assert_int_equal(w.ndone + w.nfailed, 0);
    close_world(&w);
}

static void time_goes_to_the_step_that_took_it(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    uint64_t begun = loop_now(loop);
    begin(&w);
    spin_for(loop, 20 * LOOP_MS);
    connect_step(0);
    connect_step(1);
    spin_for(loop, 30 * LOOP_MS);
    fail_step(2);
    const struct chain_times *t = w.chain.times;
    assert_true(t[0].begun_at >= begun);
    assert_true(t[0].done_at - t[0].begun_at >= 20 * LOOP_MS);
    assert_true(t[1].begun_at >= t[0].done_at);
    assert_true(t[1].done_at >= t[1].begun_at);
    assert_true(t[2].begun_at >= t[1].done_at);
    assert_true(t[2].done_at - t[2].begun_at >= 30 * LOOP_MS);
    close_world(&w);
}

static void on_ready(struct transport *t, unsigned ready)
{
    struct str *got = t->owner;
    uint8_t bytes[64];
    size_t n;
    assert_true(ready & LOOP_READ);
    while (transport_read(t, bytes, sizeof bytes, &n) == IO_OK)
        str_add(got, span_of(bytes, n));
    transport_want(t, 0);
}

/* A step reads its answer and, with it, the beginning of what is for others;
 * the rest lies in the transport below. */
static void bytes_that_a_step_read_beyond_its_own_are_not_lost(void **state)
{
    static const struct transport_events reader = {.on_ready = on_ready};
    (void)state;
    struct world w;
    struct transport *them;
    struct str got;
    open_world(&w);
    str_init(&got);
    pipe_transport_pair(loop, &pipe_us, &them);
    begin(&w);
    fakes[0]->below->events = &reader; /* a fake passes no events on */
    fakes[0]->below->owner = &got;
    pipe_transport_send_text(them, "welcome: early");
    connect_step(0);
    uint8_t answer[12];
    size_t n;
    assert_int_equal(transport_read(&fakes[0]->t, answer, 12, &n), IO_OK);
    assert_memory_equal(answer, "welcome: ", 9);
    buf_add(&fakes[1]->kept, span_of(answer + 9, n - 9));
    connect_step(1);
    connect_step(2);
    assert_int_equal(w.ndone, 1);
    uint8_t bytes[4];
    assert_int_equal(transport_read(w.top, bytes, sizeof bytes, &n), IO_OK);
    str_add(&got, span_of(bytes, n));
    transport_want(w.top, LOOP_READ);
    loop_run(loop);
    assert_string_equal(str_text(&got), "early");
    str_fini(&got);
    transport_close(w.top);
    transport_close(them);
    close_world(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_are_taken_one_after_the_other),
        cmocka_unit_test(a_step_that_fails_ends_it_and_closes_what_is_below),
        cmocka_unit_test(a_step_that_cannot_begin_fails_later),
        cmocka_unit_test(cancelling_is_silent_at_every_step),
        cmocka_unit_test(cancelling_between_two_steps_begins_no_other),
        cmocka_unit_test(time_goes_to_the_step_that_took_it),
        cmocka_unit_test(bytes_that_a_step_read_beyond_its_own_are_not_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
