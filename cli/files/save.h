/*
 * save -- a file that appears under its name only when it is complete.
 *
 * Until save_finish() the bytes are in a hidden file beside it, which
 * save_abort() removes, or, where none can be made, in one without a name.
 * Devices, pipes and sockets are opened directly.
 */
#ifndef CLI_FILES_SAVE_H
#define CLI_FILES_SAVE_H

#include <stdbool.h>
#include <stddef.h>

#include "files/tempfile.h"

enum save_mode {
    SAVE_UNOPENED,
    SAVE_TEMP,    /* renamed at the end */
    SAVE_SPOOL,   /* copied at the end: the folder takes no new file */
    SAVE_INPLACE, /* the same, and there is no room for a spool either */
    SAVE_DIRECT,  /* not a regular file */
    SAVE_IGNORE,  /* /dev/null */
};

struct save {
    char *path;   /* what the user named, or the URL */
    char *target; /* what a symbolic link leads to, or the same */
    struct tempfile temp;
    int fd;
    enum save_mode mode;
    bool create_dirs;
    bool no_follow; /* a symbolic link is replaced, not followed */
    bool is_immediate;
    int mode_bits; /* of the file that is replaced; -1: none */
    char *buffer;
    size_t used;
};

/* The path is copied. */
void save_init(struct save *s, const char *path);
/* False with errno, here and below; save_abort() is still to be called. */
bool save_open(struct save *s);
bool save_write(struct save *s, const void *data, size_t len);
bool save_finish(struct save *s); /* creates an empty file, too */
/* Nothing after save_finish().  errno stays: it tells why. */
void save_abort(struct save *s);
/* As if nothing had been written, and save_fini().  False, and nothing is done,
 * when it went to a device or pipe. */
bool save_restart(struct save *s);
void save_fini(struct save *s);

#endif
