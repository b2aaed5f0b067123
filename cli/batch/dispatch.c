#include "batch/dispatch.h"

#include <unistd.h>

#include "batch/batch_past.h"
#include "core/base/str.h"
#include "request/cmdline.h"

/*
 * The engine decides what may begin (limits, rates, one origin after the
 * other); what it cannot begin yet waits in it.  So that a slow origin does
 * not hold up the others, more entries are handed over as long as the engine
 * would begin one at once, and otherwise as many as may run at the same time:
 * enough that it never runs dry.  Their weight bounds what lies in memory, for
 * inputs of any length.
 *
 * Entries that cannot be sent end within dispatch_fill(), as the result of
 * task_start(); all others end in an event of the loop.  Of neither may one turn
 * have too many: signals are heard between turns.  While there is input the client is
 * held, so that there are turns even if nothing is on its way.
 */
enum {
    WEIGHT_MAX = 16 * 1024 * 1024, /* some 8,000 entries without a body */
    TURN_MAX = 256, /* entries that are taken before the loop has its turn */
    LINE_FIRST = 128 * 1024, /* what a record has until one was seen */
};

/* ---- the end ---- */

static void next_turn(struct dispatch *d)
{
    qv_timer_arm(d->engine->client, &d->turn, 0);
}

/* How far the input was read. */
static void note_input(struct dispatch *d)
{
    struct batch_state *s = &d->state;
    if (d->input == NULL)
        return;
    s->nread = input_count(d->input);
    input_position(d->input, &s->input_at, &s->input_size);
}

static void end_input(struct dispatch *d)
{
    if (d->input == NULL)
        return;
    note_input(d);
    d->state.summary.nleft += d->left.n;
    input_free(d->input);
    d->input = NULL;
    qv_client_release(d->engine->client);
}

static void drop(struct dispatch *d, struct task *t)
{
    task_drop(t);
    d->state.summary.nleft += !t->is_silent;
    tasks_release(&d->tasks, t);
}

/* Behind the last entry that has a record, or will have one. */
static uint64_t kept_to(const struct dispatch *d)
{
    uint64_t end = d->ended_to;
    list_each (link, &d->tasks.list) {
        const struct task *t = tasks_at(link);
        if (t->entry->seq >= end && task_is_underway(t))
            end = t->entry->seq + 1;
    }
    return end;
}

/*
 * What waits for its place, and what rests between two tries, is left for a
 * later run.  But with ordered output that could never fill a hole: there, what
 * comes before something that is kept is still sent.
 */
static void drop_resting(struct dispatch *d)
{
    uint64_t from = d->options->ordered ? kept_to(d) : 0;
    list_each_safe (link, &d->tasks.list) {
        struct task *t = tasks_at(link);
        if (t->entry->seq >= from && !task_is_underway(t))
            drop(d, t);
    }
}

/* A slice of what is left in the input. */
static void count_left(struct dispatch *d)
{
    if (d->input == NULL)
        return;
    switch (batch_left_count(&d->left)) {
    case BATCH_LEFT_MORE:
        next_turn(d);
        return;
    case BATCH_LEFT_UNKNOWN:
        d->state.is_cut = true;
        break;
    case BATCH_LEFT_COUNTED:
        break;
    }
    end_input(d);
}

/* Nothing new is begun; what is on its way finishes. */
void dispatch_drain(struct dispatch *d)
{
    if (d->state.phase == BATCH_DRAINING || d->state.phase == BATCH_STOPPED)
        return;
    d->state.phase = BATCH_DRAINING;
    drop_resting(d);
    if (d->input != NULL && d->options->reads_stdin) {
        d->state.is_cut = true;
        end_input(d);
    } else if (d->input != NULL) {
        next_turn(d); /* count_left() */
    }
}

/* What is on its way ends without a record. */
void dispatch_stop(struct dispatch *d)
{
    d->state.is_cut = d->state.is_cut || d->input != NULL;
    d->state.phase = BATCH_STOPPED;
    end_input(d);
    list_each_safe (link, &d->tasks.list)
        drop(d, tasks_at(link));
    qv_client_stop(d->engine->client);
}

static void fail_output(struct dispatch *d)
{
    if (d->state.status == QV_EXIT_WRITE)
        return;
    d->state.status = QV_EXIT_WRITE;
    dispatch_stop(d);
}

static void note_size(struct dispatch *d)
{
    size_t len = d->env.line.len;
    size_t faded = d->line_size - d->line_size / 64;
    d->line_size = len > faded ? len : faded;
}

