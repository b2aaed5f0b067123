/*
 * heap -- the earliest of many deadlines.
 *
 * A binary heap of elements that embed a struct heap_node; the node knows its
 * place, so an element in the middle is removed in O(log n).
 */
#ifndef CORE_BASE_HEAP_H
#define CORE_BASE_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct heap_node {
    uint64_t key;
    size_t pos; /* place in the heap plus one; 0: not in it */
};

struct heap {
    struct heap_node **nodes;
    size_t len;
    size_t cap;
};

void heap_init(struct heap *h);
void heap_fini(struct heap *h);
void heap_insert(struct heap *h, struct heap_node *n, uint64_t key);
void heap_remove(struct heap *h, struct heap_node *n); /* in it or not */
struct heap_node *heap_first(const struct heap *h);    /* NULL when empty */

static inline bool heap_has(const struct heap_node *n)
{
    return n->pos != 0;
}

#endif
