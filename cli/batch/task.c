#include "batch/task.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch/after.h"
#include "batch/entry_curl.h"
#include "batch/entry_unsent.h"
#include "batch/task_body.h"
#include "batch/task_record.h"
#include "core/base/xalloc.h"
#include "engine/hinting.h"
#include "entry/capture.h"
#include "record/dry_run.h"
#include "record/unsent.h"
#include "request/cmdline.h"
#include "request/expect.h"

/* The default of --line-max. */
#define SOUGHT_MAX ((size_t)16 * 1024 * 1024)

static struct task *task_of(struct qv_transfer *t)
{
    return QV_OWNER(t, struct task, transfer.face);
}

void task_set_error(struct task *t, int status, const char *name,
                    const char *class_name, const char *message)
{
    t->status = status;
    t->error_name = name;
    t->error_class = class_name;
    (void)snprintf(t->message, sizeof t->message, "%s", message);
}

/* ---- the body ---- */

static void fail_write(struct task *t)
{
    char message[sizeof t->message];
    (void)snprintf(message, sizeof message, "cannot write %.150s: %s",
                   t->body.path, strerror(errno));
    task_set_error(t, QV_EXIT_WRITE, "write", "unrecoverable", message);
}

/* False with the error set. */
static bool begin_body(struct task *t)
{
    struct str why = {0};
    bool is_void = t->is_silent || entry_unsent_is(t->env->engine->cmdline);
    bool ok =
        task_body_begin(&t->body, t->env->options, t->entry, is_void, &why);
    if (!ok)
        task_set_error(t, QV_EXIT_USAGE, "invalid", "invalid", why.base);
    str_fini(&why);
    return ok;
}

static void judge_sums(struct task *t)
{
    struct str why = {0};
    if (!task_body_has_sums(&t->body, &why))
        task_set_error(t, QV_EXIT_UNEXPECTED, "checksum", "unrecoverable",
                       why.base);
    str_fini(&why);
}

/* ---- the end ---- */

/* Everything that is over has a record; who owns the task is told elsewhere. */
static void finish(struct task *t, const struct qv_result *r)
{
    const struct qv_error *e = &r->error;
    if (!t->is_begun)
        clock_gettime(CLOCK_REALTIME, &t->started);
    if (e->status && !t->status)
        task_set_error(t, e->status, e->name, e->class_name, e->text);
    if (e->status && strcmp(e->name, "digest") == 0)
        batch_body_discard(&t->body);
    if (!t->status && !entry_unsent_is(t->env->engine->cmdline))
        judge_sums(t);
    if (!batch_body_finish(&t->body, !t->status) && !t->status)
        fail_write(t);
    task_record_write(t, r);
    hinting_transfer(t->env->engine, t->transfer.effective, &t->entry->request,
                     r, t->status, t->message);
}

/* The end of one that is not sent; its error is set. */
static void fail(struct task *t, struct qv_result *r)
{
    const struct qv_request *q = &t->entry->request;
    *r = unsent_result;
    r->url = r->url_effective = q->url ? q->url : "";
    r->method = q->url ? engine_method_of(q) : "";
    batch_body_forgo(&t->body);
    finish(t, r);
}

/* ---- the transfer ---- */

static void on_start(struct qv_transfer *transfer)
{
    struct task *t = task_of(transfer);
    const struct entry *e = t->entry;
    struct results *results = t->env->results;
    t->is_begun = true;
    engine_wall_clock(t->env->engine, &t->started);
    if (!t->is_silent)
        results_begin(results, e->seq,
                      qv_method_is_idempotent(engine_method_of(&e->request)));
    t->env->events->on_started(t->env->user, t);
    /* What the journal does not know of must not be sent. */
    if (results_failed(results))
        qv_transfer_fail(transfer, QV_EXIT_WRITE, "no record can be written");
}

static void take_error(struct task *t)
{
    const struct task_rest *r = &t->rest;
    if (r->error.status && !t->status)
        task_set_error(t, r->error.status, r->error.name, r->error.class_name,
                       r->error.message);
}

static bool on_restart(struct qv_transfer *transfer)
{
    struct task *t = task_of(transfer);
    if (task_rest_restart(&t->rest, transfer))
        return true;
    take_error(t);
    return false;
}

static void on_head(struct qv_transfer *transfer, const struct qv_head *head)
{
    struct task *t = task_of(transfer);
    if (head->status < 200 || head->is_connect || head->is_redirect)
        return;
    task_rest_head(&t->rest, transfer, head, t->env->parts);
    take_error(t);
}

