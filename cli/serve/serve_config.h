/*
 * serve_config -- what `quiver serve` was asked for.
 *
 * Filled by the option table (options_serve.c) and handed to serve_main().
 */
#ifndef CLI_SERVE_SERVE_CONFIG_H
#define CLI_SERVE_SERVE_CONFIG_H

#include "args/option.h"
#include "base/strings.h"
#include "core/quiver.h"

enum {
    SERVE_PORT_DEFAULT = 8443,
    SERVE_PLAIN_PORT_DEFAULT = 8080,
    SERVE_PORTS_MAX = 16
};

struct serve_config {
    /* has_tls, has_plain, the ports and root are set; log_json and the
     * callbacks are serve_main()'s. */
    struct qv_server_options server;
    struct serve_ports {
        uint16_t more[SERVE_PORTS_MAX]; /* beside the server's own */
        size_t n;                       /* that were given, all together */
    } ports, plain_ports;
    bool no_tls;
    bool no_plain;
    struct strings allow_tcp; /* --allow-tcp */
    struct strings allow_udp;
    bool silent;             /* -s: does not say where it listens */
    const char *qlog_folder; /* NULL: as QLOGDIR says */
    const char *metrics;     /* "[address:]port"; NULL: none */
    const char *log;         /* "text", "json" or "none"; never NULL */
};

extern const struct option_group options_serve;
extern const struct option_group options_serve_tuning; /* QUIC, h3, h2 */

#endif
