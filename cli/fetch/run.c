#include "fetch/run.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/config.h"
#include "files/descriptors.h"
#include "files/ending.h"
#include "terminal/complain.h"

/*
 * With -Z the engine says who may run.  It is given more than that while it has
 * places that nobody of those who wait may take (their host is slow, or has its
 * share), so that a host that does not answer does not hold up those that come
 * later on the command line.
 */
enum {
    AHEAD_MAX = 1024
};

static void fill(struct run *r);

/* ---- the end of jobs ---- */

static void link_job(struct run *r, struct job *j)
{
    j->next = r->jobs;
    if (r->jobs)
        r->jobs->prev = j;
    r->jobs = j;
    r->njobs++;
}

static void unlink_job(struct run *r, struct job *j)
{
    *(j->prev ? &j->prev->next : &r->jobs) = j->next;
    if (j->next)
        j->next->prev = j->prev;
    r->njobs--;
    r->nrunning -= j->has_place;
}

/* Those that have no place yet get none any more. */
static void drop_waiting(struct run *r)
{
    struct job *next;

    r->op = NULL;
    for (struct job *j = r->jobs; j; j = next) {
        next = j->next;
        if (j->has_place)
            continue;
        job_cancel(j);
        unlink_job(r, j);
        job_free(j);
    }
}

static bool is_loud(const struct run *r)
{
    return !r->session->silent || r->session->show_error;
}

/* A reader that has left knows why nothing more comes. */
static bool is_broken_pipe(const struct run *r, int status)
{
    return status == QV_EXIT_WRITE && r->lanes.outlet.failed == EPIPE;
}

/* Of many at once the host alone would not tell which. */
static const char *name_of(const struct run *r, const struct qv_url *u)
{
    return r->session->parallel ? u->shown : u->host;
}

static void report_job(struct run *r, const struct job *j,
                       const struct qv_result *result)
{
    struct qv_url u = {0};
    struct qv_error error;

    if (!is_loud(r) || is_broken_pipe(r, j->status))
        return;
    progress_hide(&r->progress);
    if (!qv_url_parse(&u, result->url_effective, j->op->proto_default, &error))
        u.host = u.shown = NULL;
    complain_error(j->status, name_of(r, &u), j->message);
    complain_hint(j->status);
    qv_url_free(&u);
}

static void note_status(struct run *r, int status, uint64_t number)
{
    if (r->status && r->status_number < number)
        return;
    r->status = status;
    r->status_number = number;
}

static void on_room(void *user)
{
    fill(user);
}

void run_job_started(struct run *r, struct job *j)
{
    j->has_place = true;
    r->nrunning++;
    fill(r);
}

void run_job_retried(struct run *r, const struct job *j,
                     const struct qv_try *ended, unsigned left)
{
    struct qv_url u;
    struct qv_error error;
    char answer[40];

    if (r->session->silent ||
        !qv_url_parse(&u, j->request.engine.url, j->op->proto_default, &error))
        return;
    (void)snprintf(answer, sizeof(answer), "the answer was %d",
                   ended->response_code);
    progress_hide(&r->progress);
    complain_warning("%s: %s; trying again in %.3g s (%u left)", name_of(r, &u),
                     ended->error.status ? ended->error.text : answer,
                     ended->delay, left);
    qv_url_free(&u);
}

void run_job_done(struct run *r, struct job *j, const struct qv_result *result)
{
    bool is_last = false;

    r->ndone++;
    progress_job_done(&r->progress, j, result);
    if (j->status) {
        report_job(r, j, result);
        note_status(r, j->status, j->number);
        is_last = r->session->fail_early || is_broken_pipe(r, j->status);
    }
    unlink_job(r, j);
    job_free(j);
    if (is_last)
        drop_waiting(r);
    fill(r);
}

/* ---- the beginning of jobs ---- */

/* Moves on to a target with a URL and reads its globs.  False at the end. */
static bool next_target(struct run *r)
{
    while (r->op && !r->glob) {
        const struct target *t;
        struct glob_error error;

        if (r->target == r->op->ntargets) {
            r->op = r->op->next;
            r->target = 0;
            continue;
        }
        t = &r->op->targets[r->target];
        if (!t->has_url) {
            r->target++;
            continue;
        }
        r->glob_at = 0;
        r->glob = glob_new(t->url, r->op->globoff, &error);
        if (!r->glob) {
            if (is_loud(r))
                complain_error(QV_EXIT_URL, NULL, error.text);
            note_status(r, QV_EXIT_URL, r->next_number++);
            r->target++;
        }
    }
    return r->op != NULL;
}

static bool has_uploads(const struct operation *op)
{
    for (size_t i = 0; i < op->ntargets; i++) {
        if (op->targets[i].upload)
            return true;
    }
    return op->data.file != NULL;
}

static void start_next(struct run *r)
{
    const struct target *t = &r->op->targets[r->target];
    struct job *j = job_new(r, r->op, t, r->next_number++);
    char *url = glob_url(r->glob, r->glob_at);
    char *name = t->output ? glob_name(r->glob, r->glob_at, t->output) : NULL;
    bool ok;

    if (++r->glob_at == glob_count(r->glob)) {
        glob_free(r->glob);
        r->glob = NULL;
        r->target++;
    }
    link_job(r, j);
    ok = job_start(j, url, name);
    free(url);
    free(name);
    if (!ok)
        job_fail(j);
}

/* Is it time for the next?  A job with an upload holds a file open from its
 * start: of those none is started ahead. */
