/*
 * h3_guard -- how much a peer may send that gets nobody anywhere.
 *
 * Empty DATA frames, frames of unknown types, bytes on streams that carry no
 * message, datagrams of streams that are over: each is allowed, an endless row of them is an attack (RFC 9114
 * 10.5).  Useful frames pay for useless ones, so only a peer that mostly
 * sends the latter runs out.
 */
#ifndef CORE_CONN_H3_GUARD_H
#define CORE_CONN_H3_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "settings/settings.h"

struct h3_guard {
    const struct settings_limits *limits;
    unsigned barren; /* useless frames not yet paid for */
    size_t junk;     /* bytes below the next KiB that counts as a frame */
};

enum h3_guard_verdict {
    H3_GUARD_FINE,
    H3_GUARD_FLOOD,     /* of the connection: H3_EXCESSIVE_LOAD */
    H3_GUARD_TOO_LARGE, /* this stream's field section is over the limit */
    H3_GUARD_ENDLESS,   /* this stream will never carry on */
    H3_GUARD_PUSH,      /* a promise that we did not allow */
};

void h3_guard_init(struct h3_guard *g, const struct settings_limits *limits);

/* A frame of this type and length begins on a request stream. */
enum h3_guard_verdict h3_guard_frame(struct h3_guard *g, uint64_t type,
                                     uint64_t len);
/* Bytes on a unidirectional stream, or in a datagram that nobody wants.  False:
 * a flood. */
bool h3_guard_junk(struct h3_guard *g, size_t len);
/* A datagram that somebody wants. */
void h3_guard_useful(struct h3_guard *g);

#endif
