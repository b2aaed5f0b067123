/*
 * special_file -- pipes, terminals and devices that are named where a file might
 * be, and get a few lines now and then: -D, -w %output{}, --metrics ...
 *
 * A reader of one may be slow, or not there yet.  So each has a line_writer,
 * from when it is first written to until the end of the program; all who write
 * to one path share it, and nothing is lost.  Who sends much asks
 * special_files_are_full() before he goes on.
 */
#ifndef CLI_FILES_SPECIAL_FILE_H
#define CLI_FILES_SPECIAL_FILE_H

#include <stdbool.h>

#include "core/base/str.h"

/* Is there something that is neither a regular file nor a folder? */
bool special_file_is(const char *path);

/* For people: what a server has said is to be made harmless. */
bool special_file_is_terminal(const char *path);
/* Lines for it; false with errno: it cannot be opened, or its reader is gone. */
bool special_file_write(const char *path, const struct str *lines);
/* The reader has not taken all that was written before. */
bool special_file_is_behind(const char *path);

/* So much waits for readers that no more should be made for now.  Nobody is told
 * when there is room again. */
bool special_files_are_full(void);

/* At the end of the program, and before console_close(): waits until every
 * reader has everything, or is gone; see line_writer_give_up(). */
void special_files_close(void);

#endif
