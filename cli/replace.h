/*
 * replace -- a file that is always complete, written at once (save.h).
 */
#ifndef CLI_REPLACE_H
#define CLI_REPLACE_H

#include "text.h"

/* 0, or errno. */
int replace_file(const char *path, const struct text *content);

#endif
