#include "results/results_journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/xalloc.h"

/*
 * With a journal a line goes three steps: it is gathered, it is written at the
 * end of the moment (or of 64 KiB), and then it is noted.  What a crash finds
 * between the second and the third is in the output and is noted at the next
 * start; what it finds before is repeated, or reported as unknown.
 */
#define SYNC_NS ((uint64_t)200 * 1000 * 1000)

__attribute__((format(printf, 3, 4))) static bool
fail(struct qv_error *error, int status, const char *format, ...)
{
    va_list args;
    *error = (struct qv_error){
        .status = status,
        .name = status == QV_EXIT_JOURNAL ? "journal"
                : status == QV_EXIT_READ  ? "read"
                                          : "output",
        .class_name = "invalid",
    };
    va_start(args, format);
    (void)vsnprintf(error->text, sizeof error->text, format, args);
    va_end(args);
    return false;
}

/* An input that cannot be read is no fault of the journal's. */
static bool fail_journal(const struct results_journal *n, const char *message,
                         struct qv_error *error)
{
    bool is_input = n->journal.facts.is_input_lost;
    return fail(error, is_input ? QV_EXIT_READ : QV_EXIT_JOURNAL, "%s",
                message);
}

bool results_journal_open_output(struct results_output *output,
                                 const char *path, bool keeps,
                                 struct qv_error *error)
{
    bool is_stdout = !path || strcmp(path, "-") == 0;
    if (results_output_open(output, path, keeps))
        return true;
    if (errno == ESPIPE) {
        return fail(error, QV_EXIT_USAGE,
                    "a journal needs -o FILE, or standard output in a file "
                    "(>>)");
    }
    return fail(error, QV_EXIT_WRITE, "%.150s: %s",
                is_stdout ? "standard output" : path, strerror(errno));
}

/* The journal is the caller's to sync, behind them. */
static void sync_before_journal(struct results_journal *n)
{
    int error = syncer_now((const int[]){n->spool, n->output->fd, -1});
    if (error && !n->output->failed)
        n->output->failed = error;
}

static void sync_all(struct results_journal *n)
{
    sync_before_journal(n);
    if (!n->output->failed)
        journal_sync(&n->journal);
}

void results_journal_sync(struct results_journal *n)
{
    if (!n->has_journal || n->fsync == RESULTS_FSYNC_NONE)
        return;
    syncer_wait(n->sync);
    sync_all(n);
}

static void arm_sync(struct results_journal *n)
{
    if (n->is_sync_due)
        return;
    n->is_sync_due = true;
    qv_timer_arm(n->client, &n->sync_timer, SYNC_NS);
}

/* Something was noted that the disk does not have yet. */
static void want_sync(struct results_journal *n)
{
    if (n->fsync != RESULTS_FSYNC_BATCH)
        return;
    n->is_dirty = true;
    arm_sync(n);
}

/* The round that has ended was of what was written when it began. */
static void on_sync_due(struct qv_timer *t)
{
    struct results_journal *n = QV_OWNER(t, struct results_journal, sync_timer);
    int error;
    n->is_sync_due = false;
    if (!syncer_is_idle(n->sync, &error)) {
        arm_sync(n); /* a slow disk */
        return;
    }
    if (error && !n->output->failed)
        n->output->failed = error;
    if (n->has_mark && !error)
        journal_note_synced(&n->journal, n->mark);
    n->has_mark = n->is_dirty;
    if (!n->is_dirty)
        return;
    n->is_dirty = false;
    n->mark = n->journal.output_end;
    (void)syncer_start(
        n->sync, (const int[]){n->spool, n->output->fd, n->journal.file.fd});
    arm_sync(n);
}

static bool open_journal(struct results_journal *n,
                         const struct results_options *o,
                         struct qv_error *error)
{
    struct journal_header_facts facts = {
        .inputs = o->inputs,
        .ninputs = o->ninputs,
        .entries_max = o->entries_max,
        .output = o->path ? o->path : "-",
    };
    char message[300];
    /* What the results are, apart from what the caller knows of. */
    str_printf(&n->options, "ordered=%d\n", o->ordered);
    if (o->options_digest)
        str_add_text(&n->options, o->options_digest);
    facts.options = n->options.base;
    n->has_journal = journal_open(&n->journal, o->journal, o->resume, &facts,
                                  message, sizeof message);
    return n->has_journal || fail_journal(n, message, error);
}

/*
 * With --resume, records without a journal are those of a run that has ended:
 * to begin anew would send all of it a second time, and lose them.  If they are
 * good, each entry is looked up among them.
 */
