/*
 * buf -- a queue of bytes in chunks.
 *
 * What a connection has to send and could not yet: appended at the end,
 * gathered into spans for one writev or sendmsg, consumed at the front as the
 * transport takes it.  Chunks come from a free list of the pool that the
 * queue belongs to, so a busy connection allocates nothing.
 */
#ifndef CORE_BASE_BUF_H
#define CORE_BASE_BUF_H

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

struct buf_chunk;

/* Where chunks wait between uses; one per thread of control is enough. */
struct buf_pool {
    struct buf_chunk *free;
    size_t nfree;
};

struct buf {
    struct buf_pool *pool;
    struct buf_chunk *head;
    struct buf_chunk *tail;
    size_t len; /* bytes queued */
};

void buf_pool_init(struct buf_pool *pool);
void buf_pool_fini(struct buf_pool *pool);

void buf_init(struct buf *b, struct buf_pool *pool);
void buf_fini(struct buf *b);
void buf_clear(struct buf *b);

void buf_add(struct buf *b, struct span bytes);

/* At least `least` bytes of room in one piece, *room says how many there are
 * (16 KiB or `least`, whichever is more, in a fresh chunk). */
uint8_t *buf_reserve(struct buf *b, size_t least, size_t *room);
void buf_commit(struct buf *b, size_t n);

/* The queued bytes, from the front, in up to cap spans; returns how many. */
int buf_peek(const struct buf *b, struct span *spans, int cap);
/* The same from the byte after the first `skip` ones, of which there are as
 * many. */
int buf_peek_from(const struct buf *b, size_t skip, struct span *spans,
                  int cap);
void buf_consume(struct buf *b, size_t n);
/* Up to cap bytes from the front are copied out and consumed; returns how many. */
size_t buf_take(struct buf *b, uint8_t *to, size_t cap);

#endif
