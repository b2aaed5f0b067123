/*
 * deflater -- messages into the payloads of permessage-deflate (RFC 7692
 * 7.2.1), in constant memory: some 256 KiB for the largest window, taken once.
 */
#ifndef CORE_CHANNEL_DEFLATER_H
#define CORE_CHANNEL_DEFLATER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

struct deflater;

enum {
    DEFLATER_TAIL_LEN = 4, /* bytes at the end of a payload that are not sent */
    DEFLATER_ROOM_MIN = 8, /* less makes zlib say its end again and again */
};

/* window_bits 8 to 15; has_context: a message may refer to those before. */
struct deflater *deflater_new(int window_bits, bool has_context);
void deflater_free(struct deflater *d);

/* The next message, not empty; borrowed until it is complete. */
void deflater_begin(struct deflater *d, struct span message);

/* Writes at most `cap` bytes of its payload, the tail included: *n, and true
 * when it is complete. */
bool deflater_run(struct deflater *d, uint8_t *out, size_t cap, size_t *n);

#endif
