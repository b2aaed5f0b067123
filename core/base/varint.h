/*
 * varint -- integers of one to eight bytes, as QUIC, HTTP/3 and capsules have
 * them (RFC 9000 16).
 *
 * A longer form than a value needs is as good as the shortest.
 */
#ifndef CORE_BASE_VARINT_H
#define CORE_BASE_VARINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

#define VARINT_MAX     (UINT64_C(1) << 62) /* values are below */
#define VARINT_LEN_MAX ((size_t)8)

/* One that comes byte by byte; all zero: none of it yet, and so again when it
 * is complete. */
struct varint {
    uint64_t value;
    unsigned wanted; /* bytes still to come */
};

/* True: that was the last byte, and v->value is the integer. */
bool varint_add(struct varint *v, uint8_t byte);

/* Cuts one off the front; false, with *from as it was: it is not all there. */
bool varint_take(struct span *from, uint64_t *value);

/* Bytes of the shortest form. */
size_t varint_len(uint64_t value);
/* Writes that, at most VARINT_LEN_MAX bytes; returns how many. */
size_t varint_put(uint8_t *to, uint64_t value);

#endif
