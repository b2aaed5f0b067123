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
 * The file name for a URL's path: what follows its last slash.  It never has a
 * slash, a leading dot or a control byte in it and is at most FILENAME_LONGEST bytes
 * long.  NULL when the path names no file; free() it.
 */
char *filename_from_path(const char *path);

/* FOLDER/NAME; folder may be NULL.  free() it. */
char *filename_join(const char *folder, const char *name);

/* The last part of a local path, for uploads. */
const char *filename_last(const char *path);

#endif
