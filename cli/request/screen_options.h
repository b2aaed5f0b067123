/*
 * screen_options -- what options_screen.c fills in: how a terminal is written to.
 */
#ifndef CLI_REQUEST_SCREEN_OPTIONS_H
#define CLI_REQUEST_SCREEN_OPTIONS_H

#include <stdbool.h>

#include "terminal/colour.h"

/* --pretty */
enum screen_pretty {
    SCREEN_PRETTY_AUTO, /* on a terminal */
    SCREEN_PRETTY_ALWAYS,
    SCREEN_PRETTY_NEVER,
};

/* --progress */
enum screen_progress {
    SCREEN_PROGRESS_AUTO, /* lines on a terminal */
    SCREEN_PROGRESS_PLAIN,
    SCREEN_PROGRESS_JSON,
    SCREEN_PROGRESS_NONE,
};

/* Of --print, a bit for each letter. */
enum screen_part {
    SCREEN_REQUEST_HEAD = 1, /* H */
    SCREEN_REQUEST_BODY = 2, /* B */
    SCREEN_HEAD = 4,         /* h */
    SCREEN_BODY = 8,         /* b */
    SCREEN_META = 16,        /* m */
    SCREEN_CONNECTION = 32,  /* c */
    SCREEN_TIMES = 64,       /* t */
    SCREEN_EXPLAIN = 128,    /* x */
};

struct screen_options {
    enum screen_pretty pretty;
    enum colour_when colour;
    enum screen_progress progress;
    bool binary;    /* bodies that are no text are shown, byte by byte */
    bool is_styled; /* else as --color never */
};

/* What --color and --no-styled-output come to. */
enum colour_when screen_colours(const struct screen_options *o);
/* Are there colours in what goes to fd?  (colour.h) */
bool screen_has_colours(const struct screen_options *o, int fd);
/* Is what goes to fd put into a form for people? */
bool screen_is_formatted(const struct screen_options *o, int fd);

#endif
