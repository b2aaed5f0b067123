#include "base/buf.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

/* A TLS record's worth; a chunk of this size is what gets recycled. */
#define CHUNK_ROOM ((size_t)16384)

/* Idle memory kept by a pool: 1 MiB. */
#define FREE_MAX 64

struct buf_chunk {
    struct buf_chunk *next;
    size_t begin;
    size_t end;
    size_t cap;
    uint8_t data[];
};

void buf_pool_init(struct buf_pool *pool)
{
    *pool = (struct buf_pool){.free = NULL};
}

void buf_pool_fini(struct buf_pool *pool)
{
    while (pool->free) {
        struct buf_chunk *c = pool->free;
        pool->free = c->next;
        free(c);
    }
    pool->nfree = 0;
}

static struct buf_chunk *take_chunk(struct buf_pool *pool, size_t least)
{
    struct buf_chunk *c = pool->free;
    if (c && least <= CHUNK_ROOM) {
        pool->free = c->next;
        pool->nfree--;
    } else {
        size_t cap = least > CHUNK_ROOM ? least : CHUNK_ROOM;
        c = xalloc_bytes(sizeof *c + cap);
        c->cap = cap;
    }
    c->next = NULL;
    c->begin = 0;
    c->end = 0;
    return c;
}

static void give_chunk(struct buf_pool *pool, struct buf_chunk *c)
{
    if (c->cap != CHUNK_ROOM || pool->nfree >= FREE_MAX) {
        free(c);
        return;
    }
    c->next = pool->free;
    pool->free = c;
    pool->nfree++;
}

void buf_init(struct buf *b, struct buf_pool *pool)
{
    *b = (struct buf){.pool = pool};
}

void buf_clear(struct buf *b)
{
    while (b->head) {
        struct buf_chunk *c = b->head;
        b->head = c->next;
        give_chunk(b->pool, c);
    }
    b->tail = NULL;
    b->len = 0;
}

void buf_fini(struct buf *b)
{
    buf_clear(b);
}

uint8_t *buf_reserve(struct buf *b, size_t least, size_t *room)
{
    struct buf_chunk *c = b->tail;
    if (c == NULL || c->cap - c->end < least || c->cap == c->end) {
        c = take_chunk(b->pool, least);
        if (b->tail)
            b->tail->next = c;
        else
            b->head = c;
        b->tail = c;
    }
    *room = c->cap - c->end;
    return c->data + c->end;
}

void buf_commit(struct buf *b, size_t n)
{
    assert(b->tail && n <= b->tail->cap - b->tail->end);
    b->tail->end += n;
    b->len += n;
}

void buf_add(struct buf *b, struct span bytes)
{
    while (bytes.len > 0) {
        size_t room = 0;
        uint8_t *to = buf_reserve(b, 1, &room);
        size_t n = bytes.len < room ? bytes.len : room;
        memcpy(to, bytes.base, n);
        buf_commit(b, n);
        bytes.base += n;
        bytes.len -= n;
    }
}

int buf_peek_from(const struct buf *b, size_t skip, struct span *spans, int cap)
{
    int n = 0;
    assert(skip <= b->len);
    for (struct buf_chunk *c = b->head; c && n < cap; c = c->next) {
        size_t have = c->end - c->begin;
        if (have > skip)
            spans[n++] = span_of(c->data + c->begin + skip, have - skip);
        skip = have > skip ? 0 : skip - have;
    }
    return n;
}

int buf_peek(const struct buf *b, struct span *spans, int cap)
{
    return buf_peek_from(b, 0, spans, cap);
}

void buf_consume(struct buf *b, size_t n)
{
    assert(n <= b->len);
    b->len -= n;
    while (b->head) {
        struct buf_chunk *c = b->head;
        size_t have = c->end - c->begin;
        if (n < have) {
            c->begin += n;
            return;
        }
        n -= have;
        if (c->next == NULL && b->len == 0) {
            c->begin = 0; /* the last chunk stays for the next bytes */
            c->end = 0;
            return;
        }
        b->head = c->next;
        if (b->head == NULL)
            b->tail = NULL;
        give_chunk(b->pool, c);
    }
}

size_t buf_take(struct buf *b, uint8_t *to, size_t cap)
{
    size_t n = 0;
    struct span piece;
    while (n < cap && buf_peek(b, &piece, 1) == 1) {
        size_t len = piece.len < cap - n ? piece.len : cap - n;
        memcpy(to + n, piece.base, len);
        buf_consume(b, len);
        n += len;
    }
    return n;
}
