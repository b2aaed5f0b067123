/*
 * feed_rig -- a feed over a text or a descriptor, for tests.
 */
#ifndef TESTS_UNIT_CLI_FEED_RIG_H
#define TESTS_UNIT_CLI_FEED_RIG_H

#include "input/feed.h"

struct feed_rig {
    struct qv_client *client;
    struct feed *feed;
    struct feed_options options;
    struct qv_error error;
    char path[64];
    const char *files[1];
    unsigned nready;
};

/* A feed of the bytes; options may be NULL.  The feed is NULL with an error. */
void feed_rig_open(struct feed_rig *r, const char *bytes, size_t len,
                   const struct feed_options *o);
void feed_rig_close(struct feed_rig *r);

/* The next entry, NULL at the end. */
struct entry *feed_rig_next(struct feed_rig *r);

/* The first header of that name as a whole, or NULL. */
const char *feed_rig_header(const struct entry *e, const char *name);

#endif
