/*
 * input_jsonl -- a line of JSON as an entry of a batch.
 */
#ifndef CLI_INPUT_INPUT_JSONL_H
#define CLI_INPUT_INPUT_JSONL_H

#include <stdbool.h>
#include <stddef.h>

#include "entry/entry.h"

struct input_jsonl;

struct input_jsonl *input_jsonl_new(void);
void input_jsonl_free(struct input_jsonl *j);

/* --defaults: into the (empty) entry, which becomes a bad one when they are
 * wrong.  It must live as long as j. */
bool input_jsonl_defaults(struct input_jsonl *j, struct entry *e,
                          const char *json);

/* Fills the entry, which has its line and an id already; the id is replaced by
 * the line's own.  A line that is wrong makes it a bad entry. */
void input_jsonl_read(struct input_jsonl *j, struct entry *e, const char *line,
                      size_t len);

/* Looks for an id at the start of what is not JSON as a whole. */
void input_jsonl_find_id(struct input_jsonl *j, struct entry *e,
                         const char *line, size_t len);

/* What --defaults expects, for entries of other formats. */
void input_jsonl_expect(struct input_jsonl *j, struct entry *e);

#endif
