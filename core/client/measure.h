/*
 * measure -- everything that was counted, in the public form.
 */
#ifndef CORE_CLIENT_MEASURE_H
#define CORE_CLIENT_MEASURE_H

#include "client/client.h"

void measure_client(const struct client *c, struct qv_stats *stats);

void measure_pools(const struct client *c,
                   void (*each)(void *user, const struct qv_pool_stats *stats),
                   void *user);
void measure_connections(const struct client *c,
                         void (*each)(void *user,
                                      const struct qv_connection_stats *stats),
                         void *user);

struct histogram;
struct qv_histogram measure_histogram(const struct histogram *h);
/* Adds *s to *to, whose origin stays. */
void measure_add(struct qv_pool_stats *to, const struct qv_pool_stats *s);

#endif
