#include "batch/tasks.h"

enum {
    IDLE_MAX = 1024,
};

void tasks_init(struct tasks *all)
{
    *all = (struct tasks){0};
    list_init(&all->list);
}

static struct task *get(struct tasks *all, struct task_env *env)
{
    struct task *t = all->idle;
    if (t == NULL)
        return task_new(env);
    all->idle = t->next_idle;
    all->nidle--;
    return t;
}

struct task *tasks_take(struct tasks *all, struct task_env *env,
                        struct entry *e)
{
    struct task *t = get(all, env);
    task_set_entry(t, e);
    list_prepend(&all->list, &t->link);
    all->n++;
    all->nwaiting++;
    all->weight += t->weight;
    return t;
}

void tasks_begin(struct tasks *all)
{
    all->nwaiting--;
}

static void unlink_task(struct tasks *all, struct task *t)
{
    list_remove(&t->link);
    all->n--;
    all->nwaiting -= !t->is_begun;
    all->weight -= t->weight;
}

void tasks_release(struct tasks *all, struct task *t)
{
    unlink_task(all, t);
    task_reset(t);
    if (all->nidle == IDLE_MAX) {
        task_free(t);
        return;
    }
    t->next_idle = all->idle;
    all->idle = t;
    all->nidle++;
}

void tasks_fini(struct tasks *all)
{
    while (all->idle != NULL) {
        struct task *t = all->idle;
        all->idle = t->next_idle;
        task_free(t);
    }
}
