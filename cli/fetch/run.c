#include "fetch/run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/engine.h"
#include "engine/hinting.h"
#include "fetch/exchange_print.h"
#include "fetch/job.h"
#include "fetch/job_text.h"
#include "fetch/progress.h"
#include "files/descriptors.h"
#include "files/ending.h"
#include "files/special_file.h"
#include "request/expansion.h"
#include "terminal/complain.h"

/*
 * With -Z the engine says who may run.  It is given more than that while it has
 * places that nobody of those who wait may take (their host is slow, or has its
 * share), so that a host that does not answer does not hold up those that come
 * later on the command line.
 *
 * Jobs that cannot start end within fill(), as the result of job_start(); all
 * others end in an event of the loop.  Of neither may one turn have too many:
 * signals are heard between turns.
 */
enum {
    AHEAD_MAX = 1024,
    TURN_MAX = 256, /* jobs that are begun in one turn */
    /* Between two looks at slow readers of -D, -w and records: 20 ms. */
    ROOM_NS = 20 * 1000 * 1000,
};

struct run {
    const struct cmdline *cmdline;
    struct engine engine;
    struct job_env env;
    struct jobs jobs;
    unsigned max_jobs;
    struct qv_timer turn; /* goes on with the URLs in the next turn */
    /* the next one */
    struct operation *op; /* NULL: there is none; else the client is held */
    size_t target;
    struct expansion expansion; /* of this target; over: not begun */
    uint64_t next_number;
    /* how it ends */
    int status; /* of the first failure in the order of the URLs */
    uint64_t status_number;
    struct progress progress;
    struct exchange_print print;
};

static void fill(struct run *r);

/* ---- the end of jobs ---- */

/* No URL is begun from now on. */
static void end_targets(struct run *r)
{
    if (r->op == NULL)
        return;
    r->op = NULL;
    qv_client_release(r->engine.client);
}

static void cancel(struct run *r, struct job *j)
{
    job_cancel(j);
    jobs_remove(&r->jobs, j);
    job_free(j);
}

/* Those that have no place yet get none any more. */
static void drop_waiting(struct run *r)
{
    end_targets(r);
    list_each_safe (link, &r->jobs.list) {
        struct job *j = job_at(link);
        if (!j->has_place)
            cancel(r, j);
    }
}

/* A reader that has left knows why nothing more comes. */
static bool is_broken_pipe(const struct run *r, int status)
{
    return status == QV_EXIT_WRITE && r->env.lanes.writer.failed == EPIPE;
}

/* Of many at once the host alone would not tell which. */
static const char *name_of(const struct run *r, const struct qv_url *u)
{
    return r->cmdline->parallel ? u->shown : u->host;
}

static void report_job(struct run *r, const struct job *j,
                       const struct qv_result *result)
{
    struct qv_url u = {0};
    struct qv_error error;
    if (!engine_is_loud(&r->engine) || is_broken_pipe(r, j->status))
        return;
    if (!qv_url_parse(&u, result->url_effective, j->op->proto_default, &error))
        u.host = u.shown = NULL;
    engine_error(&r->engine, j->status, name_of(r, &u), j->message);
    qv_url_free(&u);
}

static void note_status(struct run *r, int status, uint64_t number)
{
    if (r->status && r->status_number < number)
        return;
    r->status = status;
    r->status_number = number;
}

static void end_job(struct run *r, struct job *j,
                    const struct qv_result *result)
{
    bool is_last = false;
    r->jobs.nended++;
    progress_job_done(&r->progress, j, result);
    if (j->status)
        report_job(r, j, result);
    if (!is_broken_pipe(r, j->status))
        hinting_transfer(&r->engine, j->op, &j->request.engine, result,
                         j->status, j->message);
    if (j->status) {
        note_status(r, j->status, j->number);
        is_last = r->cmdline->fail_early || is_broken_pipe(r, j->status);
    }
    job_text_explain(j, result);
    jobs_remove(&r->jobs, j);
    job_free(j);
    if (is_last)
        drop_waiting(r);
}

/* ---- what jobs tell ---- */

static void on_started(void *user, struct job *j)
{
    struct run *r = user;
    jobs_run(&r->jobs, j);
    fill(r);
}

