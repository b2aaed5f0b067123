/*
 * task_record -- the line that tells how an entry ended.
 */
#ifndef CLI_BATCH_TASK_RECORD_H
#define CLI_BATCH_TASK_RECORD_H

#include "core/quiver.h"

struct task;

/* Judges the answer by the user's measure (--fail-on, expect), which may set
 * the task's error, and hands the record to the batch's results.  The body is
 * finished before. */
void task_record_write(struct task *t, const struct qv_result *r);

#endif
