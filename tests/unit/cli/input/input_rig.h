/*
 * input_rig -- a input over a text or a descriptor, for tests.
 */
#ifndef TESTS_UNIT_CLI_FEED_RIG_H
#define TESTS_UNIT_CLI_FEED_RIG_H

#include "input/input.h"

struct input_rig {
    struct qv_client *client;
    struct input *input;
    struct input_options options;
    struct qv_error error;
    char path[64];
    const char *files[1];
    unsigned nready;
};

/* A input of the bytes; options may be NULL.  The input is NULL with an error. */
void input_rig_open(struct input_rig *r, const char *bytes, size_t len,
                    const struct input_options *o);
void input_rig_close(struct input_rig *r);

/* The next entry, NULL at the end. */
struct entry *input_rig_next(struct input_rig *r);

/* The first header of that name as a whole, or NULL. */
const char *input_rig_header(const struct entry *e, const char *name);

#endif
