/*
 * tempfile -- files that must not outlive the program, and know their name.
 *
 * While it is open (from tempfile_open() to tempfile_rename() or
 * tempfile_remove()), a signal that ends the program removes it.
 */
#ifndef CLI_FILES_TEMPFILE_H
#define CLI_FILES_TEMPFILE_H

#include <stdbool.h>

struct tempfile {
    struct tempfile *next; /* of those that are open */
    struct tempfile *prev;
    char *path; /* NULL: not open */
};

/* Creates "FOLDER/.NAME.XXXXXX.part" beside `target`, mode 0600.  Its
 * descriptor, for reading and writing; -1 with errno. */
int tempfile_open(struct tempfile *t, const char *target);
/* False with errno: it is still open. */
bool tempfile_rename(struct tempfile *t, const char *target);
/* The same, but what is there already is not replaced: EEXIST. */
bool tempfile_rename_new(struct tempfile *t, const char *target);
void tempfile_remove(struct tempfile *t); /* if it is open */

/* A descriptor of a file in TMPDIR that has no name any more; -1 with errno. */
int tempfile_nameless(void);

#endif
