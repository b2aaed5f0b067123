#include "fetch/job.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "config/config.h"
#include "fetch/run.h"
#include "fetch/sink.h"
#include "files/naming.h"
#include "record/unsent.h"
#include "record/writeout.h"

static struct job *job_of(struct qv_transfer *t)
{
    return QV_OWNER(t, struct job, transfer);
}

static void on_start(struct qv_transfer *t)
{
    struct job *j = job_of(t);

    clock_gettime(CLOCK_REALTIME, &j->started);
    run_job_started(j->run, j);
}

static bool on_restart(struct qv_transfer *t)
{
    return sink_restart(job_of(t));
}

static void on_retry(struct qv_transfer *t, const struct qv_try *ended,
                     unsigned left)
{
    struct job *j = job_of(t);

    run_job_retried(j->run, j, ended, left);
}

static void on_head(struct qv_transfer *t, const struct qv_head *head)
{
    sink_head(job_of(t), head);
}

static enum qv_flow on_body(struct qv_transfer *t, const void *data, size_t len)
{
    struct job *j = job_of(t);
    enum qv_flow flow;

    flow = j->status ? QV_ABORT : sink_body(j, data, len);
    if (flow == QV_ABORT)
        qv_transfer_fail(t, j->status, j->message);
    return flow;
}

static void on_trailers(struct qv_transfer *t, const struct qv_field *fields,
                        size_t n)
{
    sink_trailers(job_of(t), fields, n);
}

static void write_out(struct job *j, const struct qv_result *result)
{
    struct text text = {0};
    bool is_saved = j->is_file && !j->status;
    struct writeout_facts facts = {
        .result = result,
        .status = j->status,
        .message = j->message,
        .error_name = result->error.name,
        .error_class = result->error.class_name,
        .filename = is_saved ? j->name : NULL,
        .number = j->number,
        .started = j->started,
        .default_scheme = j->op->proto_default,
        .show_secrets = j->run->session->show_secrets,
    };

    if (!j->op->write_out)
        return;
    writeout_render(j->op->write_out, &facts, &text);
    sink_text(j, text.at, text.len);
    text_fini(&text);
}

static void set_error(struct job *j, int status, const char *message)
{
    j->status = status;
    (void)snprintf(j->message, sizeof(j->message), "%s", message);
}

/* The one end of every job. */
static void finish(struct job *j, const struct qv_result *result)
{
    const struct qv_error *e = &result->error;
    char code[80];

    if (e->status && !j->status)
        set_error(j, e->status, e->text);
    sink_finish(j, !j->status);
    if (!j->status && j->op->fail_with_body && result->response_code >= 400) {
        (void)snprintf(code, sizeof(code),
                       "The requested URL returned error: %d",
                       result->response_code);
        set_error(j, QV_EXIT_HTTP_STATUS, code);
    }
    write_out(j, result);
    if (j->lane)
        lane_close(j->lane);
    j->lane = NULL;
    run_job_done(j->run, j, result);
}

static void on_done(struct qv_transfer *t, const struct qv_result *result)
{
    finish(job_of(t), result);
}

static const struct qv_transfer_ops transfer_ops = {
    .on_start = on_start,
    .on_restart = on_restart,
    .on_retry = on_retry,
    .on_head = on_head,
    .on_body = on_body,
    .on_trailers = on_trailers,
    .on_done = on_done,
};

void job_fail(struct job *j)
{
    const char *url = j->request.engine.url ? j->request.engine.url : "";
    struct qv_result none = unsent_result;

    none.error = (struct qv_error){
        .status = j->status, .name = "", .class_name = "invalid"};
    none.url = none.url_effective = url;
    finish(j, &none);
}

struct job *job_new(struct run *run, struct operation *op,
                    const struct target *target, uint64_t number)
{
    struct job *j = mem_new(1, sizeof(*j));

    j->run = run;
    j->op = op;
    j->target = target;
    j->number = number;
    j->transfer.ops = &transfer_ops;
    j->file.fd = -1;
    j->request.fd = -1;
    return j;
}

void job_free(struct job *j)
{
    if (j->is_file)
        save_fini(&j->file);
    request_fini(&j->request);
    free(j->name);
    free(j);
}

/* The path of the output file; false: the URL has no name for it. */
static bool set_name(struct job *j, const char *url, const char *name)
{
    const struct target *t = j->target;
    struct qv_url u;
    struct qv_error error;
    char *remote;

    if (t->place == PLACE_FILE && strcmp(name, "-") != 0)
        j->name = naming_join(j->op->output_dir, name);
    if (t->place != PLACE_REMOTE)
        return true;
    if (!qv_url_parse(&u, url, j->op->proto_default, &error)) {
        set_error(j, error.status, error.text);
        return false;
    }
    remote = naming_from_path(u.path);
    qv_url_free(&u);
    if (!remote) {
        set_error(j, QV_EXIT_WRITE, "the URL names no file for -O");
        return false;
    }
    j->name = naming_join(j->op->output_dir, remote);
    free(remote);
    return true;
}

/* What the configuration says of the URL's origin. */
static void suit_origin(struct job *j, const char *url)
{
    struct config *c = j->run->config;
    struct text note = {0};

    j->effective = config_for_url(c, j->op, url);
    if (!j->run->session->verbose)
        return;
    text_puts(&note, "Options for this origin: ");
    if (config_describe(c, j->effective, &note))
        verbose_note(&j->run->verbose, note.at);
    text_fini(&note);
}

bool job_start(struct job *j, const char *url, const char *name)
{
    struct request_failure failure = {0};

    clock_gettime(CLOCK_REALTIME, &j->started);
    j->is_escaped =
        j->target->place == PLACE_STDOUT && j->run->is_stdout_terminal;
    suit_origin(j, url);
    if (!request_init(&j->request, j->effective, j->target, url, &failure)) {
        set_error(j, failure.status, failure.message);
        return false;
    }
    if (!set_name(j, url, name))
        return false;
    qv_transfer_start(j->run->client, &j->transfer, &j->request.engine);
    return true;
}

void job_on_origin(void *user, struct qv_transfer *t, const char *scheme,
                   const char *host, unsigned port, struct qv_options *options)
{
    const struct run *r = user;
    const struct job *j = job_of(t);

    config_adopt(r->config, j->op, j->effective, scheme, host, port, options);
}

void job_cancel(struct job *j)
{
    qv_transfer_cancel(&j->transfer);
    sink_finish(j, false);
    if (j->lane)
        lane_close(j->lane);
    j->lane = NULL;
}
