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

#include <stddef.h>

#include "base/span.h"

struct arena_chunk;

struct arena {
    struct arena_chunk *chunks; /* newest first */
    size_t used;                /* of the newest chunk */
    size_t total;               /* bytes handed out since the last reset */
};

void arena_init(struct arena *a);
void arena_fini(struct arena *a);
void arena_reset(struct arena *a);
void *arena_alloc(struct arena *a, size_t size);
void *arena_zeroed(struct arena *a, size_t size);
/* A copy with a NUL after it that len does not count. */
struct span arena_copy(struct arena *a, struct span s);
char *arena_string(struct arena *a, const char *text);

#define ARENA_NEW(a, type) ((type *)arena_zeroed((a), sizeof(type)))

#endif
