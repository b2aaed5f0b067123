/*
 * loop over libuv.
 *
 * libuv waits; the order of a turn is ours.  uv_run(UV_RUN_ONCE) is the wait
 * and the ready descriptors, and what follows it is plain code: expired timers
 * out of our own heap, then tasks, then reap.  A uv_check or uv_idle handle for
 * the last two would put the same order into callbacks and cost a walk of
 * handles each turn.
 *
 * Timers live in struct heap (QUIC moves them with every packet; a uv_timer_t
 * each would allocate and close for each connection).  One uv_timer_t wakes the
 * wait for the earliest.  libuv counts milliseconds, which is too coarse for
 * QUIC's pacing: the rest below a millisecond is waited for with ppoll() on
 * libuv's own epoll descriptor, which costs two more system calls, but only
 * when such a timer is due soon.
 */
#include "io/loop.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/err.h"
#include "base/xalloc.h"
#include "io/loop_self.h"
#include "io/loop_tasks.h"

#define SCRATCH_SIZE ((size_t)65536)

static uint64_t clock_ns(void)
{
    struct timespec ts;
    (void)clock_gettime(CLOCK_MONOTONIC, &ts);
    return (uint64_t)ts.tv_sec * LOOP_S + (uint64_t)ts.tv_nsec;
}

void loop_end_wait(struct loop *loop)
{
    if (!loop->is_waiting)
        return;
    loop->is_waiting = false;
    loop->now = clock_ns();
}

void loop_must(int result, const char *what)
{
    if (result == 0)
        return;
    int status = err_exit_status(ERR_NO_MEMORY);
    (void)fprintf(stderr, "quiver: (%d) %s: %s\n", status, what,
                  uv_strerror(result));
    exit(status);
}

static void on_wake(uv_timer_t *wake)
{
    struct loop *loop = container_of(wake, struct loop, wake);
    loop->wake_at = 0;
}

struct loop *loop_new(void)
{
    struct loop *loop = XALLOC_NEW(struct loop);
    loop_must(loop_fds_try(), "event loop");
    loop_must(uv_loop_init(&loop->uv), "event loop");
    loop_must(uv_timer_init(&loop->uv, &loop->wake), "event loop timer");
    heap_init(&loop->timers);
    loop_tasks_init(&loop->tasks);
    list_init(&loop->dirty);
    buf_pool_init(&loop->buffers);
    return loop;
}

uint64_t loop_now(const struct loop *loop)
{
    return loop->is_in_turn ? loop->now : clock_ns();
}

/* Timers. */

void loop_arm(struct loop *loop, struct loop_timer *t, uint64_t deadline)
{
    /* What is due at once is due in the next turn: a callback that re-arms
     * itself for the past must not hold this one. */
    if (loop->is_in_turn && deadline <= loop->now)
        deadline = loop->now + 1;
    heap_remove(&loop->timers, &t->node);
    heap_insert(&loop->timers, &t->node, deadline);
}

void loop_disarm(struct loop *loop, struct loop_timer *t)
{
    heap_remove(&loop->timers, &t->node);
}

static void run_timers(struct loop *loop)
{
    for (;;) {
        struct heap_node *first = heap_first(&loop->timers);
        if (first == NULL || first->key > loop->now)
            return;
        struct loop_timer *t = container_of(first, struct loop_timer, node);
        heap_remove(&loop->timers, first);
        t->on_expired(t, loop->now);
    }
}

/* Tasks. */

void loop_soon(struct loop *loop, struct loop_task *task)
{
    loop_tasks_queue(&loop->tasks.soon, task);
}

void loop_later(struct loop *loop, struct loop_task *task)
{
    loop_tasks_queue(&loop->tasks.later, task);
}

void loop_last(struct loop *loop, struct loop_task *task)
{
    loop_tasks_queue(&loop->tasks.last, task);
}

void loop_forget(struct loop *loop, struct loop_task *task)
{
    (void)loop;
    if (!task->is_queued)
        return;
    task->is_queued = false;
    list_remove(&task->link);
}

void loop_reap(struct loop *loop, struct loop_task *task)
{
    loop_forget(loop, task);
    loop_tasks_queue(&loop->tasks.reaps, task);
}

/* The end. */

static void close_handle(uv_handle_t *handle, void *unused)
{
    (void)unused;
    if (uv_is_closing(handle))
        return;
    if (uv_handle_get_type(handle) == UV_POLL)
        uv_close(handle, loop_fds_on_closed);
    else if (uv_handle_get_type(handle) == UV_SIGNAL)
        uv_close(handle, loop_signals_on_closed);
    else
        uv_close(handle, NULL);
}

