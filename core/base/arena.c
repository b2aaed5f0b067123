#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

/* Room for the fields of an ordinary request and response. */
#define CHUNK_SIZE ((size_t)4096)

struct arena_chunk {
    struct arena_chunk *older;
    size_t cap;
    alignas(max_align_t) uint8_t data[];
};

void arena_init(struct arena *a)
{
    *a = (struct arena){.chunks = NULL};
}

static void free_down_to(struct arena *a, const struct arena_chunk *last)
{
    while (a->chunks != last) {
        struct arena_chunk *older = a->chunks->older;
        free(a->chunks);
        a->chunks = older;
    }
}

void arena_fini(struct arena *a)
{
    free_down_to(a, NULL);
    arena_init(a);
}

static void use(struct arena *a, struct arena_chunk *c)
{
    a->free = c ? c->data : NULL;
    a->left = c ? c->cap : 0;
}

void arena_reset(struct arena *a)
{
    struct arena_chunk *first = a->chunks;
    while (first && first->older)
        first = first->older;
    free_down_to(a, first);
    use(a, first);
    a->total = 0;
}

void *arena_grow(struct arena *a, size_t size)
{
    size_t room = CHUNK_SIZE - sizeof(struct arena_chunk);
    size_t cap = size > room ? size : room;
    struct arena_chunk *c = xalloc_bytes(sizeof *c + cap);
    c->older = a->chunks;
    c->cap = cap;
    a->chunks = c;
    use(a, c);
    return arena_alloc(a, size);
}

void *arena_zeroed(struct arena *a, size_t size)
{
    return memset(arena_alloc(a, size), 0, size ? size : 1);
}

struct span arena_copy(struct arena *a, struct span s)
{
    uint8_t *copy = arena_alloc(a, s.len + 1);
    if (s.len > 0)
        memcpy(copy, s.base, s.len);
    copy[s.len] = '\0';
    return span_of(copy, s.len);
}

char *arena_string(struct arena *a, const char *text)
{
    return (char *)(uintptr_t)arena_copy(a, span_str(text)).base;
}
