/*
 * Linear probing over a power of two, deleted places marked so that probes go
 * past them; rebuilt when in-use plus deleted reach three quarters.  Who looks
 * something up mostly wants what was found last: a copy of that stands behind
 * the places, and costs a comparison instead of a hash.  The hash
 * takes eight bytes at a time into a state that starts from a random seed; the
 * product of the state's halves makes what a change of the key changes depend
 * on the seed.  Not a cryptographic promise, but a peer that cannot see the
 * seed cannot aim: with a constant factor alone, flipping the highest bit of
 * one word and two bits of the next would give the same hash under every seed.
 */
#include "base/map.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

struct map_entry {
    struct span key;
    void *value; /* NULL: free, or deleted when key.base is set */
    uint64_t hash;
};

void map_init(struct map *m, uint64_t seed)
{
    *m = (struct map){.seed = seed};
}

void map_fini(struct map *m)
{
    free(m->entries);
    map_init(m, 0);
}

static uint64_t mix(uint64_t h, uint64_t word)
{
    uint64_t a = h ^ word;
    h = (a & UINT32_MAX) * (a >> 32) + a * 0x9e3779b97f4a7c15U;
    return h ^ h >> 32;
}

static uint64_t hash_of(const struct map *m, struct span key)
{
    uint64_t h = mix(m->seed, 0xcbf29ce484222325U ^ key.len);
    uint64_t word = 0;
    for (; key.len >= sizeof word; key.len -= sizeof word) {
        memcpy(&word, key.base, sizeof word);
        h = mix(h, word);
        key.base += sizeof word;
    }
    word = 0;
    for (size_t i = 0; i < key.len; i++)
        word = word << 8 | key.base[i];
    return mix(mix(h, word), 0xd6e8feb86659fd93U);
}

static struct map_entry *found_last(const struct map *m)
{
    return &m->entries[m->cap];
}

static bool is_free(const struct map_entry *e)
{
    return e->value == NULL && e->key.base == NULL;
}

static struct map_entry *locate(const struct map *m, struct span key,
                                uint64_t hash)
{
    if (m->cap == 0)
        return NULL;
    for (size_t i = hash & (m->cap - 1);; i = (i + 1) & (m->cap - 1)) {
        struct map_entry *e = &m->entries[i];
        if (is_free(e))
            return NULL;
        if (e->value && e->hash == hash && span_equal(e->key, key))
            return e;
    }
}

static void insert_new(struct map *m, struct map_entry entry)
{
    size_t i = entry.hash & (m->cap - 1);
    while (!is_free(&m->entries[i]))
        i = (i + 1) & (m->cap - 1);
    m->entries[i] = entry;
    m->used++;
    m->len++;
}

static void rebuild(struct map *m)
{
    struct map old = *m;
    m->cap = 16;
    while (m->cap < 4 * (old.len + 1))
        m->cap *= 2;
    m->entries = xalloc_zeroed(m->cap + 1, sizeof *m->entries);
    m->len = 0;
    m->used = 0;
    for (size_t i = 0; i < old.cap; i++)
        if (old.entries[i].value)
            insert_new(m, old.entries[i]);
    free(old.entries);
}

void *map_find(const struct map *m, struct span key)
{
    if (m->len == 0)
        return NULL;
    struct map_entry *last = found_last(m);
    if (last->value && span_equal(last->key, key))
        return last->value;
    struct map_entry *e = locate(m, key, hash_of(m, key));
    if (e == NULL)
        return NULL;
    *last = *e;
    return e->value;
}

void *map_put(struct map *m, struct span key, void *value)
{
    static const uint8_t nothing;
    if (key.base == NULL)
        key.base = &nothing;
    uint64_t hash = hash_of(m, key);
    struct map_entry *e = locate(m, key, hash);
    if (e) {
        void *before = e->value;
        e->key = key;
        e->value = value;
        found_last(m)->value = NULL;
        return before;
    }
    if (4 * (m->used + 1) > 3 * m->cap)
        rebuild(m);
    insert_new(m, (struct map_entry){.key = key, .value = value, .hash = hash});
    return NULL;
}

void *map_remove(struct map *m, struct span key)
{
    struct map_entry *e = locate(m, key, hash_of(m, key));
    if (e == NULL)
        return NULL;
    static const uint8_t deleted;
    void *before = e->value;
    *e = (struct map_entry){.key = {&deleted, 0}};
    found_last(m)->value = NULL;
    m->len--;
    return before;
}

void *map_next(const struct map *m, size_t *at)
{
    while (*at < m->cap) {
        struct map_entry *e = &m->entries[(*at)++];
        if (e->value)
            return e->value;
    }
    return NULL;
}
