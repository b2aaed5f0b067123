#include "task.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch_options.h"
#include "batch_run.h"
#include "config.h"
#include "expect.h"
#include "json.h"
#include "mem.h"
#include "naming.h"
#include "record.h"
#include "session.h"
#include "writeout.h"

enum {
    UNKNOWN_OUTCOME = 56, /* "receive failed": nobody saw the answer */
};

static struct task *task_of(struct qv_transfer *t)
{
    return QV_OWNER(t, struct task, transfer);
}

static void set_error(struct task *t, int status, const char *name,
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
    set_error(t, QV_EXIT_WRITE, "write", "unrecoverable", message);
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
            set_error(t, QV_EXIT_USAGE, "invalid", "invalid", message);
            return false;
        }
    } else if (mode == RECORD_BODY_FILE) {
        path =
            batch_body_name(o->body_dir ? o->body_dir : folder, e->seq, e->id);
    }
    batch_body_begin(&t->body, mode, (size_t)o->body_max, is_hashed, path);
    return true;
}

/* ---- the record ---- */

/* A failed one by the user's own measure, if not by the engine's. */
static void judge_status(struct task *t, const struct qv_result *r)
{
    const struct batch *b = t->batch;
    bool is_bad = status_list_has(&b->options->fail_on, r->response_code) ||
                  (t->entry->op->fail_with_body && r->response_code >= 400);
    char message[80];

    if (t->status || !is_bad)
        return;
    (void)snprintf(message, sizeof(message),
                   "The requested URL returned error: %d", r->response_code);
    set_error(t, QV_EXIT_HTTP_STATUS, "http_status", "unrecoverable", message);
}

/* What was expected; names what failed in *failed. */
static bool judge_expect(struct task *t, const struct qv_result *r,
                         struct text *failed)
{
    const struct expect *e = t->entry->expect;
    bool ok =
        !e || expect_check(e, r, t->body.hex[0] ? t->body.hex : NULL, failed);

    if (!ok && !t->status) {
        char message[sizeof(t->message)];

        (void)snprintf(message, sizeof(message), "not as expected: %s",
                       failed->at);
        set_error(t, BATCH_EXIT_UNEXPECTED, "expectation", "unrecoverable",
                  message);
    }
    return ok;
}

/* JSON lets the C1 controls through, U+0080 to U+009F, but a terminal may obey
 * them.  They stand in strings only, where \u says the same. */
static void escape_c1(const struct text *from, struct text *to)
{
    const char *at = from->at;
    const char *end = at + from->len;
    const char *c;

    text_clear(to);
    while ((c = memchr(at, 0xc2, (size_t)(end - at))) && c + 1 < end) {
        unsigned char next = (unsigned char)c[1];

        text_add(to, at, (size_t)(c - at));
        if (next < 0xa0)
            text_addf(to, "\\u%04x", next);
        else
            text_add(to, c, 2);
        at = c + 2;
    }
    text_add(to, at, (size_t)(end - at));
}

static void write_record(struct task *t, const struct qv_result *r, bool ok,
                         const struct text *failed)
{
    struct batch *b = t->batch;
    const struct entry *e = t->entry;
    const struct text *line;
    struct record_entry of_batch = {
        .id = e->id,
        .line = e->line,
        .file = e->file,
        .tags = e->tags,
        .body = batch_body_record(&t->body),
        /* Not judged, if it was never sent. */
        .has_expect = e->expect && (failed->len || r->response_code),
        .is_expected = ok,
        .expect_failed = failed->at ? failed->at : "",
    };
    struct writeout_facts facts = {
        .result = r,
        .status = t->status,
        .message = t->message,
        .error_name = t->error_name,
        .error_class = t->error_class,
        .filename = !t->status ? of_batch.body.file : NULL,
        .number = e->seq,
        .started = t->started,
        .default_scheme = b->defaults->proto_default,
        .show_secrets = b->session->show_secrets,
        .entry = &of_batch,
    };

    if (t->status)
        of_batch.body.file = NULL;
    text_clear(&b->line);
    record_render(&facts, &b->line);
    line = &b->line;
    if (b->is_terminal) {
        escape_c1(line, &b->shown);
        line = &b->shown;
    }
    results_end(b->results, e->seq, line->at, line->len);
}

/* The one end of every task that has a record. */
static void finish(struct task *t, const struct qv_result *r)
{
    const struct qv_error *e = &r->error;
    struct text failed = {0};
    bool ok;

    if (!t->is_begun)
        clock_gettime(CLOCK_REALTIME, &t->started);
    if (e->status && !t->status)
        set_error(t, e->status, e->name, e->class_name, e->text);
    if (!batch_body_finish(&t->body, !t->status) && !t->status)
        fail_write(t);
    judge_status(t, r);
    ok = judge_expect(t, r, &failed);
    write_record(t, r, ok, &failed);
    text_fini(&failed);
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

static const struct qv_result no_result = {
    .url = "",
    .url_effective = "",
    .method = "",
    .scheme = "",
    .http_version = "0",
    .content_type = "",
    .redirect_url = "",
    .referer = "",
    .remote_ip = "",
    .local_ip = "",
    .time_queue = -1,
    .time_namelookup = -1,
    .time_connect = -1,
    .time_appconnect = -1,
    .time_pretransfer = -1,
    .time_posttransfer = -1,
    .time_starttransfer = -1,
    .tls_version = "",
    .tls_cipher = "",
    .tls_group = "",
    .alpn = "",
    .quic_version = "",
    .tls_verify = "",
};

/* The end of one that is not sent; its error is set. */
static void fail(struct task *t)
{
    const struct qv_request *q = &t->entry->request;
    struct qv_result r = no_result;

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
        config_for_url(b->session->config, t->entry->op, t->entry->request.url);
    if (t->effective != t->entry->op)
        entry_apply(t->entry, t->effective);
}

void task_on_origin(void *user, struct qv_transfer *transfer,
                    const char *scheme, const char *host, unsigned port,
                    struct qv_options *options)
{
    const struct batch *b = user;
    const struct task *t = task_of(transfer);

    config_adopt(b->session->config, t->entry->op, t->effective, scheme, host,
                 port, options);
}

void task_start(struct task *t)
{
    const struct entry *e = t->entry;

    suit_origin(t);
    if (e->status)
        set_error(t, e->status, "invalid", "invalid", e->message);
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
        set_error(t, UNKNOWN_OUTCOME, "unknown_outcome", "unrecoverable",
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
    qv_transfer_cancel(&t->transfer);
    batch_run_dropped(t);
}

void task_free(struct task *t)
{
    batch_body_fini(&t->body);
    free(t);
}
