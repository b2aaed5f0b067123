/*
 * task -- one entry of a batch on its way from the input to its record.
 *
 *   tasks_take -> task_start -> transfer -> record -> on_done -> tasks_release
 *
 * Every task that was started ends in exactly one record; task_drop() ends it
 * without.  Ended tasks keep their memory for the next entry (tasks.h).
 */
#ifndef CLI_BATCH_TASK_H
#define CLI_BATCH_TASK_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "batch/batch_body.h"
#include "batch/batch_options.h"
#include "batch/entry_line.h"
#include "batch/task_rest.h"
#include "core/base/list.h"
#include "core/base/str.h"
#include "core/quiver.h"
#include "engine/engine.h"
#include "entry/entry.h"
#include "results/results.h"

struct task;

/* What a task's owner is told, from the loop. */
struct task_events {
    /* Bytes of it may leave from now on. */
    void (*on_started)(void *user, struct task *t);
    /* The task is about to be tried again, after a while. */
    void (*on_retried)(void *user, struct task *t);
    /* Its body waits for the reader of the records, until task_resume(); for its
     * own reader it waits without a word. */
    void (*on_paused)(void *user, struct task *t);
    /* Its record is written; env.line has it until the next one's. */
    void (*on_done)(void *user, struct task *t, const struct qv_result *r);
};

/* What all tasks of a batch need. */
struct task_env {
    struct engine *engine;
    const struct batch_options *options;
    const struct operation *defaults; /* the command line's only operation */
    struct results *results;
    struct outlets *outlets;
    struct part_readers *parts;
    bool has_lines; /* a terminal gets lines for a person, not records */
    struct entry_lines lines; /* those */
    struct str line; /* a record is rendered here; the env's owner frees it */
    const struct task_events *events;
    void *user;
};

struct task {
    struct list link; /* in tasks.list */
    struct task *next_idle;
    struct task_env *env;
    struct entry *entry;
    struct engine_transfer transfer;
    struct timespec started;
    bool is_begun;  /* bytes of it may have left */
    bool is_paused; /* its body waits until records can be written again */
    bool is_again;  /* an earlier run may have sent it */
    bool is_silent; /* one has done it: it is done for its values alone */
    bool is_held;   /* by held_link: it waits for another (after.h) */
    struct list held_link;
    struct str sought; /* the body, for `capture`; of --dry-run the request */
    size_t nsought;    /* of them there were before the request (-C) */
    struct str *captured; /* its values; NULL: they were not to be had */
    size_t weight;        /* bytes that it holds on to while it waits */
    struct batch_body body;
    struct task_rest rest;
    /* the error when the engine's result has none */
    int status;
    const char *error_name;
    const char *error_class;
    char message[256];
};

struct task *task_new(struct task_env *env);
/* The task is this entry's from now on; the entry is taken over. */
void task_set_entry(struct task *t, struct entry *e);
/* The task has ended: its entry is freed, and another may be set. */
void task_reset(struct task *t);
void task_free(struct task *t); /* after task_reset() */

/*
 * False: it could not start and is over; its record is written, t->status says
 * why and *unsent is its result, good until task_reset().  No on_done comes then.
 * With is_again it is sent only when that does no harm.
 */
bool task_start(struct task *t, struct qv_result *unsent);
/* Is it between its place and its end, and not between two tries? */
bool task_is_underway(const struct task *t);
/* Goes on with the body of one that is paused. */
void task_resume(struct task *t);
/* Cancelled without a record. */
void task_drop(struct task *t);

/* Makes it one that has failed, whatever the engine says. */
void task_set_error(struct task *t, int status, const char *name,
                    const char *class_name, const char *message);

#endif
