#include "fake_loop.h"

#include <stdlib.h>

#include "base/heap.h"
#include "base/xalloc.h"
#include "io/loop_tasks.h"

#define TURN         ((uint64_t)1000)
#define SCRATCH_SIZE ((size_t)65536)
#define PASS_TURNS   100
/* Deadlines may be reckoned back from now: it does not begin at 0. */
#define BEGIN (1000 * LOOP_S)

struct loop {
    uint64_t now;
    bool is_in_turn;
    bool is_stopped;
    struct heap timers;
    struct loop_tasks tasks;
    struct buf_pool buffers;
    uint8_t *scratch;
    struct trace *trace;
};

struct loop *loop_new(void)
{
    struct loop *loop = XALLOC_NEW(struct loop);
    loop->now = BEGIN;
    heap_init(&loop->timers);
    loop_tasks_init(&loop->tasks);
    buf_pool_init(&loop->buffers);
    return loop;
}

uint64_t loop_now(const struct loop *loop)
{
    return loop->now;
}

void loop_watch(struct loop *loop, struct loop_fd *h, unsigned interest)
{
    (void)loop;
    h->interest = interest;
}

void loop_unwatch(struct loop *loop, struct loop_fd *h)
{
    (void)loop;
    h->interest = 0;
}

void loop_arm(struct loop *loop, struct loop_timer *t, uint64_t deadline)
{
    if (loop->is_in_turn && deadline <= loop->now)
        deadline = loop->now + 1;
    heap_remove(&loop->timers, &t->node);
    heap_insert(&loop->timers, &t->node, deadline);
}

void loop_disarm(struct loop *loop, struct loop_timer *t)
{
    heap_remove(&loop->timers, &t->node);
}

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

void loop_on_signal(struct loop *loop, struct loop_signal *s, int signum)
{
    s->loop = loop;
    s->signum = signum;
}

void loop_off_signal(struct loop_signal *s)
{
    s->loop = NULL;
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

static void run_turn(struct loop *loop, uint64_t now)
{
    loop->now = now;
    loop->is_in_turn = true;
    loop_tasks_run_soon(&loop->tasks);
    run_timers(loop);
    loop_tasks_run(&loop->tasks);
    loop_tasks_reap(&loop->tasks);
    loop->is_in_turn = false;
}

void fake_loop_turns(struct loop *loop, unsigned n)
{
    while (n-- > 0)
        run_turn(loop, loop->now + TURN);
}

void fake_loop_pass(struct loop *loop, uint64_t ns)
{
    uint64_t end = loop->now + ns;
    for (unsigned i = 0; i < PASS_TURNS; i++) {
        const struct heap_node *first = heap_first(&loop->timers);
        if (first == NULL || first->key > end)
            break;
        run_turn(loop, first->key > loop->now ? first->key : loop->now + TURN);
    }
    if (end > loop->now)
        run_turn(loop, end);
}

/* Time goes to the next deadline at once. */
void loop_run(struct loop *loop)
{
    while (!loop->is_stopped) {
        const struct heap_node *first = heap_first(&loop->timers);
        bool is_busy = loop_tasks_are_due(&loop->tasks);
        if (first == NULL && !is_busy)
            break;
        uint64_t next = loop->now + TURN;
        run_turn(loop, is_busy || first->key < next ? next : first->key);
    }
    loop->is_stopped = false;
}

void loop_stop(struct loop *loop)
{
    loop->is_stopped = true;
}

void loop_free(struct loop *loop)
{
    if (loop == NULL)
        return;
    loop_tasks_end(&loop->tasks);
    heap_fini(&loop->timers);
    buf_pool_fini(&loop->buffers);
    free(loop->scratch);
    free(loop);
}

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

struct qlog_files *loop_qlog(const struct loop *loop)
{
    (void)loop;
    return NULL;
}

struct trace *loop_trace(const struct loop *loop)
{
    return loop->trace;
}

void loop_set_trace(struct loop *loop, struct trace *trace)
{
    loop->trace = trace;
}
