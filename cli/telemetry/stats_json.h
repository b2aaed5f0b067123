/*
 * stats_json -- a snapshot as one JSON object on one line.
 */
#ifndef CLI_TELEMETRY_STATS_JSON_H
#define CLI_TELEMETRY_STATS_JSON_H

#include "core/base/str.h"
#include "telemetry/snapshot.h"

/* elapsed: ns since the start. */
void stats_json(struct str *out, const struct snapshot *s, uint64_t elapsed);

#endif
