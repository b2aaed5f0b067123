#include "telemetry/stats_json.h"

#include <stdio.h>

#include "base/json.h"

#define VERSION 1

static double seconds(uint64_t ns)
{
    return (double)ns / 1e9;
}

static void add_transfers(struct str *out, const struct qv_stats *t)
{
    json_open(out, "transfers", '{');
    json_number(out, "waiting", t->waiting);
    json_number(out, "running", t->running);
    json_number(out, "done", t->done);
    json_number(out, "failed", t->failed);
    json_number(out, "cancelled", t->cancelled);
    json_number(out, "retried", t->retried);
    json_number(out, "redirected", t->redirected);
    json_close(out, '}');
}

static void add_alternatives(struct str *out, const struct qv_stats *t)
{
    json_open(out, "alternatives", '{');
    json_number(out, "broken", t->broken);
    json_number(out, "marked_broken", t->marked_broken);
    json_close(out, '}');
}

static void add_channels(struct str *out, const struct qv_channels_stats *c)
{
    json_open(out, "channels", '{');
    json_number(out, "open", c->open);
    json_number(out, "opened", c->opened);
    json_number(out, "done", c->done);
    json_number(out, "failed", c->failed);
    json_number(out, "messages_in", c->messages_in);
    json_number(out, "messages_out", c->messages_out);
    json_number(out, "bytes_in", c->bytes_in);
    json_number(out, "bytes_out", c->bytes_out);
    json_number(out, "datagrams_sent", c->datagrams_sent);
    json_number(out, "datagrams_received", c->datagrams_received);
    json_number(out, "datagrams_dropped", c->datagrams_dropped);
    json_number(out, "datagrams_lost", c->datagrams_lost);
    json_close(out, '}');
}

static void add_connections(struct str *out, const struct qv_pool_stats *p)
{
    json_open(out, "connections", '{');
    json_number(out, "open", p->connections);
    json_number(out, "idle", p->idle);
    json_number(out, "streams", p->active);
    json_number(out, "dialling", p->dialling);
    json_number(out, "dials", p->dials);
    json_number(out, "dials_failed", p->dials_failed);
    json_number(out, "resumed", p->resumed);
    json_number(out, "migrations", p->migrations);
    json_number(out, "packets_sent", p->packets_sent);
    json_number(out, "packets_lost", p->packets_lost);
    json_open(out, "failed", '{');
    for (int i = 0; i < QV_FAILURES; i++) {
        if (p->failures[i])
            json_number(out, qv_failure_name(i), p->failures[i]);
    }
    json_close(out, '}');
    json_open(out, "opened", '{');
    for (int i = 0; i < QV_PROTOCOLS - 1; i++)
        json_number(out, qv_protocol_name(i), p->opened[i]);
    json_close(out, '}');
    json_open(out, "closed", '{');
    for (int i = 0; i < QV_CLOSES; i++)
        json_number(out, qv_close_name(i), p->closed[i]);
    json_close(out, '}');
    json_close(out, '}');
}

static void add_queue(struct str *out, const struct qv_pool_stats *p)
{
    json_open(out, "queue", '{');
    json_number(out, "length", p->queued);
    json_number(out, "waited", p->waited);
    json_number(out, "expired", p->expired);
    json_number(out, "returned", p->returned);
    json_close(out, '}');
}

static void add_histogram(struct str *out, const char *key,
                          const struct qv_histogram *h)
{
    double mean = h->count ? seconds(h->sum) / (double)h->count : -1;
    json_open(out, key, '{');
    json_number(out, "count", h->count);
    json_seconds(out, "mean", mean);
    json_seconds(out, "max", h->count ? seconds(h->max) : -1);
    json_close(out, '}');
}

/* "2xx"; what had no answer is "none". */
static void add_classes(struct str *out, const char *key,
                        const uint64_t *classes)
{
    char name[8];
    json_open(out, key, '{');
    for (int i = 0; i < QV_STATUS_CLASSES; i++) {
        (void)snprintf(name, sizeof name, i ? "%dxx" : "none", i);
        if (classes[i])
            json_number(out, name, classes[i]);
    }
    json_close(out, '}');
}

static void add_requests(struct str *out, const struct qv_pool_stats *p)
{
    json_open(out, "requests", '{');
    json_number(out, "count", p->durations.count);
    json_number(out, "retried", p->retries);
    json_number(out, "early_accepted", p->early_accepted);
    json_number(out, "early_rejected", p->early_rejected);
    for (int i = 0; i < QV_PROTOCOLS; i++)
        add_classes(out, qv_protocol_name(i), p->requests[i]);
    add_histogram(out, "duration", &p->durations);
    json_close(out, '}');
}

static void add_handshakes(struct str *out, const struct qv_pool_stats *p)
{
    json_open(out, "handshake", '{');
    for (int i = 0; i < QV_STAGES; i++)
        add_histogram(out, qv_stage_name(i), &p->stages[i]);
    json_close(out, '}');
}

static void add_bytes(struct str *out, uint64_t in, uint64_t up)
{
    json_open(out, "bytes", '{');
    json_number(out, "in", in);
    json_number(out, "out", up);
    json_close(out, '}');
}

static void add_pool(struct str *out, const struct qv_pool_stats *p)
{
    add_connections(out, p);
    add_queue(out, p);
    add_requests(out, p);
    add_handshakes(out, p);
}

static void add_known(struct str *out, const char *key, uint64_t n)
{
    if (n)
        json_number(out, key, n);
    else
        json_null(out, key);
}

static void add_connection(struct str *out, const struct qv_connection_stats *c)
{
    json_open(out, NULL, '{');
    json_number(out, "id", c->id);
    json_string(out, "origin", c->origin);
    json_string(out, "protocol", c->protocol);
    json_number(out, "streams", c->active);
    json_number(out, "requests", c->requests);
    json_seconds(out, "age", seconds(c->age));
    json_bool(out, "draining", c->is_draining);
    json_seconds(out, "rtt", c->rtt ? seconds(c->rtt) : -1);
    json_seconds(out, "min_rtt", c->min_rtt ? seconds(c->min_rtt) : -1);
    add_known(out, "cwnd", c->cwnd);
    add_known(out, "sent", c->packets_sent);
    if (c->packets_sent)
        json_number(out, "lost", c->packets_lost);
    else
        json_null(out, "lost");
    json_close(out, '}');
}

void stats_json(struct str *out, const struct snapshot *s, uint64_t elapsed)
{
    json_open(out, NULL, '{');
    json_number(out, "v", VERSION);
    json_seconds(out, "elapsed", seconds(elapsed));
    add_transfers(out, &s->total);
    add_alternatives(out, &s->total);
    add_channels(out, &s->total.channels);
    add_bytes(out, s->total.bytes_in, s->total.bytes_out);
    add_pool(out, &s->total.pools);
    json_open(out, "origins", '[');
    for (size_t i = 0; i < s->norigins; i++) {
        json_open(out, NULL, '{');
        json_string(out, "origin", s->origins[i].origin);
        add_bytes(out, s->origins[i].bytes_in, s->origins[i].bytes_out);
        add_pool(out, &s->origins[i]);
        json_close(out, '}');
    }
    json_close(out, ']');
    json_open(out, "open", '[');
    for (size_t i = 0; i < s->nconnections; i++)
        add_connection(out, &s->connections[i]);
    json_close(out, ']');
    json_close(out, '}');
}
