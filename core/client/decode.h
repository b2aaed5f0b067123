/*
 * decode -- undoing content codings (RFC 9110 8.4): gzip, deflate, br, zstd.
 *
 * Bytes are fed in and decoded bytes are read out piece by piece, so that a
 * reader can stop in the middle of a piece that unpacks to a thousand times
 * its size, and memory stays flat.
 */
#ifndef CORE_CLIENT_DECODE_H
#define CORE_CLIENT_DECODE_H

#include <stdbool.h>

#include "base/err.h"
#include "base/span.h"
#include "http/fields.h"

struct decode;

/* The field value to ask with. */
#define DECODE_ACCEPT "deflate, gzip, br, zstd"

enum decode_what {
    DECODE_CONTENT = 1 << 0,  /* Content-Encoding */
    DECODE_TRANSFER = 1 << 1, /* Transfer-Encoding, without chunked */
};

/*
 * For a head: these of its fields (bits) list the codings in the order they
 * were applied, at most 5.  *d is NULL when there is nothing to undo.  False
 * with ERR_CONTENT_CODING for an unknown or too long list: a body that cannot
 * be decoded is never given out as if it were.
 */
bool decode_new(struct decode **d, const struct fields *head, unsigned what,
                struct fault *fault);
void decode_free(struct decode *d);

/* More bytes of the coded body; they are used up before the next feed, or
 * kept by the caller: decode_left() says how many of them are not used. */
void decode_feed(struct decode *d, struct span in);
size_t decode_left(const struct decode *d);

/* IO_OK: *n > 0 decoded bytes; IO_AGAIN: everything fed is used up, feed
 * more; IO_FAILED: *fault. */
enum io decode_read(struct decode *d, uint8_t *out, size_t cap, size_t *n,
                    struct fault *fault);

/* After the last byte: was every coding complete?  An empty body is. */
bool decode_finish(struct decode *d, struct fault *fault);

#endif
