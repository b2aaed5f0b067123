/*
 * base64 -- bytes from RFC 4648 4; the other way is jsonl_base64().
 */
#ifndef CLI_BASE_BASE64_H
#define CLI_BASE_BASE64_H

#include <stdbool.h>
#include <stddef.h>

/* At least as many bytes as so many digits may stand for. */
static inline size_t base64_room(size_t len)
{
    return len / 4 * 3 + 3;
}

/* Padded or not; `to` has base64_room(len), *n is set to how many bytes there
 * are.  False for anything else, line ends too. */
bool base64_decode(void *to, size_t *n, const char *text, size_t len);

#endif
