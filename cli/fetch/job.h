/*
 * job -- one transfer, from its URL to the last byte of its output.
 *
 * A started job ends in exactly one call of run_job_done(), never before
 * job_start() has returned; job_cancel() ends it without.
 */
#ifndef CLI_FETCH_JOB_H
#define CLI_FETCH_JOB_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "core/quiver.h"
#include "files/lane.h"
#include "files/save.h"
#include "request/request.h"
#include "request/session.h"
#include "terminal/terminal.h"

struct run;

struct job {
    struct job *next; /* in run.jobs */
    struct job *prev;
    struct run *run;
    struct operation *op;              /* where the answer goes */
    const struct operation *effective; /* how it is asked, for its origin */
    const struct target *target;
    uint64_t number; /* place on the command line, from 0 */
    char *name;      /* of the output file, NULL: none */
    struct request request;
    struct qv_transfer transfer;
    struct timespec started; /* when it got its place */
    bool has_place;
    /* the output */
    struct lane *lane; /* NULL until something goes to standard output */
    struct save file;
    bool is_file;
    bool has_printed; /* something went to standard output */
    bool is_escaped;  /* standard output is a terminal */
    bool is_checked;  /* the first piece was not binary */
    struct terminal terminal;
    /* the error when the engine's result has none */
    int status;
    char message[256];
};

struct job *job_new(struct run *run, struct operation *op,
                    const struct target *target, uint64_t number);
void job_free(struct job *j);

/* url as expanded; name of the output as expanded, or NULL.  False: it cannot
 * start, and job_fail() is to end it. */
bool job_start(struct job *j, const char *url, const char *name);
void job_fail(struct job *j);
void job_cancel(struct job *j);

/* For qv_client_options; user is the run. */
void job_on_origin(void *user, struct qv_transfer *t, const char *scheme,
                   const char *host, unsigned port, struct qv_options *options);

#endif
