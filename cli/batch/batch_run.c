#include "batch/batch_run.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "batch/batch_end.h"
#include "batch/batch_open.h"
#include "batch/batch_progress.h"
#include "batch/dispatch.h"
#include "config/config.h"
#include "core/base/xalloc.h"
#include "engine/engine.h"
#include "files/descriptors.h"
#include "terminal/complain.h"

struct batch {
    const struct batch_options *options;
    struct engine engine;
    struct dispatch dispatch;
    struct results *results;
    struct batch_progress progress;
};

/* ---- what input and output tell ---- */

static void on_input(void *user)
{
    struct batch *b = user;
    dispatch_fill(&b->dispatch);
}

static void on_output_drain(void *user)
{
    struct batch *b = user;
    dispatch_on_output(&b->dispatch);
}

static void on_group_gone(void *user, const struct operation *op)
{
    struct batch *b = user;
    config_forget(b->engine.config, op);
}

static void on_note(void *user, const char *text)
{
    struct batch *b = user;
    engine_warning(&b->engine, "%s", text);
}

/* ---- what the engine tells ---- */

static void on_first_signal(void *user)
{
    struct batch *b = user;
    unsigned n;
    dispatch_drain(&b->dispatch);
    n = b->dispatch.tasks.n;
    if (n && engine_is_loud(&b->engine))
        complain_notice("waiting for %u request%s on %s way; once more stops "
                        "at once",
                        n, n == 1 ? "" : "s", n == 1 ? "its" : "their");
}

static void on_second_signal(void *user)
{
    struct batch *b = user;
    dispatch_stop(&b->dispatch);
}

static const struct engine_events engine_events = {
    .on_ready = on_input,
    .on_first_signal = on_first_signal,
    .on_second_signal = on_second_signal,
};

/* ---- the whole ---- */

/* Lines of entries go to the terminal that progress stands on. */
static void before_lines(void *user)
{
    struct batch *b = user;
    engine_area_hide(&b->engine);
}

/* Until the last record is out, or its reader is gone. */
static void run(struct batch *b)
{
    struct qv_client *client = b->engine.client;
    struct batch_state *state = &b->dispatch.state;
    engine_watch_signals(&b->engine);
    bool has_lines = batch_options_has_lines(b->options);
    bool is_shown =
        batch_options_is_to_stdout(b->options) && isatty(STDOUT_FILENO);
    if (has_lines)
        results_before(b->results, before_lines, b);
    batch_progress_start(&b->progress, is_shown && !has_lines);
    dispatch_fill(&b->dispatch);
    qv_client_run(client);
    if (state->phase != BATCH_STOPPED) {
        results_settle(b->results);
        qv_client_run(client);
    }
    results_flush(b->results);
    if (results_failed(b->results))
        state->status = QV_EXIT_WRITE;
    batch_progress_end(&b->progress);
    engine_stop(&b->engine);
    state->summary.ended = qv_client_now(client);
}

/* 0, or an exit status after a line that says why. */
static int open_all(struct batch *b, const struct operation *defaults,
                    const char *digest)
{
    struct batch_open_needs needs = {
        .client = b->engine.client,
        .options = b->options,
        .defaults = defaults,
        .digest = digest,
        .on_input = on_input,
        .on_drain = on_output_drain,
        .on_gone = on_group_gone,
        .on_note = on_note,
        .user = b,
    };
    struct batch_opened opened;
    struct qv_error error;
    bool ok = batch_open(&needs, &opened, &error);
    b->results = opened.results;
    dispatch_open(&b->dispatch, &opened);
    if (ok)
        return 0;
    complain_error(error.status, NULL, error.text);
    return error.status;
}

/* The exit status. */
static int run_opened(struct batch *b, const struct batch_command *command)
{
    struct batch_end_needs end = {
        .engine = &b->engine,
        .options = b->options,
        .state = &b->dispatch.state,
        .results = b->results,
        .resume = command->resume,
    };
    run(b);
    return batch_end(&end);
}

int batch_run(const struct batch_options *o, struct cmdline *s,
              struct config *config, const struct batch_command *command)
{
    /* Where its body goes; of what it sends at most one file is open. */
    unsigned files = o->body == RECORD_BODY_FILE ? 2 : 1;
    struct engine_needs needs = {
        .cmdline = s,
        .config = config,
        .max_parallel = descriptors_places(s->parallel_max, files),
        .uses_stdout = batch_options_is_to_stdout(o),
        .heeds_limits = !o->ignores_limits,
    };
    struct batch *b =
        xalloc_zeroed(1, sizeof *b); /* with its histograms large */
    /* As for an origin that no section is for. */
    const struct operation *defaults =
        config_operation(config, s->first, "", "", 0);
    b->options = o;
    int status = engine_start(&b->engine, &needs, &engine_events, b);
    dispatch_init(&b->dispatch, &b->engine, o, defaults, needs.max_parallel);
    b->progress = (struct batch_progress){
        .engine = &b->engine,
        .state = &b->dispatch.state,
        .tasks = &b->dispatch.tasks,
    };
    clock_gettime(CLOCK_REALTIME, &b->dispatch.state.summary.started);
    b->dispatch.state.summary.began = qv_client_now(b->engine.client);
    if (!status)
        status = open_all(b, defaults, command->digest);
    if (!status)
        status = run_opened(b, command);
    engine_stop(&b->engine);
    dispatch_fini(&b->dispatch);
    results_free(b->results);
    int told = engine_end(&b->engine);
    free(b);
    return status ? status : told;
}
