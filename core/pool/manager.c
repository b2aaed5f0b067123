/*
 * A vacant pool is freed by a timer or a task, never where it became vacant:
 * that is inside its own functions.
 */
#include "pool/manager.h"

#include <stdlib.h>

#include "base/map.h"
#include "base/xalloc.h"
#include "pool/alternatives.h"
#include "pool/doh.h"
#include "pool/movement.h"
#include "pool/pool_shared.h"
#include "pool/proxy_auth.h"
#include "pool/tunnel.h"
#include "pool/tunnels.h"

/* Connections of a pool for tunnels: more than there are origins. */
#define TUNNELS_MAX 65535

/* Tasks in a row that may pass until the goodbyes of what went through tunnels
 * are on their way. */
#define GOODBYE_ROUNDS 32

/* What a vacant pool remembers (the version, the stream limit) is worth this
 * long, and so many of them. */
#define VACANT_TIME (30 * LOOP_S)
#define VACANT_MAX  1024

struct manager {
    struct dialer dialer;
    struct alternatives alternatives;
    struct doh_host doh_host;
    struct map doh_pools; /* of name servers: origin_key() -> struct entry */
    struct idle idle;
    struct movement movement;
    size_t nopen;            /* connections and dials of all pools */
    struct map pools;        /* origin_key() -> struct entry */
    struct map tunnel_pools; /* the same, of proxies */
    struct tunnel_host tunnel_host;
    struct pool_shared shared;
    struct str key;     /* of the look-up at hand */
    struct list vacant; /* entries, longest vacant first */
    size_t nvacant;
    struct loop_timer sweep;
    struct loop_task evict;    /* too many are vacant */
    struct pool_counters past; /* of pools that are gone */
    unsigned rounds;           /* of the end */
    struct loop_task end_task;
    struct loop_task reap_task;
};

struct entry {
    struct manager *manager;
    struct str key;
    struct pool *pool;
    const struct settings *settings; /* pool_shared.h's, */
    struct host_limit *host;         /* as is this; NULL: no limit */
    struct map *map;                 /* where it stands, by its key */
    struct list vacant;
    uint64_t vacant_since;
};

/* ---- pools ---- */

static void unlist(struct entry *e)
{
    if (list_is_empty(&e->vacant))
        return;
    list_remove(&e->vacant);
    e->manager->nvacant--;
}

static void free_entry(struct entry *e)
{
    struct manager *m = e->manager;
    unlist(e);
    pool_counters_merge(&m->past, pool_counters(e->pool));
    pool_free(e->pool);
    pool_shared_drop_settings(&m->shared, e->settings);
    if (e->host)
        pool_shared_drop_host(&m->shared, e->host);
    str_fini(&e->key);
    free(e);
}

static struct entry *longest_vacant(const struct manager *m)
{
    return list_is_empty(&m->vacant)
               ? NULL
               : container_of(m->vacant.next, struct entry, vacant);
}

static void drop(struct entry *e)
{
    map_remove(e->map, str_span(&e->key));
    free_entry(e);
}

static void on_sweep(struct loop_timer *t, uint64_t now)
{
    struct manager *m = container_of(t, struct manager, sweep);
    struct entry *e;
    while ((e = longest_vacant(m)) != NULL &&
           e->vacant_since + VACANT_TIME <= now)
        drop(e);
    if (e)
        loop_arm(m->dialer.loop, &m->sweep, e->vacant_since + VACANT_TIME);
}

static void on_evict(struct loop_task *task)
{
    struct manager *m = container_of(task, struct manager, evict);
    while (m->nvacant > VACANT_MAX)
        drop(longest_vacant(m));
}

static void on_vacant(struct pool *p, void *owner)
{
    struct entry *e = owner;
    struct manager *m = e->manager;
    (void)p;
    unlist(e);
    e->vacant_since = loop_now(m->dialer.loop);
    list_append(&m->vacant, &e->vacant);
    m->nvacant++;
    if (!heap_has(&m->sweep.node))
        loop_arm(m->dialer.loop, &m->sweep, e->vacant_since + VACANT_TIME);
    if (m->nvacant > VACANT_MAX)
        loop_later(m->dialer.loop, &m->evict);
}

/* What a new pool is in.  Through a proxy of HTTP/1.1 each tunnel takes a
 * connection for as long as it is open, idle or not: with limits of the proxy's
 * own, what is idle would keep others from it. */
