/*
 * after -- entries that wait for others of the batch, and the values that they
 * get from them.
 *
 * An entry may name, by "after", entries before it in the input that have a
 * "capture": so there are no circles, and what is kept is what was asked to be
 * kept.  Whoever waits is held, and started once all of those have ended well;
 * when one of them has not, it fails.
 *
 * Of a run that is resumed: values are not on the disk.  What an earlier run has
 * done is done once more, without a record, when an entry that is still to be
 * done needs its values, if doing it again does no harm.
 */
#ifndef CLI_BATCH_AFTER_H
#define CLI_BATCH_AFTER_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/list.h"
#include "core/base/map.h"
#include "core/base/str.h"

struct entry;
struct task;

/* All that is kept, of a whole batch. */
#define AFTER_ENTRIES_MAX ((size_t)100000)
#define AFTER_BYTES_MAX   ((size_t)64 * 1024 * 1024)

struct after {
    /* An entry of an earlier run is needed: it is taken over. */
    void (*on_past)(void *user, struct entry *e);
    void *user;
    struct map nodes;  /* struct after_node, by id */
    struct list ready; /* tasks that are held no more */
    size_t nbytes;
};

/* *a is zeroed but for on_past and user. */
void after_init(struct after *a);
void after_fini(struct after *a);

/* An entry that captures has been taken from the input, or one that an earlier
 * run has done, which is taken over then (is_past).  False: the entry is a bad
 * one, and not taken over. */
bool after_expect(struct after *a, struct entry *e, bool is_past);

/* May it start?  False: it is held.  True: its values are in its request, or it
 * is a bad entry now. */
bool after_admit(struct after *a, struct task *t);

/* The task has ended.  What it has captured is taken over if it has ended well;
 * whoever waits for it is ready. */
void after_end(struct after *a, struct task *t);

/* One that was held and is to be looked at again (after_admit()); NULL: none. */
struct task *after_next(struct after *a);
static inline bool after_has_next(const struct after *a)
{
    return !list_is_empty(&a->ready);
}

/* The task is held no more, whatever it waits for. */
void after_forget(struct task *t);

#endif
