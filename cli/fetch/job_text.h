/*
 * job_text -- what is told of a job that is over, from all that is known of it:
 * --json-out, -w, --explain.
 */
#ifndef CLI_FETCH_JOB_TEXT_H
#define CLI_FETCH_JOB_TEXT_H

#include "core/base/str.h"
#include "core/quiver.h"
#include "request/telemetry_options.h"

struct job;

/* --json-out: its record, to standard output. */
void job_text_record(struct job *j, const struct qv_result *result);
/* -w, to its output. */
void job_text_write_out(struct job *j, const struct qv_result *result);
/* Appends what --explain tells; form: not EXPLAIN_NOTHING. */
void job_text_add_explanation(struct str *out, const struct job *j,
                              const struct qv_result *result,
                              enum explain_form form);
/* --explain, and the last line of -vv, on standard error. */
void job_text_explain(const struct job *j, const struct qv_result *result);

#endif
