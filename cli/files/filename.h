/*
 * filename -- names for files that the user did not type.
 */
#ifndef CLI_FILES_FILENAME_H
#define CLI_FILES_FILENAME_H

#include <stdbool.h>
#include <stddef.h>

enum {
    FILENAME_LONGEST = 255
};

/*
 * The name made safe: no slash, no leading dot, no control byte, at most
 * FILENAME_LONGEST bytes.  NULL when it is empty; free() it.
 */
char *filename_safe(const char *name);

/*
 * The safe file name for a URL's path, as curl's -O: what follows its last slash,
 * or the one before when nothing does, or "curl_response".  free() it.
 */
char *filename_from_path(const char *path);

/* FOLDER/NAME; folder may be NULL.  free() it. */
char *filename_join(const char *folder, const char *name);

/* The last part of a local path, for uploads. */
const char *filename_last(const char *path);

#endif
