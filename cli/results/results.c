#include "results/results.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/xalloc.h"
#include "results/results_journal.h"
#include "results/results_order.h"
#include "results/results_output.h"

struct results {
    struct qv_client *client;
    void (*on_drain)(void *user);
    void *user;
    bool is_ordered;
    bool resume_unsafe;
    bool is_called; /* what happens now happens within a call */
    bool is_room_due;
    bool is_flush_due;
    struct results_order order;
    struct results_output output;
    struct results_journal notes;
    struct qv_timer room_timer;
    struct qv_timer flush_timer;
};

/* Whoever called in must not be called back from there: a moment later. */
static void tell_room(struct results *r)
{
    if (r->is_room_due)
        return;
    r->is_room_due = true;
    qv_timer_arm(r->client, &r->room_timer, 0);
}

static void on_drain_due(struct qv_timer *t)
{
    struct results *r = QV_OWNER(t, struct results, room_timer);
    r->is_room_due = false;
    r->on_drain(r->user);
}

static void on_writer_drain(struct writer *o)
{
    struct results *r = QV_OWNER(o, struct results, output.writer);
    if (r->is_called)
        tell_room(r);
    else if (results_failed(r) || !results_is_full(r))
        r->on_drain(r->user);
}

static void flush_lines(struct results *r)
{
    r->is_called = true;
    results_output_flush(&r->output);
    results_journal_written(&r->notes);
    r->is_called = false;
}

static void on_flush_due(struct qv_timer *t)
{
    struct results *r = QV_OWNER(t, struct results, flush_timer);
    r->is_flush_due = false;
    flush_lines(r);
    if (results_failed(r))
        r->on_drain(r->user);
}

static void want_flush(struct results *r)
{
    if (r->is_flush_due)
        return;
    r->is_flush_due = true;
    qv_timer_arm(r->client, &r->flush_timer, 0);
}

static bool open_all(struct results *r, const struct results_options *o,
                     struct qv_error *error)
{
    bool is_stdout = !o->path || strcmp(o->path, "-") == 0;
    if (o->journal)
        return results_journal_open(&r->notes, r->client, &r->output, o, error);
    return is_stdout ||
           results_journal_open_output(&r->output, o->path, false, error);
}

struct results *results_new(struct qv_client *client,
                            const struct results_options *o,
                            void (*on_drain)(void *user), void *user,
                            struct qv_error *error)
{
    struct results *r = xalloc_zeroed(1, sizeof *r);
    *r = (struct results){
        .client = client,
        .on_drain = on_drain,
        .user = user,
        .is_ordered = o->ordered,
        .resume_unsafe = o->resume_unsafe,
        .room_timer.on_expired = on_drain_due,
        .flush_timer.on_expired = on_flush_due,
    };
    results_output_init(&r->output, client, on_writer_drain);
    if (open_all(r, o, error))
        return r;
    results_free(r);
    return NULL;
}

void results_before(struct results *r, void (*before)(void *user), void *user)
{
    r->output.writer.before = before;
    r->output.writer.before_user = user;
}

void results_free(struct results *r)
{
    if (!r)
        return;
    if (r->is_room_due)
        qv_timer_disarm(r->client, &r->room_timer);
    if (r->is_flush_due)
        qv_timer_disarm(r->client, &r->flush_timer);
    results_journal_fini(&r->notes);
    results_order_fini(&r->order);
    results_output_fini(&r->output);
    free(r);
}

void syncer_too(struct results *r, int fd)
{
    results_journal_sync_too(&r->notes, fd);
}

bool results_has_past(const struct results *r)
{
    return r->notes.past;
}

bool results_is_past(struct results *r, uint64_t seq, const char *id,
                     const char *url)
{
    return results_past_has(r->notes.past, seq, id, url);
}

bool results_has_all(const struct results *r, uint64_t n)
{
    return !r->notes.has_journal || r->notes.journal.state.end <= n;
}

uint64_t results_done_before(const struct results *r)
{
    return r->notes.done_before;
}

void results_expect(struct results *r, uint64_t seq)
{
    if (r->is_ordered)
        results_order_expect(&r->order, seq);
}

void results_begin(struct results *r, uint64_t seq, bool is_idempotent)
{
    results_journal_begin(&r->notes, seq, !is_idempotent);
    if (results_failed(r))
        tell_room(r);
}

void results_leave(struct results *r, uint64_t seq)
{
    results_journal_begin(&r->notes, seq, false);
}

static void write_line(struct results *r, uint64_t seq, const char *line,
                       size_t len)
{
    results_journal_line(&r->notes, seq, len);
    r->is_called = true;
    results_output_line(&r->output, line, len);
    r->is_called = false;
    if (r->output.is_file)
        want_flush(r); /* the lines of one moment leave together */
    if (r->output.failed)
        tell_room(r);
}

/* What waited for the line that has just come. */
static void release(struct results *r)
{
    const struct results_waiting *w;
    while ((w = results_order_head(&r->order))) {
        write_line(r, w->seq, w->line, w->len);
        results_order_pop(&r->order);
    }
}

/* A line that an earlier run had, and that waited there. */
static bool restore(struct results *r, uint64_t seq)
{
    struct str line = {0};
    bool is_held = results_journal_take_held(&r->notes, seq, &line);
    if (is_held && r->is_ordered) {
        results_order_expect(&r->order, seq);
        results_order_put(&r->order, seq, line.base, line.len);
        release(r);
    } else if (is_held) {
        write_line(r, seq, line.base, line.len);
    }
    str_fini(&line);
    return is_held;
}

enum results_fate results_fate(struct results *r, uint64_t seq)
{
    if (!r->notes.has_journal)
        return RESULTS_NEW;
    enum journal_entry e = journal_entry(&r->notes.journal, seq);
    if (e == JOURNAL_DONE || restore(r, seq))
        return RESULTS_DONE;
    if (e == JOURNAL_STARTED_ONCE && !r->resume_unsafe)
        return RESULTS_STARTED;
    return RESULTS_NEW;
}

void results_end(struct results *r, uint64_t seq, const char *line, size_t len)
{
    if (!r->is_ordered) {
        write_line(r, seq, line, len);
    } else if (results_order_is_head(&r->order, seq)) {
        write_line(r, seq, line, len);
        results_order_pop(&r->order);
        release(r);
    } else {
        results_journal_held(&r->notes, seq, line, len);
        results_order_put(&r->order, seq, line, len);
    }
}

bool results_is_full(const struct results *r)
{
    return r->order.bytes >= RESULTS_ORDER_MAX ||
           results_output_is_full(&r->output);
}

int results_failed(const struct results *r)
{
    int failed = results_output_failed(&r->output);
    return failed || !r->notes.has_journal ? failed
                                           : journal_failed(&r->notes.journal);
}

void results_settle(struct results *r)
{
    results_output_flush(&r->output);
}

void results_flush(struct results *r)
{
    if (r->is_flush_due) {
        r->is_flush_due = false;
        qv_timer_disarm(r->client, &r->flush_timer);
    }
    flush_lines(r);
    r->is_called = true;
    results_output_stop(&r->output);
    r->is_called = false;
    results_journal_sync(&r->notes);
}
