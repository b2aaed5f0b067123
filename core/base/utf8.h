/*
 * utf8 -- where the characters of UTF-8 text begin and end (RFC 3629).
 */
#ifndef CORE_BASE_UTF8_H
#define CORE_BASE_UTF8_H

#include "base/span.h"

enum {
    UTF8_SEQUENCE_MAX = 4 /* bytes */
};

/* One that is no sequence's first. */
static inline bool utf8_is_continuation(uint8_t byte)
{
    return (byte & 0xc0) == 0x80;
}

/* How long the sequence is that this byte begins; 0: none does. */
size_t utf8_promised(uint8_t first);

/* Length of the well-formed sequence at the start of s; 0: there is none, or
 * not all of it.  Overlong forms, surrogates and what is beyond U+10FFFF are
 * not well-formed (RFC 3629 4). */
size_t utf8_sequence(struct span s);

/* How many bytes from the start are well-formed sequences. */
size_t utf8_valid_len(struct span s);

/* Of text that comes in pieces; zeroed where it begins. */
struct utf8_check {
    uint8_t first; /* of the sequence that the last piece has cut */
    uint8_t left;  /* bytes that it lacks */
};

/* False: with this piece it is no UTF-8, whatever follows.  The check is of no
 * more use then. */
bool utf8_check_add(struct utf8_check *c, struct span piece);

/* The text may end here. */
static inline bool utf8_check_is_whole(const struct utf8_check *c)
{
    return c->left == 0;
}

/* How much of s is left when a sequence that its end cuts is taken away. */
size_t utf8_whole_len(struct span s);

/* Where s, which is longer, is cut after at most `max` bytes without going
 * through a sequence. */
size_t utf8_cut(struct span s, size_t max);

/* The code point of the sequence of n bytes at s, if it is a character above
 * ASCII that a terminal obeys: a control of ISO 6429 (U+0080 to U+009F), or one
 * that turns the direction of text (U+202A to U+202E, U+2066 to U+2069); else
 * 0. */
unsigned utf8_control(const uint8_t *s, size_t n);

#endif