static struct entry *new_entry(struct manager *m, struct map *map,
                               const struct origin *o, const struct settings *s)
{
    struct entry *e = XALLOC_NEW(struct entry);
    bool is_for_others = map != &m->pools;
    e->manager = m;
    e->map = map;
    list_init(&e->vacant);
    str_init(&e->key);
    str_add(&e->key, str_span(&m->key));
    map_put(map, str_span(&e->key), e);
    e->settings = pool_shared_settings(&m->shared, s);
    e->host = is_for_others ? NULL : pool_shared_host(&m->shared, o);
    if (!is_for_others && s->pool.max_connections > m->idle.max)
        m->idle.max = s->pool.max_connections;
    e->pool = pool_new(&(struct pool_config){
        .dialer = &m->dialer,
        .idle = &m->idle,
        .movement = &m->movement,
        .nopen = &m->nopen,
        .host_limit = e->host,
        .alternatives = &m->alternatives,
        .settings = e->settings,
        .origin = *o,
        .on_vacant = on_vacant,
        .owner = e,
    });
    return e;
}

static struct pool *find_or_make(struct manager *m, struct map *map,
                                 const struct origin *o,
                                 const struct settings *s, struct span reuse)
{
    str_clear(&m->key);
    origin_key(o, s, reuse, &m->key);
    struct entry *e = map_find(map, str_span(&m->key));
    if (e == NULL)
        e = new_entry(m, map, o, s);
    unlist(e); /* it is about to be used */
    return e->pool;
}

struct pool *manager_pool(struct manager *m, const struct origin *o,
                          const struct settings *s, struct span reuse)
{
    return find_or_make(m, &m->pools, o, s, reuse);
}

/* Its connections are as many as the tunnels, which the limits of their own
 * origins bound. */
static struct pool *tunnel_pool(struct tunnel_host *h,
                                const struct origin *proxy,
                                const struct settings *s)
{
    struct manager *m = container_of(h, struct manager, tunnel_host);
    struct settings own = *s;
    struct str reuse;
    str_init(&reuse);
    settings_key(s, &reuse);
    own.pool.max_connections = TUNNELS_MAX;
    struct pool *p =
        find_or_make(m, &m->tunnel_pools, proxy, &own, str_span(&reuse));
    str_fini(&reuse);
    return p;
}

/* A name server's pool stands behind those of the origins that wait for its
 * answers, and is closed behind them. */
static struct pool *doh_pool(struct doh_host *h, const struct origin *o,
                             const struct settings *s)
{
    struct manager *m = container_of(h, struct manager, doh_host);
    struct str reuse;
    str_init(&reuse);
    settings_key(s, &reuse);
    struct pool *p = find_or_make(m, &m->doh_pools, o, s, str_span(&reuse));
    str_fini(&reuse);
    return p;
}

static struct dns_server *over_https(struct name_servers *n,
                                     const struct settings *s,
                                     struct fault *fault)
{
    struct manager *m = container_of(n, struct manager, dialer.names);
    return doh_server(&m->doh_host, s, fault);
}

static const struct name_servers_over_https name_servers_over_https = {
    .server = over_https,
};

struct auth *manager_proxy_auth(struct manager *m, const struct settings *s,
                                const struct proxy *p)
{
    return proxy_auth_find(&m->tunnel_host.auths, s, p);
}

void manager_each(const struct manager *m,
                  void (*each)(void *user, const struct pool *p), void *user)
{
    const struct map *const maps[] = {&m->pools, &m->tunnel_pools,
                                      &m->doh_pools};
    for (size_t i = 0; i < sizeof maps / sizeof maps[0]; i++) {
        size_t at = 0;
        const struct entry *e;
        while ((e = map_next(maps[i], &at)) != NULL)
            each(user, e->pool);
    }
}

size_t manager_migrate(struct manager *m, bool is_forced)
{
    const struct map *const maps[] = {&m->pools, &m->tunnel_pools,
                                      &m->doh_pools};
    size_t n = 0;
    for (size_t i = 0; i < sizeof maps / sizeof maps[0]; i++) {
        size_t at = 0;
        const struct entry *e;
        while ((e = map_next(maps[i], &at)) != NULL)
            n += pool_migrate(e->pool, is_forced);
    }
    return n;
}

