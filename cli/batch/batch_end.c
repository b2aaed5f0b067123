#include "batch/batch_end.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "core/base/str.h"
#include "files/atomic_file.h"
#include "terminal/complain.h"

/* A signal has ended it before all was done and written. */
static bool is_stopped(const struct batch_end_needs *n)
{
    return n->engine->signals.signum &&
           (n->state->summary.nleft || n->state->is_cut ||
            n->state->phase == BATCH_STOPPED);
}

static int exit_status(const struct batch_end_needs *n)
{
    const struct batch_summary *s = &n->state->summary;
    if (n->state->status)
        return n->state->status;
    if (is_stopped(n) && n->options->journal)
        return QV_EXIT_BATCH_STOPPED;
    if (is_stopped(n))
        return n->engine->signals.signum == SIGINT ? QV_EXIT_SIGINT
                                                   : QV_EXIT_SIGTERM;
    if (s->nfailed > s->nunexpected)
        return QV_EXIT_ENTRIES_FAILED;
    return s->nunexpected ? QV_EXIT_UNEXPECTED : QV_EXIT_OK;
}

/* How many entries nobody has sent, as far as that is known. */
static void add_left(const struct batch_end_needs *n, struct str *out)
{
    uint64_t left = n->state->summary.nleft;
    if (!n->state->is_cut) {
        str_printf(out, "%" PRIu64 " left", left);
    } else if (n->state->input_size > n->state->input_at &&
               n->state->input_at) {
        double unread = (double)(n->state->input_size - n->state->input_at) /
                        (double)n->state->input_at * (double)n->state->nread;

        str_printf(out, "about %" PRIu64 " left", left + (uint64_t)unread);
    } else {
        str_add_text(out, "the rest of the input left");
    }
}

/* Resumed, and all was done before. */
static bool is_nothing_left(const struct batch_end_needs *n)
{
    return n->state->phase == BATCH_FED && !n->state->status &&
           !n->state->summary.ndone && n->state->summary.nresumed;
}

static void tell_end(const struct batch_end_needs *n)
{
    struct str line = {0};
    int failed = results_failed(n->results);
    if (failed && failed != EPIPE && engine_is_loud(n->engine)) {
        str_printf(&line, "cannot write the records: %s", strerror(failed));
        complain_error(QV_EXIT_WRITE, NULL, line.base);
    }
    if (n->engine->cmdline->silent || failed == EPIPE) {
        str_fini(&line);
        return;
    }
    str_clear(&line);
    batch_summary_line(&n->state->summary, &line);
    if (is_stopped(n)) {
        str_add_text(&line, "; stopped, ");
        add_left(n, &line);
    } else if (is_nothing_left(n)) {
        str_add_text(&line, "; nothing left");
    }
    complain_notice("%s", line.base);
    if (is_stopped(n) && n->resume)
        complain_notice("to go on: %s", n->resume);
    str_fini(&line);
}

static void fail_summary(const struct batch_end_needs *n, int error)
{
    struct str message = {0};
    str_printf(&message, "cannot write %.150s: %s", n->options->summary_out,
               strerror(error));
    complain_error(QV_EXIT_WRITE, NULL, message.base);
    str_fini(&message);
}

static bool write_summary(const struct batch_end_needs *n, int status)
{
    struct str json = {0};
    struct qv_stats engine;
    if (!n->options->summary_out)
        return true;
    qv_client_stats(n->engine->client, &engine);
    batch_summary_json(&n->state->summary, &engine, status, &json);
    str_add_char(&json, '\n');
    int failed = atomic_file_replace(n->options->summary_out, &json);
    if (failed)
        fail_summary(n, failed);
    str_fini(&json);
    return !failed;
}

/* Nothing is left to do: a journal that nobody asked for has served. */
static void remove_journal(const struct batch_end_needs *n)
{
    bool is_complete = n->state->phase == BATCH_FED && !n->state->status;
    if (is_complete && n->options->is_journal_implied)
        unlink(n->options->journal);
}

int batch_end(const struct batch_end_needs *n)
{
    int status = exit_status(n);
    tell_end(n);
    if (!write_summary(n, status) && !status)
        status = QV_EXIT_WRITE;
    remove_journal(n);
    return status;
}
