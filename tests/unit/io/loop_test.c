#include "io/loop.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

/* What happened, one letter an event. */
struct log {
    char text[64];
    size_t len;
};

static void note(struct log *log, char c)
{
    assert_true(log->len < sizeof log->text - 1);
    log->text[log->len++] = c;
    log->text[log->len] = '\0';
}

struct probe {
    struct loop *loop;
    struct log *log;
    char letter;
    struct loop_fd fd;
    struct loop_timer timer;
    struct loop_task task;
    struct loop_task reap;
    struct probe *other;
    unsigned times;
};

static void on_task(struct loop_task *task)
{
    struct probe *p = container_of(task, struct probe, task);
    note(p->log, p->letter);
}

static void on_reap(struct loop_task *task)
{
    struct probe *p = container_of(task, struct probe, reap);
    note(p->log, '.');
}

static void on_timer(struct loop_timer *timer, uint64_t now)
{
    struct probe *p = container_of(timer, struct probe, timer);
    assert_int_equal(now, loop_now(p->loop));
    note(p->log, p->letter);
}

static struct probe probe(struct loop *loop, struct log *log, char letter)
{
    return (struct probe){.loop = loop,
                          .log = log,
                          .letter = letter,
                          .timer.on_expired = on_timer,
                          .task.run = on_task,
                          .reap.run = on_reap};
}

static void an_empty_loop_ends(void **state)
{
    (void)state;
    struct loop *loop = loop_new();
    loop_run(loop);
    loop_free(loop);
    loop_free(NULL);
}

static void timers_expire_in_order_and_not_early(void **state)
{
    (void)state;
    struct log log = {.len = 0};
    struct loop *loop = loop_new();
    struct probe a = probe(loop, &log, 'a');
    struct probe b = probe(loop, &log, 'b');
    struct probe c = probe(loop, &log, 'c');
    struct probe d = probe(loop, &log, 'd');
    uint64_t start = loop_now(loop);
    loop_arm(loop, &a.timer, start + 5 * LOOP_MS);
    loop_arm(loop, &b.timer, start + LOOP_MS / 3);
    loop_arm(loop, &c.timer, start + 9 * LOOP_MS);
    loop_arm(loop, &d.timer, start + 2 * LOOP_MS);
    loop_arm(loop, &c.timer, start + 3 * LOOP_MS); /* moved */
    loop_disarm(loop, &d.timer);
    loop_run(loop);
    assert_string_equal(log.text, "bca");
    assert_true(loop_now(loop) >= start + 5 * LOOP_MS);
    loop_free(loop);
}

static void on_timer_again(struct loop_timer *timer, uint64_t now)
{
    struct probe *p = container_of(timer, struct probe, timer);
    note(p->log, p->letter);
    if (++p->times < 3)
        loop_arm(p->loop, timer, now - 1);
    loop_later(p->loop, &p->other->task);
}

static void a_timer_that_is_due_again_waits_for_the_next_turn(void **state)
{
    (void)state;
    struct log log = {.len = 0};
    struct loop *loop = loop_new();
    struct probe a = probe(loop, &log, 'a');
    struct probe t = probe(loop, &log, 't');
    a.timer.on_expired = on_timer_again;
    a.other = &t;
    loop_arm(loop, &a.timer, 0);
    loop_run(loop);
    assert_string_equal(log.text, "atatat");
    loop_free(loop);
}

static void on_read_soon(struct loop_fd *fd, unsigned events)
{
    struct probe *p = container_of(fd, struct probe, fd);
    (void)events;
    note(p->log, p->letter);
    loop_unwatch(p->loop, fd);
    loop_last(p->loop, &p->other->reap);
    loop_later(p->loop, &p->other->task);
    loop_soon(p->loop, &p->task);
}

/* Of a descriptor that is ready: R and r, its soon task: S and s. */
static void on_soon(struct loop_task *task)
{
    struct probe *p = container_of(task, struct probe, task);
    note(p->log, (char)(p->letter + 1));
}

