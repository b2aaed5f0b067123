/*
 * colour -- what is told apart by colour on a terminal.
 *
 * Sixteen colours, which the terminal's owner has chosen; and never colour alone:
 * the words say the same.
 */
#ifndef CLI_TERMINAL_COLOUR_H
#define CLI_TERMINAL_COLOUR_H

#include <stdbool.h>

#include "core/base/str.h"

/* --color */
enum colour_when {
    COLOUR_AUTO,
    COLOUR_ALWAYS,
    COLOUR_NEVER,
};

enum colour {
    COLOUR_PLAIN,
    COLOUR_NAME, /* of fields, and keys of JSON */
    COLOUR_STRING,
    COLOUR_NUMBER,
    COLOUR_WORD, /* true, false, null */
    COLOUR_FAINT,
    COLOUR_STRONG, /* a method */
    COLOUR_GOOD,   /* 2xx */
    COLOUR_MOVED,  /* 3xx */
    COLOUR_WRONG,  /* 4xx */
    COLOUR_FAILED, /* 5xx, errors */
    COLOUR_HINT,
    COLOUR_COUNT,
};

/*
 * Are there colours in what goes to fd?  --color says so; else NO_COLOR (not
 * empty) says no, CLICOLOR_FORCE (neither empty nor 0) yes, and otherwise a
 * terminal has them that is not dumb (TERM).
 */
bool colour_is_wanted(enum colour_when when, int fd);

/* Between the two, text is of that colour; nothing is added when !is_on. */
void colour_begin(struct str *out, bool is_on, enum colour c);
void colour_end(struct str *out, bool is_on, enum colour c);
void colour_text(struct str *out, bool is_on, enum colour c, const char *text);

/* The colour of a status of HTTP. */
enum colour colour_of_status(int status);

#endif
