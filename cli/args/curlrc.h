/*
 * curlrc -- the syntax of curl's configuration files, a line at a time.
 *
 *     # a comment
 *     url = "https://example.com/"
 *     header: "X-A: \"quoted\""
 *     -o page.html
 *     next
 *
 * An option stands with its dashes or without; without, the first '=' or ':'
 * or space ends its name.  A value ends at a space unless it stands in double
 * quotes, where \\ \" \t \n \r \v are what they are in C.
 *
 * Only the syntax: what the options mean is parser_line()'s business.
 */
#ifndef CLI_ARGS_CURLRC_H
#define CLI_ARGS_CURLRC_H

#include <stdbool.h>

struct curlrc_line {
    char *option;   /* "url", "-o", "--output"; NULL: the line is empty */
    char *argument; /* NULL: none */
    /* What curl would not mind, although it is hardly meant; or NULL. */
    const char *flaw;
};

/* Takes one line apart, in place: *out points into it.  A line break at its
 * end does no harm. */
void curlrc_line(struct curlrc_line *out, char *line);

/* Walks through a NUL-terminated text. */
struct curlrc_reader {
    char *at;
    unsigned line; /* of what curlrc_next() gave, from 1 */
};

/* The next line, empty ones too, without its end; NULL behind the last. */
char *curlrc_next(struct curlrc_reader *r);

#endif
