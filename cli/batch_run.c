#include "batch_run.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "complain.h"
#include "config.h"
#include "mem.h"
#include "save.h"
#include "task.h"

/*
 * The engine decides what may begin (limits, rates, one origin after the
 * other); what it cannot begin yet waits in it.  So that a slow origin does
 * not hold up the others, more entries are handed over as long as the engine
 * would begin one at once, and otherwise as many as may run at the same time:
 * enough that it never runs dry.  The window bounds what lies in memory, for
 * inputs of any length.
 *
 *   FEEDING --(end of the input)--> FED ------(last one ends)--> over
 *      '------(signal, failure)--> DRAINING --(last one ends)--> over
 *                                      '------(second signal)--> STOPPED
 */
enum {
    WINDOW_MAX = 10000,
    WEIGHT_MAX = 16 * 1024 * 1024,
    TURN_MAX = 256, /* entries that are taken before the loop has its turn */
    IDLE_MAX = 1024,
    COUNT_MAX = 100000,
};

static void fill(struct batch *b);

static bool is_elsewhere(const struct batch *b, const struct entry *e)
{
    return b->options->shard.count && !shard_has(&b->options->shard, e->id);
}

/* ---- the list of tasks ---- */

static void link_task(struct batch *b, struct task *t)
{
    t->prev = NULL;
    t->next = b->tasks;
    if (b->tasks)
        b->tasks->prev = t;
    b->tasks = t;
    b->ntasks++;
    b->nwaiting++;
    b->weight += t->weight;
}

static void unlink_task(struct batch *b, struct task *t)
{
    *(t->prev ? &t->prev->next : &b->tasks) = t->next;
    if (t->next)
        t->next->prev = t->prev;
    b->ntasks--;
    b->nwaiting -= !t->is_begun;
    b->weight -= t->weight;
}

static void release(struct batch *b, struct task *t)
{
    unlink_task(b, t);
    entry_free(t->entry);
    t->entry = NULL;
    if (b->nidle >= IDLE_MAX) {
        task_free(t);
        return;
    }
    batch_body_reset(&t->body);
    t->next = b->idle;
    b->idle = t;
    b->nidle++;
}

/* ---- the end ---- */

static bool is_loud(const struct batch *b)
{
    return !b->session->silent || b->session->show_error;
}

/* How many would still have been sent; false: that cannot be told at once. */
static bool count_rest(struct batch *b)
{
    struct entry *e;
    struct qv_error error;
    enum feed_state state = FEED_ENTRY;

    for (unsigned n = 0; n < COUNT_MAX && state == FEED_ENTRY; n++) {
        state = feed_next(b->feed, &e, &error);
        if (state != FEED_ENTRY)
            break;
        if (!is_elsewhere(b, e) &&
            results_fate(b->results, e->seq) != RESULTS_DONE)
            b->summary.nleft++;
        entry_free(e);
    }
    return state == FEED_END;
}

static void end_input(struct batch *b)
{
    if (!b->feed)
        return;
    b->nread = feed_count(b->feed);
    feed_position(b->feed, &b->input_at, &b->input_size);
    feed_free(b->feed);
    b->feed = NULL;
}

static void drop_all(struct batch *b)
{
    while (b->tasks)
        task_drop(b->tasks);
}

/* With ordered output a hole could never be filled by a resumed run: what
 * comes before something that has begun is still sent. */
static bool is_dropped(const struct batch *b, const struct task *t)
{
    return !t->is_begun &&
           (!b->options->ordered || t->entry->seq > b->last_begun);
}

/* Nothing new is begun; what is on its way finishes. */
static void drain(struct batch *b)
{
    struct task *next;

    if (b->state == BATCH_DRAINING || b->state == BATCH_STOPPED)
        return;
    if (b->feed)
        b->is_cut = b->options->reads_stdin || !count_rest(b);
    b->state = BATCH_DRAINING;
    end_input(b);
    for (struct task *t = b->tasks; t; t = next) {
        next = t->next;
        if (is_dropped(b, t))
            task_drop(t);
    }
}

static void stop(struct batch *b)
{
    b->is_cut = b->is_cut || b->feed != NULL;
    b->state = BATCH_STOPPED;
    end_input(b);
    drop_all(b);
    qv_client_stop(b->client);
}

static void fail_output(struct batch *b)
{
    if (b->status == QV_EXIT_WRITE)
        return;
    b->status = QV_EXIT_WRITE;
    stop(b);
}

