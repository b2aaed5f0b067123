/*
 * telemetry_options -- what options_telemetry.c fills in.
 */
#ifndef CLI_REQUEST_TELEMETRY_OPTIONS_H
#define CLI_REQUEST_TELEMETRY_OPTIONS_H

#include <stdbool.h>

/* What -v and --trace write. */
enum verbose_form {
    VERBOSE_LINES, /* "> GET / HTTP/1.1" */
    VERBOSE_ASCII, /* heads and bodies, as text */
    VERBOSE_HEX,   /* and as hex besides */
};

struct verbose_options {
    enum verbose_form form;
    const char *path; /* a file, "-"; NULL or "%": standard error */
    bool is_timed;
    bool has_ids;
    bool has_decisions; /* settings and frames: -vv */
    bool has_packets;   /* -vvv */
    bool is_set; /* by an option of its own: -v leaves the two above alone */
};

/* Why a transfer went as it went. */
enum explain_form {
    EXPLAIN_NOTHING,
    EXPLAIN_TEXT,
    EXPLAIN_JSON,
};

struct telemetry_options {
    enum explain_form explain;
    const char *trace_events; /* a file, "-" or "%"; NULL: none */
    const char *qlog_folder;  /* NULL: as QLOGDIR says */
    const char *key_log;      /* a file; NULL: as SSLKEYLOGFILE says */
    const char *stats_out;    /* a file; NULL: none */
    const char *metrics;      /* a file, a port, or address:port; NULL: none */
    bool stats;
    struct verbose_options verbose;
};

#endif
