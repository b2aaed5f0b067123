/*
 * job -- one transfer, from its URL to the last byte of its output.
 *
 * A job whose job_start() was true ends in exactly one on_done, never before
 * job_start() has returned; job_cancel() ends it without.  Who made the job
 * frees it.
 */
#ifndef CLI_FETCH_JOB_H
#define CLI_FETCH_JOB_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "core/base/list.h"
#include "core/quiver.h"
#include "engine/engine.h"
#include "fetch/events.h"
#include "fetch/kept_heads.h"
#include "fetch/sink.h"
#include "files/lane.h"
#include "files/part_reader.h"
#include "request/cmdline.h"
#include "request/request.h"
#include "request/time_condition.h"
#include "terminal/progress_line.h"

struct job;

/* What a job's owner is told, from the loop. */
struct job_events {
    void (*on_started)(void *user, struct job *j); /* it has its place */
    void (*on_retried)(void *user, const struct job *j,
                       const struct qv_try *ended, unsigned left);
    /* The job is over, its output not yet closed: what is told there of it is
     * added (-w, --print).  Within job_start() as well, of one that could not
     * start; not of a dry one. */
    void (*on_over)(void *user, struct job *j, const struct qv_result *result);
    /* The job is over, with j->status; it may be freed there. */
    void (*on_done)(void *user, struct job *j, const struct qv_result *result);
};

/* What all jobs of a run need. */
struct job_env {
    struct engine *engine;
    struct lanes lanes;
    struct outlets outlets;
    struct part_readers parts;
    bool is_stdout_terminal;
    bool shows; /* bodies on standard output are put into a form */
    struct body_view_how how; /* which */
    const struct job_events *events;
    void *user;
};

struct job {
    struct list link; /* in jobs.list */
    const struct job_env *env;
    const struct operation *op;
    const struct target *target;
    struct target own; /* of a glob: with the file that it is */
    char *upload;
    uint64_t number; /* place on the command line, from 0 */
    struct request request;
    struct engine_transfer transfer;
    struct timespec started; /* when it got its place */
    bool has_place;
    struct sink sink; /* its output */
    struct part_readers *parts;
    struct part_reader part;         /* of what of it is there (-C) */
    struct body_tally tally;         /* --json-out: of its body */
    struct kept_heads heads;         /* if -w asks for all of them */
    struct events events;            /* with --sse */
    struct shown *sent;              /* --print B: how its body is shown */
    uint64_t nleft_out;              /* bytes of it that were not, for lack of
                                        a reader */
    bool is_sent_hidden;             /* it is no text */
    char *validator;                 /* of what -C goes on with; NULL */
    struct time_condition condition; /* of -z */
    struct progress_rate rate;       /* of its bytes, for its line */
    bool is_skipped; /* --skip-existing: it is over without a request */
    /* the error when the engine's result has none */
    int status;
    char message[256];
};

/* The jobs of a run that have not ended. */
struct jobs {
    struct list list;
    unsigned n;
    unsigned nrunning; /* of them, with a place */
    uint64_t nended;
};

struct job *job_new(struct job_env *env, struct operation *op,
                    const struct target *target, uint64_t number);
void job_free(struct job *j);

/* Before it starts: of what the target's -T stands for this one is sent. */
void job_set_upload(struct job *j, const char *upload);

/* url as expanded; name of the output as expanded, or NULL.  False: it could not
 * start and is over, with j->status and *unsent for its result, which is good
 * until job_free().  No on_done comes then. */
bool job_start(struct job *j, const char *url, const char *name,
               struct qv_result *unsent);
void job_cancel(struct job *j);
/* What its result does not know of. */
void job_set_error(struct job *j, int status, const char *message);

static inline struct job *job_at(struct list *link)
{
    return container_of(link, struct job, link);
}

void jobs_init(struct jobs *all);
void jobs_add(struct jobs *all, struct job *j);
void jobs_remove(struct jobs *all, struct job *j);
/* The job has got its place. */
void jobs_run(struct jobs *all, struct job *j);

#endif
