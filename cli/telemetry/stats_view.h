/*
 * stats_view -- a snapshot as lines for a terminal: what runs, what it costs, the
 * origins and the connections.
 *
 * What is less important goes first when there is little room: origins and
 * connections from below, the columns of a table from the right, and the end of a
 * line in whole words.
 */
#ifndef CLI_TELEMETRY_STATS_VIEW_H
#define CLI_TELEMETRY_STATS_VIEW_H

#include "core/base/str.h"
#include "telemetry/rates.h"
#include "telemetry/snapshot.h"
#include "telemetry/stats_table.h"

/* Each line ends with '\n'; how many they are.  The snapshot's rows may be put in
 * another order. */
unsigned stats_view(struct str *out, struct snapshot *s, const struct rates *r,
                    struct stats_room room);

#endif