static void on_retried(void *user, const struct job *j,
                       const struct qv_try *ended, unsigned left)
{
    struct run *r = user;
    struct qv_url u;
    struct qv_error error;
    char answer[40];
    if (r->cmdline->silent ||
        !qv_url_parse(&u, j->request.engine.url, j->op->proto_default, &error))
        return;
    (void)snprintf(answer, sizeof answer, "the answer was %d",
                   ended->response_code);
    engine_warning(
        &r->engine, "%s: %s; trying again in %.3g s (%u left)", name_of(r, &u),
        ended->error.status ? ended->error.text : answer, ended->delay, left);
    qv_url_free(&u);
}

static void on_over(void *user, struct job *j, const struct qv_result *result)
{
    (void)user;
    if (!j->is_skipped)
        exchange_print_facts(j, result);
    job_text_record(j, result);
    job_text_write_out(j, result);
}

static void on_done(void *user, struct job *j, const struct qv_result *result)
{
    struct run *r = user;
    end_job(r, j, result);
    fill(r);
}

static const struct job_events job_events = {
    .on_started = on_started,
    .on_retried = on_retried,
    .on_over = on_over,
    .on_done = on_done,
};

/* ---- the beginning of jobs ---- */

static void hint_glob(struct run *r, const char *url, const char *text)
{
    struct qv_error error = {.status = QV_EXIT_URL, .name = "glob"};
    (void)snprintf(error.text, sizeof error.text, "%s", text);
    hinting_error(&r->engine, r->op, NULL, url, &error);
}

