/*
 * json_text -- JSON for a person's eyes, as it comes: indented or as it was
 * written, with colours or without.
 *
 * Not a byte of a name, a string, a number or a word is changed, however large
 * the number or odd the escape; only the white space between them is.  What is no
 * JSON (RFC 8259) is shown as it is, from where it is none.  Memory does not grow
 * with the text.  Bytes that a terminal would obey are shown as escape.h does.
 */
#ifndef CLI_VIEW_JSON_TEXT_H
#define CLI_VIEW_JSON_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/str.h"
#include "terminal/colour.h"
#include "terminal/escape.h"

enum {
    /* Brackets within brackets: what lies deeper is shown as it is. */
    JSON_TEXT_DEPTH_MAX = 512,
    JSON_TEXT_INDENT = 4,
    /* Levels that are indented: a few bytes shall not become kilobytes. */
    JSON_TEXT_INDENTED_MAX = 32,
};

enum json_text_form {
    JSON_TEXT_INDENTED,
    /* The spaces stay, and a line that is no JSON does not matter to the next:
     * a value a line. */
    JSON_TEXT_LINES,
};

struct json_text {
    enum json_text_form form;
    bool has_colours;
    /* private: */
    unsigned char state;  /* enum state, of json_text.c */
    unsigned char number; /* how far a number is */
    unsigned char left;   /* hex digits, or letters of a word */
    bool is_name;         /* the string is one */
    bool has_value;       /* at the top: another one follows one */
    enum colour colour;   /* of the token that is open */
    const char *word;     /* "true", "false", "null": the rest of it */
    unsigned depth;
    uint8_t is_object[JSON_TEXT_DEPTH_MAX / 8]; /* a bit for each level */
    struct escape escape;
};

void json_text_init(struct json_text *t, enum json_text_form form,
                    bool has_colours);
/* Appends what the piece comes to. */
void json_text_add(struct json_text *t, struct str *out, const void *bytes,
                   size_t len);
/* The text is over, wherever that is. */
void json_text_finish(struct json_text *t, struct str *out);

#endif
