/*
 * wire -- numbers and lengths as most protocols write them: most significant
 * byte first, and what is long with its length in front of it.
 *
 * Each function cuts what it reads off the front of *from.  False: it is not all
 * there; then the bytes are not looked at again, and *from is of no use.
 */
#ifndef CORE_BASE_WIRE_H
#define CORE_BASE_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

/* The next len bytes; *to is a part of what *from was. */
bool wire_take(struct span *from, size_t len, struct span *to);
/* A number of len bytes, at most 8. */
bool wire_take_number(struct span *from, size_t len, uint64_t *value);
/* What has its length, a number of len bytes, in front of it. */
bool wire_take_vector(struct span *from, size_t len, struct span *to);

#endif
