#include "batch/batch_run.h"

#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/secret.h"
#include "batch/batch_end.h"
#include "batch/batch_open.h"
#include "batch/batch_signals.h"
#include "batch/task.h"
#include "config/config.h"
#include "terminal/complain.h"

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
    LINE_FIRST = 128 * 1024, /* what a record has until one was seen */
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

bool batch_run_is_loud(const struct batch *b)
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

/* Behind the last entry that has a record, or will have one. */
static uint64_t kept_to(const struct batch *b)
{
    uint64_t end = b->ended_to;

    for (const struct task *t = b->tasks; t; t = t->next) {
        if (t->entry->seq >= end && qv_transfer_is_underway(&t->transfer))
            end = t->entry->seq + 1;
    }
    return end;
}

/*
 * What waits for its place, and what rests between two tries, is left for a
 * later run.  But with ordered output that could never fill a hole: there, what
 * comes before something that is kept is still sent.
 */
static void drop_resting(struct batch *b)
{
    uint64_t from = b->options->ordered ? kept_to(b) : 0;
    struct task *next;

    for (struct task *t = b->tasks; t; t = next) {
        next = t->next;
        if (t->entry->seq >= from && !qv_transfer_is_underway(&t->transfer))
            task_drop(t);
    }
}

/* Nothing new is begun; what is on its way finishes. */
void batch_run_drain(struct batch *b)
{
    if (b->state == BATCH_DRAINING || b->state == BATCH_STOPPED)
        return;
    if (b->feed)
        b->is_cut = b->options->reads_stdin || !count_rest(b);
    b->state = BATCH_DRAINING;
    end_input(b);
    drop_resting(b);
}

void batch_run_stop(struct batch *b)
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
    batch_run_stop(b);
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

void batch_run_on_room(void *user)
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
}

/* A moment later: the engine is at work on it. */
void batch_run_rests(struct task *t)
{
    struct batch *b = t->batch;

    if (b->state == BATCH_DRAINING)
        qv_timer_arm(b->client, &b->turn, 0);
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
    if (t->entry->seq >= b->ended_to)
        b->ended_to = t->entry->seq + 1;
    batch_summary_add(&b->summary, result, t->status, t->error_class);
    release(b, t);
    if (results_failed(b->results))
        fail_output(b);
    else if (has_failed && b->session->fail_early)
        batch_run_drain(b);
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

static void fail_resume(struct batch *b, const char *text)
{
    b->status = RESULTS_EXIT_JOURNAL;
    batch_progress_hide(&b->progress);
    if (batch_run_is_loud(b))
        complain_error(b->status, NULL, text);
}

/* An entry without a record there: of another input, or of a run that kept no
 * journal and was stopped.  What was sent then is not known. */
static void fail_past(struct batch *b, const struct entry *e)
{
    struct text text = {0};

    text_addf(&text,
              "%.100s: entry %" PRIu64 " of the input has no record there, and "
              "the journal is gone; without --resume the records are replaced",
              batch_options_is_to_stdout(b->options) ? "standard output"
                                                     : b->options->output,
              e->seq + 1);
    fail_resume(b, text.at);
    text_fini(&text);
    batch_run_stop(b);
}

static bool is_past(struct batch *b, const struct entry *e)
{
    struct text url = {0};
    bool is_there;

    if (e->request.url)
        secret_quote_url(&url, e->request.url, b->session->show_secrets);
    is_there = results_is_past(b->results, e->seq, e->id, url.at);
    text_fini(&url);
    return is_there;
}

/* With the records of a run that has ended. */
static void take_past(struct batch *b, struct entry *e)
{
    if (is_past(b, e))
        b->summary.nresumed++;
    else
        fail_past(b, e);
    entry_free(e);
}

static void take(struct batch *b, struct entry *e)
{
    enum results_fate fate;

    if (is_elsewhere(b, e)) {
        b->summary.nelsewhere++;
        entry_free(e);
        return;
    }
    if (results_has_past(b->results)) {
        take_past(b, e);
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

/* A slow reader cannot hold up ordered records once their entries were handed
 * over: what may come of them must have room in memory. */
static bool can_hold_all(const struct batch *b)
{
    return !b->options->ordered || b->ntasks * b->line_size < RESULTS_ORDER_MAX;
}

static bool wants_more(const struct batch *b)
{
    return b->state == BATCH_FEEDING && !results_is_full(b->results) &&
           b->ntasks < WINDOW_MAX && b->weight < WEIGHT_MAX &&
           (b->nwaiting < b->session->parallel_max ||
            (can_hold_all(b) && qv_client_has_room(b->client)));
}

static void fail_input(struct batch *b, const struct qv_error *error)
{
    b->status = error->status;
    batch_progress_hide(&b->progress);
    if (batch_run_is_loud(b))
        complain_error(error->status, NULL, error->text);
}

/* Of standard input a crash of the machine may have lost the end. */
static void check_journal(struct batch *b)
{
    if (!b->status && !b->options->reads_stdin &&
        !results_has_all(b->results, b->nread))
        fail_resume(b, "the journal speaks of entries beyond the end of the "
                       "input");
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
        check_journal(b);
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
    struct batch *b = QV_OWNER(t, struct batch, turn);

    if (b->state == BATCH_DRAINING)
        drop_resting(b);
    else
        fill(b);
}

void batch_run_on_input(void *user)
{
    fill(user);
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

/* Until the last record is out, or its reader is gone. */
static void run(struct batch *b)
{
    batch_signals_watch(b);
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
    batch_signals_forget(b);
    qv_timer_disarm(b->client, &b->turn);
    batch_progress_end(&b->progress);
    b->summary.ended = qv_client_now(b->client);
}

int batch_run(const struct batch_options *o, struct session *s,
              struct config *config, const struct batch_command *command)
{
    struct batch *b = mem_new(1, sizeof(*b)); /* with its histograms large */
    int status;
    int told;

    b->options = o;
    b->session = s;
    b->config = config;
    /* As for an origin that no section is for. */
    b->defaults = config_operation(config, s->first, "", "", 0);
    b->turn.on_expired = on_turn;
    b->line_size = LINE_FIRST;
    b->is_configured = config_is_used(config);
    b->is_terminal = batch_options_is_to_stdout(o) && isatty(STDOUT_FILENO);
    b->client = batch_open_client(b);
    clock_gettime(CLOCK_REALTIME, &b->summary.started);
    b->summary.began = qv_client_now(b->client);
    /* With -v there is no line of progress to clear. */
    if (s->verbose)
        verbose_start(&b->verbose, b->client, s->show_secrets, NULL, NULL);
    status = telemetry_start(&b->telemetry, b->client, &s->telemetry,
                             batch_options_is_to_stdout(o));
    if (!status && batch_open(b, command)) {
        run(b);
        status = batch_end(b, command);
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
    free(b);
    return status ? status : told;
}
