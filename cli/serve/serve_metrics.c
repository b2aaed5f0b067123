#include "serve/serve_metrics.h"

#include <stddef.h>
#include <stdio.h>

#include "telemetry/metrics_target.h"
#include "telemetry/prometheus.h"

static const struct family {
    const char *name;
    const char *help;
    size_t at; /* of a uint64_t */
} families[] = {
    {"quiver_serve_responses_incomplete_total",
     "Responses that did not reach their end.",
     offsetof(struct qv_server_stats, incomplete)},
    {"quiver_serve_received_bytes_total", "Bytes of request bodies.",
     offsetof(struct qv_server_stats, bytes_in)},
    {"quiver_serve_sent_bytes_total", "Bytes of response bodies.",
     offsetof(struct qv_server_stats, bytes_out)},
    {"quiver_serve_quic_handshakes_total", "QUIC handshakes begun.",
     offsetof(struct qv_server_stats, handshakes)},
    {"quiver_serve_quic_handshakes_failed_total",
     "QUIC handshakes that were not completed.",
     offsetof(struct qv_server_stats, handshakes_failed)},
    {"quiver_serve_quic_retries_total", "Retry packets sent.",
     offsetof(struct qv_server_stats, retries)},
    {"quiver_serve_quic_version_negotiations_total",
     "Version Negotiation packets sent.",
     offsetof(struct qv_server_stats, versions)},
    {"quiver_serve_quic_refused_total", "QUIC clients turned away.",
     offsetof(struct qv_server_stats, refused)},
    {"quiver_serve_quic_stateless_resets_total", "Stateless resets sent.",
     offsetof(struct qv_server_stats, resets)},
    {"quiver_serve_messages_total", "WebSocket messages that were sent back.",
     offsetof(struct qv_server_stats, messages)},
    {"quiver_serve_datagrams_received_total", "HTTP datagrams that came.",
     offsetof(struct qv_server_stats, datagrams_in)},
    {"quiver_serve_datagrams_sent_total", "HTTP datagrams that were sent back.",
     offsetof(struct qv_server_stats, datagrams_out)},
    {"quiver_serve_datagrams_dropped_total",
     "HTTP datagrams that came and were not sent back.",
     offsetof(struct qv_server_stats, datagrams_dropped)},
    {"quiver_serve_datagrams_lost_total",
     "HTTP datagrams that QUIC holds for lost, those of tunnels too.",
     offsetof(struct qv_server_stats, datagrams_lost)},
    {"quiver_serve_tunnels_refused_total",
     "Tunnels that were asked for and not opened.",
     offsetof(struct qv_server_stats, tunnels_refused)},
    {"quiver_serve_tunnel_packets_sent_total",
     "Packets of UDP tunnels to their targets.",
     offsetof(struct qv_server_stats, packets_out)},
    {"quiver_serve_tunnel_packets_received_total",
     "Packets of UDP tunnels from their targets.",
     offsetof(struct qv_server_stats, packets_in)},
    {"quiver_serve_tunnel_packets_dropped_total",
     "Packets of UDP tunnels that were not passed on.",
     offsetof(struct qv_server_stats, packets_dropped)},
};

static void add_requests(struct str *out, const struct qv_server_stats *s)
{
    const char *name = "quiver_serve_requests_total";
    prometheus_family(out, name, "counter",
                      "Requests, by protocol and status.");
    for (int p = 0; p < QV_PROTOCOLS - 1; p++) {
        for (int c = 0; c < QV_STATUS_CLASSES; c++) {
            char status[8];
            (void)snprintf(status, sizeof status, c ? "%dxx" : "none", c);
            if (s->requests[p][c])
                prometheus_sample(out, name, (double)s->requests[p][c],
                                  "protocol", qv_protocol_name(p), "status",
                                  status, NULL);
        }
    }
    name = "quiver_serve_request_duration_seconds";
    prometheus_family(out, name, "histogram",
                      "From the head of a request to the end of its response.");
    prometheus_histogram(out, name, &s->durations, NULL, NULL);
}

static void add_channels(struct str *out, const struct qv_server_stats *s)
{
    static const char *const kinds[] = {"datagram", "websocket",
                                        "webtransport"};
    const char *name = "quiver_serve_channels_total";
    prometheus_family(out, name, "counter", "Channels that were opened.");
    for (int i = 0; i < 3; i++)
        prometheus_sample(out, name, (double)s->channels[i].opened, "kind",
                          kinds[i], NULL);
    name = "quiver_serve_channels";
    prometheus_family(out, name, "gauge", "Open channels.");
    for (int i = 0; i < 3; i++)
        prometheus_sample(out, name, s->channels[i].open, "kind", kinds[i],
                          NULL);
}

static void add_tunnels(struct str *out, const struct qv_server_stats *s)
{
    static const char *const kinds[] = {"tcp", "udp"};
    const char *name = "quiver_serve_tunnels_total";
    prometheus_family(out, name, "counter", "Tunnels that were opened.");
    for (int i = 0; i < 2; i++)
        prometheus_sample(out, name, (double)s->tunnels[i].opened, "kind",
                          kinds[i], NULL);
    name = "quiver_serve_tunnels";
    prometheus_family(out, name, "gauge", "Open tunnels.");
    for (int i = 0; i < 2; i++)
        prometheus_sample(out, name, s->tunnels[i].open, "kind", kinds[i],
                          NULL);
}

static void add_text(struct str *out, const struct qv_server_stats *s)
{
    const char *name = "quiver_serve_connections_total";
    prometheus_family(out, "quiver_build_info", "gauge",
                      "The version, as a label.");
    prometheus_sample(out, "quiver_build_info", 1, "version", qv_version(),
                      NULL);
    add_requests(out, s);
    prometheus_family(out, "quiver_serve_connections", "gauge",
                      "Open connections.");
    prometheus_sample(out, "quiver_serve_connections", s->connections, NULL);
    prometheus_family(out, name, "counter",
                      "Connections by protocol; none: ended before it showed.");
    for (int p = 0; p < QV_PROTOCOLS; p++)
        prometheus_sample(out, name, (double)s->accepted[p], "protocol",
                          qv_protocol_name(p), NULL);
    add_channels(out, s);
    add_tunnels(out, s);
    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++) {
        const struct family *f = &families[i];
        const void *at = (const char *)s + f->at;
        prometheus_family(out, f->name, "counter", f->help);
        prometheus_sample(out, f->name, (double)*(const uint64_t *)at, NULL);
    }
}

static char *on_page(void *user, size_t *len)
{
    struct qv_server_stats stats;
    struct str out = {0};
    qv_server_stats(user, &stats);
    add_text(&out, &stats);
    *len = out.len;
    return str_take(&out);
}

bool serve_metrics_is_port(const char *target)
{
    struct metrics_target at;
    bool ok = metrics_target_parse(&at, target);
    metrics_target_fini(&at);
    return ok;
}

struct qv_page_port *serve_metrics_open(struct qv_server *s, const char *target,
                                        struct qv_error *error)
{
    struct metrics_target at;
    struct qv_page_port *port;
    struct qv_page page = {
        .path = "/metrics",
        .type = prometheus_type,
        .render = on_page,
        .user = s,
    };
    (void)metrics_target_parse(&at, target);
    page.bind = at.bind;
    page.port = at.port;
    port = qv_server_serve_page(s, &page, error);
    metrics_target_fini(&at);
    return port;
}
