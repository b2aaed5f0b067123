/*
 * line_rig -- a command line as fetch reads it, from a text.
 */
#ifndef TESTS_LINE_RIG_H
#define TESTS_LINE_RIG_H

#include "args/parser.h"
#include "request/cmdline.h"

#define LINE_RIG_WORDS_MAX 16

struct line_rig {
    struct cmdline *cmdline;
    struct parser parser;
    char *words[LINE_RIG_WORDS_MAX]; /* the first is "quiver" */
    int n;
    bool ok; /* what parser_run() said; the test's to set */
};

/* Words are parted by single spaces.  The parser is ready, and has not run;
 * on_next as its own. */
void line_rig_init(struct line_rig *l, const char *text,
                   void (*on_next)(struct parser *p));
void line_rig_fini(struct line_rig *l);

#endif
