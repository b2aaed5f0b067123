/*
 * trace_events -- the engine's events as lines of JSON.
 *
 *   {"ts":"2026-11-20T10:00:00.123456Z","event":"quiver.request.stop",
 *    "xfer_id":0,"conn_id":1,"origin":"https://h:443","duration":0.0124,...}
 *
 * Lines are gathered and written whole, at least every 200 ms while there are
 * any.  A reader that does not read does not stop the transfers: events that
 * do not fit into a bounded queue any more are dropped and counted.
 */
#ifndef CLI_TELEMETRY_TRACE_EVENTS_H
#define CLI_TELEMETRY_TRACE_EVENTS_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "core/base/str.h"
#include "core/quiver.h"
#include "telemetry/trace_file.h"

struct trace_events {
    struct qv_client *client; /* NULL: off */
    struct qv_listener listener;
    struct qv_timer timer;
    struct trace_file file;
    bool is_armed;
    bool is_stopping;
    struct str lines;
    /* wall clock: of the loop's time 0, ns since 1970 */
    uint64_t epoch;
    time_t second; /* that `stamp` is of */
    char stamp[24];
};

/* path: a file, "-" for standard output, "%" for standard error.  False with
 * errno. */
bool trace_events_start(struct trace_events *e, struct qv_client *client,
                        const char *path);
/* The client is about to be freed: events that this causes still come. */
void trace_events_stop(struct trace_events *e);
/* After that, when the reader has taken all: errno of what failed, 0.  dropped:
 * how many events the reader was too slow for. */
int trace_events_end(struct trace_events *e, uint64_t *dropped);

#endif