/* Records that wait for an earlier one are another matter: that one must go
 * on. */
bool batch_run_must_wait(struct batch *b)
{
    bool must_wait = !b->options->ordered && results_is_full(b->results);

    b->has_paused = b->has_paused || must_wait;
    return must_wait;
}

static void resume_all(struct batch *b)
{
    if (!b->has_paused)
        return;
    b->has_paused = false;
    for (struct task *t = b->tasks; t; t = t->next)
        task_resume(t);
}

static void on_room(void *user)
{
    struct batch *b = user;

    if (results_failed(b->results)) {
        fail_output(b);
        return;
    }
    resume_all(b);
    fill(b);
}

/* ---- the way of an entry ---- */

void batch_run_begun(struct task *t)
{
    struct batch *b = t->batch;

    b->nwaiting--;
    if (t->entry->seq > b->last_begun)
        b->last_begun = t->entry->seq;
}

void batch_run_dropped(struct task *t)
{
    t->batch->summary.nleft++;
    release(t->batch, t);
}

void batch_run_ended(struct task *t, const struct qv_result *result)
{
    struct batch *b = t->batch;
    bool has_failed = t->status != 0;

    if (t->status == BATCH_EXIT_UNEXPECTED)
        b->summary.nunexpected++;
    batch_summary_add(&b->summary, result, t->status, t->error_class);
    release(b, t);
    if (results_failed(b->results))
        fail_output(b);
    else if (has_failed && b->session->fail_early)
        drain(b);
    fill(b);
}

static void begin(struct batch *b, struct entry *e, enum results_fate fate)
{
    struct task *t = task_new(b, e);

    link_task(b, t);
    results_expect(b->results, e->seq);
    if (fate == RESULTS_STARTED && !b->options->resume_unsafe)
        task_start_again(t);
    else
        task_start(t);
}

static void take(struct batch *b, struct entry *e)
{
    enum results_fate fate;

    if (is_elsewhere(b, e)) {
        b->summary.nelsewhere++;
        entry_free(e);
        return;
    }
    fate = results_fate(b->results, e->seq);
    if (fate == RESULTS_DONE) {
        b->summary.nresumed++;
        entry_free(e);
        return;
    }
    begin(b, e, fate);
}

/* ---- the input ---- */

static bool wants_more(const struct batch *b)
{
    return b->state == BATCH_FEEDING && !results_is_full(b->results) &&
           b->ntasks < WINDOW_MAX && b->weight < WEIGHT_MAX &&
           (b->nwaiting < b->session->parallel_max ||
            qv_client_has_room(b->client));
}

static void fail_input(struct batch *b, const struct qv_error *error)
{
    b->status = error->status;
    batch_progress_hide(&b->progress);
    if (is_loud(b))
        complain_error(error->status, NULL, error->text);
}

/* False: there is none now. */
static bool take_next(struct batch *b)
{
    struct entry *e;
    struct qv_error error;

    switch (feed_next(b->feed, &e, &error)) {
    case FEED_ENTRY:
        take(b, e);
        return true;
    case FEED_WAIT:
        return false;
    case FEED_END:
        b->state = BATCH_FED;
        end_input(b);
        return false;
    case FEED_FAILED: /* the other files are read all the same */
        fail_input(b, &error);
        return true;
    }
    return false;
}

static void fill(struct batch *b)
{
    unsigned n = 0;

    if (b->is_filling)
        return;
    b->is_filling = true;
    while (n < TURN_MAX && wants_more(b) && take_next(b))
        n++;
    b->is_filling = false;
    if (n == TURN_MAX)
        qv_timer_arm(b->client, &b->turn, 0);
}

static void on_turn(struct qv_timer *t)
{
    fill(QV_OWNER(t, struct batch, turn));
}

static void on_input(void *user)
{
    fill(user);
}

/* ---- signals ---- */

static void forget_signals(struct batch *b)
{
    if (b->interrupt.state)
        qv_signal_unwatch(b->client, &b->interrupt);
    if (b->terminate.state)
        qv_signal_unwatch(b->client, &b->terminate);
}

static void on_signal(struct batch *b, int signum)
{
    batch_progress_hide(&b->progress);
    if (b->signum) {
        stop(b);
        return;
    }
    b->signum = signum;
    drain(b);
    if (b->ntasks && is_loud(b))
        complain_warning("waiting for %u request%s on %s way; once more stops "
                         "at once",
                         b->ntasks, b->ntasks == 1 ? "" : "s",
                         b->ntasks == 1 ? "its" : "their");
}

