/*
 * h1_feed -- from a body source into a connection's out queue, framed.
 *
 * Pulls no more than the queue may hold, so a body of any size passes in
 * constant memory.  For both roles.
 */
#ifndef CORE_CONN_H1_FEED_H
#define CORE_CONN_H1_FEED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "conn/h1_framing.h"
#include "http/body.h"
#include "http/fields.h"

/* The queue is filled up to here and no further. */
#define H1_FEED_HIGH ((size_t)131072)

struct h1_feed {
    /* NULL: nothing to send.  May become so while it is read, when the message
     * is given up in the middle of that. */
    struct body_source *source;
    struct h1_framing framing; /* CLOSE: the bytes as they are */
    uint64_t taken;            /* bytes of the source so far */
    /* Each chunk with its frame, and what ends them; NULL: nobody wants to see
     * them. */
    void (*tell)(struct h1_feed *f, struct span wire);
};

/*
 * IO_OK: the queue is full enough.  IO_AGAIN: the source has nothing now, or
 * the message was given up while it was read (then the queue has no use).
 * IO_EOF: the body is complete, its end and trailers (NULL: none) included.
 * IO_FAILED: the source failed, or gave less than it had said; the message
 * must not be completed.
 */
enum io h1_feed_fill(struct h1_feed *f, const struct fields *trailers,
                     struct buf *out, struct fault *fault);

#endif
