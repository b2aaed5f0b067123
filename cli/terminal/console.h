/*
 * console -- standard error, for all that is said to people: -v, messages,
 * progress.
 *
 * Everything that goes there goes through here, so that it stays in its order
 * and never makes the loop wait: see line_writer.h.  A reader that does not
 * read finds, when he reads on, the line that tells how many lines he has
 * missed; errors and warnings are never among them.
 */
#ifndef CLI_TERMINAL_CONSOLE_H
#define CLI_TERMINAL_CONSOLE_H

#include <stdbool.h>

#include "core/base/str.h"

/* Whole lines; or what moves the cursor of a terminal. */
void console_write(const struct str *lines);
/* What must not be missed. */
void console_urge(const struct str *lines);

/* Nobody reads at the moment: what is drawn again and again may be left out. */
bool console_is_behind(void);
/* errno of the write that failed last, 0. */
int console_failed(void);

/* At the end of the program, and before descriptor 2 becomes another file:
 * waits until everything was read, or the reader is gone. */
void console_close(void);

#endif
