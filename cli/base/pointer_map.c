#include "base/pointer_map.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"

/*
 * Linear probing, at most half full.  A removed entry leaves no mark: those
 * behind it that would no longer be found move up.
 */

enum {
    CAP_MIN = 16
};

/* Where the search for a key begins: addresses differ in their middle bits
 * (Fibonacci hashing brings those to the top). */
static size_t home_of(const struct pointer_map *m, const void *key)
{
    uint64_t hash = (uint64_t)(uintptr_t)key * UINT64_C(0x9E3779B97F4A7C15);
    return (size_t)(hash >> 32) & (m->cap - 1);
}

static size_t after(const struct pointer_map *m, size_t at)
{
    return (at + 1) & (m->cap - 1);
}

/* The entry with the key, or the free place where it belongs. */
static struct pointer_map_entry *place_of(const struct pointer_map *m,
                                          const void *key)
{
    size_t at = home_of(m, key);
    while (m->entries[at].value && m->entries[at].key != key)
        at = after(m, at);
    return &m->entries[at];
}

static void grow(struct pointer_map *m)
{
    struct pointer_map old = *m;
    m->cap = old.cap ? 2 * old.cap : CAP_MIN;
    m->entries = mem_new(m->cap, sizeof *m->entries);
    for (size_t i = 0; i < old.cap; i++) {
        if (old.entries[i].value)
            *place_of(m, old.entries[i].key) = old.entries[i];
    }
    free(old.entries);
}

void pointer_map_fini(struct pointer_map *m)
{
    free(m->entries);
    *m = (struct pointer_map){0};
}

void *pointer_map_find(const struct pointer_map *m, const void *key)
{
    return m->cap > 0 ? place_of(m, key)->value : NULL;
}

void pointer_map_put(struct pointer_map *m, const void *key, void *value)
{
    assert(value);
    if (2 * (m->len + 1) > m->cap)
        grow(m);
    struct pointer_map_entry *place = place_of(m, key);
    if (!place->value)
        m->len++;
    *place = (struct pointer_map_entry){.key = key, .value = value};
}

/* An entry may move to a free place when its search passes there: when the
 * place is nearer to where it begins. */
static void close_gap(struct pointer_map *m, size_t gap)
{
    for (size_t at = after(m, gap); m->entries[at].value; at = after(m, at)) {
        size_t home = home_of(m, m->entries[at].key);
        size_t from_home = (at - home) & (m->cap - 1);
        size_t from_gap = (at - gap) & (m->cap - 1);
        if (from_home < from_gap)
            continue;
        m->entries[gap] = m->entries[at];
        gap = at;
    }
    m->entries[gap] = (struct pointer_map_entry){0};
}

void *pointer_map_remove(struct pointer_map *m, const void *key)
{
    if (m->cap == 0)
        return NULL;
    struct pointer_map_entry *place = place_of(m, key);
    void *value = place->value;
    if (value) {
        close_gap(m, (size_t)(place - m->entries));
        m->len--;
    }
    return value;
}

void *pointer_map_next(const struct pointer_map *m, size_t *at)
{
    while (*at < m->cap) {
        void *value = m->entries[(*at)++].value;
        if (value)
            return value;
    }
    return NULL;
}
