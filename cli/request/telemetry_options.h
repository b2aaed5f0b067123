/*
 * telemetry_options -- what options_telemetry.c fills in.
 */
#ifndef CLI_REQUEST_TELEMETRY_OPTIONS_H
#define CLI_REQUEST_TELEMETRY_OPTIONS_H

#include <stdbool.h>

struct telemetry_options {
    const char *trace_events; /* a file, "-" or "%"; NULL: none */
    const char *stats_out;    /* a file; NULL: none */
    const char *metrics;      /* a file, a port, or address:port; NULL: none */
    bool stats;
};

#endif
