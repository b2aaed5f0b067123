#include "fetch/job.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/header_line.h"
#include "core/base/str.h"
#include "core/base/xalloc.h"
#include "fetch/etag_file.h"
#include "fetch/job_output.h"
#include "fetch/waterfall.h"
#include "files/filename.h"
#include "record/dry_run.h"
#include "record/unsent.h"
#include "terminal/console.h"

static struct job *job_of(struct qv_transfer *t)
{
    return QV_OWNER(t, struct job, transfer.face);
}

static bool is_dry(const struct job *j)
{
    return j->env->engine->cmdline->dry_run;
}

/* Are events to come? */
static bool is_sse(const struct job *j)
{
    return j->op->sse && !is_dry(j);
}

static void on_start(struct qv_transfer *t)
{
    struct job *j = job_of(t);
    if (j->has_place) /* the next connection of --sse */
        return;
    engine_wall_clock(j->env->engine, &j->started);
    sink_await(&j->sink);
    j->env->events->on_started(j->env->user, j);
}

/* Events that were written stay written: another connection goes on. */
static bool on_restart(struct qv_transfer *t)
{
    struct job *j = job_of(t);
    part_reader_cancel(&j->part);
    kept_heads_clear(&j->heads);
    return is_sse(j) ? !j->events.has_news : sink_restart(&j->sink, t);
}

static void on_retry(struct qv_transfer *t, const struct qv_try *ended,
                     unsigned left)
{
    struct job *j = job_of(t);
    sink_yield(&j->sink);
    j->env->events->on_retried(j->env->user, j, ended, left);
}

static void on_earlier(struct part_reader *r, const void *data, size_t len)
{
    qv_transfer_earlier(&QV_OWNER(r, struct job, part)->transfer.face, data,
                        len);
}

static void on_earlier_end(struct part_reader *r, bool is_read)
{
    (void)is_read; /* else the digest is not checked, which the engine says */
    qv_transfer_resume(&QV_OWNER(r, struct job, part)->transfer.face);
}

/* A digest of the whole has come with its rest (-C): what is there is read again
 * for it. */
static void show_earlier(struct job *j)
{
    const struct saved *saved = &j->sink.saved;
    if (saved->had == 0 || saved->had != j->request.engine.from)
        return;
    j->part.on_bytes = on_earlier;
    j->part.on_end = on_earlier_end;
    qv_transfer_pause(&j->transfer.face);
    part_reader_start(j->parts, &j->part, saved->name, saved->had);
}

static void on_head(struct qv_transfer *t, const struct qv_head *head)
{
    struct job *j = job_of(t);
    struct sink *s = &j->sink;
    int before = s->status;
    if (is_sse(j))
        events_head(&j->events, head);
    sink_head(s, head);
    if (j->op->write_out && strstr(j->op->write_out, ":all:"))
        kept_heads_add(&j->heads, head);
    if (s->status && !before)
        qv_transfer_fail(t, s->status, s->message);
    else if (head->wants_earlier)
        show_earlier(j);
}

static enum qv_flow on_body(struct qv_transfer *t, const void *data, size_t len)
{
    struct job *j = job_of(t);
    struct sink *s = &j->sink;
    enum qv_flow flow;
    if (is_sse(j)) {
        body_checks_add(&s->checks, data, len);
        flow = events_body(&j->events, data, len);
    } else {
        flow = sink_body(s, data, len);
    }
    if (flow == QV_ABORT)
        qv_transfer_fail(t, s->status, s->message);
    return flow;
}

static void on_trailers(struct qv_transfer *t, const struct qv_field *fields,
                        size_t n)
{
    sink_trailers(&job_of(t)->sink, fields, n);
}

void job_set_error(struct job *j, int status, const char *message)
{
    j->status = status;
    (void)snprintf(j->message, sizeof j->message, "%s", message);
}

/* What its output has met with; an earlier error stays. */
static void take_sink_error(struct job *j)
{
    if (j->sink.status && !j->status)
        job_set_error(j, j->sink.status, j->sink.message);
}

/* --fail-with-body, of an answer that is nothing but an answer. */
static bool is_bad_status(const struct job *j, const struct qv_result *result)
{
    return j->op->how.fail_with_body && result->response_code >= 400 &&
           !result->was_complete;
}

/* Of an answer that is here: 0, or the exit status that the user's own measure
 * gives it, and *why. */
