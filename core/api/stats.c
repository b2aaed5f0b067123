#include "api/client_self.h"
#include "client/client_stats.h"
#include "pool/pool_counters.h"

const char *qv_protocol_name(int protocol)
{
    return pool_counters_protocol_name((enum pool_protocol)protocol);
}

const char *qv_stage_name(int stage)
{
    return pool_counters_stage_name((enum pool_stage)stage);
}

const char *qv_failure_name(int reason)
{
    return pool_counters_failure_name((enum pool_failure)reason);
}

const char *qv_close_name(int reason)
{
    return pool_counters_close_name((enum pool_close)reason);
}

const uint64_t *qv_histogram_bounds(void)
{
    return histogram_bounds;
}

void qv_client_stats(const struct qv_client *c, struct qv_stats *stats)
{
    client_stats_get(&c->client, stats);
}

void qv_client_each_pool(const struct qv_client *c,
                         void (*each)(void *user,
                                      const struct qv_pool_stats *stats),
                         void *user)
{
    client_stats_pools(&c->client, each, user);
}

void qv_pool_stats_add(struct qv_pool_stats *to, const struct qv_pool_stats *s)
{
    client_stats_add(to, s);
}

void qv_client_each_connection(
    const struct qv_client *c,
    void (*each)(void *user, const struct qv_connection_stats *stats),
    void *user)
{
    client_stats_connections(&c->client, each, user);
}
