/*
 * feed_curl -- a curl configuration (curl -K) as entries of a batch: each URL
 * of each group between `next` is one, and each URL that a glob stands for.
 */
#ifndef CLI_INPUT_FEED_CURL_H
#define CLI_INPUT_FEED_CURL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "entry/entry.h"

struct entry_pool;
struct feed_curl;
struct feed_notes;

/* notes: what is odd in a line; borrowed.  on_gone: an operation that entries
 * were made from is freed.  NULL. */
struct feed_curl *
feed_curl_new(struct entry_pool *pool, const struct operation *defaults,
              struct feed_notes *notes,
              void (*on_gone)(void *user, const struct operation *op),
              void *user);
void feed_curl_free(struct feed_curl *c); /* before the pool */

/* To be called while feed_curl_has() is false. */
void feed_curl_line(struct feed_curl *c, const char *line, size_t len,
                    uint64_t number);
void feed_curl_fail(struct feed_curl *c, uint64_t number, const char *message);
/* Behind the last line of a file. */
void feed_curl_end(struct feed_curl *c);

/* Is there an entry?  *line is where its URL, or its mistake, stands. */
bool feed_curl_has(struct feed_curl *c, uint64_t *line);
/* Makes it; the entry is new. */
void feed_curl_take(struct feed_curl *c, struct entry *e);

#endif
