/*
 * telemetry -- --trace-events, --stats, --stats-out and --metrics: what a run
 * tells about itself, for every command that has a client.
 *
 *     telemetry_start(&t, client, &cmdline->telemetry, uses_stdout);
 *     ... the run; its progress draws telemetry_lines() below its own ...
 *     telemetry_stop(&t);      after the last transfer
 *     qv_client_free(client);  the ends of connections are events too
 *     status = telemetry_end(&t);
 *
 * stop() and end() may follow a start() that failed.  With none of the options
 * nothing is listened to and no timer runs.
 */
#ifndef CLI_TELEMETRY_TELEMETRY_H
#define CLI_TELEMETRY_TELEMETRY_H

#include <stdbool.h>

#include "core/base/str.h"
#include "core/quiver.h"
#include "request/telemetry_options.h"
#include "telemetry/metrics.h"
#include "telemetry/stats.h"
#include "telemetry/trace_events.h"

struct telemetry {
    struct trace_events events;
    struct stats stats;
    struct metrics metrics;
};

/* Before the first transfer.  uses_stdout: data goes there, so events may not.
 * The exit status: 0, or why not, which was said. */
int telemetry_start(struct telemetry *t, struct qv_client *client,
                    const struct telemetry_options *o, bool uses_stdout);

/* --stats on a terminal: lines for below the progress, their number. */
unsigned telemetry_lines(struct telemetry *t, struct str *out,
                         struct stats_room room);

/* The numbers as they are now are the last ones. */
void telemetry_stop(struct telemetry *t);
/* Prints and closes.  0, or QV_EXIT_WRITE after a line that says why. */
int telemetry_end(struct telemetry *t);

#endif
