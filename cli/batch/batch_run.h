/*
 * batch_run -- the entries of a batch: which is sent when, and how it ends.
 */
#ifndef CLI_BATCH_BATCH_RUN_H
#define CLI_BATCH_BATCH_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "batch/batch_options.h"
#include "batch/batch_progress.h"
#include "core/quiver.h"
#include "input/feed.h"
#include "request/session.h"
#include "results/batch_summary.h"
#include "results/results.h"
#include "telemetry/telemetry.h"
#include "telemetry/verbose.h"

struct config;
struct task;

enum {
    BATCH_EXIT_FAILED = 110,
    BATCH_EXIT_STOPPED = 111,
    BATCH_EXIT_UNEXPECTED = 112,
    BATCH_EXIT_JOURNAL = 116,
};

enum batch_state {
    BATCH_FEEDING,  /* more comes from the input */
    BATCH_FED,      /* it has ended: what is on its way finishes */
    BATCH_DRAINING, /* the same, because somebody asked for an end */
    BATCH_STOPPED,  /* nothing is on its way any more */
};

struct batch {
    const struct batch_options *options;
    struct session *session;
    struct config *config;
    const struct operation *defaults; /* its only operation */
    bool is_configured;               /* a configuration file was read */
    struct qv_client *client;
    struct feed *feed; /* NULL: nothing more comes */
    struct results *results;
    enum batch_state state;
    bool is_filling;
    struct qv_timer turn; /* goes on with the input in the next turn */
    /* entries that were taken from the input and have not ended */
    struct task *tasks; /* the latest first */
    unsigned ntasks;
    unsigned nwaiting; /* of them: not begun */
    size_t weight;     /* of those */
    size_t line_size;  /* of a record, about: that of the largest lately */
    uint64_t ended_to; /* behind the highest seq that has a record */
    struct task *idle; /* memory for the next ones */
    unsigned nidle;
    struct text line; /* a record is rendered here */
    bool is_terminal; /* where records go */
    bool has_paused;  /* some tasks wait for the reader of the records */
    /* of the input, when the feed is gone */
    uint64_t nread;
    uint64_t input_at;
    uint64_t input_size;
    bool is_cut; /* not read to its end, and not counted */
    /* how it ends */
    int status; /* of what stopped it: 23, 26 */
    int signum;
    struct qv_signal interrupt;
    struct qv_signal terminate;
    struct batch_summary summary;
    struct batch_progress progress;
    struct telemetry telemetry;
    struct verbose verbose;
};

/* What the command line as a whole is good for. */
struct batch_command {
    const char *digest; /* of what a resumed run must have in common */
    const char *resume; /* goes on where this one stops; NULL: nothing does */
};

/* Gives back the exit status. */
int batch_run(const struct batch_options *o, struct session *s,
              struct config *config, const struct batch_command *command);

/* The input has something, the engine has room; there is room for records. */
void batch_run_on_input(void *user);
void batch_run_on_room(void *user);
/* Nothing new is begun; what is on its way finishes. */
void batch_run_drain(struct batch *b);
/* What is on its way ends without a record. */
void batch_run_stop(struct batch *b);
/* May errors be printed? */
bool batch_run_is_loud(const struct batch *b);

/* Is the reader of the records so slow that no more of a body should come? */
bool batch_run_must_wait(struct batch *b);
/* Called by a task: bytes of it may leave from now on. */
void batch_run_begun(struct task *t);
/* It is about to be tried again, after a while. */
void batch_run_rests(struct task *t);
/* At its end; frees it. */
void batch_run_ended(struct task *t, const struct qv_result *result);
void batch_run_dropped(struct task *t);

#endif
