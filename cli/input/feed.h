/*
 * feed -- the input of a batch as a stream of entries.
 *
 * Files one after the other, or standard input read as it comes: the feed
 * reads no further than it is asked for, so that whoever writes into the pipe
 * is held back.  What is in memory is one line and one read buffer.
 */
#ifndef CLI_INPUT_FEED_H
#define CLI_INPUT_FEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/quiver.h"
#include "entry/entry.h"
#include "request/session.h"

enum feed_format {
    FEED_AUTO, /* by the first bytes of each file */
    FEED_JSONL,
    FEED_URLS,
    FEED_CURL,
    FEED_HAR,
};

struct feed_options {
    enum feed_format format;
    const char *const *files; /* "-": standard input */
    size_t nfiles;
    size_t line_max; /* bytes; a longer line is a bad one */
    /* What every request starts from; lines override it.  Borrowed, and not
     * changed, as long as the feed and its entries live; so are the names of
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
     * with file and place.  Called within feed_next().  NULL. */
    void (*on_note)(void *user, const char *text);
};

enum feed_state {
    FEED_ENTRY,
    FEED_WAIT,   /* nothing there yet: on_ready comes */
    FEED_END,    /* of the last file */
    FEED_FAILED, /* cannot be read: *error; the next call takes the next file */
};

struct feed;

/* NULL with *error: a file that is not there or may not be read, or defaults
 * that are wrong.  on_ready: feed_next() has something to say again; once for
 * each FEED_WAIT. */
struct feed *feed_new(struct qv_client *client, const struct feed_options *o,
                      void (*on_ready)(void *user), void *user,
                      struct qv_error *error);
void feed_free(struct feed *f); /* entries may live longer */

/* FEED_ENTRY: *entry is the caller's, for entry_free(). */
enum feed_state feed_next(struct feed *f, struct entry **entry,
                          struct qv_error *error);
/* The spool's descriptor, -1: none is written.  It lives as long as the feed. */
int feed_spool_fd(const struct feed *f);
/* Entries given out so far. */
uint64_t feed_count(const struct feed *f);
/* Bytes of the input read and their sum (0: unknown), for progress. */
void feed_position(const struct feed *f, uint64_t *at, uint64_t *size);

#endif
