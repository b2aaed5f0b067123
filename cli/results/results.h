/*
 * results -- the records of a batch, a line each, on their way out.
 *
 * Lines go to standard output or to a file, in the order of their ends or of
 * the input, each whole or not at all.  With a journal, what was written is
 * remembered across kill -9.
 *
 * Of each entry, in this order: results_fate(); for one that is to run,
 * results_expect(), results_begin() when its request gets its place (not for
 * one that fails before), results_end().
 */
#ifndef CLI_RESULTS_RESULTS_H
#define CLI_RESULTS_RESULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/quiver.h"

enum results_fsync {
    RESULTS_FSYNC_NONE,
    RESULTS_FSYNC_BATCH, /* every 200 ms */
    RESULTS_FSYNC_EACH,
};

enum {
    /* Bytes of lines that wait for an earlier one, with `ordered`. */
    RESULTS_ORDER_MAX = 16 * 1024 * 1024
};

struct results_options {
    const char *path; /* NULL or "-": standard output */
    bool ordered;
    /* NULL: none.  With one, standard output must be a regular file that the
     * shell does not empty (>>). */
    const char *journal;
    bool resume; /* goes on with the journal, or begins one where none is */
    bool resume_unsafe;
    enum results_fsync fsync;
    /* What a resumed run must have in common with the first.  An input named
     * "-" is not looked at. */
    const char *const *inputs;
    size_t ninputs;
    uint64_t entries_max;       /* most that they can have; 0: unknown */
    const char *options_digest; /* any text */
};

/* What is known of an entry from an earlier run. */
enum results_fate {
    RESULTS_NEW,
    RESULTS_DONE,    /* its line is in the output */
    RESULTS_STARTED, /* it may have been sent, its outcome is unknown */
};

struct results;

/*
 * NULL with *error: QV_EXIT_WRITE, or QV_EXIT_JOURNAL.  on_drain: the
 * reader of the output has made room, or the output has failed; never called
 * from within another function of this module.  Room that results_end() makes
 * is not told: ask after it.
 */
struct results *results_new(struct qv_client *client,
                            const struct results_options *o,
                            void (*on_drain)(void *user), void *user,
                            struct qv_error *error);
/* What is not out yet is lost: after results_flush() nothing is. */
void results_free(struct results *r);

/* A file that what is noted of entries depends on (the spool) goes to the disk
 * whenever the journal does, and before it.  The descriptor is copied; -1:
 * none. */
void syncer_too(struct results *r, int fd);

/* Resumed without a journal: the output has the records of a run that has
 * ended.  Then each entry is asked of with results_is_past() instead of
 * results_fate(), and one that is not can be given no other fate: it may have
 * been sent. */
bool results_has_past(const struct results *r);
bool results_is_past(struct results *r, uint64_t seq, const char *id,
                     const char *url);
/* The input is over and had n entries; false: the journal speaks of more. */
bool results_has_all(const struct results *r, uint64_t n);

/* To be asked of each entry, in the order of the input. */
enum results_fate results_fate(struct results *r, uint64_t seq);
/* Entries whose line stood in the output when the run began. */
uint64_t results_done_before(const struct results *r);
/* An entry was taken from the input and will bring a line: in that order, seq
 * ascending. */
void results_expect(struct results *r, uint64_t seq);
/* Before a byte of the entry may leave; durable (as asked) on return. */
void results_begin(struct results *r, uint64_t seq, bool is_idempotent);
/* An entry that has begun is left: a later run may send it, whatever it is. */
void results_leave(struct results *r, uint64_t seq);
/* The entry's line, without the newline; copied. */
void results_end(struct results *r, uint64_t seq, const char *line, size_t len);
/* Too much waits for the reader or for an earlier entry: no further entry is
 * to be taken from the input.  Those that were taken go on. */
bool results_is_full(const struct results *r);
int results_failed(const struct results *r); /* errno, 0 */
/* Standard output is a terminal that has other lines too: before() is called
 * when some of ours are about to leave. */
void results_before(struct results *r, void (*before)(void *user), void *user);
/* The last entry has ended: what is gathered leaves, and while the reader has
 * not taken it the loop has something to wait for. */
void results_settle(struct results *r);
/*
 * Everything that can leave is out: to be called when the loop is idle, or
 * was stopped.  Where the reader of standard output has not taken all, only
 * the line that is partly out is completed, within a second.  Lines that wait
 * for an earlier entry, which did not end, stay behind.
 */
void results_flush(struct results *r);

#endif
