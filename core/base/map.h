/*
 * map -- from a run of bytes to a pointer.
 *
 * Open addressing with a keyed hash (the peer may choose connection IDs and
 * origins).  The map borrows the key's bytes: they must stay where they are
 * while the entry lives, usually inside the value.
 */
#ifndef CORE_BASE_MAP_H
#define CORE_BASE_MAP_H

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

struct map_entry;

struct map {
    struct map_entry *entries;
    size_t len;  /* entries in use */
    size_t used; /* entries in use or deleted */
    size_t cap;  /* 0 or a power of two */
    uint64_t seed;
};

/* The key that a variable holding a pointer is: the pointer, not what it points to. */
#define MAP_POINTER(variable) span_of(&(variable), sizeof(void *))

/* A zeroed map is an empty one as well, where nobody hostile chooses the keys. */
void map_init(struct map *m, uint64_t seed);
void map_fini(struct map *m);
void *map_find(const struct map *m, struct span key);
/* Adds or replaces; returns the value that stood there before, or NULL. */
void *map_put(struct map *m, struct span key, void *value);
/* Returns the value that was removed, or NULL. */
void *map_remove(struct map *m, struct span key);
/* Iteration: *at starts at 0; NULL at the end.  Removing is allowed. */
void *map_next(const struct map *m, size_t *at);

#endif
