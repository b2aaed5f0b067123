/*
 * charset -- text of the simple character sets as UTF-8, piece by piece.
 */
#ifndef CLI_VIEW_CHARSET_H
#define CLI_VIEW_CHARSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/str.h"
#include "view/media.h"

/* Zeroed but for the set, where the text begins. */
struct charset {
    enum media_charset set;
    /* private: */
    bool has_begun;
    bool has_half; /* a byte of UTF-16 whose other one is to come */
    uint8_t half;
    uint16_t high; /* a surrogate whose low one is to come; 0 */
};

/* Appends the piece as UTF-8; what is no character becomes U+FFFD. */
void charset_add(struct charset *c, struct str *out, const void *bytes,
                 size_t len);

#endif