static void on_interrupt(struct qv_signal *s)
{
    on_signal(QV_OWNER(s, struct batch, interrupt), SIGINT);
}

static void on_terminate(struct qv_signal *s)
{
    on_signal(QV_OWNER(s, struct batch, terminate), SIGTERM);
}

/* A signal that our parent had us ignore stays ignored. */
static void watch_signal(struct batch *b, struct qv_signal *s, int signum)
{
    struct sigaction old;

    if (!sigaction(signum, NULL, &old) && old.sa_handler == SIG_IGN)
        return;
    qv_signal_watch(b->client, s, signum);
}

static void watch_signals(struct batch *b)
{
    b->interrupt.on_signal = on_interrupt;
    b->terminate.on_signal = on_terminate;
    watch_signal(b, &b->interrupt, SIGINT);
    watch_signal(b, &b->terminate, SIGTERM);
}

/* ---- the whole ---- */

static void free_idle(struct batch *b)
{
    while (b->idle) {
        struct task *t = b->idle;

        b->idle = t->next;
        task_free(t);
    }
}

static struct qv_client *new_client(struct batch *b)
{
    const struct session *s = b->session;
    const char *key_log = getenv("SSLKEYLOGFILE");
    struct qv_client_options o = {
        .max_parallel = s->parallel_max,
        .max_parallel_host = s->jobs_host,
        .max_connections_host = s->parallel_max_host,
        .rate = s->rate,
        .key_log = key_log && *key_log ? key_log : NULL,
        .on_origin = config_has_origins(s->config) ? task_on_origin : NULL,
        .on_room = on_input,
        .user = b,
    };

    return qv_client_new(&o);
}

static bool open_results(struct batch *b, const char *digest,
                         struct qv_error *error)
{
    const struct batch_options *o = b->options;
    struct results_options options = {
        .path = o->output,
        .ordered = o->ordered,
        .journal = o->journal,
        .resume = o->resume,
        .resume_unsafe = o->resume_unsafe,
        .fsync = o->fsync,
        .inputs = o->files.at,
        .ninputs = o->files.len,
        .options_digest = digest,
    };

    b->results = results_new(b->client, &options, on_room, b, error);
    return b->results != NULL;
}

static void on_group_gone(void *user, const struct operation *op)
{
    const struct batch *b = user;

    config_forget(b->session->config, op);
}

static bool open_feed(struct batch *b, struct qv_error *error)
{
    const struct batch_options *o = b->options;
    struct feed_options options = {
        .format = o->format,
        .files = o->files.at,
        .nfiles = o->files.len,
        .line_max = (size_t)o->line_max,
        .defaults = b->defaults,
        .defaults_json = o->defaults,
        .spool = o->spool,
        .resume = o->resume,
        .on_gone = on_group_gone,
    };

    b->feed = feed_new(b->client, &options, on_input, b, error);
    return b->feed != NULL;
}

static bool open_all(struct batch *b, const struct batch_command *command)
{
    struct qv_error error = {0};

    if (open_results(b, command->digest, &error) && open_feed(b, &error))
        return true;
    b->status = error.status;
    complain_error(error.status, NULL, error.text);
    return false;
}

/* Until the last record is out, or its reader is gone. */
static void run(struct batch *b)
{
    watch_signals(b);
    batch_progress_start(&b->progress, b);
    do {
        /* Bad lines alone hold no client. */
        fill(b);
        qv_client_run(b->client);
    } while (b->state == BATCH_FEEDING);
    if (b->state != BATCH_STOPPED) {
        results_settle(b->results);
        qv_client_run(b->client);
    }
    results_flush(b->results);
    if (results_failed(b->results))
        b->status = QV_EXIT_WRITE;
    forget_signals(b);
    qv_timer_disarm(b->client, &b->turn);
    batch_progress_end(&b->progress);
    b->summary.ended = qv_client_now(b->client);
}

static bool is_stopped(const struct batch *b)
{
    return b->signum && (b->summary.nleft || b->is_cut);
}

