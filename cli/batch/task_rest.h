/*
 * task_rest -- bodies of which a part is there: that of an earlier run (-C), or of
 * a try before (--retry).
 */
#ifndef CLI_BATCH_TASK_REST_H
#define CLI_BATCH_TASK_REST_H

#include <stdbool.h>

#include "core/quiver.h"

struct task;

/* Before the transfer, and after its body has begun.  False with the error set. */
bool task_rest_begin(struct task *t);
/* As qv_transfer_ops.on_head and on_restart. */
void task_rest_head(struct task *t, const struct qv_head *head);
void task_rest_restart(struct task *t);
void task_rest_reset(struct task *t);

#endif
