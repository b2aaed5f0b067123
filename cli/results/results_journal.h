/*
 * results_journal -- what the journal is told of the lines of a batch, and when
 * the disk gets both.
 */
#ifndef CLI_RESULTS_RESULTS_JOURNAL_H
#define CLI_RESULTS_RESULTS_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/str.h"
#include "core/quiver.h"
#include "files/syncer.h"
#include "journal/journal.h"
#include "results/results.h"
#include "results/results_output.h"
#include "results/results_past.h"

/* A line that is gathered and not yet noted. */
struct results_pending {
    uint64_t seq;
    uint64_t len;
};

struct results_journal {
    struct qv_client *client;
    struct results_output *output;
    struct journal journal;
    bool has_journal;
    enum results_fsync fsync;
    struct results_pending *pending;
    size_t npending;
    size_t pending_cap;
    uint64_t done_before;
    size_t held_at;     /* of the journal's: those before were passed */
    struct str options; /* for the journal's header */
    struct syncer *sync;
    int spool; /* is on the disk before what is noted of its entries; -1 */
    struct results_past *past; /* NULL: there is a journal, or nothing */
    uint64_t mark;             /* the output's end when the last round began */
    bool has_mark;
    bool is_dirty;
    bool is_sync_due;
    struct qv_timer sync_timer;
};

/* Opens the journal and the output that belongs to it; false with *error. */
bool results_journal_open(struct results_journal *n, struct qv_client *client,
                          struct results_output *output,
                          const struct results_options *o,
                          struct qv_error *error);
void results_journal_fini(struct results_journal *n); /* zeroed is enough */
/* Takes a copy of the descriptor; see syncer_too(). */
void results_journal_sync_too(struct results_journal *n, int fd);

void results_journal_begin(struct results_journal *n, uint64_t seq, bool once);
/* The entry has ended, but its line must wait. */
void results_journal_held(struct results_journal *n, uint64_t seq,
                          const char *line, size_t len);
/* Appends the line of an earlier run that waited so; false: there is none.
 * Asked of each entry in the order of the input. */
bool results_journal_take_held(struct results_journal *n, uint64_t seq,
                               struct str *line);
/* The entry's line is about to be given to the output. */
void results_journal_line(struct results_journal *n, uint64_t seq, size_t len);
/* The output was flushed. */
void results_journal_written(struct results_journal *n);
/* The output and the journal go to the disk, if that was asked for. */
void results_journal_sync(struct results_journal *n);

/* Opens an output as results_output_open(); false with *error. */
bool results_journal_open_output(struct results_output *output,
                                 const char *path, bool keeps,
                                 struct qv_error *error);

#endif
