#include "batch/task.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "batch/batch_options.h"
#include "batch/batch_run.h"
#include "batch/task_record.h"
#include "config/config.h"
#include "entry/expect.h"
#include "files/naming.h"
#include "record/record.h"
#include "record/unsent.h"
#include "request/session.h"

enum {
    UNKNOWN_OUTCOME = 56, /* "receive failed": nobody saw the answer */
};

static struct task *task_of(struct qv_transfer *t)
{
    return QV_OWNER(t, struct task, transfer);
}

void task_set_error(struct task *t, int status, const char *name,
                    const char *class_name, const char *message)
{
    t->status = status;
    t->error_name = name;
    t->error_class = class_name;
    (void)snprintf(t->message, sizeof(t->message), "%s", message);
}

/* ---- the body ---- */

static void fail_write(struct task *t)
{
    char message[sizeof(t->message)];

    (void)snprintf(message, sizeof(message), "cannot write %.150s: %s",
                   t->body.path, strerror(errno));
    task_set_error(t, QV_EXIT_WRITE, "write", "unrecoverable", message);
}

/* Where the body goes; false with the error set. */
static bool begin_body(struct task *t)
{
    const struct batch_options *o = t->batch->options;
    const struct entry *e = t->entry;
    const char *folder = e->op->output_dir;
    enum record_body_mode mode = e->output ? RECORD_BODY_FILE : o->body;
    bool is_hashed = mode == RECORD_BODY_FILE || mode == RECORD_BODY_HASH ||
                     expect_wants_sha256(e->expect);
    char *path = NULL;
    const char *why;

    if (e->output && e->is_output_free) {
        path = naming_join(e->output[0] == '/' ? NULL : folder, e->output);
    } else if (e->output) {
        path = batch_body_path(folder, e->output, &why);
        if (!path) {
            char message[160];

            (void)snprintf(message, sizeof(message), "output '%.100s': %s",
                           e->output, why);
            task_set_error(t, QV_EXIT_USAGE, "invalid", "invalid", message);
            return false;
        }
    } else if (mode == RECORD_BODY_FILE) {
        path =
            batch_body_name(o->body_dir ? o->body_dir : folder, e->seq, e->id);
    }
    batch_body_begin(&t->body, mode, (size_t)o->body_max, is_hashed, path);
    return true;
}

/* ---- the end ---- */

/* The one end of every task that has a record. */
static void finish(struct task *t, const struct qv_result *r)
{
    const struct qv_error *e = &r->error;

    if (!t->is_begun)
        clock_gettime(CLOCK_REALTIME, &t->started);
    if (e->status && !t->status)
        task_set_error(t, e->status, e->name, e->class_name, e->text);
    if (!batch_body_finish(&t->body, !t->status) && !t->status)
        fail_write(t);
    task_record_write(t, r);
    batch_run_ended(t, r);
}

static const char *method_of(const struct qv_request *r)
{
    if (r->custom_method)
        return r->custom_method;
    if (r->method)
        return r->method;
    if (r->head)
        return "HEAD";
    return r->body.kind == QV_BODY_NONE ? "GET" : "POST";
}

/* The end of one that is not sent; its error is set. */
static void fail(struct task *t)
{
    const struct qv_request *q = &t->entry->request;
    struct qv_result r = unsent_result;

    r.url = r.url_effective = q->url ? q->url : "";
    r.method = q->url ? method_of(q) : "";
    t->body.mode = RECORD_BODY_NONE;
    t->body.is_hashed = false;
    finish(t, &r);
}

/* ---- the transfer ---- */

static void on_start(struct qv_transfer *transfer)
{
    struct task *t = task_of(transfer);
    const struct entry *e = t->entry;

    t->is_begun = true;
    clock_gettime(CLOCK_REALTIME, &t->started);
    results_begin(t->batch->results, e->seq,
                  qv_method_is_idempotent(method_of(&e->request)));
    batch_run_begun(t);
    /* What the journal does not know of must not be sent. */
    if (results_failed(t->batch->results))
        qv_transfer_fail(transfer, QV_EXIT_WRITE, "no record can be written");
}

static bool on_restart(struct qv_transfer *transfer)
{
    struct task *t = task_of(transfer);

    batch_body_restart(&t->body);
    if (t->entry->expect)
        expect_restart(t->entry->expect);
    return true;
}

