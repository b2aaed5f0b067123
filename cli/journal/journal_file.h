/*
 * journal_file -- a file that grows by small pieces, safe from kill -9.
 *
 * Pieces are stored into a shared mapping of the file: a store costs no system
 * call, and is the kernel's as soon as it is made, so that a process that is
 * killed has lost none.  While it runs the file has a tail of zeros.  Where a
 * file cannot be mapped, each piece is written.
 */
#ifndef CLI_JOURNAL_JOURNAL_FILE_H
#define CLI_JOURNAL_JOURNAL_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct journal_file {
    int fd;
    uint64_t size; /* of what was appended, without the zeros */
    char *window;  /* of the file, mapped; NULL: none yet */
    uint64_t window_at;
    size_t window_len;
    bool is_written; /* instead of mapped */
    int failed;      /* errno of what failed, 0 */
};

/* Opens and locks it, empty or not; false with errno, EWOULDBLOCK: another
 * process has it. */
bool journal_file_open(struct journal_file *f, const char *path);
void journal_file_close(struct journal_file *f);

/* What stands behind that is forgotten. */
bool journal_file_cut(struct journal_file *f, uint64_t size);
void journal_file_append(struct journal_file *f, const void *data, size_t len);
/* To the disk. */
void journal_file_sync(struct journal_file *f);

#endif
