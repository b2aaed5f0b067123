/*
 * journal_line -- the lines of a journal, each with its checksum.
 *
 * A line is a letter, what it says, and the CRC-32 of all before the last
 * space in eight hex digits: "D 17 4711 523 1a2b3c4d\n".  What a crash tore
 * or left as zeros does not pass for one.
 */
#ifndef CLI_JOURNAL_JOURNAL_LINE_H
#define CLI_JOURNAL_JOURNAL_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/line_reader.h"
#include "core/base/str.h"

enum {
    /* A letter, three numbers, the checksum and the newline. */
    JOURNAL_LINE_NUMBERS_MAX = 1 + 3 * 21 + 1 + 8 + 1
};

/* Appends body, checksum and newline. */
void journal_line_add(struct str *out, const char *body, size_t len);
/* The same for a letter and up to three numbers, into `out` of
 * JOURNAL_LINE_NUMBERS_MAX bytes; gives back the length. */
size_t journal_line_format(char *out, char kind, const uint64_t *numbers,
                           size_t count);

/* Is it a line (without its newline)?  *body_len: without the checksum. */
bool journal_line_check(const char *line, size_t len, size_t *body_len);
/* Exactly that many numbers behind the letter. */
bool journal_line_parse(const char *body, size_t len, uint64_t *numbers,
                        size_t count);

/* A letter, a number and text, and the checksum over all of it. */
void journal_line_add_text(struct str *out, char kind, uint64_t number,
                           const char *text, size_t len);
/* The text behind letter and number; NULL: there is none. */
const char *journal_line_text(const char *body, size_t len, uint64_t *number,
                              size_t *text_len);

/* The body of the next line of a journal; NULL at the end of what is whole. */
const char *journal_line_next(struct line_reader *l, size_t *len);

#endif