static void on_retry(struct qv_transfer *transfer, const struct qv_try *ended,
                     unsigned left)
{
    (void)ended;
    (void)left;
    batch_run_rests(task_of(transfer));
}

static enum qv_flow on_body(struct qv_transfer *transfer, const void *data,
                            size_t len)
{
    struct task *t = task_of(transfer);

    if (t->entry->expect)
        expect_body(t->entry->expect, data, len);
    if (batch_body_add(&t->body, data, len)) {
        t->is_paused = batch_run_must_wait(t->batch);
        return t->is_paused ? QV_PAUSE : QV_MORE;
    }
    fail_write(t);
    qv_transfer_fail(transfer, t->status, t->message);
    return QV_ABORT;
}

static void on_done(struct qv_transfer *transfer, const struct qv_result *r)
{
    finish(task_of(transfer), r);
}

static const struct qv_transfer_ops transfer_ops = {
    .on_start = on_start,
    .on_restart = on_restart,
    .on_retry = on_retry,
    .on_body = on_body,
    .on_done = on_done,
};

/* What a section of the configuration says about the entry's origin. */
static void suit_origin(struct task *t)
{
    struct batch *b = t->batch;

    t->effective = t->entry->op;
    if (!b->is_configured || t->entry->status)
        return;
    t->effective =
        config_for_url(b->config, t->entry->op, t->entry->request.url);
    if (t->effective != t->entry->op)
        entry_apply(t->entry, t->effective);
}

void task_on_origin(void *user, struct qv_transfer *transfer,
                    const char *scheme, const char *host, unsigned port,
                    struct qv_options *options)
{
    const struct batch *b = user;
    const struct task *t = task_of(transfer);

    config_adopt(b->config, t->entry->op, t->effective, scheme, host, port,
                 options);
}

void task_start(struct task *t)
{
    const struct entry *e = t->entry;

    suit_origin(t);
    if (e->status)
        task_set_error(t, e->status, "invalid", "invalid", e->message);
    if (t->status || !begin_body(t))
        fail(t);
    else
        qv_transfer_start(t->batch->client, &t->transfer, &e->request);
}

void task_start_again(struct task *t)
{
    const struct entry *e = t->entry;

    if (!e->status && !qv_method_is_idempotent(method_of(&e->request))) {
        /* What is not known is whether the answer would have come. */
        task_set_error(
            t, UNKNOWN_OUTCOME, "unknown_outcome", "unrecoverable",
            "an earlier run may have sent it; --resume-unsafe sends it "
            "again");
        fail(t);
        return;
    }
    task_start(t);
}

/* ---- life ---- */

/* What an entry costs, about: the engine's part, its own, and its body, which
 * lies in its line and, undone, beside it. */
static size_t weight_of(const struct entry *e)
{
    enum {
        ENGINE = 1200
    };
    const struct qv_body *body = &e->request.body;
    size_t len = body->kind == QV_BODY_BYTES ? body->len : 0;

    if (body->kind == QV_BODY_PARTS) {
        for (size_t i = 0; i < body->nparts; i++)
            len += body->parts[i].path ? 0 : body->parts[i].len;
    }
    return ENGINE + sizeof(struct entry) + 2 * len;
}

struct task *task_new(struct batch *b, struct entry *e)
{
    struct task *t = b->idle;

    if (t) {
        b->idle = t->next;
        b->nidle--;
    } else {
        t = mem_new(1, sizeof(*t));
        t->batch = b;
        t->transfer.ops = &transfer_ops;
    }
    t->entry = e;
    t->is_begun = false;
    t->is_paused = false;
    t->started = (struct timespec){0};
    t->status = 0;
    t->error_name = NULL;
    t->error_class = NULL;
    t->message[0] = '\0';
    t->weight = weight_of(e);
    t->body.mode = RECORD_BODY_NONE;
    t->body.total = 0;
    t->body.hex[0] = '\0';
    return t;
}

void task_resume(struct task *t)
{
    if (!t->is_paused)
        return;
    t->is_paused = false;
    qv_transfer_resume(&t->transfer);
}

void task_drop(struct task *t)
{
    /* Between two tries: the one before has failed, and is no secret. */
    if (t->is_begun && !qv_transfer_is_underway(&t->transfer))
        results_leave(t->batch->results, t->entry->seq);
    qv_transfer_cancel(&t->transfer);
    batch_run_dropped(t);
}

void task_free(struct task *t)
{
    batch_body_fini(&t->body);
    free(t);
}
