#include "telemetry/stats.h"

#include <inttypes.h>

#include "files/atomic_file.h"
#include "telemetry/snapshot.h"
#include "telemetry/stats_json.h"
#include "terminal/console.h"
#include "terminal/progress_line.h"

enum {
    ORIGINS_SHOWN = 4
};

void stats_start(struct stats *s, struct qv_client *client, bool is_live,
                 const char *path)
{
    *s = (struct stats){
        .client = client,
        .is_live = is_live,
        .path = path,
        .began = qv_client_now(client),
    };
}

/* ---- live ---- */

static void add_line(struct str *out, struct str *line, unsigned width)
{
    size_t len = line->len < width ? line->len : width - 1;
    str_add(out, span_of(line->base, len));
    str_add_char(out, '\n');
    str_clear(line);
}

static void add_transfers(struct str *line, const struct qv_stats *t)
{
    str_printf(line,
               "transfers  %" PRIu64 " running  %" PRIu64 " waiting  %" PRIu64
               " done  %" PRIu64 " failed  %" PRIu64 " retried  in ",
               t->running, t->waiting, t->done, t->failed, t->retried);
    progress_line_bytes(line, t->bytes_in);
    str_add_text(line, "  out ");
    progress_line_bytes(line, t->bytes_out);
}

static uint64_t sum(const uint64_t *counts, int n)
{
    uint64_t all = 0;
    for (int i = 0; i < n; i++)
        all += counts[i];
    return all;
}

static void add_connections(struct str *line, const struct qv_pool_stats *p)
{
    str_printf(line,
               "connections  %zu open  %zu idle  %zu dialling  %" PRIu64
               " opened  %" PRIu64 " closed  streams %zu  queue %zu",
               p->connections, p->idle, p->dialling,
               sum(p->opened, QV_PROTOCOLS), sum(p->closed, QV_CLOSES),
               p->active, p->queued);
}

static void add_ms(struct str *line, const char *name, uint64_t ns)
{
    str_printf(line, "  %s %.1f ms", name, (double)ns / 1e6);
}

/* Means of what was measured, over handshakes and over open connections. */
static void add_path(struct str *line, const struct snapshot *s)
{
    uint64_t rtt = 0;
    uint64_t nrtt = 0;
    uint64_t cwnd = 0;
    uint64_t sent = 0;
    uint64_t lost = 0;
    str_add_text(line, "handshakes");
    for (int i = 0; i < QV_STAGES; i++) {
        const struct qv_histogram *h = &s->total.pools.stages[i];
        if (h->count)
            add_ms(line, qv_stage_name(i), h->sum / h->count);
    }
    for (size_t i = 0; i < s->nconnections; i++) {
        const struct qv_connection_stats *c = &s->connections[i];
        rtt += c->rtt;
        nrtt += c->rtt != 0;
        cwnd += c->cwnd;
        sent += c->packets_sent;
        lost += c->packets_lost;
    }
    if (!nrtt)
        return;
    add_ms(line, "  rtt", rtt / nrtt);
    str_add_text(line, "  cwnd ");
    progress_line_bytes(line, cwnd / s->nconnections);
    str_printf(line, "  lost %" PRIu64 "/%" PRIu64, lost, sent);
}

static void add_origin(struct str *line, const struct qv_pool_stats *p)
{
    str_printf(line, "  %s  ", p->origin);
    for (int i = 0; i < QV_PROTOCOLS; i++) {
        if (p->opened[i])
            str_printf(line, "%s ", qv_protocol_name(i));
    }
    str_printf(line, " %zu open  streams %zu  queue %zu  %" PRIu64 " requests",
               p->connections, p->active, p->queued, p->durations.count);
}

unsigned stats_lines(const struct stats *s, struct str *out, unsigned width)
{
    struct snapshot shot;
    struct str line = {0};
    unsigned n = 3;
    if (!s->client || !s->is_live)
        return 0;
    snapshot_take(&shot, s->client);
    add_transfers(&line, &shot.total);
    add_line(out, &line, width);
    add_connections(&line, &shot.total.pools);
    add_line(out, &line, width);
    add_path(&line, &shot);
    add_line(out, &line, width);
    snapshot_limit(&shot, ORIGINS_SHOWN);
    for (size_t i = 0; shot.norigins > 1 && i < shot.norigins; i++, n++) {
        add_origin(&line, &shot.origins[i]);
        add_line(out, &line, width);
    }
    str_fini(&line);
    snapshot_fini(&shot);
    return n;
}

/* ---- at the end ---- */

void stats_stop(struct stats *s)
{
    struct snapshot shot;
    if (!s->client)
        return;
    snapshot_take(&shot, s->client);
    stats_json(&s->json, &shot, qv_client_now(s->client) - s->began);
    str_add_char(&s->json, '\n');
    snapshot_fini(&shot);
    s->client = NULL;
}

int stats_end(struct stats *s)
{
    int failed = 0;
    if (!s->json.len)
        return 0;
    if (s->path) {
        failed = atomic_file_replace(s->path, &s->json);
    } else {
        console_urge(&s->json);
        failed = console_failed();
    }
    str_fini(&s->json);
    return failed;
}
