/*
 * tasks -- the entries of a batch that were taken from its input and have not
 * ended, and the memory of those that have.
 */
#ifndef CLI_BATCH_TASKS_H
#define CLI_BATCH_TASKS_H

#include <stddef.h>

#include "batch/task.h"

struct tasks {
    struct list list; /* the latest first */
    unsigned n;
    unsigned nwaiting; /* of them: not begun */
    size_t weight;     /* of all */
    /* private: memory for the next ones */
    struct task *idle;
    unsigned nidle;
};

void tasks_init(struct tasks *all);
/* A task for this entry, which it takes over. */
struct task *tasks_take(struct tasks *all, struct task_env *env,
                        struct entry *e);
/* One of them has begun. */
void tasks_begin(struct tasks *all);
/* The task is over. */
void tasks_release(struct tasks *all, struct task *t);
/* The task at this place of `list`. */
static inline struct task *tasks_at(struct list *link)
{
    return container_of(link, struct task, link);
}
/* None is left by then. */
void tasks_fini(struct tasks *all);

#endif
