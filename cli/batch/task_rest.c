#include "batch/task_rest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch/task.h"
#include "entry/capture.h"
#include "entry/expect.h"
#include "request/cmdline.h"

/* NULL: the file, if any, is made anew. */
static const char *continue_at(const struct task *t)
{
    const struct entry *e = t->entry;
    if (t->body.mode != RECORD_BODY_FILE)
        return NULL;
    if (e->has_continue)
        return e->is_continued ? "-" : NULL;
    return e->op->continue_at;
}

static void take(void *user, const void *data, size_t len)
{
    struct task *t = user;
    batch_body_look(&t->body, data, len);
    task_look(t, data, len);
}

/* What is there belongs to the whole that is judged.  It is read only for whom it
 * matters: this blocks. */
static bool look(struct task *t)
{
    const struct entry *e = t->entry;
    char message[sizeof t->message];
    bool matters = t->body.is_hashed || t->body.sums.each || e->expect ||
                   capture_wants_body(e->captures, e->ncaptures);
    if (!matters || partial_read(t->body.path, t->body.had, take, t))
        return true;
    (void)snprintf(message, sizeof message, "cannot read %.150s: %s",
                   t->body.path, errno ? strerror(errno) : "it became shorter");
    task_set_error(t, QV_EXIT_READ, "read", "unrecoverable", message);
    return false;
}

bool task_rest_begin(struct task *t)
{
    struct entry *e = t->entry;
    const char *at = continue_at(t);
    if (at == NULL)
        return true;
    if (!continuation_is_for(&e->request)) {
        task_set_error(t, QV_EXIT_USAGE, "invalid", "invalid",
                       "only what GET brings can be continued");
        return false;
    }
    partial_look(&t->rest, t->body.path, at);
    t->is_rest = true;
    batch_body_continue(&t->body, t->rest.had, expect_wants_sha256(e->expect));
    continuation_reset(&t->continuation, t->rest.from);
    e->request.from = t->rest.from;
    e->request.if_range = t->rest.validator;
    return look(t);
}

static void begin_anew(struct task *t)
{
    batch_body_begin_anew(&t->body);
    str_clear(&t->sought);
    if (t->entry->expect)
        expect_restart(t->entry->expect);
}

/* An error in place of the rest: what is there stays as it is. */
static bool is_no_rest(struct task *t, const struct qv_head *head)
{
    char message[100];
    if (head->status < 400 || !t->is_rest || !t->continuation.is_awaited ||
        head->is_complete)
        return false;
    (void)snprintf(message, sizeof message,
                   "the answer is %d: there is nothing to continue with",
                   head->status);
    if (!t->entry->request.options->fail)
        task_set_error(t, QV_EXIT_RANGE, "range", "unrecoverable", message);
    return true;
}

void task_rest_head(struct task *t, const struct qv_head *head)
{
    bool is_decoded = t->entry->request.options->compressed;
    if (head->status < 200 || head->is_connect || head->is_redirect ||
        is_no_rest(t, head))
        return;
    if (!continuation_head(&t->continuation, head, is_decoded))
        begin_anew(t);
    if (t->is_rest && t->continuation.validator && head->status / 100 == 2)
        batch_body_note_validator(&t->body, t->continuation.validator);
}

void task_rest_restart(struct task *t)
{
    if (continuation_is_for(&t->entry->request) &&
        continuation_ask(&t->continuation, &t->transfer.face))
        return;
    continuation_reset(&t->continuation, t->is_rest ? t->rest.from : 0);
    batch_body_restart(&t->body);
    str_clear(&t->sought);
    if (t->entry->expect)
        expect_restart(t->entry->expect);
    if (t->is_rest)
        (void)look(t);
}

void task_rest_reset(struct task *t)
{
    free(t->rest.validator);
    t->rest = (struct partial){0};
    t->is_rest = false;
}
