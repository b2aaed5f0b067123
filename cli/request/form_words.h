/*
 * form_words -- the grammar of one -F: a word, and what is said about it behind
 * semicolons.
 */
#ifndef CLI_REQUEST_FORM_WORDS_H
#define CLI_REQUEST_FORM_WORDS_H

#include <stdbool.h>

#include "core/base/arena.h"
#include "request/multipart.h"

struct parser;

/* What may be said of a part (bits); type and headers always may. */
enum form_words_may {
    FORM_WORDS_FILENAME = 1 << 0,
    FORM_WORDS_ENCODER = 1 << 1,
};

struct form_words {
    struct parser *parser; /* told of errors */
    const char *option;    /* its name */
    struct arena *arena;   /* of all that is read */
    const char *at;        /* the rest */
    char end;              /* ends a part, as the end of the text does */
    unsigned may;
};

/* Reads one part up to its end: *word, and the members of *part that the rest
 * says something about.  False with parser->error. */
bool form_words_read(struct form_words *w, struct multipart_part *part,
                     char **word);

#endif
