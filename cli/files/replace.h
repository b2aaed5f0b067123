/*
 * replace -- a file that is always complete, written at once (save.h).
 */
#ifndef CLI_FILES_REPLACE_H
#define CLI_FILES_REPLACE_H

#include "core/base/str.h"

/* 0, or errno. */
int replace_file(const char *path, const struct str *content);

#endif
