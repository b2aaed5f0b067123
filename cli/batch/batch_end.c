#include "batch/batch_end.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "batch/batch_run.h"
#include "files/replace.h"
#include "terminal/complain.h"

/* A signal has ended it before all was done and written. */
static bool is_stopped(const struct batch *b)
{
    return b->signum &&
           (b->summary.nleft || b->is_cut || b->state == BATCH_STOPPED);
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

/* Resumed, and all was done before. */
static bool is_nothing_left(const struct batch *b)
{
    return b->state == BATCH_FED && !b->status && !b->summary.ndone &&
           b->summary.nresumed;
}

static void tell_end(struct batch *b, const struct batch_command *command)
{
    struct text line = {0};
    int failed = results_failed(b->results);

    if (failed && failed != EPIPE && batch_run_is_loud(b)) {
        text_addf(&line, "cannot write the records: %s", strerror(failed));
        complain_error(QV_EXIT_WRITE, NULL, line.at);
    }
    if (b->session->silent || failed == EPIPE) {
        text_fini(&line);
        return;
    }
    text_clear(&line);
    batch_summary_line(&b->summary, &line);
    if (is_stopped(b)) {
        text_puts(&line, "; stopped, ");
        add_left(b, &line);
    } else if (is_nothing_left(b)) {
        text_puts(&line, "; nothing left");
    }
    complain_warning("%s", line.at);
    if (is_stopped(b) && command->resume)
        complain_warning("to go on: %s", command->resume);
    text_fini(&line);
}

static void fail_summary(const struct batch *b, int error)
{
    struct text message = {0};

    text_addf(&message, "cannot write %.150s: %s", b->options->summary_out,
              strerror(error));
    complain_error(QV_EXIT_WRITE, NULL, message.at);
    text_fini(&message);
}

static bool write_summary(struct batch *b, int status)
{
    struct text json = {0};
    struct qv_stats engine;
    int failed;

    if (!b->options->summary_out)
        return true;
    qv_client_stats(b->client, &engine);
    batch_summary_json(&b->summary, &engine, status, &json);
    text_putc(&json, '\n');
    failed = replace_file(b->options->summary_out, &json);
    if (failed)
        fail_summary(b, failed);
    text_fini(&json);
    return !failed;
}

/* Nothing is left to do: a journal that nobody asked for has served. */
static void remove_journal(const struct batch *b)
{
    bool is_complete = b->state == BATCH_FED && !b->status;

    if (is_complete && b->options->is_journal_implied)
        unlink(b->options->journal);
}

int batch_end(struct batch *b, const struct batch_command *command)
{
    int status = exit_status(b);

    tell_end(b, command);
    if (!write_summary(b, status) && !status)
        status = QV_EXIT_WRITE;
    remove_journal(b);
    return status;
}
