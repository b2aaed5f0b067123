/*
 * One function a family, or a few that belong together, because the format
 * wants all samples of a family in one place.  Numbers that are always there
 * (transfers) have every label from the start; those by origin, protocol and
 * status only once they have happened: a product of all labels would be long
 * and mostly zero.
 */
#include "telemetry/metrics_text.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "telemetry/prometheus.h"

static void add_transfers(struct str *out, const struct qv_stats *t)
{
    prometheus_family(out, "quiver_build_info", "gauge",
                      "The version, as a label.");
    prometheus_sample(out, "quiver_build_info", 1, "version", qv_version(),
                      NULL);
    prometheus_family(out, "quiver_transfers", "gauge",
                      "Transfers that are not over.");
    prometheus_sample(out, "quiver_transfers", (double)t->running, "state",
                      "running", NULL);
    prometheus_sample(out, "quiver_transfers", (double)t->waiting, "state",
                      "waiting", NULL);
    prometheus_family(out, "quiver_transfers_total", "counter",
                      "Transfers that are over, by their result.");
    prometheus_sample(out, "quiver_transfers_total", (double)t->done, "result",
                      "ok", NULL);
    prometheus_sample(out, "quiver_transfers_total", (double)t->failed,
                      "result", "failed", NULL);
    prometheus_sample(out, "quiver_transfers_total", (double)t->cancelled,
                      "result", "cancelled", NULL);
    prometheus_family(out, "quiver_retries_total", "counter",
                      "Times a request was tried again.");
    prometheus_sample(out, "quiver_retries_total", (double)t->retried, NULL);
    prometheus_family(out, "quiver_redirects_total", "counter",
                      "Redirects followed.");
    prometheus_sample(out, "quiver_redirects_total", (double)t->redirected,
                      NULL);
}

static void add_alternatives(struct str *out, const struct qv_stats *t)
{
    prometheus_family(out, "quiver_alternatives_broken", "gauge",
                      "Places, such as HTTP/3, that are left alone as they did "
                      "not work.");
    prometheus_sample(out, "quiver_alternatives_broken", (double)t->broken,
                      NULL);
    prometheus_family(out, "quiver_alternatives_broken_total", "counter",
                      "Times such a place was found not to work.");
    prometheus_sample(out, "quiver_alternatives_broken_total",
                      (double)t->marked_broken, NULL);
}

/* ---- channels ---- */

/* A number of struct qv_channels_stats that is a family of its own. */
static const struct {
    const char *name;
    const char *type;
    const char *help;
    size_t at;
} channel_families[] = {
    {"quiver_channels", "gauge", "Channels that are open.",
     offsetof(struct qv_channels_stats, open)},
    {"quiver_channels_opened_total", "counter",
     "Channels that the server has accepted.",
     offsetof(struct qv_channels_stats, opened)},
    {"quiver_channels_done_total", "counter", "Channels that ended well.",
     offsetof(struct qv_channels_stats, done)},
    {"quiver_channels_failed_total", "counter",
     "Channels that failed, or were never open.",
     offsetof(struct qv_channels_stats, failed)},
    {"quiver_channel_messages_received_total", "counter",
     "Datagrams and messages received.",
     offsetof(struct qv_channels_stats, messages_in)},
    {"quiver_channel_messages_sent_total", "counter",
     "Datagrams and messages given to channels.",
     offsetof(struct qv_channels_stats, messages_out)},
    {"quiver_channel_received_bytes_total", "counter",
     "Bytes of what channels received, without framing.",
     offsetof(struct qv_channels_stats, bytes_in)},
    {"quiver_channel_sent_bytes_total", "counter",
     "Bytes of what channels sent, without framing.",
     offsetof(struct qv_channels_stats, bytes_out)},
    {"quiver_datagrams_sent_total", "counter", "HTTP datagrams sent.",
     offsetof(struct qv_channels_stats, datagrams_sent)},
    {"quiver_datagrams_received_total", "counter", "HTTP datagrams received.",
     offsetof(struct qv_channels_stats, datagrams_received)},
    {"quiver_datagrams_dropped_total", "counter",
     "HTTP datagrams that were not sent: too old, too many, too large.",
     offsetof(struct qv_channels_stats, datagrams_dropped)},
    {"quiver_datagrams_lost_total", "counter",
     "HTTP datagrams that QUIC holds for lost.",
     offsetof(struct qv_channels_stats, datagrams_lost)},
};

/* Of a run without channels nothing is said of them. */
static void add_channels(struct str *out, const struct qv_channels_stats *c)
{
    if (c->open + c->opened + c->done + c->failed == 0)
        return;
    for (size_t i = 0; i < sizeof channel_families / sizeof channel_families[0];
         i++) {
        uint64_t n;
        memcpy(&n, (const char *)c + channel_families[i].at, sizeof n);
        prometheus_family(out, channel_families[i].name,
                          channel_families[i].type, channel_families[i].help);
        prometheus_sample(out, channel_families[i].name, (double)n, NULL);
    }
}

