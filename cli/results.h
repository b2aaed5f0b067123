/*
 * results -- the records of a batch, a line each, on their way out.
 *
 * Lines go to standard output or to a file, in the order of their ends or of
 * the input, each whole or not at all.  With a journal, what was written is
 * remembered across kill -9.
 */
#ifndef CLI_RESULTS_H
#define CLI_RESULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/quiver.h"

enum results_fsync {
    RESULTS_FSYNC_NONE,
    RESULTS_FSYNC_BATCH, /* every 200 ms */
    RESULTS_FSYNC_EACH,
};

struct results_options {
    const char *path; /* NULL or "-": standard output */
    bool ordered;
    const char *journal; /* NULL: none */
    bool resume;
    bool resume_unsafe;
    enum results_fsync fsync;
    /* What a resumed run must have in common with the first. */
    const char *const *inputs;
    size_t ninputs;
    const char *options_digest; /* any text */
};

/* What is known of an entry from an earlier run. */
enum results_fate {
    RESULTS_NEW,
    RESULTS_DONE,    /* its line is in the output */
    RESULTS_STARTED, /* it may have been sent, its outcome is unknown */
};

struct results;

/* NULL with *error: QV_EXIT_WRITE, or 116 for a journal that cannot be used.
 * on_room: results_is_full() no longer, or the output has failed. */
struct results *results_new(struct qv_client *client,
                            const struct results_options *o,
                            void (*on_room)(void *user), void *user,
                            struct qv_error *error);
void results_free(struct results *r);

enum results_fate results_fate(const struct results *r, uint64_t seq);
/* An entry was taken from the input and will bring a line: in that order. */
void results_expect(struct results *r, uint64_t seq);
/* Before a byte of it may leave; durable (as far as asked) on return. */
void results_begin(struct results *r, uint64_t seq, bool is_idempotent);
/* Its line, without the newline; copied. */
void results_end(struct results *r, uint64_t seq, const char *line, size_t len);
/* Too much waits for the reader or for an earlier entry. */
bool results_is_full(const struct results *r);
int results_failed(const struct results *r); /* errno, 0 */
/* Everything is out or has failed: to be called when the loop is idle. */
void results_flush(struct results *r);

#endif
