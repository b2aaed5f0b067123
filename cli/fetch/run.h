/*
 * run -- all transfers of a session: which runs when, and how it ends.
 */
#ifndef CLI_FETCH_RUN_H
#define CLI_FETCH_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "core/quiver.h"
#include "fetch/job.h"
#include "fetch/progress.h"
#include "files/lane.h"
#include "request/glob.h"
#include "request/session.h"
#include "telemetry/telemetry.h"
#include "telemetry/verbose.h"

struct config;

struct run {
    struct session *session;
    struct config *config;
    struct qv_client *client;
    struct lanes lanes;
    bool is_stdout_terminal;
    /* jobs that run */
    struct job *jobs;
    unsigned njobs;
    unsigned nrunning; /* of them, with a place */
    unsigned max_jobs;
    bool is_filling;
    /* the next one */
    struct operation *op;
    size_t target;
    struct glob *glob; /* of this target; NULL: not begun */
    uint64_t glob_at;
    uint64_t next_number;
    uint64_t ndone;
    /* how it ends */
    int status; /* of the first failure in the order of the URLs */
    uint64_t status_number;
    int signum;
    struct qv_signal interrupt;
    struct qv_signal terminate;
    struct verbose verbose;
    struct progress progress;
    struct telemetry telemetry;
};

/* Runs everything; gives back the exit status. */
int run_session(struct session *s, struct config *config);

/* Called by a job when it gets its place. */
void run_job_started(struct run *r, struct job *j);
/* Called by a job that will be tried again. */
void run_job_retried(struct run *r, const struct job *j,
                     const struct qv_try *ended, unsigned left);
/* Called by a job at its end; frees it. */
void run_job_done(struct run *r, struct job *j, const struct qv_result *result);

#endif
