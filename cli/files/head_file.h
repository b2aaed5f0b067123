/*
 * head_file -- the file of -D, into which transfers write their heads.
 *
 * It holds what -o holds: when a transfer is tried anew, the heads that its
 * ended try has written are taken out again, wherever others have written
 * since.  What went into a pipe or to a terminal
 * (special_file.h) stays there.
 */
#ifndef CLI_FILES_HEAD_FILE_H
#define CLI_FILES_HEAD_FILE_H

#include <stdbool.h>

#include "core/base/str.h"

struct head_piece;

struct head_file {
    int fd;                   /* from the first head on; -1: none came yet */
    struct head_piece *first; /* of transfers that are not over */
    struct head_piece *last;
};

void head_file_init(struct head_file *f);
void head_file_fini(struct head_file *f);

/* Appends a head of `writer`.  The first one empties the file.  False with
 * errno, here and below. */
bool head_file_add(struct head_file *f, const char *path, const void *writer,
                   const struct str *head);
/* Takes out the heads of this writer. */
bool head_file_take_back(struct head_file *f, const char *path,
                         const void *writer);
/* Nothing of this writer will be taken back any more. */
void head_file_settle(struct head_file *f, const void *writer);

#endif
