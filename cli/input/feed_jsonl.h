/*
 * feed_jsonl -- a line of JSON as an entry of a batch.
 */
#ifndef CLI_INPUT_FEED_JSONL_H
#define CLI_INPUT_FEED_JSONL_H

#include <stdbool.h>
#include <stddef.h>

#include "entry/entry.h"

struct feed_jsonl;

struct feed_jsonl *feed_jsonl_new(void);
void feed_jsonl_free(struct feed_jsonl *j);

/* --defaults: into the (empty) entry, which becomes a bad one when they are
 * wrong.  It must live as long as j. */
bool feed_jsonl_defaults(struct feed_jsonl *j, struct entry *e,
                         const char *json);

/* Fills the entry, which has its line and an id already; the id is replaced by
 * the line's own.  A line that is wrong makes it a bad entry. */
void feed_jsonl_read(struct feed_jsonl *j, struct entry *e, const char *line,
                     size_t len);

/* Looks for an id at the start of what is not JSON as a whole. */
void feed_jsonl_find_id(struct feed_jsonl *j, struct entry *e, const char *line,
                        size_t len);

/* What --defaults expects, for entries of other formats. */
void feed_jsonl_expect(struct feed_jsonl *j, struct entry *e);

#endif