/* Its record is written. */
static void end_task(struct dispatch *d, struct task *t,
                     const struct qv_result *result)
{
    bool has_failed = t->status != 0;
    after_end(&d->after, t);
    if (t->is_silent) {
        tasks_release(&d->tasks, t);
        return;
    }
    note_size(d);
    if (t->status == QV_EXIT_UNEXPECTED)
        d->state.summary.nunexpected++;
    if (t->entry->seq >= d->ended_to)
        d->ended_to = t->entry->seq + 1;
    batch_summary_add(&d->state.summary, result, t->status, t->error_class);
    tasks_release(&d->tasks, t);
    if (results_failed(d->results))
        fail_output(d);
    else if (has_failed && d->engine->cmdline->fail_early)
        dispatch_drain(d);
}

/* A timer alone keeps no client running. */
static void hold_for_ready(struct dispatch *d)
{
    bool is_held = d->state.phase < BATCH_DRAINING && after_has_next(&d->after);
    if (is_held && !d->is_held)
        qv_client_hold(d->engine->client);
    if (!is_held && d->is_held)
        qv_client_release(d->engine->client);
    d->is_held = is_held;
}

/* ---- what tasks tell ---- */

static void on_started(void *user, struct task *t)
{
    struct dispatch *d = user;
    (void)t;
    tasks_begin(&d->tasks);
}

/* It rests a moment later: the engine is at work on it. */
static void on_retried(void *user, struct task *t)
{
    struct dispatch *d = user;
    (void)t;
    if (d->state.phase == BATCH_DRAINING)
        next_turn(d);
}

static void on_paused(void *user, struct task *t)
{
    struct dispatch *d = user;
    (void)t;
    d->has_paused = true;
}

static void on_done(void *user, struct task *t, const struct qv_result *result)
{
    struct dispatch *d = user;
    end_task(d, t, result);
    hold_for_ready(d);
    if (d->state.phase < BATCH_DRAINING)
        next_turn(d);
}

static const struct task_events task_events = {
    .on_started = on_started,
    .on_retried = on_retried,
    .on_paused = on_paused,
    .on_done = on_done,
};

/* ---- the way of an entry ---- */

/* Once it may: others may have to end before. */
static void start(struct dispatch *d, struct task *t)
{
    struct qv_result unsent;
    if (after_admit(&d->after, t) && !task_start(t, &unsent))
        end_task(d, t, &unsent);
}

static void begin(struct dispatch *d, struct entry *e, enum results_fate fate)
{
    if (e->has_captures && !e->status)
        (void)after_expect(&d->after, e, false);
    struct task *t = tasks_take(&d->tasks, &d->env, e);
    t->is_again = fate == RESULTS_STARTED && !d->options->resume_unsafe;
    results_expect(d->results, e->seq);
    start(d, t);
}

static void on_past(void *user, struct entry *e)
{
    struct dispatch *d = user;
    struct task *t = tasks_take(&d->tasks, &d->env, e);
    t->is_silent = true;
    t->is_again = !d->options->resume_unsafe;
    start(d, t);
}

static void fail_resume(struct dispatch *d, const char *text)
{
    d->state.status = QV_EXIT_JOURNAL;
    engine_error(d->engine, QV_EXIT_JOURNAL, NULL, text);
}

static void fail_past(struct dispatch *d, const struct entry *e)
{
    struct str text = {0};
    batch_past_explain(&text, d->options, e);
    fail_resume(d, text.base);
    str_fini(&text);
    dispatch_stop(d);
}

/* With the records of a run that has ended. */
static void take_past(struct dispatch *d, struct entry *e)
{
    if (batch_past_has(d->results, e, d->engine->cmdline->show_secrets))
        d->state.summary.nresumed++;
    else
        fail_past(d, e);
    entry_free(e);
}

static void take(struct dispatch *d, struct entry *e)
{
    if (!shard_has(&d->options->shard, e->id)) {
        d->state.summary.nelsewhere++;
        entry_free(e);
        return;
    }
    if (results_has_past(d->results)) {
        take_past(d, e);
        return;
    }
    enum results_fate fate = results_fate(d->results, e->seq);
    if (fate == RESULTS_DONE) {
        d->state.summary.nresumed++;
        if (!e->has_captures || e->status || !after_expect(&d->after, e, true))
            entry_free(e);
        return;
    }
    begin(d, e, fate);
}

/* ---- the input ---- */

/* A slow reader cannot hold up ordered records once their entries were handed
 * over: what may come of them must have room in memory. */
