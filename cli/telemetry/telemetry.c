#include "telemetry/telemetry.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "telemetry/key_log_file.h"
#include "telemetry/qlog_folder.h"
#include "terminal/complain.h"

static int start_events(struct telemetry *t, struct qv_client *client,
                        const char *path, bool uses_stdout)
{
    if (strcmp(path, "-") == 0 && uses_stdout)
        return complain_usage("--trace-events - and bodies cannot both go to "
                              "standard output");
    if (trace_events_start(&t->events, client, path))
        return QV_EXIT_OK;
    return complain_unwritten("cannot write the events to", path, errno);
}

int telemetry_start(struct telemetry *t, struct qv_client *client,
                    const struct telemetry_options *o, bool uses_stdout)
{
    struct qv_error error;
    int status = QV_EXIT_OK;
    *t = (struct telemetry){.stats = {0}};
    if (o->trace_events)
        status = start_events(t, client, o->trace_events, uses_stdout);
    if (status)
        return status;
    if (!qlog_folder_make(o->qlog_folder))
        return complain_unwritten("cannot write traces to", o->qlog_folder,
                                  errno);
    if (!key_log_file_make(o->key_log))
        return complain_unwritten("cannot write secrets to", o->key_log, errno);
    if (o->stats || o->stats_out)
        stats_start(&t->stats, client, o->stats && isatty(STDERR_FILENO),
                    o->stats_out);
    if (o->metrics && !metrics_start(&t->metrics, client, o->metrics, &error)) {
        complain_error(error.status, NULL, error.text);
        return error.status;
    }
    return QV_EXIT_OK;
}

unsigned telemetry_lines(struct telemetry *t, struct str *out,
                         struct stats_room room)
{
    return stats_lines(&t->stats, out, room);
}

void telemetry_stop(struct telemetry *t)
{
    stats_stop(&t->stats);
    metrics_stop(&t->metrics);
    trace_events_stop(&t->events);
}

int telemetry_end(struct telemetry *t)
{
    const char *events = t->events.file.path;
    const char *metrics = t->metrics.path;
    const char *stats = t->stats.path ? t->stats.path : "standard error";
    int status = QV_EXIT_OK;
    uint64_t dropped;
    int failed = trace_events_end(&t->events, &dropped);
    if (dropped)
        complain_notice("%" PRIu64 " events were not written to '%s': their "
                        "reader was too slow",
                        dropped, events);
    if (failed)
        status = complain_unwritten("writing the events to", events, failed);
    failed = metrics_end(&t->metrics);
    if (failed)
        status = complain_unwritten("writing the metrics to", metrics, failed);
    failed = stats_end(&t->stats);
    if (failed)
        status = complain_unwritten("writing the statistics to", stats, failed);
    return status;
}
