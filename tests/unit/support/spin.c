#include "support/spin.h"

#include "io/loop_self.h"

struct spin {
    struct loop *loop;
    struct loop_task task;
    struct loop_timer timer;
    unsigned turns; /* still to make */
};

static void on_task(struct loop_task *task)
{
    loop_stop(container_of(task, struct spin, task)->loop);
}

void spin_tasks(struct loop *loop)
{
    struct spin s = {.loop = loop, .task = {.run = on_task}};
    loop_later(loop, &s.task);
    loop_run(loop);
    loop_forget(loop, &s.task); /* somebody else stopped the loop */
}

void spin_soon(struct loop *loop)
{
    loop_tasks_run_soon(&loop->tasks);
}

static void on_expired(struct loop_timer *timer, uint64_t now)
{
    struct spin *s = container_of(timer, struct spin, timer);
    if (--s->turns > 0)
        loop_arm(s->loop, timer, now);
    else
        loop_stop(s->loop);
}

static void run_until(struct loop *loop, uint64_t at, unsigned turns)
{
    struct spin s = {
        .loop = loop, .timer = {.on_expired = on_expired}, .turns = turns};
    loop_arm(loop, &s.timer, at);
    loop_run(loop);
    loop_disarm(loop, &s.timer);
}

void spin_turns(struct loop *loop, unsigned turns)
{
    run_until(loop, loop_now(loop), turns);
}

void spin_for(struct loop *loop, uint64_t ns)
{
    run_until(loop, loop_now(loop) + ns, 1);
}
