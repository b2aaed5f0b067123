/*
 * saved -- the file of a job: what -o, -O and -J name it, what becomes of one
 * that is there (--no-clobber, -C), and what it is given when it is complete (-R,
 * --xattr).
 *
 * Functions that may fail say so with errno.
 */
#ifndef CLI_FETCH_SAVED_H
#define CLI_FETCH_SAVED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/quiver.h"
#include "files/atomic_file.h"
#include "request/cmdline.h"

struct saved {
    const struct operation *op;
    const struct target *target;
    struct outlets *outlets;
    /* After saved_is_full(): no more. */
    void (*on_drain)(struct saved *s);
    char *name;        /* its path; NULL: there is no file; the saved's */
    bool is_continued; /* -C: what came of it stays under the name */
    uint64_t had;      /* -C: bytes that were there */
    /* private: */
    bool is_servers_name;
    bool is_open; /* `file` is in use */
    struct atomic_file file;
    const struct qv_result *result; /* while it is completed */
};

/* -C: looks at what is there.  *offset is where to go on, from what the user has
 * said or by the file; *validator what it is a part of, or NULL; free() it. */
void saved_continue(struct saved *s, uint64_t *offset, char **validator);
/* Is there one already? */
bool saved_exists(const struct saved *s);
/* -J, before anything is written: a final head, or that of a redirect, may give it
 * another name. */
void saved_name_by(struct saved *s, const struct qv_head *head);

bool saved_write(struct saved *s, const void *data, size_t len);
bool saved_is_full(const struct saved *s);
/* Can the file take back what it was given? */
bool saved_is_regular(const struct saved *s);
/* The file is a part of something that can be known again by this. */
void saved_note_validator(struct saved *s, const char *validator);
/* Only so much of the file is kept, and it goes on from there. */
bool saved_cut(struct saved *s, uint64_t len);
/* As if nothing had been written; false when that cannot be. */
bool saved_restart(struct saved *s);
/* The file is complete, and gets its name. */
bool saved_finish(struct saved *s, const struct qv_result *result);
/* The file is not complete; errno stays. */
void saved_abort(struct saved *s);
void saved_fini(struct saved *s);

#endif
