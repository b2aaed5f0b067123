/*
 * loop_tasks -- what is to be done in a turn of the loop, and in which order.
 */
#ifndef CORE_IO_LOOP_TASKS_H
#define CORE_IO_LOOP_TASKS_H

#include <stdbool.h>

#include "base/list.h"
#include "io/loop.h"

struct loop_tasks {
    struct list soon;  /* loop_soon() */
    struct list later; /* loop_later() */
    struct list last;  /* loop_last() */
    struct list reaps; /* loop_reap() */
};

void loop_tasks_init(struct loop_tasks *t);

/* Unless it waits already, in this list or another. */
void loop_tasks_queue(struct list *tasks, struct loop_task *task);

bool loop_tasks_are_due(const struct loop_tasks *t);

void loop_tasks_run_soon(struct loop_tasks *t);
/* All tasks of a turn, but for the reaping: as many as a turn may have. */
void loop_tasks_run(struct loop_tasks *t);
void loop_tasks_reap(struct loop_tasks *t);
/* Until nothing waits: there are no more turns. */
void loop_tasks_end(struct loop_tasks *t);

#endif
