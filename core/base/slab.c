/*
 * A piece has a header with its class, and is as large as its class says, so
 * that any piece of the class serves the next request for it.  Large ones have
 * no class and are malloc()ed; under AddressSanitizer all are, since it would
 * see nothing of what happens inside a slab.
 */
#include "base/slab.h"

#include <assert.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

/* Classes are multiples of it. */
#define STEP ((size_t)64)

/* Enough for a hundred requests on their way. */
#define KEPT_MAX ((size_t)512 * 1024)

#if defined(__SANITIZE_ADDRESS__)
#define SIZE_MAX_KEPT ((size_t)0)
#else
#define SIZE_MAX_KEPT (STEP * SLAB_CLASSES)
#endif

struct slab_piece {
    union {
        size_t size; /* that it has room for */
        struct slab_piece *next_free;
    };
    alignas(max_align_t) uint8_t data[];
};

void slab_init(struct slab *s)
{
    *s = (struct slab){.kept = 0};
}

void slab_fini(struct slab *s)
{
    for (size_t i = 0; i < SLAB_CLASSES; i++) {
        while (s->free[i]) {
            struct slab_piece *p = s->free[i];
            s->free[i] = p->next_free;
            free(p);
        }
    }
    slab_init(s);
}

static size_t class_of(size_t size)
{
    return (size - 1) / STEP;
}

static struct slab_piece *piece_of(void *p)
{
    return (struct slab_piece *)(void *)((uint8_t *)p -
                                         offsetof(struct slab_piece, data));
}

void *slab_malloc(size_t size, void *slab)
{
    struct slab *s = slab;
    struct slab_piece *p = NULL;
    size = size ? size : 1;
    if (size <= SIZE_MAX_KEPT) {
        size_t class = class_of(size);
        size = (class + 1) * STEP;
        p = s->free[class];
        if (p) {
            s->free[class] = p->next_free;
            s->kept -= size;
        }
    }
    assert(size < SIZE_MAX / 2);
    if (p == NULL)
        p = xalloc_bytes(sizeof *p + size);
    p->size = size;
    return p->data;
}

void slab_free(void *p, void *slab)
{
    struct slab *s = slab;
    if (p == NULL)
        return;
    struct slab_piece *piece = piece_of(p);
    size_t size = piece->size;
    if (size > SIZE_MAX_KEPT || s->kept + size > KEPT_MAX) {
        free(piece);
        return;
    }
    piece->next_free = s->free[class_of(size)];
    s->free[class_of(size)] = piece;
    s->kept += size;
}

void *slab_calloc(size_t n, size_t size, void *slab)
{
    assert(size == 0 || n <= SIZE_MAX / 2 / size);
    return memset(slab_malloc(n * size, slab), 0, n * size);
}

void *slab_realloc(void *p, size_t size, void *slab)
{
    if (p == NULL)
        return slab_malloc(size, slab);
    if (size <= piece_of(p)->size)
        return p;
    void *larger = slab_malloc(size, slab);
    memcpy(larger, p, piece_of(p)->size);
    slab_free(p, slab);
    return larger;
}