static bool find_past(struct results_journal *n,
                      const struct results_options *o, struct qv_error *error)
{
    journal_close(&n->journal);
    n->has_journal = false;
    (void)unlink(o->journal); /* it was just made, and is empty */
    n->past = results_past_read(n->output->fd, n->output->end);
    return n->past ||
           fail(error, QV_EXIT_JOURNAL,
                "journal %.100s is not there, but %.100s has records; without "
                "--resume they are replaced",
                o->journal, o->path ? o->path : "standard output");
}

static bool join(struct results_journal *n, struct qv_error *error)
{
    uint64_t end = n->output->end;
    char message[300];
    if (!n->output->is_file) {
        return fail(error, QV_EXIT_USAGE,
                    "a journal needs an output that is a file");
    }
    if (!journal_join(&n->journal, n->output->fd, &end, message,
                      sizeof message))
        return fail_journal(n, message, error);
    if (!results_output_cut(n->output, end)) {
        return fail(error, QV_EXIT_WRITE, "the output cannot be cut: %s",
                    strerror(errno));
    }
    n->done_before = n->journal.state.ndone + n->journal.nheld;
    results_journal_sync(n);
    return true;
}

bool results_journal_open(struct results_journal *n, struct qv_client *client,
                          struct results_output *output,
                          const struct results_options *o,
                          struct qv_error *error)
{
    *n = (struct results_journal){
        .client = client,
        .output = output,
        .fsync = o->fsync,
        .sync = syncer_new(),
        .spool = -1,
        .sync_timer.on_expired = on_sync_due,
    };
    if (!open_journal(n, o, error) ||
        !results_journal_open_output(output, o->path, o->resume, error))
        return false;
    if (o->resume && !n->journal.is_resumed && output->end)
        return find_past(n, o, error);
    return join(n, error);
}

void results_journal_fini(struct results_journal *n)
{
    if (n->is_sync_due)
        qv_timer_disarm(n->client, &n->sync_timer);
    syncer_free(n->sync); /* behind its last round */
    if (n->has_journal)
        journal_close(&n->journal);
    if (n->sync && n->spool >= 0) /* not zeroed */
        close(n->spool);
    results_past_free(n->past);
    free(n->pending);
    str_fini(&n->options);
}

void results_journal_sync_too(struct results_journal *n, int fd)
{
    if (n->has_journal && fd >= 0)
        n->spool = fcntl(fd, F_DUPFD_CLOEXEC, 0);
}

void results_journal_begin(struct results_journal *n, uint64_t seq, bool once)
{
    if (!n->has_journal)
        return;
    if (n->fsync == RESULTS_FSYNC_EACH && n->spool >= 0)
        sync_before_journal(n);
    journal_note_start(&n->journal, seq, once);
    if (n->fsync == RESULTS_FSYNC_EACH)
        journal_sync(&n->journal);
    else
        want_sync(n);
}

void results_journal_held(struct results_journal *n, uint64_t seq,
                          const char *line, size_t len)
{
    if (!n->has_journal)
        return;
    journal_note_held(&n->journal, seq, line, len);
    want_sync(n);
}

bool results_journal_take_held(struct results_journal *n, uint64_t seq,
                               struct str *line)
{
    const struct journal *j = &n->journal;
    if (!n->has_journal)
        return false;
    while (n->held_at < j->nheld && j->held[n->held_at].seq < seq)
        n->held_at++;
    if (n->held_at == j->nheld || j->held[n->held_at].seq != seq)
        return false;
    return journal_read_held(&n->journal, &j->held[n->held_at++], line);
}

void results_journal_line(struct results_journal *n, uint64_t seq, size_t len)
{
    if (!n->has_journal)
        return;
    n->pending = xalloc_room(n->pending, n->npending, &n->pending_cap,
                             sizeof *n->pending);
    n->pending[n->npending++] = (struct results_pending){seq, len + 1};
    want_sync(n);
}

void results_journal_written(struct results_journal *n)
{
    struct journal *j = &n->journal;
    size_t i = 0;
    if (!n->npending)
        return;
    if (n->fsync == RESULTS_FSYNC_EACH)
        sync_before_journal(n);
    for (; i < n->npending; i++) {
        const struct results_pending *p = &n->pending[i];
        if (j->output_end + p->len > n->output->end)
            break;
        journal_note_done(j, p->seq, p->len);
    }
    n->npending -= i;
    memmove(n->pending, n->pending + i, n->npending * sizeof *n->pending);
    if (n->fsync == RESULTS_FSYNC_EACH)
        journal_sync(j);
}
