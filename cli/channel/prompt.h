/*
 * prompt -- the speaker that is a person at a terminal: a line is a message, what
 * begins with '/' a command (prompt_command.h), events come above the line.
 */
#ifndef CLI_CHANNEL_PROMPT_H
#define CLI_CHANNEL_PROMPT_H

#include <stdbool.h>

#include "channel/event_text.h"
#include "channel/prompt_line.h"
#include "channel/speaker.h"

struct prompt {
    struct speaker speaker;
    struct prompt_line line;
    struct event_text text;
    bool is_open;       /* the channel */
    int context;        /* /ctx: stands before each datagram; -1: none */
    struct str head;    /* the answer's, for /headers */
    struct str message; /* that was sent last, for /repeat */
    struct str scratch;
    unsigned repeats;      /* that are left */
    uint64_t repeat_every; /* ns */
    struct qv_timer repeat;
};

/* Are standard input and output a terminal? */
bool prompt_is_possible(void);
struct speaker *prompt_new(struct session *s);

/* ---- for commands ---- */

/* A line of its own, "* TEXT". */
void prompt_notice(struct prompt *p, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Sends it, and shows that, or why not. */
bool prompt_send(struct prompt *p, const struct qv_channel_message *m);
/* The same for what is a message here: a line, the bytes of a file. */
bool prompt_say(struct prompt *p, bool is_text, const void *data, size_t len);
/* The last one again, so often. */
void prompt_repeat(struct prompt *p, unsigned n, uint64_t every);

#endif
