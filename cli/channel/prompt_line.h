/*
 * prompt_line -- the line that a person edits at the end of the terminal, driven
 * by the loop: GNU readline's callback interface, its history and its completion.
 *
 * There is one at a time, since the library has one.  Whoever writes anything
 * else to the terminal calls prompt_line_hide() first; the line is drawn again
 * below it in the same turn of the loop, with all that was typed.
 *
 * Ctrl-Z gives the terminal to the shell as it was, and fg draws the line again.
 *
 * A terminal that does not read (Ctrl-S, a connection that hangs) stops nobody:
 * what is written waits for it, about 1 MiB; lines beyond that are left out, and
 * their number is told in their place.
 */
#ifndef CLI_CHANNEL_PROMPT_LINE_H
#define CLI_CHANNEL_PROMPT_LINE_H

#include <stdbool.h>
#include <stdio.h>

#include "base/line_writer.h"
#include "core/base/str.h"
#include "core/quiver.h"

struct prompt_line {
    struct qv_client *client;
    /* A line without its end, for this call; NULL: Ctrl-D, the line is gone. */
    void (*on_line)(struct prompt_line *p, const char *line);
    /* For the completion of what begins with '/': names without it, NULL at the
     * end. */
    const char *const *commands;
    bool has_history;
    /* private: */
    struct qv_fd watch;
    int keys; /* standard input as well, without waiting; -1: cannot be had */
    struct qv_signal resize;
    struct qv_signal suspend;
    struct qv_timer redraw;
    bool is_hidden;
    bool is_on;
    bool is_open; /* `out`, which outlives the line */
    struct line_writer out;
    FILE *stream;  /* the library's, to it */
    char *history; /* its file; NULL: none */
};

void prompt_line_start(struct prompt_line *p);
/* The terminal is as it was.  More than once does nothing more. */
void prompt_line_stop(struct prompt_line *p);
/* After that: waits until the terminal has taken everything.  Of one that was
 * never started too. */
void prompt_line_close(struct prompt_line *p);

void prompt_line_hide(struct prompt_line *p);
/* Writes lines to the terminal, above the line if there is one. */
void prompt_line_print(struct prompt_line *p, const struct str *lines);

#endif