static void on_retry(struct qv_transfer *transfer, const struct qv_try *ended,
                     unsigned left)
{
    struct task *t = task_of(transfer);
    (void)ended;
    (void)left;
    t->env->events->on_retried(t->env->user, t);
}

/* Is the reader of the records so slow that no more of a body should come?
 * Records that wait for an earlier one are another matter: that one must go on. */
static bool must_wait(const struct task_env *env)
{
    return !env->options->ordered && results_is_full(env->results);
}

/* For what is captured: as much as a line of the input may have.  What is longer
 * is cut, and so no JSON. */
static void look(struct task *t, const void *data, size_t len)
{
    const struct entry *e = t->entry;
    size_t room = SOUGHT_MAX - t->sought.len;
    if (e->expect)
        expect_body(e->expect, data, len);
    if (capture_wants_body(e->captures, e->ncaptures))
        str_add(&t->sought, span_of(data, len < room ? len : room));
}

static enum qv_flow on_body(struct qv_transfer *transfer, const void *data,
                            size_t len)
{
    struct task *t = task_of(transfer);
    if (t->status)
        return QV_ABORT;
    look(t, data, len);
    task_rest_add(&t->rest, len);
    if (!batch_body_add(&t->body, data, len)) {
        fail_write(t);
        qv_transfer_fail(transfer, t->status, t->message);
        return QV_ABORT;
    }
    bool is_record_full = must_wait(t->env);
    t->is_paused = is_record_full || batch_body_is_full(&t->body);
    if (is_record_full)
        t->env->events->on_paused(t->env->user, t);
    return t->is_paused ? QV_PAUSE : QV_MORE;
}

static void on_built(struct qv_transfer *transfer, const struct qv_built *built)
{
    struct task *t = task_of(transfer);
    dry_run_render(&t->sought, built, &t->entry->request,
                   t->env->engine->cmdline->show_secrets);
}

static void on_done(struct qv_transfer *transfer, const struct qv_result *r)
{
    struct task *t = task_of(transfer);
    task_rest_end(&t->rest);
    finish(t, r);
    t->env->events->on_done(t->env->user, t, r);
}

static const struct qv_transfer_ops transfer_ops = {
    .on_start = on_start,
    .on_restart = on_restart,
    .on_retry = on_retry,
    .on_built = on_built,
    .on_body = on_body,
    .on_done = on_done,
};

/* Heads are looked at by who may have to continue a body: they have a price. */
static const struct qv_transfer_ops transfer_ops_of_parts = {
    .on_start = on_start,
    .on_restart = on_restart,
    .on_retry = on_retry,
    .on_head = on_head,
    .on_body = on_body,
    .on_done = on_done,
};

static void on_part(struct task_rest *r, const void *data, size_t len)
{
    look(QV_OWNER(r, struct task, rest), data, len);
}

static void on_anew(struct task_rest *r, bool is_rest)
{
    struct task *t = QV_OWNER(r, struct task, rest);
    struct expect *expect = t->entry->expect;
    t->sought.len = is_rest ? t->nsought : 0;
    if (expect && is_rest)
        expect_back(expect);
    else if (expect)
        expect_restart(expect);
}

/* What is there already is read only for whom it matters. */
static bool begin_rest(struct task *t)
{
    const struct entry *e = t->entry;
    bool has_readers =
        e->expect || capture_wants_body(e->captures, e->ncaptures);
    if (task_rest_begin(&t->rest, t->entry, has_readers))
        return true;
    take_error(t);
    return false;
}

/* What a section of the configuration says about the entry's origin. */
static void suit_origin(struct task *t)
{
    struct entry *e = t->entry;
    if (e->status)
        return;
    engine_suit(t->env->engine, &t->transfer, e->op, e->request.url);
    if (t->transfer.effective != e->op)
        entry_apply(e, t->transfer.effective);
}

/* What the options say is kept for each origin; what a line says is its own. */
static void add_session(struct task *t)
{
    struct entry *e = t->entry;
    struct engine *engine = t->env->engine;
    struct strings lines = {0};
    if (e->status || engine->state.session == NULL)
        return;
    engine_session_lines(engine, &e->request, entry_own_options(e),
                         t->env->defaults, t->transfer.effective, &lines);
    if (lines.len)
        entry_put_first(e, lines.at, lines.len);
    strings_fini(&lines);
}

