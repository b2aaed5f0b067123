/*
 * help_wrap -- paragraphs of help as a terminal of 80 columns shows them.
 */
#ifndef CLI_HELP_HELP_WRAP_H
#define CLI_HELP_HELP_WRAP_H

#include "core/base/str.h"

/* Appends paragraphs filled to 79 columns, each line behind so many blanks.  A line end
 * in the text ends one. */
void help_wrap(struct str *out, const char *text, unsigned indent);

#endif
