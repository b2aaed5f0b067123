#include "pool/pool_shared.h"

#include <stdlib.h>

#include "base/xalloc.h"

/* What the things that are shared have in common. */
struct entry {
    struct str key;
    size_t nusers;
    struct loop_task reap_task; /* frees what embeds it */
};

struct settings_entry {
    struct entry entry;
    struct settings settings;
    struct arena arena; /* its strings */
};

struct host_entry {
    struct entry entry;
    struct host_limit limit;
};

static void reap_settings(struct loop_task *task)
{
    struct settings_entry *e =
        container_of(task, struct settings_entry, entry.reap_task);
    arena_fini(&e->arena);
    str_fini(&e->entry.key);
    free(e);
}

static void reap_host(struct loop_task *task)
{
    struct host_entry *e =
        container_of(task, struct host_entry, entry.reap_task);
    str_fini(&e->entry.key);
    free(e);
}

/* *e is the first member of what embeds it, and new: it has sh->key. */
static void add(struct pool_shared *sh, struct map *map, struct entry *e,
                void (*reap)(struct loop_task *task))
{
    str_init(&e->key);
    str_add(&e->key, str_span(&sh->key));
    e->reap_task.run = reap;
    map_put(map, str_span(&e->key), e);
}

static void drop(struct pool_shared *sh, struct map *map, struct entry *e)
{
    if (--e->nusers > 0)
        return;
    map_remove(map, str_span(&e->key));
    loop_reap(sh->loop, &e->reap_task);
}

void pool_shared_init(struct pool_shared *sh, struct loop *loop, uint64_t seed)
{
    *sh = (struct pool_shared){.loop = loop};
    map_init(&sh->settings, seed);
    map_init(&sh->hosts, seed);
    str_init(&sh->key);
}

void pool_shared_fini(struct pool_shared *sh)
{
    map_fini(&sh->settings);
    map_fini(&sh->hosts);
    str_fini(&sh->key);
}

const struct settings *pool_shared_settings(struct pool_shared *sh,
                                            const struct settings *s)
{
    str_clear(&sh->key);
    settings_identity(s, &sh->key);
    struct settings_entry *e = map_find(&sh->settings, str_span(&sh->key));
    if (e == NULL) {
        e = XALLOC_NEW(struct settings_entry);
        add(sh, &sh->settings, &e->entry, reap_settings);
        arena_init(&e->arena);
        settings_copy(&e->settings, s, &e->arena);
    }
    e->entry.nusers++;
    return &e->settings;
}

void pool_shared_drop_settings(struct pool_shared *sh, const struct settings *s)
{
    struct settings_entry *e = container_of((struct settings *)(uintptr_t)s,
                                            struct settings_entry, settings);
    drop(sh, &sh->settings, &e->entry);
}

struct host_limit *pool_shared_host(struct pool_shared *sh,
                                    const struct origin *o)
{
    if (sh->host_limit == 0)
        return NULL;
    str_clear(&sh->key);
    origin_host_key(o, &sh->key);
    struct host_entry *e = map_find(&sh->hosts, str_span(&sh->key));
    if (e == NULL) {
        e = XALLOC_NEW(struct host_entry);
        add(sh, &sh->hosts, &e->entry, reap_host);
        host_limit_init(&e->limit, sh->host_limit);
    }
    e->entry.nusers++;
    return &e->limit;
}

void pool_shared_drop_host(struct pool_shared *sh, struct host_limit *l)
{
    struct host_entry *e = container_of(l, struct host_entry, limit);
    drop(sh, &sh->hosts, &e->entry);
}
