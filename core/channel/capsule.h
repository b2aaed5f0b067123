/*
 * capsule -- the capsule protocol (RFC 9297 3.2): what a stream carries once it
 * has become that of a protocol that uses capsules.
 *
 * A capsule is a type, the length of a value, and the value.  The reader is
 * given a stream's bytes as they come, in pieces of any size, and gives one
 * capsule at a time: whoever wants no more of them keeps the bytes that are
 * left, and asks again later.
 */
#ifndef CORE_CHANNEL_CAPSULE_H
#define CORE_CHANNEL_CAPSULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "base/str.h"
#include "base/varint.h"

#define CAPSULE_DATAGRAM UINT64_C(0x00) /* RFC 9297 3.5 */

/* An HTTP datagram of UDP or IP fits (RFC 9298 5). */
#define CAPSULE_DATAGRAM_MAX ((size_t)65535)

struct capsule {
    uint64_t type;
    uint64_t len;      /* of the whole value */
    struct span value; /* shorter than len: the capsule was cut */
};

static inline bool capsule_is_cut(const struct capsule *c)
{
    return c->value.len < c->len;
}

struct capsule_limits {
    /* Bytes of a DATAGRAM capsule's value.  One with more is told at once and
     * without any of them, since a part of a datagram is worth nothing. */
    size_t datagram;
    /* Bytes of another one's value: the first so many are given. */
    size_t other;
};

enum capsule_reading {
    CAPSULE_TYPE,
    CAPSULE_LEN,
    CAPSULE_VALUE,
    CAPSULE_REST, /* of one that was cut, to be passed over */
};

struct qlog_stream;

struct capsule_reader {
    struct capsule_limits limits;
    /* Set when it is known: each that comes is told there.  NULL: none is. */
    const struct qlog_stream *qlog;
    /* private: */
    enum capsule_reading reading;
    struct varint number;
    uint64_t type;
    uint64_t len;
    size_t wanted;   /* of the value, to give */
    uint64_t rest;   /* of the value, to pass over */
    struct str kept; /* of a value that comes in pieces */
};

void capsule_reader_init(struct capsule_reader *r,
                         const struct capsule_limits *limits);
void capsule_reader_fini(struct capsule_reader *r);

/* Reads *from up to the end of the next capsule, or to the place where that is
 * cut.  c->value is valid until the next call, and as long as the bytes of
 * *from.  False: *from is used up, and there is no more to come of it. */
bool capsule_next(struct capsule_reader *r, struct span *from,
                  struct capsule *c);

/* May the stream end here?  If not, it is malformed (RFC 9297 3.3). */
bool capsule_may_end(const struct capsule_reader *r);

/* What stands before a value of that many bytes; returns the head's length. */
#define CAPSULE_HEAD_MAX (2 * VARINT_LEN_MAX)
size_t capsule_head(uint8_t to[CAPSULE_HEAD_MAX], uint64_t type, uint64_t len);

#endif
