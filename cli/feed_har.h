/*
 * feed_har -- the requests of a HAR (HTTP Archive 1.2), as entries of a batch.
 *
 * A HAR is one JSON document, so all of it is in memory while its entries are
 * given out.
 */
#ifndef CLI_FEED_HAR_H
#define CLI_FEED_HAR_H

#include <stdbool.h>
#include <stddef.h>

#include "core/quiver.h"
#include "entry.h"
#include "text.h"

/* Most bytes of a HAR: browsers write hundreds of megabytes. */
#define FEED_HAR_MAX ((size_t)1024 * 1024 * 1024)

struct feed_har;

/* Takes the text over.  NULL with *error when it is no HAR. */
struct feed_har *feed_har_new(struct text *text, const char *file,
                              struct qv_error *error);
void feed_har_free(struct feed_har *h);

/* False behind the last one. */
bool feed_har_has(const struct feed_har *h);
/* Fills an entry, which is new. */
void feed_har_take(struct feed_har *h, struct entry *e);

#endif