static int exit_status(const struct batch *b)
{
    const struct batch_summary *s = &b->summary;

    if (b->status)
        return b->status;
    if (is_stopped(b) && b->options->journal)
        return BATCH_EXIT_STOPPED;
    if (is_stopped(b))
        return b->signum == SIGINT ? QV_EXIT_SIGINT : QV_EXIT_SIGTERM;
    if (s->nfailed > s->nunexpected)
        return BATCH_EXIT_FAILED;
    return s->nunexpected ? BATCH_EXIT_UNEXPECTED : QV_EXIT_OK;
}

/* How many entries nobody has sent, as far as that is known. */
static void add_left(const struct batch *b, struct text *out)
{
    uint64_t left = b->summary.nleft;

    if (!b->is_cut) {
        text_addf(out, "%" PRIu64 " left", left);
    } else if (b->input_size > b->input_at && b->input_at) {
        double unread = (double)(b->input_size - b->input_at) /
                        (double)b->input_at * (double)b->nread;

        text_addf(out, "about %" PRIu64 " left", left + (uint64_t)unread);
    } else {
        text_puts(out, "the rest of the input left");
    }
}

static void tell_end(struct batch *b, const struct batch_command *command)
{
    struct text line = {0};
    int failed = results_failed(b->results);

    if (failed && failed != EPIPE && is_loud(b))
        complain_error(QV_EXIT_WRITE, NULL, strerror(failed));
    if (b->session->silent || failed == EPIPE)
        return;
    batch_summary_line(&b->summary, &line);
    if (is_stopped(b)) {
        text_puts(&line, "; stopped, ");
        add_left(b, &line);
    }
    complain_warning("%s", line.at);
    if (is_stopped(b) && command->resume)
        complain_warning("to go on: %s", command->resume);
    text_fini(&line);
}

static void fail_summary(const struct batch *b)
{
    struct text message = {0};

    text_addf(&message, "cannot write %.150s: %s", b->options->summary_out,
              strerror(errno));
    complain_error(QV_EXIT_WRITE, NULL, message.at);
    text_fini(&message);
}

static bool write_summary(struct batch *b, int status)
{
    struct text json = {0};
    struct qv_stats engine;
    struct save file;
    bool ok;

    if (!b->options->summary_out)
        return true;
    qv_client_stats(b->client, &engine);
    batch_summary_json(&b->summary, &engine, status, &json);
    text_putc(&json, '\n');
    save_init(&file, b->options->summary_out);
    ok = save_write(&file, json.at, json.len) && save_finish(&file);
    if (!ok) {
        fail_summary(b);
        save_abort(&file);
    }
    save_fini(&file);
    text_fini(&json);
    return ok;
}

static int finish(struct batch *b, const struct batch_command *command)
{
    int status = exit_status(b);

    tell_end(b, command);
    if (!write_summary(b, status) && !status)
        status = QV_EXIT_WRITE;
    return status;
}

/* Nothing is left to do: a journal that nobody asked for has served. */
static void remove_journal(const struct batch *b)
{
    bool is_complete = b->state == BATCH_FED && !b->status;

    if (is_complete && b->options->is_journal_implied)
        unlink(b->options->journal);
}

int batch_run(const struct batch_options *o, struct session *s,
              const struct batch_command *command)
{
    struct batch *b = mem_new(1, sizeof(*b)); /* with its histograms large */
    int status;
    int told;

    b->options = o;
    b->session = s;
    /* As for an origin that no section is for. */
    b->defaults = config_operation(s->config, s->first, "", "", 0);
    b->turn.on_expired = on_turn;
    b->is_configured = config_is_used(s->config);
    b->is_terminal = batch_options_is_to_stdout(o) && isatty(STDOUT_FILENO);
    b->client = new_client(b);
    clock_gettime(CLOCK_REALTIME, &b->summary.started);
    b->summary.began = qv_client_now(b->client);
    if (s->verbose)
        verbose_start(&b->verbose, b->client, s->show_secrets, &b->no_progress);
    status = telemetry_start(&b->telemetry, b->client, &s->telemetry,
                             batch_options_is_to_stdout(o));
    if (!status && open_all(b, command)) {
        run(b);
        status = finish(b, command);
        remove_journal(b);
    } else if (!status) {
        status = b->status;
    }
    end_input(b);
    results_free(b->results);
    telemetry_stop(&b->telemetry);
    qv_client_free(b->client);
    told = telemetry_end(&b->telemetry);
    free_idle(b);
    text_fini(&b->line);
    text_fini(&b->shown);
    free(b);
    return status ? status : told;
}
