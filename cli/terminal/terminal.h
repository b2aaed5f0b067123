/*
 * terminal -- what a terminal may be shown.
 *
 * A server's bytes can move the cursor, change the title or fake a prompt, so
 * control bytes reach a terminal only as text: "\x1b".  Line feeds and tabs
 * pass, and CR just before LF.
 */
#ifndef CLI_TERMINAL_TERMINAL_H
#define CLI_TERMINAL_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/str.h"

/* Between the pieces of one stream of text; zeroed at its start. */
struct terminal {
    unsigned char held[4]; /* an unfinished character */
    size_t nheld;
};

/* Appends the piece to `to`, made harmless. */
void terminal_escape(struct terminal *t, struct str *to, const void *bytes,
                     size_t len);
/* The stream is over: what was held back. */
void terminal_finish(struct terminal *t, struct str *to);

/* A stream that is all there. */
void terminal_escape_all(struct str *to, const void *bytes, size_t len);

/* A string that must stay on its line: tabs and line ends are escaped too. */
void terminal_escape_line(struct str *to, const char *s);
void terminal_escape_bytes(struct str *to, const char *s, size_t len);

/* A server's text as it goes to fd: made harmless where that is a terminal. */
void terminal_suit(struct str *to, int fd, const struct str *text);

/* Would a person want to see these bytes? A NUL says no. */
bool terminal_is_binary(const void *bytes, size_t len);

/* Columns of the terminal at fd, or COLUMNS, or 80. */
unsigned terminal_width(int fd);

#endif
