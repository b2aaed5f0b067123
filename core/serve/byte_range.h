/*
 * byte_range -- the Range field (RFC 9110 14.1.2, 14.2).
 */
#ifndef CORE_SERVE_BYTE_RANGE_H
#define CORE_SERVE_BYTE_RANGE_H

#include <stdint.h>

#include "base/span.h"

enum byte_range_result {
    BYTE_RANGE_NONE, /* no range, or one that we may ignore: send it all */
    BYTE_RANGE_PART,
    BYTE_RANGE_UNSATISFIABLE, /* 416 */
};

/*
 * One range of `size` bytes.  A malformed field, another unit and a list of
 * several ranges count as none (RFC 9110 14.2 lets a server ignore Range).
 * With PART, *first and *len (never 0) say which bytes; otherwise they are
 * not touched.
 */
enum byte_range_result byte_range_parse(struct span field, uint64_t size,
                                        uint64_t *first, uint64_t *len);

#endif