static bool wants_more(const struct run *r)
{
    if (r->signum || !r->op)
        return false;
    if (!r->session->parallel)
        return r->njobs == 0;
    if (r->njobs >= r->max_jobs &&
        (r->njobs >= r->max_jobs + AHEAD_MAX || has_uploads(r->op)))
        return false;
    return qv_client_has_room(r->client);
}

/* Jobs that fail at once call run_job_done() from within. */
static void fill(struct run *r)
{
    if (r->is_filling)
        return;
    r->is_filling = true;
    while (wants_more(r) && next_target(r))
        start_next(r);
    r->is_filling = false;
}

/* ---- signals ---- */

/* Back to what a signal does by itself: the second one kills. */
static void forget_signals(struct run *r)
{
    if (r->interrupt.state)
        qv_signal_unwatch(r->client, &r->interrupt);
    if (r->terminate.state)
        qv_signal_unwatch(r->client, &r->terminate);
    ending_guard_again();
}

static void cancel_jobs(struct run *r)
{
    while (r->jobs) {
        struct job *j = r->jobs;

        job_cancel(j);
        unlink_job(r, j);
        job_free(j);
    }
}

static void on_signal(struct run *r, int signum)
{
    r->signum = signum;
    forget_signals(r);
    progress_hide(&r->progress);
    cancel_jobs(r);
    qv_client_stop(r->client);
}

static void on_interrupt(struct qv_signal *s)
{
    on_signal(QV_OWNER(s, struct run, interrupt), SIGINT);
}

static void on_terminate(struct qv_signal *s)
{
    on_signal(QV_OWNER(s, struct run, terminate), SIGTERM);
}

/* A signal that our parent had us ignore (nohup, a shell's background job)
 * stays ignored. */
static void watch_signal(struct run *r, struct qv_signal *s, int signum)
{
    struct sigaction old;

    if (!sigaction(signum, NULL, &old) && old.sa_handler == SIG_IGN)
        return;
    qv_signal_watch(r->client, s, signum);
}

static void watch_signals(struct run *r)
{
    r->interrupt.on_signal = on_interrupt;
    r->terminate.on_signal = on_terminate;
    watch_signal(r, &r->interrupt, SIGINT);
    watch_signal(r, &r->terminate, SIGTERM);
}

/* ---- the whole ---- */

static bool uses_stdout(const struct session *s)
{
    for (const struct operation *op = s->first; op; op = op->next) {
        for (size_t i = 0; i < op->ntargets; i++) {
            if (op->targets[i].place == PLACE_STDOUT)
                return true;
        }
    }
    return false;
}

/* How many run at once, as far as there are descriptors for their files. */
static unsigned places(const struct session *s)
{
    unsigned files = 0;

    for (const struct operation *op = s->first; op; op = op->next) {
        unsigned own = has_uploads(op) ? 1 : 0;

        for (size_t i = 0; i < op->ntargets; i++) {
            enum target_place place = op->targets[i].place;

            if (place == PLACE_FILE || place == PLACE_REMOTE) {
                own++;
                break;
            }
        }
        files = own > files ? own : files;
    }
    return descriptors_places(s->parallel_max, files);
}

static void hide(void *user)
{
    struct run *r = user;

    progress_hide(&r->progress);
}

/* False: nothing may be started, r->status says why. */
static bool init(struct run *r, struct session *s, struct config *config)
{
    const char *key_log = getenv("SSLKEYLOGFILE");
    struct qv_client_options o = {
        .max_parallel_host = s->jobs_host,
        .max_connections_host = s->parallel_max_host,
        .rate = s->rate,
        .on_room = on_room,
        .key_log = key_log && *key_log ? key_log : NULL,
        .on_origin = config_has_origins(config) ? job_on_origin : NULL,
        .user = r,
    };

    *r = (struct run){
        .session = s,
        .config = config,
        .op = s->first,
        .max_jobs = s->parallel ? places(s) : 1,
    };
    o.max_parallel = r->max_jobs;
    r->client = qv_client_new(&o);
    lanes_init(&r->lanes, r->client);
    if (uses_stdout(s))
        r->is_stdout_terminal = isatty(STDOUT_FILENO);
    if (s->verbose)
        verbose_start(&r->verbose, r->client, s->show_secrets, hide, r);
    r->status = telemetry_start(&r->telemetry, r->client, &s->telemetry,
                                uses_stdout(s));
    progress_start(&r->progress, r);
    watch_signals(r);
    return !r->status;
}

static int finish(struct run *r)
{
    int failed = r->lanes.outlet.failed;
    int told;

    telemetry_stop(&r->telemetry);
    progress_end(&r->progress);
    if (!r->signum)
        forget_signals(r);
    lanes_fini(&r->lanes);
    qv_client_free(r->client);
    glob_free(r->glob);
    told = telemetry_end(&r->telemetry);
    if (r->signum)
        return ENDING_STATUS(r->signum);
    /* What failed after its transfer was over. */
    if (failed && !r->status) {
        if (failed != EPIPE && is_loud(r))
            complain_error(QV_EXIT_WRITE, NULL, strerror(failed));
        return QV_EXIT_WRITE;
    }
    return r->status ? r->status : told;
}

int run_session(struct session *s, struct config *config)
{
    struct run r;

    if (init(&r, s, config))
        fill(&r);
    qv_client_run(r.client);
    /* What the last transfers wrote may still lie in the outlet. */
    outlet_flush(&r.lanes.outlet);
    if (!r.signum)
        qv_client_run(r.client);
    return finish(&r);
}
