/*
 * percent -- percent-encoding (RFC 3986 2.1).
 */
#ifndef CORE_HTTP_PERCENT_H
#define CORE_HTTP_PERCENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/span.h"
#include "base/str.h"

/* Bytes that stand for themselves everywhere (RFC 3986 2.3). */
bool percent_is_unreserved(uint8_t c);

/* "%41" becomes "A"; a '%' without two hexadecimal digits stays. */
struct span percent_decode(struct span s, struct arena *arena);

/* Appends s; all but the unreserved bytes are encoded. */
void percent_encode(struct str *to, struct span s);

#endif
