/*
 * state -- the files that outlive a run: tickets, alternative services.
 *
 * Read as the run begins and written as it ends, each if something has changed.
 * Nothing is opened unless an option asks for it, and nothing that is wrong with
 * a file ends a run: it is told in one line, and a file that cannot be read is
 * put aside (FILE.bad).
 */
#ifndef CLI_STATE_STATE_H
#define CLI_STATE_STATE_H

#include <stdbool.h>

#include "core/quiver.h"
#include "request/state_options.h"

struct state_file {
    char *path;      /* NULL: not wanted */
    bool must_write; /* what it had was put aside */
};

struct state {
    struct qv_client *client;
    struct state_file files[QV_STATE_COUNT];
    /* A line without the word "warning". */
    void (*warn)(void *user, const char *text);
    void *user;
};

/* The client has done nothing yet; it outlives state_end(). */
void state_begin(struct state *s, struct qv_client *client,
                 const struct state_options *o,
                 void (*warning)(void *user, const char *text), void *user);
/* The client does nothing any more.  More than once does nothing more. */
void state_end(struct state *s);

#endif