void loop_free(struct loop *loop)
{
    if (loop == NULL)
        return;
    /* What was closed after the last turn still says goodbye and is freed. */
    loop_tasks_end(&loop->tasks);
    /* Descriptors that are still watched belong to owners that are gone. */
    uv_walk(&loop->uv, close_handle, NULL);
    (void)uv_run(&loop->uv, UV_RUN_DEFAULT);
    loop_must(uv_loop_close(&loop->uv), "closing the event loop");
    loop_fds_fini(loop);
    heap_fini(&loop->timers);
    buf_pool_fini(&loop->buffers);
    free(loop->scratch);
    free(loop);
}

/* The turn. */

static void set_wake(struct loop *loop, uint64_t deadline, uint64_t ns)
{
    if (loop->wake_at == deadline)
        return;
    loop->wake_at = deadline;
    uv_update_time(&loop->uv);
    loop_must(uv_timer_start(&loop->wake, on_wake, ns / LOOP_MS, 0),
              "uv_timer");
}

/* Without anything alive libuv would not even look for signals. */
static void poll_now(struct loop *loop)
{
    if (!uv_loop_alive(&loop->uv))
        set_wake(loop, clock_ns() + LOOP_MS, LOOP_MS);
    (void)uv_run(&loop->uv, UV_RUN_NOWAIT);
}

/* Until the first timer, less than a millisecond from now. */
static void wait_fine(struct loop *loop, uint64_t ns)
{
    struct timespec timeout = {.tv_nsec = (long)ns};
    struct pollfd p = {.fd = uv_backend_fd(&loop->uv), .events = POLLIN};
    poll_now(loop); /* tells epoll what is new */
    if (!loop->is_waiting)
        return;
    (void)ppoll(&p, 1, &timeout, NULL);
    poll_now(loop);
}

static void wait_ready(struct loop *loop)
{
    const struct heap_node *first = heap_first(&loop->timers);
    if (first == NULL && loop->wake_at) {
        loop->wake_at = 0;
        (void)uv_timer_stop(&loop->wake);
    }
    if (loop_tasks_are_due(&loop->tasks)) {
        poll_now(loop);
        return;
    }
    if (first == NULL) {
        (void)uv_run(&loop->uv, UV_RUN_ONCE);
        return;
    }
    uint64_t now = clock_ns();
    uint64_t ns = first->key > now ? first->key - now : 0;
    if (ns >= LOOP_MS) {
        set_wake(loop, first->key, ns);
        (void)uv_run(&loop->uv, UV_RUN_ONCE);
    } else if (ns > 0) {
        wait_fine(loop, ns);
    } else {
        poll_now(loop);
    }
}

static void run_turn(struct loop *loop)
{
    loop_fds_apply(loop);
    loop->is_in_turn = true;
    loop->is_waiting = true;
    wait_ready(loop);
    loop_end_wait(loop);
    loop_tasks_run_soon(&loop->tasks);
    run_timers(loop);
    loop_tasks_run(&loop->tasks);
    loop_tasks_reap(&loop->tasks);
    loop->is_in_turn = false;
}

static bool has_more(const struct loop *loop)
{
    return loop_tasks_are_due(&loop->tasks) || !list_is_empty(&loop->dirty) ||
           heap_first(&loop->timers) || uv_loop_alive(&loop->uv);
}

void loop_run(struct loop *loop)
{
    while (!loop->is_stopped && has_more(loop))
        run_turn(loop);
    loop->is_stopped = false;
}

void loop_stop(struct loop *loop)
{
    loop->is_stopped = true;
}

/* Shared things. */

struct buf_pool *loop_buffers(struct loop *loop)
{
    return &loop->buffers;
}

uint8_t *loop_scratch(struct loop *loop, size_t *cap)
{
    if (loop->scratch == NULL)
        loop->scratch = xalloc_bytes(SCRATCH_SIZE);
    *cap = SCRATCH_SIZE;
    return loop->scratch;
}

struct trace *loop_trace(const struct loop *loop)
{
    return loop->trace;
}

void loop_set_trace(struct loop *loop, struct trace *trace)
{
    loop->trace = trace;
}

struct qlog_files *loop_qlog(const struct loop *loop)
{
    return loop->qlog;
}

void loop_set_qlog(struct loop *loop, struct qlog_files *files)
{
    loop->qlog = files;
}