static void what_was_read_is_looked_at_before_timers_expire(void **state)
{
    (void)state;
    struct log log = {.len = 0};
    struct loop *loop = loop_new();
    struct probe a = probe(loop, &log, 'R');
    struct probe b = probe(loop, &log, 'r');
    struct probe t = probe(loop, &log, 't');
    int fds[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    assert_int_equal(write(fds[0], "x", 1), 1);
    assert_int_equal(write(fds[1], "x", 1), 1);
    a.fd = (struct loop_fd){.fd = fds[0], .on_ready = on_read_soon};
    b.fd = (struct loop_fd){.fd = fds[1], .on_ready = on_read_soon};
    a.task.run = b.task.run = on_soon;
    a.other = b.other = &t;
    loop_watch(loop, &a.fd, LOOP_READ);
    loop_watch(loop, &b.fd, LOOP_READ);
    loop_arm(loop, &t.timer, 1);
    loop_run(loop);
    if (log.text[0] == 'r')
        assert_string_equal(log.text, "rRsStt.");
    else
        assert_string_equal(log.text, "RrSstt.");
    loop_free(loop);
    (void)close(fds[0]);
    (void)close(fds[1]);
}

static void on_task_chain(struct loop_task *task)
{
    struct probe *p = container_of(task, struct probe, task);
    note(p->log, p->letter);
    loop_reap(p->loop, &p->reap);
    loop_later(p->loop, &p->other->task);
    loop_later(p->loop, &p->other->task);
}

/* Ends once something was reaped. */
static void on_endless_task(struct loop_task *task)
{
    struct probe *p = container_of(task, struct probe, task);
    p->times++;
    if (p->log->len == 0)
        loop_later(p->loop, task);
}

static void tasks_without_end_leave_room_for_reaping(void **state)
{
    (void)state;
    struct loop *loop = loop_new();
    struct log log = {.len = 0};
    struct probe p = probe(loop, &log, 't');
    p.task.run = on_endless_task;
    loop_later(loop, &p.task);
    loop_reap(loop, &p.reap);
    loop_run(loop);
    assert_string_equal(log.text, ".");
    assert_true(p.times > 1);
    loop_free(loop);
}

static void a_crowd_of_them_does_so_no_later(void **state)
{
    (void)state;
    enum {
        CROWD = 500
    };
    static struct probe crowd[CROWD];
    struct loop *loop = loop_new();
    struct log log = {.len = 0};
    unsigned times = 0;
    for (int i = 0; i < CROWD; i++) {
        crowd[i] = probe(loop, &log, 't');
        crowd[i].task.run = on_endless_task;
        loop_later(loop, &crowd[i].task);
    }
    loop_reap(loop, &crowd[0].reap);
    loop_run(loop);
    for (int i = 0; i < CROWD; i++)
        times += (unsigned)crowd[i].times;
    assert_in_range(times, CROWD, 10000);
    loop_free(loop);
}

static void tasks_run_in_turn_order_and_reap_comes_last(void **state)
{
    (void)state;
    struct log log = {.len = 0};
    struct loop *loop = loop_new();
    struct probe a = probe(loop, &log, 'a');
    struct probe b = probe(loop, &log, 'b');
    struct probe c = probe(loop, &log, 'c');
    struct probe d = probe(loop, &log, 'd');
    a.task.run = on_task_chain;
    a.other = &c;
    loop_later(loop, &a.task);
    loop_later(loop, &a.task);
    loop_later(loop, &b.task);
    loop_later(loop, &d.task);
    loop_forget(loop, &d.task);
    loop_run(loop);
    assert_string_equal(log.text, "abc.");
    loop_free(loop);
}

static void on_readable(struct loop_fd *h, unsigned events)
{
    struct probe *p = container_of(h, struct probe, fd);
    assert_true(events & LOOP_READ);
    note(p->log, p->letter);
    loop_unwatch(p->loop, &p->fd);
    if (p->other) {
        loop_unwatch(p->loop, &p->other->fd);
        p->other = NULL;
    }
}

static void a_callback_may_unwatch_another_that_is_ready_too(void **state)
{
    (void)state;
    struct log log = {.len = 0};
    int x[2];
    int y[2];
    struct loop *loop = loop_new();
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, x), 0);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, y), 0);
    struct probe a = probe(loop, &log, 'x');
    struct probe b = probe(loop, &log, 'x');
    a.fd = (struct loop_fd){.fd = x[0], .on_ready = on_readable};
    b.fd = (struct loop_fd){.fd = y[0], .on_ready = on_readable};
    a.other = &b;
    b.other = &a;
    loop_watch(loop, &a.fd, LOOP_READ);
    loop_watch(loop, &b.fd, LOOP_READ);
    assert_int_equal(write(x[1], "1", 1), 1);
    assert_int_equal(write(y[1], "1", 1), 1);
    loop_run(loop);
    assert_string_equal(log.text, "x");
    for (int i = 0; i < 2; i++) {
        close(x[i]);
        close(y[i]);
    }
    loop_free(loop);
}

static void on_any(struct loop_fd *h, unsigned events)
{
    struct probe *p = container_of(h, struct probe, fd);
    note(p->log, events == LOOP_READ ? 'r' : events == LOOP_WRITE ? 'w' : 'b');
    if (++p->times == 2)
        loop_watch(p->loop, h, LOOP_READ);
    else if (p->times == 3)
        loop_watch(p->loop, h, 0);
}

