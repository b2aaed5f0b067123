/*
 * spool_file -- a file that a report is written to, in large writes.
 */
#ifndef CLI_FILES_SPOOL_FILE_H
#define CLI_FILES_SPOOL_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/str.h"
#include "terminal/escape.h"

struct spool_file {
    const char *path; /* NULL or "-": standard output */
    int fd;
    struct str text;  /* not yet written */
    bool is_terminal; /* which gets no control bytes of a server */
    struct escape terminal;
    int failed; /* errno of what failed, 0 */
};

/* False after telling why. */
bool spool_file_open(struct spool_file *o, const char *path);
/* A file without a name, for what can be written only after what follows. */
bool spool_file_open_spool(struct spool_file *o);
/* To be called now and then: writes `text` when it has become long. */
void spool_file_relieve(struct spool_file *o);
/* Appends all that a spool holds. */
void spool_file_append(struct spool_file *o, struct spool_file *spool);
/* Each piece of a spool that was filled with pieces of this size, which are at
 * most 64 KiB; what failed is in `failed`. */
void spool_file_each(struct spool_file *spool, size_t size,
                     void (*on_piece)(void *user, const void *piece),
                     void *user);
/* False after telling what failed; a reader that went away is not told. */
bool spool_file_close(struct spool_file *o);

#endif
