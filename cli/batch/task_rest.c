#include "batch/task_rest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "request/cmdline.h"
#include "request/expect.h"

static bool fail(struct task_rest *r, int status, const char *name,
                 const char *message)
{
    r->error.status = status;
    r->error.name = name;
    r->error.class_name = status == QV_EXIT_USAGE ? "invalid" : "unrecoverable";
    (void)snprintf(r->error.message, sizeof r->error.message, "%s", message);
    return false;
}

/* NULL: the file, if any, is made anew. */
static const char *continue_at(const struct task_rest *r)
{
    const struct entry *e = r->entry;
    if (r->body->tally.mode != RECORD_BODY_FILE)
        return NULL;
    if (e->has_continue)
        return e->is_continued ? "-" : NULL;
    return e->op->continue_at;
}

static void on_bytes(struct part_reader *reader, const void *data, size_t len)
{
    struct task_rest *r = QV_OWNER(reader, struct task_rest, reader);
    batch_body_look(r->body, data, len);
    r->on_part(r, data, len);
}

static void on_end(struct part_reader *reader, bool is_read)
{
    struct task_rest *r = QV_OWNER(reader, struct task_rest, reader);
    char message[sizeof r->error.message];
    if (is_read) {
        batch_body_mark(r->body);
    } else {
        (void)snprintf(message, sizeof message, "cannot read %.150s: %s",
                       r->body->path,
                       errno ? strerror(errno) : "it became shorter");
        (void)fail(r, QV_EXIT_READ, "read", message);
    }
    r->on_read(r);
}

bool task_rest_reads(const struct task_rest *r)
{
    return r->is_read && r->body->had > 0;
}

/* What is there belongs to the whole that is judged. */
void task_rest_read(struct task_rest *r, struct part_readers *all)
{
    r->reader.on_bytes = on_bytes;
    r->reader.on_end = on_end;
    part_reader_start(all, &r->reader, r->body->path, r->body->had);
}

bool task_rest_begin(struct task_rest *r, struct entry *e, bool has_readers)
{
    r->entry = e;
    const char *at = continue_at(r);
    if (at == NULL)
        return true;
    if (!continuation_is_for(&e->request))
        return fail(r, QV_EXIT_USAGE, "invalid",
                    "only what GET brings can be continued");
    partial_look(&r->part, r->body->path, at);
    r->is_continued = true;
    batch_body_continue(r->body, r->part.had, expect_wants_sha256(e->expect));
    continuation_reset(&r->continuation, r->part.from);
    e->request.from = r->part.from;
    e->request.if_range = r->part.validator;
    r->is_read = has_readers || batch_body_looks(r->body);
    return true;
}

/* An error in place of the rest: what is there stays as it is. */
static bool is_no_rest(struct task_rest *r, const struct qv_head *head)
{
    char message[100];
    if (head->status < 400 || !r->is_continued || !r->continuation.is_awaited ||
        head->is_complete)
        return false;
    (void)snprintf(message, sizeof message,
                   "the answer is %d: there is nothing to continue with",
                   head->status);
    if (!r->entry->request.options->fail)
        (void)fail(r, QV_EXIT_RANGE, "range", message);
    return true;
}

static void on_earlier(struct part_reader *reader, const void *data, size_t len)
{
    qv_transfer_earlier(QV_OWNER(reader, struct task_rest, reader)->transfer,
                        data, len);
}

static void on_earlier_end(struct part_reader *reader, bool is_read)
{
    (void)is_read; /* else the digest is not checked */
    qv_transfer_resume(QV_OWNER(reader, struct task_rest, reader)->transfer);
}

static void show_earlier(struct task_rest *r, struct qv_transfer *t,
                         struct part_readers *all)
{
    uint64_t had = r->body->had;
    if (!r->is_continued || had == 0 || had != r->part.from)
        return;
    r->transfer = t;
    r->reader.on_bytes = on_earlier;
    r->reader.on_end = on_earlier_end;
    qv_transfer_pause(t);
    part_reader_start(all, &r->reader, r->body->path, had);
}

void task_rest_head(struct task_rest *r, struct qv_transfer *t,
                    const struct qv_head *head, struct part_readers *all)
{
    bool is_decoded = r->entry->request.options->compressed;
    if (is_no_rest(r, head))
        return;
    if (!continuation_head(&r->continuation, head, is_decoded)) {
        batch_body_begin_anew(r->body);
        r->on_anew(r, false);
    }
    if (r->is_continued && r->continuation.validator && head->status / 100 == 2)
        batch_body_note_validator(r->body, r->continuation.validator);
    if (head->wants_earlier)
        show_earlier(r, t, all);
}

void task_rest_add(struct task_rest *r, size_t len)
{
    continuation_add(&r->continuation, len);
}

bool task_rest_restart(struct task_rest *r, struct qv_transfer *t)
{
    task_rest_end(r);
    if (continuation_is_for(&r->entry->request) &&
        continuation_ask(&r->continuation, t))
        return true;
    continuation_reset(&r->continuation, r->part.from);
    batch_body_restart(r->body);
    r->on_anew(r, task_rest_reads(r));
    return true;
}

void task_rest_end(struct task_rest *r)
{
    part_reader_cancel(&r->reader);
}

void task_rest_reset(struct task_rest *r)
{
    task_rest_end(r);
    free(r->part.validator);
    r->part = (struct partial){0};
    r->is_continued = r->is_read = false;
    r->error.status = 0;
    continuation_reset(&r->continuation, 0);
}

void task_rest_fini(struct task_rest *r)
{
    task_rest_reset(r);
    continuation_fini(&r->continuation);
}