/* ---- by origin ---- */

/* A number of struct qv_pool_stats that is a family of its own. */
static const struct family {
    const char *name;
    const char *type;
    const char *help;
    size_t at;
    bool is_size; /* size_t, not uint64_t */
} families[] = {
    {"quiver_received_bytes_total", "counter",
     "Bytes of response heads and bodies of requests that are over.",
     offsetof(struct qv_pool_stats, bytes_in), false},
    {"quiver_sent_bytes_total", "counter",
     "Bytes of request heads and bodies of requests that are over.",
     offsetof(struct qv_pool_stats, bytes_out), false},
    {"quiver_pool_queue_length", "gauge",
     "Requests that wait for a connection.",
     offsetof(struct qv_pool_stats, queued), true},
    {"quiver_pool_waits_total", "counter",
     "Requests that had to wait for a connection.",
     offsetof(struct qv_pool_stats, waited), false},
    {"quiver_pool_timeouts_total", "counter",
     "Requests that waited for a connection too long.",
     offsetof(struct qv_pool_stats, expired), false},
    {"quiver_requests_returned_total", "counter",
     "Requests that a connection gave back unprocessed.",
     offsetof(struct qv_pool_stats, returned), false},
    {"quiver_early_requests_accepted_total", "counter",
     "Requests that were sent as early data (0-RTT) and accepted.",
     offsetof(struct qv_pool_stats, early_accepted), false},
    {"quiver_early_requests_rejected_total", "counter",
     "Requests that were sent as early data, rejected, and sent again.",
     offsetof(struct qv_pool_stats, early_rejected), false},
    {"quiver_connections_resumed_total", "counter",
     "Connections made with a ticket of an earlier one.",
     offsetof(struct qv_pool_stats, resumed), false},
    {"quiver_migrations_total", "counter",
     "QUIC connections that went over to another path.",
     offsetof(struct qv_pool_stats, migrations), false},
    {"quiver_quic_packets_sent_total", "counter", "QUIC packets sent.",
     offsetof(struct qv_pool_stats, packets_sent), false},
    {"quiver_quic_packets_lost_total", "counter",
     "QUIC packets that are held for lost.",
     offsetof(struct qv_pool_stats, packets_lost), false},
    {"quiver_pool_streams", "gauge", "Requests on connections.",
     offsetof(struct qv_pool_stats, active), true},
    {"quiver_pool_dialling", "gauge", "Connections that are being made.",
     offsetof(struct qv_pool_stats, dialling), true},
    {"quiver_dials_total", "counter", "Connections begun.",
     offsetof(struct qv_pool_stats, dials), false},
};

static double number_of(const struct qv_pool_stats *p, const struct family *f)
{
    const char *at = (const char *)p + f->at;
    return f->is_size ? (double)*(const size_t *)(const void *)at
                      : (double)*(const uint64_t *)(const void *)at;
}

static void add_numbers(struct str *out, const struct snapshot *s)
{
    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++) {
        const struct family *f = &families[i];
        prometheus_family(out, f->name, f->type, f->help);
        for (size_t o = 0; o < s->norigins; o++)
            prometheus_sample(out, f->name, number_of(&s->origins[o], f),
                              "origin", s->origins[o].origin, NULL);
    }
}

static void add_classes(struct str *out, const char *name,
                        const struct qv_pool_stats *p, int protocol)
{
    for (int c = 0; c < QV_STATUS_CLASSES; c++) {
        uint64_t n = p->requests[protocol][c];
        char status[8];
        (void)snprintf(status, sizeof status, c ? "%dxx" : "none", c);
        if (n)
            prometheus_sample(out, name, (double)n, "origin", p->origin,
                              "protocol", qv_protocol_name(protocol), "status",
                              status, NULL);
    }
}

static void add_requests(struct str *out, const struct snapshot *s)
{
    const char *name = "quiver_requests_total";
    prometheus_family(out, name, "counter",
                      "Requests that are over, by protocol and status.");
    for (size_t o = 0; o < s->norigins; o++) {
        for (int p = 0; p < QV_PROTOCOLS; p++)
            add_classes(out, name, &s->origins[o], p);
    }
    name = "quiver_request_duration_seconds";
    prometheus_family(out, name, "histogram",
                      "From the start of a request to its end.");
    for (size_t o = 0; o < s->norigins; o++)
        prometheus_histogram(out, name, &s->origins[o].durations, "origin",
                             s->origins[o].origin);
}

