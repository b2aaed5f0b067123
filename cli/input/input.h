/*
 * input -- the input of a batch as a stream of entries.
 *
 * Files one after the other, or standard input read as it comes: the input
 * reads no further than it is asked for, so that whoever writes into the pipe
 * is held back.  What is in memory is one line and one read buffer.
 */
#ifndef CLI_INPUT_INPUT_H
#define CLI_INPUT_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/quiver.h"
#include "entry/entry.h"
#include "request/cmdline.h"

enum input_format {
    INPUT_AUTO, /* by the first bytes of each file */
    INPUT_JSONL,
    INPUT_URLS,
    INPUT_CURL,
    INPUT_HAR,
};

struct input_options {
    enum input_format format;
    const char *const *files; /* "-": standard input */
    size_t nfiles;
    size_t line_max; /* bytes; a longer line is a bad one */
    /* What every request starts from; lines override it.  Borrowed, and not
     * changed, as long as the input and its entries live; so are the names of
     * the files. */
    const struct operation *defaults;
    /* --defaults: a JSON object with fields of lines, but no id and no url.
     * Over `defaults`, under each line of any format but curl's.  NULL. */
    const char *defaults_json;
    /* A file that gets a copy of what came from standard input, before an
     * entry of it is given out; when it is on the disk is the caller's matter.
     * NULL: none. */
    const char *spool;
    /* The spool of an earlier run is read in the place of standard input, which
     * is left alone.  A last line without its end was torn by that run's end
     * and does not count. */
    bool resume;
    /* An operation that entries pointed to (entry.op) is no more: one of a
     * group in a curl configuration, when its last entry is freed.  NULL. */
    void (*on_gone)(void *user, const struct operation *op);
    /* Something in the input is hardly meant so and stops nothing: one line,
     * with file and place.  Called within input_next().  NULL. */
    void (*on_note)(void *user, const char *text);
};

enum input_state {
    INPUT_ENTRY,
    INPUT_WAIT,   /* nothing there yet: on_ready comes */
    INPUT_END,    /* of the last file */
    INPUT_FAILED, /* cannot be read: *error; the next call takes the next file */
};

struct input;

/* NULL with *error: a file that is not there or may not be read, or defaults
 * that are wrong.  on_ready: input_next() has something to say again; once for
 * each INPUT_WAIT. */
struct input *input_new(struct qv_client *client, const struct input_options *o,
                        void (*on_ready)(void *user), void *user,
                        struct qv_error *error);
void input_free(struct input *f); /* entries may live longer */

/* INPUT_ENTRY: *entry is the caller's, for entry_free(). */
enum input_state input_next(struct input *f, struct entry **entry,
                            struct qv_error *error);
/* The spool's descriptor, -1: none is written.  It lives as long as the input. */
int input_spool_fd(const struct input *f);
/* Entries given out so far. */
uint64_t input_count(const struct input *f);
/* Bytes of the input read and their sum (0: unknown), for progress. */
void input_position(const struct input *f, uint64_t *at, uint64_t *size);

#endif
