#include "base/heap.h"

#include <assert.h>
#include <stdlib.h>

#include "base/xalloc.h"

void heap_init(struct heap *h)
{
    *h = (struct heap){.nodes = NULL};
}

void heap_fini(struct heap *h)
{
    free(h->nodes);
    heap_init(h);
}

static void put(struct heap *h, size_t i, struct heap_node *n)
{
    h->nodes[i] = n;
    n->pos = i + 1;
}

static void sift_up(struct heap *h, size_t i, struct heap_node *n)
{
    while (i > 0 && n->key < h->nodes[(i - 1) / 2]->key) {
        put(h, i, h->nodes[(i - 1) / 2]);
        i = (i - 1) / 2;
    }
    put(h, i, n);
}

static void sift_down(struct heap *h, size_t i, struct heap_node *n)
{
    for (;;) {
        size_t child = 2 * i + 1;
        if (child >= h->len)
            break;
        if (child + 1 < h->len &&
            h->nodes[child + 1]->key < h->nodes[child]->key)
            child++;
        if (h->nodes[child]->key >= n->key)
            break;
        put(h, i, h->nodes[child]);
        i = child;
    }
    put(h, i, n);
}

void heap_insert(struct heap *h, struct heap_node *n, uint64_t key)
{
    assert(n->pos == 0);
    h->nodes = xalloc_room(h->nodes, h->len, &h->cap, sizeof(void *));
    n->key = key;
    h->len++;
    sift_up(h, h->len - 1, n);
}

void heap_remove(struct heap *h, struct heap_node *n)
{
    if (n->pos == 0)
        return;
    size_t i = n->pos - 1;
    assert(i < h->len && h->nodes[i] == n);
    n->pos = 0;
    struct heap_node *last = h->nodes[--h->len];
    if (last == n)
        return;
    if (i > 0 && last->key < h->nodes[(i - 1) / 2]->key)
        sift_up(h, i, last);
    else
        sift_down(h, i, last);
}

struct heap_node *heap_first(const struct heap *h)
{
    return h->len ? h->nodes[0] : NULL;
}
