/*
 * feed -- the input of a batch as a stream of entries.
 *
 * Files one after the other, or standard input read as it comes: the feed
 * reads no further than it is asked for, so that whoever writes into the pipe
 * is held back.  What is in memory is one line and one read buffer.
 */
#ifndef CLI_FEED_H
#define CLI_FEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/quiver.h"
#include "entry.h"
#include "session.h"

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
    /* What every request starts from; lines override it. */
    const struct operation *defaults;
    const char *spool; /* a copy of what came from standard input; NULL */
};

enum feed_state {
    FEED_ENTRY,
    FEED_WAIT,   /* nothing there yet: on_ready comes */
    FEED_END,    /* of the last file */
    FEED_FAILED, /* cannot be read: *error */
};

struct feed;

struct feed *feed_new(struct qv_client *client, const struct feed_options *o,
                      void (*on_ready)(void *user), void *user);
void feed_free(struct feed *f);

/* FEED_ENTRY: *entry is the caller's. */
enum feed_state feed_next(struct feed *f, struct entry **entry,
                          struct qv_error *error);
/* Entries given out so far. */
uint64_t feed_count(const struct feed *f);
/* Bytes of the input read and their sum (0: unknown), for progress. */
void feed_position(const struct feed *f, uint64_t *at, uint64_t *size);

#endif