static int judge(struct job *j, const struct qv_result *result, struct str *why)
{
    if (is_bad_status(j, result)) {
        str_printf(why, "The requested URL returned error: %d",
                   result->response_code);
        return QV_EXIT_HTTP_STATUS;
    }
    return body_checks_answer(&j->sink.checks, result, why)
               ? QV_EXIT_OK
               : QV_EXIT_UNEXPECTED;
}

static void on_built(struct qv_transfer *t, const struct qv_built *built)
{
    struct job *j = job_of(t);
    struct engine *e = j->env->engine;
    struct str text = {0};
    engine_warning(e, "not sent: %s", built->url);
    dry_run_render(&text, built, &j->request.engine, e->cmdline->show_secrets);
    sink_told_text(&j->sink, &text);
    str_fini(&text);
}

/* --etag-save, of a body that is here. */
static void save_etag(struct job *j, const struct qv_result *result)
{
    struct str text = {0};
    if (j->status || !j->op->etag_save)
        return;
    if (!etag_file_save(j->op, result, &text))
        job_set_error(j, QV_EXIT_WRITE, text.base);
    else
        sink_told_text(&j->sink, &text);
    str_fini(&text);
}

/* What is left to do for every job that is over, but for telling so. */
static void finish(struct job *j, const struct qv_result *result)
{
    const struct qv_error *e = &result->error;
    struct str why = {0};
    take_sink_error(j);
    if (e->status && !j->status)
        job_set_error(j, e->status, e->text);
    bool has_come = !j->is_skipped && !is_dry(j);
    int bad = j->status || !has_come ? QV_EXIT_OK : judge(j, result, &why);
    bool is_kept = !j->status && !(bad && j->op->remove_on_error);
    is_kept |= j->op->sse; /* each event was whole */
    if (e->status && strcmp(e->name, "digest") == 0)
        sink_discard(&j->sink);
    sink_finish(&j->sink, is_kept && has_come ? result : NULL);
    take_sink_error(j);
    if (bad && !j->status)
        job_set_error(j, bad, why.base);
    str_fini(&why);
    if (has_come)
        save_etag(j, result);
    if (!is_dry(j))
        j->env->events->on_over(j->env->user, j, result);
    take_sink_error(j);
    sink_close(&j->sink);
}

static void draw_waterfall(struct job *j, const struct qv_result *result)
{
    struct engine *e = j->env->engine;
    struct str lines = {0};
    struct waterfall_look look = {.show_secrets = e->cmdline->show_secrets};
    if (!e->cmdline->waterfall || j->is_skipped || is_dry(j))
        return;
    waterfall_look_at_stderr(&look, &e->cmdline->screen);
    waterfall_render(result, &look, &lines);
    engine_area_hide(e);
    console_write(&lines);
    str_fini(&lines);
}

static void on_done(struct qv_transfer *t, const struct qv_result *result)
{
    struct job *j = job_of(t);
    part_reader_cancel(&j->part);
    if (is_sse(j)) {
        if (events_go_on(&j->events, result))
            return;
        result = events_result(&j->events, result);
    }
    finish(j, result);
    draw_waterfall(j, result);
    j->env->events->on_done(j->env->user, j, result);
}

static const struct qv_transfer_ops transfer_ops = {
    .on_start = on_start,
    .on_restart = on_restart,
    .on_retry = on_retry,
    .on_built = on_built,
    .on_head = on_head,
    .on_body = on_body,
    .on_trailers = on_trailers,
    .on_done = on_done,
};

static void on_drain(struct sink *s)
{
    struct job *j = QV_OWNER(s, struct job, sink);
    if (!part_reader_is_active(&j->part))
        qv_transfer_resume(&j->transfer.face);
}

/* -o - is for those who want every byte. */
static bool is_shown(const struct job_env *env, const struct target *target)
{
    return env->shows && target->place == PLACE_STDOUT;
}

/* Who asks HTTPie's way is answered so: head and body, on a terminal. */
static bool shows_heads(const struct job_env *env, const struct operation *op,
                        const struct target *target)
{
    return op->is_method_form && !op->prints && env->is_stdout_terminal &&
           is_shown(env, target);
}

