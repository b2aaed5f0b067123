/*
 * arena -- many small allocations that end together.
 *
 * One exchange has one arena: its fields, its strings and the connection's
 * state for it live there, and all of it goes with arena_reset().  The first
 * chunk is kept across resets, so a recycled exchange allocates nothing.
 * Memory is aligned for any type and not initialised.
 */
#ifndef CORE_BASE_ARENA_H
#define CORE_BASE_ARENA_H

#include <stdalign.h>
#include <stddef.h>

#include "base/span.h"

struct arena_chunk;

struct arena {
    struct arena_chunk *chunks; /* newest first */
    uint8_t *free;              /* of the newest chunk */
    size_t left;                /* bytes from there on */
    size_t total;               /* bytes handed out since the last reset */
};

void arena_init(struct arena *a);
void arena_fini(struct arena *a);
void arena_reset(struct arena *a);
/* The same as arena_alloc(), which has no room left: another chunk. */
void *arena_grow(struct arena *a, size_t size);

static inline void *arena_alloc(struct arena *a, size_t size)
{
    const size_t unit = alignof(max_align_t);
    size = size ? (size + unit - 1) / unit * unit : unit;
    if (size > a->left)
        return arena_grow(a, size);
    void *p = a->free;
    a->free += size;
    a->left -= size;
    a->total += size;
    return p;
}

void *arena_zeroed(struct arena *a, size_t size);
/* A copy with a NUL after it that len does not count. */
struct span arena_copy(struct arena *a, struct span s);
char *arena_string(struct arena *a, const char *text);

#define ARENA_NEW(a, type) ((type *)arena_zeroed((a), sizeof(type)))

#endif
