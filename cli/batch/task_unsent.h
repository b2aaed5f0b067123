/*
 * task_unsent -- entries that are shown instead of being sent: --dry-run, --as-curl.
 *
 * What is shown is put into task.sought first; at the end it is the task's record.
 */
#ifndef CLI_BATCH_TASK_UNSENT_H
#define CLI_BATCH_TASK_UNSENT_H

#include <stdbool.h>

#include "batch/task.h"

bool task_unsent_is(const struct task *t);
/* --dry-run: the engine has made the request. */
void task_unsent_on_built(struct qv_transfer *transfer,
                          const struct qv_built *built);
/* --as-curl: finds the command.  False with the error set. */
bool task_unsent_curl(struct task *t);
/* Writes what is shown in place of a record; false: there is to be a record. */
bool task_unsent_write(struct task *t, const struct qv_result *r);

#endif
