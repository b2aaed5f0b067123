/*
 * task -- one entry of a batch on its way from the input to its record.
 *
 *   task_new -> task_start -> transfer -> record -> batch_run_ended -> idle
 *
 * Every task that was started ends in exactly one record, and then in
 * batch_run_ended(); task_drop() ends it without.  Ended tasks keep their
 * memory for the next entry.
 */
#ifndef CLI_BATCH_TASK_H
#define CLI_BATCH_TASK_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "batch/batch_body.h"
#include "core/quiver.h"
#include "entry/entry.h"

struct batch;
struct operation;

struct task {
    struct task *next; /* in batch.tasks or batch.idle */
    struct task *prev;
    struct batch *batch;
    struct entry *entry;
    const struct operation *effective; /* what the entry is asked by */
    struct qv_transfer transfer;
    struct timespec started;
    bool is_begun;  /* bytes of it may have left */
    bool is_paused; /* its body waits until records can be written again */
    size_t weight;  /* bytes that it holds on to while it waits */
    struct batch_body body;
    /* the error when the engine's result has none */
    int status;
    const char *error_name;
    const char *error_class;
    char message[256];
};

/* Takes the entry over. */
struct task *task_new(struct batch *b, struct entry *e);
/* A bad entry ends at once. */
void task_start(struct task *t);
/* The same when an earlier run may have sent it: it is sent again only when
 * that does no harm. */
void task_start_again(struct task *t);
/* Goes on with the body of one that is paused. */
void task_resume(struct task *t);
/* Cancelled without a record. */
void task_drop(struct task *t);

/* Makes it one that failed, whatever the engine says. */
void task_set_error(struct task *t, int status, const char *name,
                    const char *class_name, const char *message);

/* For qv_client_options; user is the batch. */
void task_on_origin(void *user, struct qv_transfer *transfer,
                    const char *scheme, const char *host, unsigned port,
                    struct qv_options *options);

void task_free(struct task *t); /* one that is idle */

#endif
