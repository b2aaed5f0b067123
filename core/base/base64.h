/*
 * base64 -- RFC 4648 4, for credentials, handshakes, and what people write.
 */
#ifndef CORE_BASE_BASE64_H
#define CORE_BASE_BASE64_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "base/str.h"

/* Appends the bytes as base64, padded, without line ends. */
void base64_add(struct str *to, struct span bytes);

/* At least as many bytes as so many digits may stand for. */
static inline size_t base64_room(size_t len)
{
    return len / 4 * 3 + 3;
}

/* Padded or not; `to` has base64_room(len), *n is set to how many bytes there
 * are.  False for anything else, line ends too. */
bool base64_decode(void *to, size_t *n, const char *text, size_t len);

#endif