/* False with the error set. */
static bool prepare(struct task *t)
{
    const struct entry *e = t->entry;
    if (t->is_again && !e->status &&
        !qv_method_is_idempotent(engine_method_of(&e->request))) {
        /* "Could not receive": what is not known is whether the answer would
         * have come. */
        task_set_error(
            t, QV_EXIT_RECV, "unknown_outcome", "unrecoverable",
            "an earlier run may have sent it; --resume-unsafe sends it "
            "again");
        return false;
    }
    suit_origin(t);
    add_session(t);
    if (!e->status)
        return begin_body(t) && begin_rest(t);
    if (e->status == QV_EXIT_UNEXPECTED)
        task_set_error(t, e->status, "after", "unrecoverable", e->message);
    else
        task_set_error(t, e->status, "invalid", "invalid", e->message);
    return false;
}

/* --as-curl: the command is its record. */
static void end_unsent(struct task *t, struct qv_result *r)
{
    struct engine *e = t->env->engine;
    struct qv_error error = {0};
    if (!entry_curl_add(&t->sought, t->entry, e->cmdline, e->config,
                        t->transfer.effective, &error)) {
        task_set_error(t, error.status, error.name ? error.name : "invalid",
                       "invalid", error.text);
        fail(t, r);
        return;
    }
    *r = unsent_result;
    r->url = r->url_effective = t->entry->request.url;
    r->method = engine_method_of(&t->entry->request);
    finish(t, r);
}

static void begin_transfer(struct task *t)
{
    t->transfer.face.ops =
        t->rest.is_continued || t->entry->request.options->retry.max
            ? &transfer_ops_of_parts
            : &transfer_ops;
    t->entry->request.is_dry = t->env->engine->cmdline->dry_run;
    qv_transfer_start(t->env->engine->client, &t->transfer.face,
                      &t->entry->request);
}

static void on_read(struct task_rest *r)
{
    struct task *t = QV_OWNER(r, struct task, rest);
    struct qv_result unsent;
    t->nsought = t->sought.len;
    if (t->entry->expect)
        expect_mark(t->entry->expect);
    take_error(t);
    if (!t->status) {
        begin_transfer(t);
        return;
    }
    fail(t, &unsent);
    t->env->events->on_done(t->env->user, t, &unsent);
}

bool task_start(struct task *t, struct qv_result *unsent)
{
    if (!prepare(t)) {
        fail(t, unsent);
        return false;
    }
    if (t->env->engine->cmdline->as_curl) {
        end_unsent(t, unsent);
        return false;
    }
    if (task_rest_reads(&t->rest))
        task_rest_read(&t->rest, t->env->parts);
    else
        begin_transfer(t);
    return true;
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

static void on_body_drain(struct batch_body *body)
{
    task_resume(QV_OWNER(body, struct task, body));
}

struct task *task_new(struct task_env *env)
{
    struct task *t = xalloc_zeroed(1, sizeof *t);
    t->env = env;
    t->transfer.face.ops = &transfer_ops;
    t->body.outlets = env->outlets;
    t->body.on_drain = on_body_drain;
    t->rest.body = &t->body;
    t->rest.on_part = on_part;
    t->rest.on_read = on_read;
    t->rest.on_anew = on_anew;
    return t;
}

void task_set_entry(struct task *t, struct entry *e)
{
    t->entry = e;
    t->transfer.op = t->transfer.effective = e->op;
    t->is_begun = false;
    t->is_paused = false;
    t->is_again = t->is_silent = false;
    t->started = (struct timespec){0};
    t->status = 0;
    t->error_name = NULL;
    t->error_class = NULL;
    t->message[0] = '\0';
    t->weight = weight_of(e);
    batch_body_forgo(&t->body);
    task_rest_reset(&t->rest);
}

static void free_captured(struct task *t)
{
    for (size_t i = 0; t->captured && i < t->entry->ncaptures; i++)
        str_fini(&t->captured[i]);
    free(t->captured);
    t->captured = NULL;
    str_fini(&t->sought);
}

void task_reset(struct task *t)
{
    after_forget(t);
    free_captured(t);
    entry_free(t->entry);
    t->entry = NULL;
    batch_body_reset(&t->body);
    task_rest_reset(&t->rest);
}

void task_free(struct task *t)
{
    batch_body_fini(&t->body);
    task_rest_fini(&t->rest);
    free(t);
}

bool task_is_underway(const struct task *t)
{
    return qv_transfer_is_underway(&t->transfer.face);
}

void task_resume(struct task *t)
{
    if (!t->is_paused)
        return;
    t->is_paused = false;
    qv_transfer_resume(&t->transfer.face);
}

void task_drop(struct task *t)
{
    /* Between two tries: the one before has failed, and is no secret. */
    if (t->is_begun && !t->is_silent && !task_is_underway(t))
        results_leave(t->env->results, t->entry->seq);
    qv_transfer_cancel(&t->transfer.face);
}
