#include "batch/task_record.h"

#include <stdio.h>
#include <string.h>

#include "batch/entry_line.h"
#include "batch/entry_unsent.h"
#include "batch/task.h"
#include "core/base/str.h"
#include "core/base/xalloc.h"
#include "entry/capture.h"
#include "record/facts.h"
#include "record/record.h"
#include "request/cmdline.h"
#include "request/expect.h"

/* A failed one by the user's own measure, if not by the engine's. */
static void judge_status(struct task *t, const struct qv_result *r)
{
    const struct status_list *fail_on = &t->env->options->fail_on;
    bool is_bad = status_list_has(fail_on, r->response_code) ||
                  (t->entry->op->how.fail_with_body && r->response_code >= 400);
    char message[80];
    if (t->status || !is_bad)
        return;
    (void)snprintf(message, sizeof message,
                   "The requested URL returned error: %d", r->response_code);
    task_set_error(t, QV_EXIT_HTTP_STATUS, "http_status", "unrecoverable",
                   message);
}

/* What was expected; names what failed in *failed. */
static bool judge_expect(struct task *t, const struct qv_result *r,
                         struct str *failed)
{
    const struct expect *e = t->entry->expect;
    const char *sha256 = t->body.tally.hex[0] ? t->body.tally.hex : NULL;
    struct str told = {0};
    bool ok = !e || expect_check(e, r, sha256, failed, &told);
    if (!ok && !t->status) {
        char message[sizeof t->message];
        (void)snprintf(message, sizeof message, "not as expected: %s",
                       str_text(&told));
        task_set_error(t, QV_EXIT_UNEXPECTED, "expectation", "unrecoverable",
                       message);
    }
    str_fini(&told);
    return ok;
}

static void write_record(struct task *t, const struct qv_result *r, bool ok,
                         const struct str *failed)
{
    struct task_env *env = t->env;
    const struct entry *e = t->entry;
    struct record_body body = batch_body_record(&t->body);
    struct record_entry of_batch = {
        .id = e->id,
        .line = e->line,
        .file = e->file,
        .tags = e->tags,
        /* Not judged, if it was never sent. */
        .has_expect = e->expect && (failed->len || r->response_code),
        .is_expected = ok,
        .expect_failed = failed->base ? failed->base : "",
    };
    struct writeout_facts facts = {
        .result = r,
        .status = t->status,
        .message = t->message,
        .error_name = t->error_name,
        .error_class = t->error_class,
        .filename = !t->status ? body.file : NULL,
        .number = e->seq,
        .urlnum = e->seq,
        .started = t->started,
        .default_scheme = env->defaults->proto_default,
        .show_secrets = env->engine->cmdline->show_secrets,
        .body = &body,
        .entry = &of_batch,
    };
    if (t->status)
        body.file = NULL;
    str_clear(&env->line);
    if (env->has_lines)
        entry_line_render(&env->lines, &env->line, &facts);
    else
        record_render(&facts, &env->line);
    results_end(env->results, e->seq, env->line.base, env->line.len);
}

/* What later entries are to have of it. */
static void judge_captures(struct task *t, const struct qv_result *r)
{
    const struct entry *e = t->entry;
    struct str message = {0};
    if (!e->has_captures || t->status)
        return;
    t->captured = xalloc_zeroed(e->ncaptures + 1, sizeof *t->captured);
    if (!capture_take(e->captures, e->ncaptures, r, str_span(&t->sought),
                      t->captured, &message))
        task_set_error(t, QV_EXIT_UNEXPECTED, "capture", "unrecoverable",
                       str_text(&message));
    str_fini(&message);
}

/* What is shown in place of a record; false: there is to be a record. */
static bool write_unsent(struct task *t, const struct qv_result *r)
{
    const struct cmdline *s = t->env->engine->cmdline;
    struct str *line = &t->env->line;
    if (!s->as_curl && !(s->dry_run && !t->status))
        return false;
    str_clear(line);
    if (s->as_curl)
        entry_unsent_curl(line, t->entry, &t->sought,
                          t->status ? t->message : NULL);
    else
        entry_unsent_dry(line, t->entry, &t->sought, r);
    results_end(t->env->results, t->entry->seq, line->base, line->len);
    return true;
}

void task_record_write(struct task *t, const struct qv_result *r)
{
    struct str failed = {0};
    if (write_unsent(t, r))
        return;
    judge_status(t, r);
    bool ok = judge_expect(t, r, &failed);
    judge_captures(t, r);
    if (!t->is_silent)
        write_record(t, r, ok, &failed);
    str_fini(&failed);
}
