/*
 * job_text -- what is told of a job that is over, from all that is known of it: -w,
 * --explain, and the x of --print.
 */
#ifndef CLI_FETCH_JOB_TEXT_H
#define CLI_FETCH_JOB_TEXT_H

#include "core/quiver.h"

struct job;

/* To its output, if it is asked for: -w; --print x. */
void job_text_write_out(struct job *j, const struct qv_result *result);
void job_text_print(struct job *j, const struct qv_result *result);
/* --explain, on standard error. */
void job_text_explain(const struct job *j, const struct qv_result *result);

#endif
