/*
 * stats -- --stats and --stats-out: what the pools do, live and at the end.
 *
 * A person at a terminal gets tables; a line of JSON is for files, and for whoever
 * else reads standard error.  Live it is only text: the command's progress display
 * draws stats_lines() below its own lines, at its own pace and by its own rules.
 */
#ifndef CLI_TELEMETRY_STATS_H
#define CLI_TELEMETRY_STATS_H

#include <stdbool.h>

#include "core/base/str.h"
#include "core/quiver.h"
#include "telemetry/rates.h"
#include "telemetry/stats_view.h"

struct stats {
    struct qv_client *client; /* NULL: off */
    bool is_live;
    const char *path; /* NULL: standard error */
    uint64_t began;
    struct rates rates; /* of what is drawn */
    struct str text;    /* at the end */
};

void stats_start(struct stats *s, struct qv_client *client, bool is_live,
                 const char *path);
/* Each line ends with '\n'; how many they are. */
unsigned stats_lines(struct stats *s, struct str *out, struct stats_room room);
/* The numbers as they are now are the last ones. */
void stats_stop(struct stats *s);
/* Writes them; errno of what failed, 0. */
int stats_end(struct stats *s);

#endif
