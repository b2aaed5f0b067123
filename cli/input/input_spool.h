/*
 * input_spool -- a copy of what came from standard input, for a run that goes
 * on with it after this one was stopped.
 *
 * Written as it is read: what a run has used is in the file, and kill -9 takes
 * nothing of it away.  The journal, which speaks of it, has it on the disk first
 * (syncer_too()).  Its lines end; one that does not was torn.
 */
#ifndef CLI_INPUT_INPUT_SPOOL_H
#define CLI_INPUT_INPUT_SPOOL_H

#include <stdbool.h>
#include <stddef.h>

#include "core/quiver.h"

struct input_spool {
    const char *path; /* borrowed */
    int fd;           /* -1: not open */
    char last_byte;
};

/* Begins the file anew.  False with *error. */
bool input_spool_open(struct input_spool *s, const char *path,
                      struct qv_error *error);
void input_spool_close(struct input_spool *s);

/* False with *error, as well if it was not written as a whole. */
bool input_spool_add(struct input_spool *s, const char *bytes, size_t len,
                     struct qv_error *error);
/* Behind the last byte: ends the last line. */
bool input_spool_end(struct input_spool *s, struct qv_error *error);

#endif