/* A family with one more label than the origin. */
static void add_counts(struct str *out, const struct snapshot *s,
                       const char *name, const char *label, size_t at, int n,
                       const char *(*name_of)(int))
{
    for (size_t o = 0; o < s->norigins; o++) {
        const struct qv_pool_stats *p = &s->origins[o];
        const uint64_t *counts = (const void *)((const char *)p + at);
        for (int i = 0; i < n; i++) {
            if (counts[i])
                prometheus_sample(out, name, (double)counts[i], "origin",
                                  p->origin, label, name_of(i), NULL);
        }
    }
}

static void add_connections(struct str *out, const struct snapshot *s)
{
    const char *name = "quiver_pool_connections";
    prometheus_family(out, name, "gauge", "Open connections.");
    for (size_t o = 0; o < s->norigins; o++) {
        const struct qv_pool_stats *p = &s->origins[o];
        prometheus_sample(out, name, (double)p->idle, "origin", p->origin,
                          "state", "idle", NULL);
        prometheus_sample(out, name, (double)(p->connections - p->idle),
                          "origin", p->origin, "state", "busy", NULL);
    }
    name = "quiver_connections_opened_total";
    prometheus_family(out, name, "counter", "Connections made, by protocol.");
    add_counts(out, s, name, "protocol", offsetof(struct qv_pool_stats, opened),
               QV_PROTOCOLS, qv_protocol_name);
    name = "quiver_connections_closed_total";
    prometheus_family(out, name, "counter",
                      "Connections that are gone, by the reason.");
    add_counts(out, s, name, "reason", offsetof(struct qv_pool_stats, closed),
               QV_CLOSES, qv_close_name);
    name = "quiver_dials_failed_total";
    prometheus_family(out, name, "counter",
                      "Connections that could not be made, by the reason.");
    add_counts(out, s, name, "reason", offsetof(struct qv_pool_stats, failures),
               QV_FAILURES, qv_failure_name);
}

static void add_handshakes(struct str *out, const struct snapshot *s)
{
    const char *name = "quiver_handshake_duration_seconds";
    prometheus_family(out, name, "histogram", "Stages of making a connection.");
    for (int i = 0; i < QV_STAGES; i++)
        prometheus_histogram(out, name, &s->total.pools.stages[i], "stage",
                             qv_stage_name(i));
}

/* ---- the paths of open connections ---- */

struct path {
    uint64_t rtt;
    uint64_t nrtt;
    uint64_t cwnd;
    uint64_t lost;
    uint64_t n;
};

static struct path path_of(const struct snapshot *s, const char *protocol)
{
    struct path path = {0};
    for (size_t i = 0; i < s->nconnections; i++) {
        const struct qv_connection_stats *c = &s->connections[i];
        if (c->protocol != protocol)
            continue;
        path.n++;
        path.rtt += c->rtt;
        path.nrtt += c->rtt != 0;
        path.cwnd += c->cwnd;
        path.lost += c->packets_lost;
    }
    return path;
}

static void add_paths(struct str *out, const struct snapshot *s)
{
    struct path paths[QV_PROTOCOLS];
    for (int i = 0; i < QV_PROTOCOLS; i++)
        paths[i] = path_of(s, qv_protocol_name(i));
    prometheus_family(out, "quiver_connection_rtt_seconds", "gauge",
                      "Mean round-trip time of the open connections.");
    for (int i = 0; i < QV_PROTOCOLS; i++) {
        if (paths[i].nrtt)
            prometheus_sample(out, "quiver_connection_rtt_seconds",
                              (double)paths[i].rtt / 1e9 /
                                  (double)paths[i].nrtt,
                              "protocol", qv_protocol_name(i), NULL);
    }
    prometheus_family(out, "quiver_connection_cwnd_bytes", "gauge",
                      "Mean congestion window of the open connections.");
    for (int i = 0; i < QV_PROTOCOLS; i++) {
        if (paths[i].n)
            prometheus_sample(out, "quiver_connection_cwnd_bytes",
                              (double)paths[i].cwnd / (double)paths[i].n,
                              "protocol", qv_protocol_name(i), NULL);
    }
    prometheus_family(out, "quiver_connection_lost_packets", "gauge",
                      "Packets lost by the connections that are open.");
    for (int i = 0; i < QV_PROTOCOLS; i++) {
        if (paths[i].n)
            prometheus_sample(out, "quiver_connection_lost_packets",
                              (double)paths[i].lost, "protocol",
                              qv_protocol_name(i), NULL);
    }
}

void metrics_text(struct str *out, struct snapshot *s)
{
    snapshot_limit(s, METRICS_TEXT_ORIGINS_MAX);
    add_transfers(out, &s->total);
    add_alternatives(out, &s->total);
    add_channels(out, &s->total.channels);
    add_requests(out, s);
    add_numbers(out, s);
    add_connections(out, s);
    add_handshakes(out, s);
    add_paths(out, s);
}
