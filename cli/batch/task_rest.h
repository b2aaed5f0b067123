/*
 * task_rest -- the body of an entry of which a part is there: that of an earlier
 * run (-C, "continue"), or of a try before (--retry).
 *
 * Told of heads, pieces and tries, it asks for the rest, and says what is wrong
 * with what comes in its place.
 */
#ifndef CLI_BATCH_TASK_REST_H
#define CLI_BATCH_TASK_REST_H

#include <stdbool.h>
#include <stddef.h>

#include "batch/batch_body.h"
#include "core/quiver.h"
#include "entry/entry.h"
#include "files/continuation.h"
#include "files/part_reader.h"
#include "files/partial.h"

struct task_rest {
    struct batch_body *body;
    /* Bytes that are there already, in their order, for who judges the whole. */
    void (*on_part)(struct task_rest *r, const void *data, size_t len);
    /* They have been told, or cannot be read: there is an error then. */
    void (*on_read)(struct task_rest *r);
    /* What came is void, and what was there as well, unless it is the rest that
     * begins anew. */
    void (*on_anew)(struct task_rest *r, bool is_rest);
    /* Why it cannot go on; status 0: nothing is wrong. */
    struct {
        int status;
        const char *name;
        const char *class_name;
        char message[200];
    } error;
    bool is_continued; /* what was there is gone on with */
    /* private: */
    bool is_read; /* the part that is there */
    struct part_reader reader;
    struct qv_transfer *transfer; /* that is shown what is there */
    struct entry *entry;
    struct partial part;
    struct continuation continuation;
};

/* *r is zeroed; body and callbacks are set.  The body has begun, and the request
 * is not sent: it will ask for the rest.  on_part is called only when has_readers.
 * False with the error. */
bool task_rest_begin(struct task_rest *r, struct entry *e, bool has_readers);
/* Is the part that is there to be read before the request is sent?  Then
 * task_rest_read(), which ends in on_read, or in task_rest_reset(). */
bool task_rest_reads(const struct task_rest *r);
void task_rest_read(struct task_rest *r, struct part_readers *all);
/* A final head, not of a redirect.  What is there may be read for it, and the
 * transfer pauses meanwhile. */
void task_rest_head(struct task_rest *r, struct qv_transfer *t,
                    const struct qv_head *head, struct part_readers *all);
void task_rest_add(struct task_rest *r, size_t len);
/* Another try begins.  False with the error. */
bool task_rest_restart(struct task_rest *r, struct qv_transfer *t);
/* The transfer is over: nothing of it is read any more. */
void task_rest_end(struct task_rest *r);
/* Ready for another entry. */
void task_rest_reset(struct task_rest *r);
void task_rest_fini(struct task_rest *r);

#endif
