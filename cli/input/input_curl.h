/*
 * input_curl -- a curl configuration (curl -K) as entries of a batch: each URL
 * of each group between `next` is one, and each URL that a glob stands for.
 */
#ifndef CLI_INPUT_INPUT_CURL_H
#define CLI_INPUT_INPUT_CURL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "entry/entry.h"

struct entry_pool;
struct input_curl;
struct input_notes;

/* notes: what is odd in a line; borrowed.  on_gone: an operation that entries
 * were made from is freed.  NULL. */
struct input_curl *
input_curl_new(struct entry_pool *pool, const struct operation *defaults,
               struct input_notes *notes,
               void (*on_gone)(void *user, const struct operation *op),
               void *user);
void input_curl_free(struct input_curl *c); /* before the pool */

/* To be called while input_curl_has() is false. */
void input_curl_line(struct input_curl *c, const char *line, size_t len,
                     uint64_t number);
void input_curl_fail(struct input_curl *c, uint64_t number,
                     const char *message);
/* Behind the last line of a file. */
void input_curl_end(struct input_curl *c);

/* Is there an entry?  *line is where its URL, or its mistake, stands. */
bool input_curl_has(struct input_curl *c, uint64_t *line);
/* Makes it; the entry is new. */
void input_curl_take(struct input_curl *c, struct entry *e);

#endif
