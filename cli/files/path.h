/*
 * path -- where a path leads, and the way there.
 */
#ifndef CLI_FILES_PATH_H
#define CLI_FILES_PATH_H

#include <stdbool.h>

/* Creates the folders that the path names, as mkdir -p, with mode 0750.  False
 * with errno. */
bool path_make_folders(const char *path);

/* Where a chain of symbolic links ends, be there something or not; free() it.
 * NULL with errno. */
char *path_follow(const char *path);

#endif
