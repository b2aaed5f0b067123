/*
 * atomic_file -- a file that appears under its name only when it is complete.
 *
 * Until atomic_file_finish() the bytes are in a hidden file beside it, which
 * atomic_file_abort() removes, or, where none can be made, in one without a name.
 * Devices, pipes and sockets are opened directly.
 */
#ifndef CLI_FILES_ATOMIC_FILE_H
#define CLI_FILES_ATOMIC_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "files/tempfile.h"

enum atomic_file_mode {
    ATOMIC_FILE_UNOPENED,
    ATOMIC_FILE_TEMP,    /* renamed at the end */
    ATOMIC_FILE_SPOOL,   /* copied at the end: the folder takes no new file */
    ATOMIC_FILE_INPLACE, /* the same, and there is no room for a spool either */
    ATOMIC_FILE_DIRECT,  /* not a regular file */
    ATOMIC_FILE_IGNORE,  /* /dev/null */
};

struct atomic_file {
    char *path;   /* what the user named, or the URL */
    char *target; /* what a symbolic link leads to, or the same */
    struct tempfile temp;
    int fd;
    enum atomic_file_mode mode;
    bool create_dirs;
    bool no_follow; /* a symbolic link is replaced, not followed */
    bool is_immediate;
    int mode_bits; /* of the file that is replaced; -1: none */
    char *buffer;
    size_t used;
};

/* The path is copied. */
void atomic_file_init(struct atomic_file *s, const char *path);
/* False with errno, here and below; atomic_file_abort() is still to be called. */
bool atomic_file_open(struct atomic_file *s);
bool atomic_file_write(struct atomic_file *s, const void *data, size_t len);
bool atomic_file_finish(struct atomic_file *s); /* creates an empty file, too */
/* Nothing after atomic_file_finish().  errno stays: it tells why. */
void atomic_file_abort(struct atomic_file *s);
/* As if nothing had been written, and atomic_file_fini().  False, and nothing is done,
 * when it went to a device or pipe. */
bool atomic_file_restart(struct atomic_file *s);
void atomic_file_fini(struct atomic_file *s);

#endif
