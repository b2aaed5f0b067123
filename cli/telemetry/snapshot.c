#include "telemetry/snapshot.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/xalloc.h"

static void add_pool(void *user, const struct qv_pool_stats *pool)
{
    struct snapshot *s = user;
    s->origins = xalloc_room(s->origins, s->norigins, &s->origins_cap,
                             sizeof *s->origins);
    s->origins[s->norigins++] = *pool;
}

static void add_connection(void *user, const struct qv_connection_stats *c)
{
    struct snapshot *s = user;
    s->connections = xalloc_room(s->connections, s->nconnections,
                                 &s->connections_cap, sizeof *s->connections);
    s->connections[s->nconnections++] = *c;
}

static int by_name(const void *a, const void *b)
{
    const struct qv_pool_stats *x = a;
    const struct qv_pool_stats *y = b;
    return strcmp(x->origin, y->origin);
}

static int by_id(const void *a, const void *b)
{
    const struct qv_connection_stats *x = a;
    const struct qv_connection_stats *y = b;
    return (x->id > y->id) - (x->id < y->id);
}

/* Neighbours of one name become one row. */
static void merge(struct snapshot *s)
{
    size_t n = 0;
    for (size_t i = 0; i < s->norigins; i++) {
        if (n && strcmp(s->origins[n - 1].origin, s->origins[i].origin) == 0)
            qv_pool_stats_add(&s->origins[n - 1], &s->origins[i]);
        else
            s->origins[n++] = s->origins[i];
    }
    s->norigins = n;
}

void snapshot_take(struct snapshot *s, const struct qv_client *client)
{
    *s = (struct snapshot){0};
    qv_client_stats(client, &s->total);
    qv_client_each_pool(client, add_pool, s);
    if (s->norigins)
        qsort(s->origins, s->norigins, sizeof *s->origins, by_name);
    merge(s);
    qv_client_each_connection(client, add_connection, s);
    if (s->nconnections)
        qsort(s->connections, s->nconnections, sizeof *s->connections, by_id);
}

void snapshot_fini(struct snapshot *s)
{
    free(s->origins);
    free(s->connections);
    *s = (struct snapshot){0};
}

/* Most first, what is no single origin last. */
static int by_requests(const void *a, const void *b)
{
    const struct qv_pool_stats *x = a;
    const struct qv_pool_stats *y = b;
    bool is_x_other = strcmp(x->origin, QV_ORIGIN_OTHER) == 0;
    bool is_y_other = strcmp(y->origin, QV_ORIGIN_OTHER) == 0;
    uint64_t m = x->durations.count;
    uint64_t n = y->durations.count;
    if (is_x_other != is_y_other)
        return is_x_other ? 1 : -1;
    return m == n ? by_name(a, b) : (m < n) - (m > n);
}

void snapshot_limit(struct snapshot *s, size_t max)
{
    if (s->norigins <= max)
        return;
    qsort(s->origins, s->norigins, sizeof *s->origins, by_requests);
    for (size_t i = max + 1; i < s->norigins; i++)
        qv_pool_stats_add(&s->origins[max], &s->origins[i]);
    s->origins[max].origin = QV_ORIGIN_OTHER;
    s->norigins = max + 1;
    qsort(s->origins, max, sizeof *s->origins, by_name);
}