static bool can_hold_all(const struct dispatch *d)
{
    return !d->options->ordered ||
           d->tasks.n * d->line_size < RESULTS_ORDER_MAX;
}

static bool wants_more(const struct dispatch *d)
{
    return d->state.phase == BATCH_FEEDING && !results_is_full(d->results) &&
           d->tasks.weight < WEIGHT_MAX &&
           (d->tasks.nwaiting < d->max_parallel ||
            (can_hold_all(d) && qv_client_is_ready(d->engine->client)));
}

static void fail_input(struct dispatch *d, const struct qv_error *error)
{
    d->state.status = error->status;
    engine_error(d->engine, error->status, NULL, error->text);
}

/* Of standard input a crash of the machine may have lost the end. */
static void check_journal(struct dispatch *d)
{
    if (!d->state.status && !d->options->reads_stdin &&
        !results_has_all(d->results, d->state.nread))
        fail_resume(d, "the journal speaks of entries beyond the end of the "
                       "input");
}

/* False: there is none now. */
static bool take_next(struct dispatch *d)
{
    struct entry *e;
    struct qv_error error;
    switch (input_next(d->input, &e, &error)) {
    case INPUT_ENTRY:
        take(d, e);
        return true;
    case INPUT_WAIT:
        return false;
    case INPUT_END:
        d->state.phase = BATCH_FED;
        end_input(d);
        check_journal(d);
        return false;
    case INPUT_FAILED: /* the other files are read all the same */
        fail_input(d, &error);
        return true;
    }
    return false;
}

/* Those that waited for others that have ended; how many. */
static unsigned start_ready(struct dispatch *d)
{
    unsigned n = 0;
    while (n < TURN_MAX && d->state.phase < BATCH_DRAINING &&
           after_has_next(&d->after)) {
        start(d, after_next(&d->after));
        n++;
    }
    return n;
}

void dispatch_fill(struct dispatch *d)
{
    unsigned n = start_ready(d);
    while (n < TURN_MAX && wants_more(d) && take_next(d))
        n++;
    note_input(d);
    hold_for_ready(d);
    if (n == TURN_MAX || d->is_held)
        next_turn(d);
}

static void on_turn(struct qv_timer *t)
{
    struct dispatch *d = QV_OWNER(t, struct dispatch, turn);
    if (d->state.phase != BATCH_DRAINING) {
        dispatch_fill(d);
        return;
    }
    hold_for_ready(d);
    drop_resting(d);
    count_left(d);
}

/* ---- the output ---- */

static void resume_all(struct dispatch *d)
{
    if (!d->has_paused)
        return;
    d->has_paused = false;
    list_each (link, &d->tasks.list)
        task_resume(tasks_at(link));
}

void dispatch_on_output(struct dispatch *d)
{
    if (results_failed(d->results)) {
        fail_output(d);
        return;
    }
    resume_all(d);
    dispatch_fill(d);
}

/* ---- life ---- */

void dispatch_init(struct dispatch *d, struct engine *engine,
                   const struct batch_options *o,
                   const struct operation *defaults, unsigned max_parallel)
{
    d->engine = engine;
    d->options = o;
    d->env = (struct task_env){
        .engine = engine,
        .options = o,
        .defaults = defaults,
        .outlets = &d->outlets,
        .parts = &d->parts,
        .has_lines = batch_options_has_lines(o),
        .lines.has_colours =
            screen_has_colours(&engine->cmdline->screen, STDOUT_FILENO),
        .events = &task_events,
        .user = d,
    };
    outlets_init(&d->outlets, engine->client);
    part_readers_init(&d->parts, engine->client);
    d->after = (struct after){.on_past = on_past, .user = d};
    after_init(&d->after);
    tasks_init(&d->tasks);
    d->max_parallel = max_parallel;
    d->turn.on_expired = on_turn;
    d->line_size = LINE_FIRST;
}

void dispatch_open(struct dispatch *d, const struct batch_opened *opened)
{
    d->input = opened->input;
    d->results = d->env.results = opened->results;
    d->left = (struct batch_left){
        .input = d->input,
        .results = d->results,
        .shard = &d->options->shard,
    };
    if (d->input != NULL)
        qv_client_hold(d->engine->client); /* until end_input() */
}

void dispatch_fini(struct dispatch *d)
{
    qv_timer_disarm(d->engine->client, &d->turn);
    end_input(d);
    tasks_fini(&d->tasks);
    after_fini(&d->after);
    outlets_fini(&d->outlets);
    part_readers_fini(&d->parts);
    str_fini(&d->env.line);
}
