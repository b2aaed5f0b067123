/*
 * client_stats -- everything that was counted, in the public form.
 */
#ifndef CORE_CLIENT_CLIENT_STATS_H
#define CORE_CLIENT_CLIENT_STATS_H

#include "client/client.h"

/* Of the client and all its pools, those that were freed included. */
void client_stats_get(const struct client *c, struct qv_stats *stats);

/* Calls `each` for every pool, and once for those that were freed, together;
 * *stats is borrowed for the call. */
void client_stats_pools(const struct client *c,
                        void (*each)(void *user,
                                     const struct qv_pool_stats *stats),
                        void *user);
/* Calls `each` for every connection; asks the kernel about each. */
void client_stats_connections(
    const struct client *c,
    void (*each)(void *user, const struct qv_connection_stats *stats),
    void *user);

struct histogram;
struct qv_histogram client_stats_histogram(const struct histogram *h);
/* Adds *s to *to, whose origin stays. */
void client_stats_add(struct qv_pool_stats *to, const struct qv_pool_stats *s);

#endif
