/*
 * stats_json -- a snapshot as one JSON object on one line.
 */
#ifndef CLI_STATS_JSON_H
#define CLI_STATS_JSON_H

#include "snapshot.h"
#include "text.h"

/* elapsed: ns since the start. */
void stats_json(struct text *out, const struct snapshot *s, uint64_t elapsed);

#endif
