/*
 * state_text -- the texts of files that outlive a run: read when they can be
 * trusted, replaced as a whole, under a lock, and shown to nobody else.
 */
#ifndef CLI_STATE_STATE_TEXT_H
#define CLI_STATE_STATE_TEXT_H

#include <stdbool.h>

#include "core/base/str.h"

/* Who is told: a line without the word "warning". */
struct state_teller {
    void (*warn)(void *user, const char *text);
    void *user;
};

void state_text_warn(const struct state_teller *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Appends what the file has; nothing if there is none.  False after a warning: it
 * cannot be used, now or later.  is_named: the user knows whose it is. */
bool state_text_read(struct str *text, const char *path, bool is_named,
                     const struct state_teller *t);
/* The same in silence, before the file is written.  False: it cannot be read. */
bool state_text_read_again(struct str *text, const char *path);
/* 0, or errno.  "-" is standard output. */
int state_text_replace(const char *path, const struct str *text);
/* A copy stays as FILE.bad, and is told of: the file itself is about to be
 * written. */
void state_text_put_aside(const char *path, const char *why,
                          const struct state_teller *t);

/* For state_text_unlock(); -1: there is no lock, which is no reason not to write. */
int state_text_lock(const char *path);
void state_text_unlock(int lock);

/* Secrets do not stay in memory that is used again. */
void state_text_wipe(struct str *text);

#endif
