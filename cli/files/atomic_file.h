/*
 * atomic_file -- a file that appears under its name only when it is complete.
 *
 * Until atomic_file_finish() the bytes are in a hidden file beside it, which
 * atomic_file_abort() removes, or, where none can be made, in one without a name.
 *
 * `is_appended` is the exception, for who wants to see a part under the name: the
 * bytes go behind those that are there, and what came stays when the rest fails.
 *
 * What goes to a pipe, terminal or device has an outlet (outlet.h): its reader is
 * not waited for, and a producer of much pauses while atomic_file_is_full().
 *
 * atomic_file_replace() is all of it for content that is there already.
 */
#ifndef CLI_FILES_ATOMIC_FILE_H
#define CLI_FILES_ATOMIC_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/str.h"
#include "files/outlet.h"
#include "files/tempfile.h"

enum atomic_file_mode {
    ATOMIC_FILE_UNOPENED,
    ATOMIC_FILE_TEMP,    /* renamed at the end */
    ATOMIC_FILE_SPOOL,   /* copied at the end: the folder takes no new file */
    ATOMIC_FILE_INPLACE, /* the same, and there is no room for a spool either */
    ATOMIC_FILE_APPEND,  /* written where it is */
    ATOMIC_FILE_DIRECT,  /* not a regular file */
    ATOMIC_FILE_IGNORE,  /* /dev/null */
};

/* What becomes of a regular file that has the name. */
enum atomic_file_existing {
    ATOMIC_FILE_REPLACE,
    ATOMIC_FILE_REFUSE, /* it stays: EEXIST */
    ATOMIC_FILE_NUMBER, /* it stays: ours becomes NAME.1, or up to NAME.100 */
};

struct atomic_file {
    char *path;   /* what the user named, or the URL; what it has become */
    char *target; /* what a symbolic link leads to, or the same */
    struct tempfile temp;
    int fd;
    enum atomic_file_mode mode;
    bool create_dirs;
    bool no_follow; /* a symbolic link is replaced, not followed */
    bool is_immediate;
    bool is_appended;
    enum atomic_file_existing existing;
    unsigned create_mode; /* permissions of a new file; 0: by the umask */
    /* All bytes are in the file, which gets its name, or is closed, next: for
     * its times and attributes.  NULL: nothing is to be done. */
    void (*on_complete)(struct atomic_file *s, int fd);
    struct outlets *outlets; /* outlive it; NULL: it must be a regular file */
    /* Of an outlet: it is not full any more.  Told from the loop. */
    void (*on_drain)(struct atomic_file *s);
    /* private: */
    struct outlet *outlet;
    int mode_bits; /* of the file that is replaced; -1: none */
    char *buffer;
    size_t used;
};

/* The path is copied.  Options, `outlets` and `on_drain` may be set after it. */
void atomic_file_init(struct atomic_file *s, const char *path);
bool atomic_file_write(struct atomic_file *s, const void *data, size_t len);
/* May more be written now? */
bool atomic_file_is_full(const struct atomic_file *s);
bool atomic_file_finish(struct atomic_file *s); /* creates an empty file, too */
/* What was written is cut to this length, and goes on from there.  False when it
 * went to a device or pipe. */
bool atomic_file_cut(struct atomic_file *s, uint64_t len);
/* Nothing after atomic_file_finish(); what an outlet was given still goes there.
 * errno stays: it tells why. */
void atomic_file_abort(struct atomic_file *s);
/* As if nothing had been written, and atomic_file_fini().  False, and nothing is done,
 * when it went to a device or pipe. */
bool atomic_file_restart(struct atomic_file *s);
void atomic_file_fini(struct atomic_file *s);

/* The file at the path becomes this, at once; to a pipe or device it goes as it
 * is read (special_file.h).  0, or errno. */
int atomic_file_replace(const char *path, const struct str *content);

#endif