static void on_moved(struct movement *movement)
{
    struct manager *m = container_of(movement, struct manager, movement);
    (void)manager_migrate(m, false);
}

const struct pool_counters *manager_past(const struct manager *m)
{
    return &m->past;
}

/* ---- the manager ---- */

static void reap(struct loop_task *task)
{
    struct manager *m = container_of(task, struct manager, reap_task);
    dialer_fini(&m->dialer);
    doh_free_all(&m->doh_host);
    alternatives_fini(&m->alternatives);
    free(m);
}

static void free_entries(struct map *map)
{
    size_t at = 0;
    struct entry *e;
    while ((e = map_next(map, &at)) != NULL)
        free_entry(e);
    map_fini(map);
}

/* Nothing goes through a proxy any more, or whatever does is too slow. */
static void end(struct manager *m)
{
    list_each_safe (pos, &m->tunnel_host.tunnels)
        tunnel_abandon(container_of(pos, struct tunnel, link));
    free_entries(&m->tunnel_pools);
    free_entries(&m->doh_pools);
    pool_shared_fini(&m->shared);
    idle_fini(&m->idle);
    auths_free_all(&m->tunnel_host.auths);
    movement_fini(&m->movement);
    loop_disarm(m->dialer.loop, &m->sweep);
    loop_forget(m->dialer.loop, &m->evict);
    str_fini(&m->key);
    /* TLS sessions that say goodbye still use the contexts. */
    loop_reap(m->dialer.loop, &m->reap_task);
}

/* Behind the tasks of those who say goodbye through a tunnel. */
static void on_end_task(struct loop_task *task)
{
    struct manager *m = container_of(task, struct manager, end_task);
    if (!list_is_empty(&m->tunnel_host.tunnels) && m->rounds++ < GOODBYE_ROUNDS)
        loop_later(m->dialer.loop, task);
    else
        end(m);
}

struct manager *manager_new(struct loop *loop)
{
    struct manager *m = XALLOC_NEW(struct manager);
    uint64_t seed = (uint64_t)(uintptr_t)m ^ loop_now(loop);
    dialer_init(&m->dialer, loop);
    alternatives_init(&m->alternatives, seed);
    idle_init(&m->idle, loop);
    m->movement.on_moved = on_moved;
    movement_init(&m->movement, loop);
    map_init(&m->pools, seed);
    map_init(&m->tunnel_pools, seed);
    map_init(&m->doh_pools, seed);
    pool_shared_init(&m->shared, loop, seed);
    str_init(&m->key);
    list_init(&m->vacant);
    list_init(&m->tunnel_host.tunnels);
    list_init(&m->tunnel_host.auths);
    m->sweep.on_expired = on_sweep;
    m->doh_host.loop = loop;
    m->doh_host.pool = doh_pool;
    map_init(&m->doh_host.servers, seed);
    m->dialer.names.over_https = &name_servers_over_https;
    m->dialer.tunnels = &tunnels_ops;
    m->dialer.tunnel_host = &m->tunnel_host;
    m->tunnel_host.loop = loop;
    m->tunnel_host.pool = tunnel_pool;
    m->evict.run = on_evict;
    m->end_task.run = on_end_task;
    m->reap_task.run = reap;
    return m;
}

void manager_limit_hosts(struct manager *m, size_t max_connections)
{
    m->shared.host_limit = max_connections;
}

void manager_explain(struct manager *m)
{
    m->dialer.explains = true;
}

void manager_free(struct manager *m)
{
    if (m == NULL)
        return;
    free_entries(&m->pools);
    if (list_is_empty(&m->tunnel_host.tunnels))
        end(m);
    else
        loop_later(m->dialer.loop, &m->end_task);
}

struct dialer *manager_dialer(struct manager *m)
{
    return &m->dialer;
}

struct alternatives *manager_alternatives(struct manager *m)
{
    return &m->alternatives;
}

struct tickets *manager_tickets(const struct manager *m)
{
    return (struct tickets *)(uintptr_t)&m->dialer.tickets;
}

bool manager_awaits_tickets(const struct manager *m)
{
    return m->dialer.tickets.nawaited > 0;
}

void manager_watch_tickets(struct manager *m, void (*on_settled)(void *user),
                           void *user)
{
    m->dialer.tickets.on_settled = on_settled;
    m->dialer.tickets.user = user;
}