struct job *job_new(struct job_env *env, struct operation *op,
                    const struct target *target, uint64_t number)
{
    struct job *j = xalloc_zeroed(1, sizeof *j);
    *j = (struct job){
        .env = env,
        .op = op,
        .target = target,
        .number = number,
        .parts = &env->parts,
        .request.fd = -1,
        .transfer.face.ops = &transfer_ops,
        .sink = {.op = op,
                 .target = target,
                 .on_drain = on_drain,
                 .shown = is_shown(env, target) ? shown_new(&env->how, op->sse)
                                                : NULL,
                 .shows_heads = shows_heads(env, op, target),
                 .tally = env->engine->cmdline->json_out ? &j->tally : NULL,
                 .printed = {.lanes = &env->lanes,
                             .number = number,
                             .is_immediate = op->no_buffer},
                 .saved = {.op = op,
                           .target = target,
                           .outlets = &env->outlets,
                           .file.fd = -1}},
    };
    sink_init(&j->sink);
    return j;
}

void job_free(struct job *j)
{
    sink_fini(&j->sink);
    events_fini(&j->events);
    request_fini(&j->request);
    free(j->upload);
    kept_heads_fini(&j->heads);
    body_tally_fini(&j->tally);
    free(j->validator);
    shown_free(j->sent);
    free(j);
}

void job_set_upload(struct job *j, const char *upload)
{
    j->upload = xalloc_string(upload);
    j->own = *j->target;
    j->own.upload = j->upload;
    j->target = &j->own;
}

/* False with the error set, or it is skipped. */
static bool prepare(struct job *j, const char *url, const char *name)
{
    struct request_failure failure = {0};
    struct engine *e = j->env->engine;
    clock_gettime(CLOCK_REALTIME, &j->started);
    engine_suit(e, &j->transfer, j->op, url);
    engine_tell_origin(e, j->transfer.effective);
    if (request_init(&j->request, j->transfer.effective, j->target, url,
                     &failure)) {
        engine_add_session(e, &j->request, j->op, j->transfer.effective);
        return job_output_begin(j, url, name);
    }
    job_set_error(j, failure.status, failure.message);
    return false;
}

static void begin_transfer(struct job *j)
{
    j->request.engine.is_dry = is_dry(j);
    if (is_sse(j))
        events_begin(&j->events, j);
    qv_transfer_start(j->env->engine->client, &j->transfer.face,
                      &j->request.engine);
}

static void end_unsent(struct job *j, struct qv_result *unsent)
{
    *unsent = unsent_result;
    unsent->error =
        (struct qv_error){.status = j->status,
                          .name = "",
                          .class_name = j->is_skipped ? "" : "invalid"};
    if (j->request.engine.url)
        unsent->url = unsent->url_effective = j->request.engine.url;
    finish(j, unsent);
}

static void on_part(struct part_reader *r, const void *data, size_t len)
{
    sink_part(&QV_OWNER(r, struct job, part)->sink, data, len);
}

static void on_part_end(struct part_reader *r, bool is_read)
{
    struct job *j = QV_OWNER(r, struct job, part);
    struct qv_result unsent;
    sink_part_end(&j->sink, is_read);
    take_sink_error(j);
    if (!j->status) {
        begin_transfer(j);
        return;
    }
    end_unsent(j, &unsent);
    j->env->events->on_done(j->env->user, j, &unsent);
}

/* What is there already is judged as well: it is read before anybody is asked for
 * the rest, who would have to wait. */
static void read_part(struct job *j)
{
    j->part.on_bytes = on_part;
    j->part.on_end = on_part_end;
    part_reader_start(j->parts, &j->part, j->sink.saved.name,
                      j->sink.saved.had);
}

bool job_start(struct job *j, const char *url, const char *name,
               struct qv_result *unsent)
{
    if (!prepare(j, url, name)) {
        end_unsent(j, unsent);
        return false;
    }
    if (sink_wants_part(&j->sink) && !is_dry(j))
        read_part(j);
    else
        begin_transfer(j);
    return true;
}

void job_cancel(struct job *j)
{
    part_reader_cancel(&j->part);
    if (!is_sse(j) || !events_cancel(&j->events))
        qv_transfer_cancel(&j->transfer.face);
    sink_finish(&j->sink, j->op->sse ? &unsent_result : NULL);
    sink_close(&j->sink);
}

/* ---- those of a run ---- */

void jobs_init(struct jobs *all)
{
    *all = (struct jobs){0};
    list_init(&all->list);
}

void jobs_add(struct jobs *all, struct job *j)
{
    list_prepend(&all->list, &j->link);
    all->n++;
}

void jobs_remove(struct jobs *all, struct job *j)
{
    list_remove(&j->link);
    all->n--;
    all->nrunning -= j->has_place;
}

void jobs_run(struct jobs *all, struct job *j)
{
    j->has_place = true;
    all->nrunning++;
}
