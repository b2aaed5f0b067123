#include "help/schema_table.h"

#include "help/schema_words.h"

const struct schema_title schema_titles[] = {
    {"record", "the result of a transfer: a line of batch and of --json-out, "
               "%{json} of -w"},
    {"phases", "seconds each; null: there was no such phase"},
    {"request", "a request as it was sent"},
    {"fields", "header fields: names in lower case, each with all its values"},
    {"body", "the body of the answer"},
    {"expect", "whether the answer was as expected"},
    {"tags", "members as given"},
    {"conn", "a connection"},
    {"proxy", "the proxy that a connection goes through"},
    {"attempt", "one address that was tried"},
    {"hop", "a redirect that was followed"},
    {"try", "a try before the last one"},
    {"error", "what went wrong"},
    {"cause", "what went wrong on the way, or took the time"},
    {"explanation", "a line of --explain=json"},
    {"explain", "why the transfer went as it went"},
    {"decision", "one thing that was settled, and because of what"},
    {"lookup", "a question for a name"},
    {"allowed", "what the peer lets us do; null: it has not said"},
    {"summary", "a whole batch: --summary-out, report --summary --json"},
    {"times", "seconds; null: nothing was measured"},
    {"bytes", NULL},
    {"pool", "connections of the whole run"},
    {"counts", "by name; what did not happen is missing"},
    {"channel_event", "a line of channel --out jsonl, --record"},
    {"stream_event", "a line of --sse"},
    {"echo_test", "the result of channel --echo-test"},
    {"trace_event", "a line of --trace-events"},
    {"access", "a line of serve --log json"},
    {"progress", "a line of --progress=json"},
    {"batch_progress", "the same, of batch"},
    {"stats", "a line of --stats-out"},
    {"transfers", NULL},
    {"alternatives", "other places of origins, of HTTP/3"},
    {"channels", NULL},
    {"traffic", NULL},
    {"connections", NULL},
    {"queue", NULL},
    {"requests", "by protocol"},
    {"histogram", NULL},
    {"handshake", "by stage"},
    {"origin", NULL},
    {"connection", NULL},
    {"probe", "what probe --json finds"},
    {"probe_addresses", NULL},
    {"probe_tls", NULL},
    {"probe_http", NULL},
    {"probe_early", "data in the first flight of a resumed session"},
    {"probe_datagrams", NULL},
    {"look",
     "one connection and one answer, asked for by HEAD; null: not made"},
    {"early", NULL},
    {"failure", NULL},
    {"certificate", "of the server"},
    {"verdict", "names as --require has them"},
    {"ping_event", "a line of ping --json"},
    {"version", "of version --json"},
    {"cache_kind", "a line of cache list --json"},
    {"cache_entry", "a line of cache show --json"},
    {NULL, NULL},
};

/* ---- what is asked of the program itself ---- */

static const struct schema_row schema_program[] = {
    {"version", "name", "'quiver'", NULL},
    {"version", "version", TEXT, NULL},
    {"version", "commit", TEXT, "that it was built from"},
    {"version", "libraries", "versions", NULL},
    {"version", "protocols", "[string]", NULL},
    {"version", "features", "[string]", NULL},
    {"version", "license", TEXT, NULL},

    {"versions", "*", TEXT, NULL},

    {"cache_kind", "kind", TEXT, NULL},
    {"cache_kind", "entries", N, NULL},
    {"cache_kind", "file", TEXT, NULL},

    {"cache_entry", "kind", TEXT, NULL},
    {"cache_entry", "host", TEXT_OR, NULL},
    {"cache_entry", "port", N, "0: of no port"},
    {"cache_entry", "text", TEXT, "what is known"},
    {"cache_entry", "value?", TEXT, "with --show-secrets; else <redacted>"},
    {"cache_entry", "expires", N_OR, "s since 1970; null: with the session"},

    SCHEMA_END,
};

const struct schema_row *const schema_tables[] = {
    schema_record, schema_run, schema_lines, schema_probe, schema_program, NULL,
};
