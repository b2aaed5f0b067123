/*
 * job_output -- where the output of a job goes, before it is sent: the name of
 * its file, and what of it is there.
 */
#ifndef CLI_FETCH_JOB_OUTPUT_H
#define CLI_FETCH_JOB_OUTPUT_H

#include <stdbool.h>

struct job;

/* url and name as job_start() has them.  False with the job's error, or it is
 * skipped. */
bool job_output_begin(struct job *j, const char *url, const char *name);

#endif
