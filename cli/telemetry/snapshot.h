/*
 * snapshot -- the engine's statistics at one moment, by origin.
 *
 * An origin may have several pools (their settings differ); here it has one
 * row.
 */
#ifndef CLI_TELEMETRY_SNAPSHOT_H
#define CLI_TELEMETRY_SNAPSHOT_H

#include <stddef.h>

#include "core/quiver.h"

struct snapshot {
    struct qv_stats total;
    struct qv_pool_stats *origins; /* by name */
    size_t norigins;
    struct qv_connection_stats *connections; /* open ones, by number */
    size_t nconnections;
    /* private: */
    size_t origins_cap;
    size_t connections_cap;
};

/* Names in it are good until the client runs on. */
void snapshot_take(struct snapshot *s, const struct qv_client *client);
void snapshot_fini(struct snapshot *s);

/* Leaves the `max` origins with the most requests; the others become one row,
 * "other", at the end. */
void snapshot_limit(struct snapshot *s, size_t max);

#endif
