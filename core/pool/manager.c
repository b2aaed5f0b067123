#include "pool/manager.h"

#include <stdlib.h>

#include "base/map.h"
#include "base/xalloc.h"

struct manager {
    struct dialer dialer;
    struct map pools; /* origin_key() -> struct entry */
    struct str key;   /* of the look-up at hand */
    struct loop_task reap_task;
};

struct entry {
    struct str key;
    struct pool *pool;
};

static void reap(struct loop_task *task)
{
    struct manager *m = container_of(task, struct manager, reap_task);
    dialer_fini(&m->dialer);
    free(m);
}

struct manager *manager_new(struct loop *loop)
{
    struct manager *m = XALLOC_NEW(struct manager);
    dialer_init(&m->dialer, loop);
    map_init(&m->pools, (uint64_t)(uintptr_t)m ^ loop_now(loop));
    str_init(&m->key);
    m->reap_task.run = reap;
    return m;
}

void manager_free(struct manager *m)
{
    if (m == NULL)
        return;
    size_t at = 0;
    struct entry *e;
    while ((e = map_next(&m->pools, &at)) != NULL) {
        pool_free(e->pool);
        str_fini(&e->key);
        free(e);
    }
    map_fini(&m->pools);
    str_fini(&m->key);
    /* TLS sessions that say goodbye still use the contexts. */
    loop_reap(m->dialer.loop, &m->reap_task);
}

struct pool *manager_pool(struct manager *m, const struct origin *o,
                          const struct settings *s)
{
    str_clear(&m->key);
    origin_key(o, s, &m->key);
    struct entry *e = map_find(&m->pools, str_span(&m->key));
    if (e)
        return e->pool;
    e = XALLOC_NEW(struct entry);
    str_init(&e->key);
    str_add(&e->key, str_span(&m->key));
    e->pool = pool_new(&m->dialer, o, s);
    map_put(&m->pools, str_span(&e->key), e);
    return e->pool;
}

void manager_each(const struct manager *m,
                  void (*each)(void *user, const struct pool *p), void *user)
{
    size_t at = 0;
    const struct entry *e;
    while ((e = map_next(&m->pools, &at)) != NULL)
        each(user, e->pool);
}
