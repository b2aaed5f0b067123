/*
 * h3_frames -- where the frames of a request stream begin.
 *
 * nghttp3 decodes the frames; this walks over the same bytes in front of it,
 * because nghttp3 tells nobody about the frames that it passes over.  It
 * keeps nothing of the payload.
 */
#ifndef CORE_CONN_H3_FRAMES_H
#define CORE_CONN_H3_FRAMES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "conn/h3_varint.h"

/* RFC 9114 7.2 */
#define H3_FRAMES_DATA         0x00
#define H3_FRAMES_HEADERS      0x01
#define H3_FRAMES_PUSH_PROMISE 0x05

struct h3_frames {
    struct h3_varint number; /* being read */
    bool has_type;
    uint64_t type;
    uint64_t left; /* payload to pass over */
};

/* All zero is the start of a stream. */

/*
 * Passes over bytes of *rest up to the payload of the next frame: true with
 * f->type and f->left (its whole length); false when *rest is used up first.
 */
bool h3_frames_next(struct h3_frames *f, struct span *rest);

#endif
