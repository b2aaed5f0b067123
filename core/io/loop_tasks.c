#include "io/loop_tasks.h"

/*
 * Tasks queue tasks, which run in the same turn: what a response's end starts
 * is written at once.  Those that go on for ever (one bad URL after the other,
 * no byte on any wire) let the loop look at signals and free memory in between,
 * after so many of them: a hundred that go on are a hundred times as slow.
 */
enum {
    ENOUGH = 4096
};

/* Those that wait now; how many. */
static unsigned run_waiting(struct list *tasks)
{
    unsigned n = 0;
    struct list these;
    list_init(&these);
    list_splice(&these, tasks);
    while (!list_is_empty(&these)) {
        struct loop_task *t = container_of(these.next, struct loop_task, link);
        list_remove(&t->link);
        t->is_queued = false;
        t->run(t);
        n++;
    }
    return n;
}

/* None outlives the turn: they may look at what is freed at its end. */
static unsigned run_soon(struct loop_tasks *t)
{
    unsigned n = 0;
    while (!list_is_empty(&t->soon))
        n += run_waiting(&t->soon);
    return n;
}

static bool has_tasks(const struct loop_tasks *t)
{
    return !list_is_empty(&t->soon) || !list_is_empty(&t->later) ||
           !list_is_empty(&t->last);
}

void loop_tasks_init(struct loop_tasks *t)
{
    list_init(&t->soon);
    list_init(&t->later);
    list_init(&t->last);
    list_init(&t->reaps);
}

void loop_tasks_queue(struct list *tasks, struct loop_task *task)
{
    if (task->is_queued)
        return;
    task->is_queued = true;
    list_append(tasks, &task->link);
}

bool loop_tasks_are_due(const struct loop_tasks *t)
{
    return has_tasks(t) || !list_is_empty(&t->reaps);
}

void loop_tasks_run_soon(struct loop_tasks *t)
{
    (void)run_soon(t);
}

void loop_tasks_run(struct loop_tasks *t)
{
    unsigned n = run_soon(t);
    while (n < ENOUGH && has_tasks(t)) {
        while (n < ENOUGH && !list_is_empty(&t->later)) {
            n += run_waiting(&t->later);
            n += run_soon(t);
        }
        n += run_waiting(&t->last);
        n += run_soon(t);
    }
}

void loop_tasks_reap(struct loop_tasks *t)
{
    for (unsigned n = 0; n < ENOUGH && !list_is_empty(&t->reaps);)
        n += run_waiting(&t->reaps);
}

void loop_tasks_end(struct loop_tasks *t)
{
    while (has_tasks(t))
        loop_tasks_run(t);
    while (!list_is_empty(&t->reaps))
        loop_tasks_reap(t);
}
