/*
 * stats_table -- origins and connections as tables of stats_view.h: a line of
 * titles, and one for each that there is room for.
 */
#ifndef CLI_TELEMETRY_STATS_TABLE_H
#define CLI_TELEMETRY_STATS_TABLE_H

#include "core/base/str.h"
#include "telemetry/rates.h"
#include "telemetry/snapshot.h"

struct stats_room {
    unsigned width; /* columns; a line is shorter */
    unsigned rows;  /* at most so many lines */
};

/* Lines that were added: none where there is room for no row, or nothing to tell
 * beside the sums (a single origin). */
unsigned stats_table_origins(struct str *out, const struct snapshot *s,
                             const struct rates *r, struct stats_room room);
/* The busiest first: the snapshot's are put in that order. */
unsigned stats_table_connections(struct str *out, struct snapshot *s,
                                 const struct rates *r, struct stats_room room);

#endif
