/*
 * whole_file -- files that are read and written as one string.
 *
 * These block: they are for what is done before transfers run, and after.
 */
#ifndef CLI_BASE_WHOLE_FILE_H
#define CLI_BASE_WHOLE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/str.h"

/* Appends a whole file, "-" is standard input.  False with errno. */
bool whole_file_read(struct str *to, const char *path);
/* The bytes from the first to the last one, both included and counted from 0, as
 * far as there are any; no others are read but to skip them. */
bool whole_file_read_part(struct str *to, const char *path, uint64_t first,
                          uint64_t last);
/* A whole one that people edit: without its byte order mark. */
bool whole_file_read_edited(struct str *to, const char *path);

/* Length of the byte order mark (of UTF-8) that editors put in front of a
 * text; 0: there is none. */
size_t whole_file_mark_len(const char *bytes, size_t len);

/* Writes all of it to a blocking descriptor; false with errno. */
bool whole_file_write(const struct str *bytes, int fd);

#endif
