/*
 * metrics_text -- a client's statistics as Prometheus metrics.
 */
#ifndef CLI_TELEMETRY_METRICS_TEXT_H
#define CLI_TELEMETRY_METRICS_TEXT_H

#include "core/base/str.h"
#include "telemetry/snapshot.h"

/* Origins in labels; further ones are summed up as "other". */
#define METRICS_TEXT_ORIGINS_MAX 100

/* Limits the snapshot to that many. */
void metrics_text(struct str *out, struct snapshot *s);

#endif
