/*
 * pointer_map -- from a pointer to a pointer.
 *
 * Open addressing.  For what is kept beside objects that others own: it is found
 * in constant time, however many of them are alive.  Zeroed is empty.
 */
#ifndef CLI_BASE_POINTER_MAP_H
#define CLI_BASE_POINTER_MAP_H

#include <stddef.h>

struct pointer_map_entry {
    const void *key;
    void *value; /* NULL: a free place */
};

struct pointer_map {
    struct pointer_map_entry *entries;
    size_t len;
    size_t cap; /* 0 or a power of two */
};

/* Forgets all; the values stay who owns them. */
void pointer_map_fini(struct pointer_map *m);
/* NULL: it has none.  Any pointer is a key, NULL too. */
void *pointer_map_find(const struct pointer_map *m, const void *key);
/* Adds or replaces; value is not NULL. */
void pointer_map_put(struct pointer_map *m, const void *key, void *value);
/* Gives back the value that was removed, or NULL. */
void *pointer_map_remove(struct pointer_map *m, const void *key);
/* Iteration: *at starts at 0; NULL at the end.  Nothing may be put or removed
 * meanwhile. */
void *pointer_map_next(const struct pointer_map *m, size_t *at);

#endif
