/*
 * escape -- what a terminal may be shown.
 *
 * A server's bytes can move the cursor, change the title or fake a prompt, so
 * control bytes reach a terminal only as text: "\x1b".  Line feeds and tabs
 * pass, and CR just before LF.
 */
#ifndef CLI_TERMINAL_ESCAPE_H
#define CLI_TERMINAL_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/str.h"

/* Between the pieces of one stream of text; zeroed at its start. */
struct escape {
    unsigned char held[4]; /* an unfinished character */
    size_t nheld;
};

/* Appends the piece to `to`, made harmless. */
void escape_piece(struct escape *t, struct str *to, const void *bytes,
                  size_t len);
/* The stream is over: what was held back. */
void escape_finish(struct escape *t, struct str *to);

/* A stream that is all there. */
void escape_all(struct str *to, const void *bytes, size_t len);

/* A string that must stay on its line: tabs and line ends are escaped too. */
void escape_line(struct str *to, const char *s);
void escape_bytes(struct str *to, const char *s, size_t len);

/* A server's text as it goes to fd: made harmless where that is a terminal. */
void escape_for_fd(struct str *to, int fd, const struct str *text);

/* Would a person want to see these bytes? A NUL says no. */
bool escape_is_binary(const void *bytes, size_t len);

#endif
