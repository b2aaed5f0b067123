/*
 * replace -- files that are always complete: written beside, then renamed.
 */
#ifndef CLI_REPLACE_H
#define CLI_REPLACE_H

#include "text.h"

/* 0, or errno.  What is not a regular file (a pipe, /dev/stderr) is written
 * into as it is. */
int replace_file(const char *path, const struct text *content);

#endif
