/*
 * wrap -- text in lines that end between words.
 */
#ifndef CLI_TERMINAL_WRAP_H
#define CLI_TERMINAL_WRAP_H

#include "core/base/span.h"
#include "core/base/str.h"

/* Appends the words of some UTF-8 that can be printed, one blank between them, in lines
 * of fewer columns than `width` (UINT_MAX: one line).  What stands in the first line
 * already has `indent` columns, and so have the others in front.  A word that is wider
 * has a line for itself. */
void wrap_words(struct str *out, struct span text, unsigned indent,
                unsigned width);

#endif