static void
only_what_interests_is_reported_and_nothing_keeps_no_loop(void **state)
{
    (void)state;
    struct log log = {.len = 0};
    int x[2];
    struct loop *loop = loop_new();
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, x), 0);
    assert_int_equal(write(x[1], "1", 1), 1);
    struct probe a = probe(loop, &log, 'x');
    a.fd = (struct loop_fd){.fd = x[0], .on_ready = on_any};
    loop_watch(loop, &a.fd, LOOP_READ | LOOP_WRITE);
    loop_watch(loop, &a.fd, LOOP_WRITE);
    loop_run(loop);
    assert_string_equal(log.text, "wwr");
    /* A closed peer is an event for whoever waits for either. */
    loop_watch(loop, &a.fd, LOOP_READ);
    a.times = 2;
    close(x[1]);
    loop_run(loop);
    assert_string_equal(log.text, "wwrr");
    loop_unwatch(loop, &a.fd);
    loop_unwatch(loop, &a.fd);
    close(x[0]);
    loop_free(loop);
}

struct catcher {
    struct loop_signal signal;
    struct loop_timer guard; /* keeps the loop waiting for the signal */
};

static void on_signal(struct loop_signal *s)
{
    struct catcher *c = container_of(s, struct catcher, signal);
    loop_stop(s->loop);
    loop_disarm(s->loop, &c->guard);
    loop_off_signal(s);
}

static void on_guard(struct loop_timer *t, uint64_t now)
{
    (void)t;
    (void)now;
    fail_msg("the signal did not come");
}

static void a_signal_stops_the_loop(void **state)
{
    (void)state;
    struct loop *loop = loop_new();
    struct catcher c = {.signal.on_signal = on_signal,
                        .guard.on_expired = on_guard};
    loop_on_signal(loop, &c.signal, SIGUSR1);
    loop_run(loop); /* alone it keeps no loop running */
    loop_arm(loop, &c.guard, loop_now(loop) + 10 * LOOP_S);
    assert_int_equal(raise(SIGUSR1), 0);
    loop_run(loop);
    loop_free(loop);
}

static void what_is_still_watched_goes_with_the_loop(void **state)
{
    (void)state;
    struct log log = {.len = 0};
    int x[2];
    struct loop *loop = loop_new();
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, x), 0);
    struct probe a = probe(loop, &log, 'x');
    struct catcher c = {.signal.on_signal = on_signal};
    a.fd = (struct loop_fd){.fd = x[0], .on_ready = on_any};
    loop_watch(loop, &a.fd, LOOP_READ);
    loop_on_signal(loop, &c.signal, SIGUSR1);
    loop_arm(loop, &a.timer, 1);
    loop_free(loop);
    close(x[0]);
    close(x[1]);
}

static void a_descriptor_that_blocks_still_does(void **state)
{
    (void)state;
    struct log log = {.len = 0};
    int x[2];
    struct loop *loop = loop_new();
    struct probe a = probe(loop, &log, 'x');
    assert_int_equal(pipe(x), 0);
    a.fd = (struct loop_fd){.fd = x[0], .on_ready = on_any};
    loop_watch(loop, &a.fd, LOOP_READ);
    assert_int_equal(fcntl(x[0], F_GETFL) & O_NONBLOCK, 0);
    loop_unwatch(loop, &a.fd);
    assert_int_equal(fcntl(x[0], F_GETFL) & O_NONBLOCK, 0);
    loop_free(loop);
    close(x[0]);
    close(x[1]);
}

static void the_scratch_buffer_is_one(void **state)
{
    (void)state;
    size_t cap = 0;
    struct loop *loop = loop_new();
    uint8_t *scratch = loop_scratch(loop, &cap);
    assert_int_equal(cap, 65536);
    assert_ptr_equal(scratch, loop_scratch(loop, &cap));
    assert_non_null(loop_buffers(loop));
    assert_null(loop_trace(loop));
    loop_free(loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_loop_ends),
        cmocka_unit_test(timers_expire_in_order_and_not_early),
        cmocka_unit_test(a_timer_that_is_due_again_waits_for_the_next_turn),
        cmocka_unit_test(what_was_read_is_looked_at_before_timers_expire),
        cmocka_unit_test(tasks_run_in_turn_order_and_reap_comes_last),
        cmocka_unit_test(tasks_without_end_leave_room_for_reaping),
        cmocka_unit_test(a_crowd_of_them_does_so_no_later),
        cmocka_unit_test(a_callback_may_unwatch_another_that_is_ready_too),
        cmocka_unit_test(
            only_what_interests_is_reported_and_nothing_keeps_no_loop),
        cmocka_unit_test(a_signal_stops_the_loop),
        cmocka_unit_test(what_is_still_watched_goes_with_the_loop),
        cmocka_unit_test(a_descriptor_that_blocks_still_does),
        cmocka_unit_test(the_scratch_buffer_is_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