/* Moves on to a target with a URL and reads its globs.  False at the end. */
static bool next_target(struct run *r)
{
    while (r->op && expansion_is_over(&r->expansion)) {
        const struct target *t;
        struct glob_error error;
        if (r->target == r->op->ntargets) {
            if (!r->op->next) {
                end_targets(r);
                return false;
            }
            r->op = r->op->next;
            r->target = 0;
            continue;
        }
        t = &r->op->targets[r->target];
        if (!t->has_url) {
            r->target++;
            continue;
        }
        if (!expansion_begin(&r->expansion, r->op, t, &error)) {
            engine_error(&r->engine, QV_EXIT_URL, NULL, error.text);
            hint_glob(r, t->url, error.text);
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
    struct job *j = job_new(&r->env, r->op, t, r->next_number++);
    struct expanded next;
    struct qv_result unsent;
    expansion_next(&r->expansion, t, &next);
    if (expansion_is_over(&r->expansion))
        r->target++;
    if (next.upload)
        job_set_upload(j, next.upload);
    jobs_add(&r->jobs, j);
    if (!job_start(j, next.url, next.output, &unsent))
        end_job(r, j, &unsent);
    expanded_free(&next);
}

/* Is it time for the next?  A job with an upload holds a file open from its
 * start: of those none is started ahead. */
static bool wants_more(const struct run *r)
{
    if (!r->op)
        return false;
    if (!r->cmdline->parallel)
        return r->jobs.n == 0;
    if (r->jobs.n >= r->max_jobs &&
        (r->jobs.n >= r->max_jobs + AHEAD_MAX || has_uploads(r->op)))
        return false;
    return qv_client_is_ready(r->engine.client);
}

/* Are there URLs that were not begun? */
static bool has_more(const struct run *r)
{
    if (!r->op)
        return false;
    if (r->op->next || !expansion_is_over(&r->expansion))
        return true;
    for (size_t i = r->target; i < r->op->ntargets; i++) {
        if (r->op->targets[i].has_url)
            return true;
    }
    return false;
}

/* Is what ends told faster than it is read? */
static bool must_wait(const struct run *r)
{
    return special_files_are_full() ||
           (r->cmdline->json_out && lanes_are_full(&r->env.lanes));
}

static void fill(struct run *r)
{
    unsigned n = 0;
    while (n < TURN_MAX && !must_wait(r) && wants_more(r) && next_target(r)) {
        start_next(r);
        n++;
    }
    r->progress.has_more = has_more(r);
    if (n == TURN_MAX)
        qv_timer_arm(r->engine.client, &r->turn, 0);
    else if (r->op != NULL && must_wait(r))
        qv_timer_arm(r->engine.client, &r->turn, ROOM_NS);
}

static void on_turn(struct qv_timer *t)
{
    fill(QV_OWNER(t, struct run, turn));
}

/* ---- what the engine tells ---- */

static void on_ready(void *user)
{
    fill(user);
}

static void on_signal(void *user)
{
    struct run *r = user;
    end_targets(r);
    list_each_safe (link, &r->jobs.list)
        cancel(r, job_at(link));
    qv_client_stop(r->engine.client);
}

/* The first signal ends it: a second one finds its usual effect. */
static const struct engine_events engine_events = {
    .on_ready = on_ready,
    .on_first_signal = on_signal,
};

/* ---- the whole ---- */

static bool uses_stdout(const struct cmdline *s)
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
static unsigned places(const struct cmdline *s)
{
    unsigned files = 0;
    for (const struct operation *op = s->first; op; op = op->next) {
        /* A form has one of its files open at a time. */
        unsigned own = has_uploads(op) || op->form ? 1 : 0;
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

/* A terminal is shown no byte that it would obey, formatted or not. */
static bool shows(const struct cmdline *s)
{
    return isatty(STDOUT_FILENO) ||
           screen_is_formatted(&s->screen, STDOUT_FILENO);
}

static bool has_colours(const struct cmdline *s)
{
    return screen_is_formatted(&s->screen, STDOUT_FILENO) &&
           screen_has_colours(&s->screen, STDOUT_FILENO);
}

/* What -w writes, while progress stands on the same terminal. */
static void before_output(void *user)
{
    struct run *r = user;
    engine_area_hide(&r->engine);
}

/* One at a time is in order and whole anyhow. */
static enum lanes_order order_of(const struct cmdline *s)
{
    return s->parallel ? (enum lanes_order)s->parallel_output : LANES_ORDERED;
}

/* False: nothing may be started, r->status says why. */
static bool init(struct run *r, struct cmdline *s, struct config *config)
{
    struct engine_needs needs = {
        .cmdline = s,
        .config = config,
        .max_parallel = s->parallel ? places(s) : 1,
        .uses_stdout = uses_stdout(s),
    };
    *r = (struct run){
        .cmdline = s,
        .env = {.engine = &r->engine,
                .is_stdout_terminal =
                    needs.uses_stdout && isatty(STDOUT_FILENO),
                .shows = needs.uses_stdout && !s->json_out && shows(s),
                .how = {.is_formatted =
                            screen_is_formatted(&s->screen, STDOUT_FILENO),
                        .has_colours = has_colours(s),
                        .takes_binary =
                            s->screen.binary || !isatty(STDOUT_FILENO)},
                .events = &job_events,
                .user = r},
        .max_jobs = needs.max_parallel,
        .turn.on_expired = on_turn,
    };
    jobs_init(&r->jobs);
    r->status = engine_start(&r->engine, &needs, &engine_events, r);
    lanes_init(&r->env.lanes, r->engine.client, order_of(s));
    if (isatty(STDOUT_FILENO)) {
        r->env.lanes.writer.before = before_output;
        r->env.lanes.writer.before_user = r;
    }
    outlets_init(&r->env.outlets, r->engine.client);
    part_readers_init(&r->env.parts, r->engine.client);
    progress_start(&r->progress, &r->env, &r->jobs);
    exchange_print_start(&r->print, &r->env, &r->jobs);
    engine_watch_signals(&r->engine);
    return !r->status;
}

static int finish(struct run *r)
{
    int failed = r->env.lanes.writer.failed ? r->env.lanes.writer.failed
                                            : r->env.outlets.failed;
    int signum = r->engine.signals.signum;
    engine_stop(&r->engine);
    progress_end(&r->progress);
    qv_timer_disarm(r->engine.client, &r->turn);
    lanes_fini(&r->env.lanes);
    outlets_fini(&r->env.outlets);
    part_readers_fini(&r->env.parts);
    int told = engine_end(&r->engine);
    expansion_end(&r->expansion);
    if (signum)
        return ENDING_STATUS(signum);
    /* What failed after its transfer was over. */
    if (failed && !r->status) {
        if (failed != EPIPE && engine_is_loud(&r->engine))
            complain_error(QV_EXIT_WRITE, NULL, strerror(failed));
        return QV_EXIT_WRITE;
    }
    return r->status ? r->status : told;
}

int run_session(struct cmdline *s, struct config *config)
{
    struct run r;
    if (init(&r, s, config)) {
        r.op = s->first;
        qv_client_hold(r.engine.client); /* until end_targets() */
        fill(&r);
    }
    qv_client_run(r.engine.client);
    /* What the last transfers wrote may still lie in the writer. */
    writer_flush(&r.env.lanes.writer);
    if (!r.engine.signals.signum)
        qv_client_run(r.engine.client);
    return finish(&r);
}
