#include "request/cmdline.h"
#include "request/options.h"

#define FLAG(member)   .kind = OPTION_FLAG, OPTION_AT(SESSION, member)
#define STRING(member) .kind = OPTION_STRING, OPTION_AT(SESSION, member)

static const struct option rows[] = {
    {.name = "stats",
     FLAG(telemetry.stats),
     .category = CATEGORY_VERBOSE,
     .brief = "Show what the connection pools do",
     .text = "On a terminal: transfers, connections, queue, handshake times, "
             "round-trip time, congestion window and loss, redrawn while it "
             "runs.  In any case one line of JSON on standard error at the "
             "end, after everything else: counts of transfers, connections "
             "and the reasons of their ends, requests by protocol and status, "
             "handshake times by stage, each origin, and the connections that "
             "are still open.  See quiver-telemetry(7).",
     .example = "--stats -Z https://example.com/[1-20]",
     .since = "0.1.0"},
    {.name = "stats-out",
     .argument = "<file>",
     STRING(telemetry.stats_out),
     .category = CATEGORY_VERBOSE,
     .values = VALUES_FILE,
     .brief = "Write the JSON of --stats to a file",
     .text = "The file appears at the end and is complete then.  Together with "
             "--stats the JSON goes to the file only.",
     .example = "--stats-out stats.json https://example.com/",
     .since = "0.1.0"},
    {.name = "trace-events",
     .argument = "<file>",
     STRING(telemetry.trace_events),
     .category = CATEGORY_VERBOSE,
     .values = VALUES_FILE,
     .brief = "Write what happens as lines of JSON",
     .text = "One event a line, with its time, its name, the numbers of "
             "transfer (xfer_id) and connection (conn_id), the origin, and "
             "what belongs to it; durations are in seconds.  \"%\" is standard "
             "error; \"-\" is standard output, which then may not carry "
             "bodies.  Lines are written whole, at least every 200 ms.  A "
             "reader that does not read stops no transfer: events beyond the "
             "16 MiB that wait for it are dropped, and their number is told "
             "at the end.  Exit 23 when the file cannot be written.\n\n"
             "quiver-telemetry(7) lists the events.",
     .example = "--trace-events events.jsonl https://example.com/",
     .since = "0.1.0"},
    {.name = "metrics",
     .argument = "<file|port>",
     STRING(telemetry.metrics),
     .category = CATEGORY_VERBOSE,
     .values = VALUES_FILE,
     .brief = "Offer metrics in Prometheus' text format",
     .text = "A number is a port: while it runs, GET /metrics on 127.0.0.1 and "
             "::1 is answered; ADDRESS:PORT listens there instead, and port 0 "
             "takes any free one, which is printed on standard error.  "
             "Everything else is a file, replaced as a whole every second and "
             "at the end, as node_exporter's textfile collector wants it; a "
             "file whose name is a number is written ./9100.  See "
             "quiver-telemetry(7).",
     .example = "--metrics 9100 -Z https://example.com/[1-20]",
     .since = "0.1.0"},
};

const struct option_group options_telemetry = {rows,
                                               sizeof rows / sizeof rows[0]};
