#include "entry/entry_memory.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/map.h"
#include "core/base/xalloc.h"

/*
 * A block is an entry and an arena for its strings.  What does not fit into
 * the arena goes to extra chunks; when the block is used again its arena is
 * as large as all of that was, so blocks soon fit the lines that come.  A
 * line far beyond the usual does not leave its size behind.
 */
enum {
    ARENA_MIN = 512,
    ARENA_KEPT = 64 * 1024, /* more is given back to the system */
    ALIGNMENT = 8,
};

struct chunk {
    struct chunk *next;
    max_align_t bytes[];
};

struct block {
    struct entry entry;
    struct entry_fields ask;
    struct entry_pool *pool;
    struct block *next; /* free one */
    struct chunk *extra;
    size_t wanted; /* bytes, if one arena had all of them */
    char *arena;
    size_t used;
    size_t cap;
    char number[24]; /* the id of a line without one */
    void (*release)(void *owner);
    void *owner;
};

struct entry_pool {
    struct block *first; /* free blocks */
    size_t nout;         /* entries that are not */
    bool is_orphan;
    struct entry *defaults; /* not counted in nout; NULL */
    struct map bases;       /* struct entry_base, by its operation */
    struct map owners;      /* the last of an owner's bases */
};

static struct block *block_of(const struct entry *e)
{
    return e->memory;
}

struct entry_pool *entry_memory_new(void)
{
    return xalloc_zeroed(1, sizeof(struct entry_pool));
}

static void empty(struct block *b)
{
    if (b->release)
        b->release(b->owner);
    b->release = NULL;
    while (b->extra) {
        struct chunk *c = b->extra;
        b->extra = c->next;
        free(c);
    }
    if (b->wanted > b->cap && b->wanted <= ARENA_KEPT) {
        free(b->arena);
        b->arena = xalloc_zeroed(b->wanted, 1);
        b->cap = b->wanted;
    }
    b->used = 0;
    b->wanted = 0;
}

static void put_back(struct block *b)
{
    struct entry_pool *p = b->pool;
    if (b->entry.expect)
        expect_free(b->entry.expect);
    empty(b);
    b->next = p->first;
    p->first = b;
}

static void free_base(struct entry_base *b)
{
    request_fini(&b->request);
    free(b);
}

void entry_memory_forget(struct entry_pool *p, const struct operation *op)
{
    struct entry_base *b = map_remove(&p->owners, MAP_POINTER(op));
    while (b) {
        struct entry_base *next = b->next;
        (void)map_remove(&p->bases, MAP_POINTER(b->op));
        free_base(b);
        b = next;
    }
}

static void free_bases(struct entry_pool *p)
{
    struct entry_base *b;
    for (size_t at = 0; (b = map_next(&p->bases, &at));)
        free_base(b);
    map_fini(&p->bases);
    map_fini(&p->owners);
}

static void free_all(struct entry_pool *p)
{
    if (p->defaults)
        put_back(block_of(p->defaults));
    while (p->first) {
        struct block *b = p->first;
        p->first = b->next;
        free(b->arena);
        free(b);
    }
    free_bases(p);
    free(p);
}

void entry_memory_free(struct entry_pool *p)
{
    if (!p)
        return;
    p->is_orphan = true;
    if (!p->nout)
        free_all(p);
}

struct entry *entry_memory_take(struct entry_pool *p)
{
    struct block *b = p->first;
    p->nout++;
    if (!b) {
        b = xalloc_zeroed(1, sizeof *b);
        b->pool = p;
    } else {
        p->first = b->next;
        memset(&b->entry, 0, offsetof(struct entry, message) + 1);
        memset(&b->ask, 0, sizeof b->ask);
    }
    b->entry.memory = b;
    return &b->entry;
}

void entry_free(struct entry *e)
{
    if (!e)
        return;
    struct entry_pool *p = block_of(e)->pool;
    put_back(block_of(e));
    p->nout--;
    if (p->is_orphan && !p->nout)
        free_all(p);
}

static void *alloc_chunk(struct block *b, size_t size)
{
    struct chunk *c = xalloc_zeroed(1, sizeof *c + size);
    c->next = b->extra;
    b->extra = c;
    return c->bytes;
}

void *entry_memory_alloc(struct entry *e, size_t size)
{
    struct block *b = block_of(e);
    size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (!b->cap) {
        b->arena = xalloc_zeroed(ARENA_MIN, 1);
        b->cap = ARENA_MIN;
    }
    b->wanted += size;
    if (size > b->cap - b->used)
        return alloc_chunk(b, size);
    char *at = b->arena + b->used;
    b->used += size;
    return at;
}

char *entry_memory_copy(struct entry *e, const char *bytes, size_t len)
{
    char *copy = entry_memory_alloc(e, len + 1);
    memcpy(copy, bytes, len);
    copy[len] = '\0';
    return copy;
}

void entry_memory_number(struct entry *e)
{
    struct block *b = block_of(e);
    char *at = b->number + sizeof b->number - 1;
    uint64_t n = e->line;
    *at = '\0';
    do {
        *--at = (char)('0' + n % 10);
        n /= 10;
    } while (n);
    e->id = at;
}

void entry_memory_own(struct entry *e, void (*release)(void *owner),
                      void *owner)
{
    block_of(e)->release = release;
    block_of(e)->owner = owner;
}

struct entry_fields *entry_memory_ask(const struct entry *e)
{
    return &block_of(e)->ask;
}

struct entry *entry_memory_defaults(struct entry_pool *p)
{
    if (!p->defaults) {
        p->defaults = entry_memory_take(p);
        p->nout--;
    }
    return p->defaults;
}

const struct entry *entry_memory_defaults_of(const struct entry *e)
{
    return block_of(e)->pool->defaults;
}

struct entry_base *entry_memory_base(const struct entry *e,
                                     const struct operation *op)
{
    return map_find(&block_of(e)->pool->bases, MAP_POINTER(op));
}

void entry_memory_add_base(struct entry *e, struct entry_base *b)
{
    struct entry_pool *p = block_of(e)->pool;
    b->next = map_find(&p->owners, MAP_POINTER(b->owner));
    (void)map_put(&p->owners, MAP_POINTER(b->owner), b);
    (void)map_put(&p->bases, MAP_POINTER(b->op), b);
}
