#include "telemetry/stats_view.h"

#include <inttypes.h>

#include "base/duration.h"
#include "telemetry/quantile.h"
#include "telemetry/stats_table.h"
#include "terminal/progress_line.h"

enum {
    /* A terminal is for other things too. */
    ORIGINS_MAX = 6,
    CONNECTIONS_MAX = 8,
    LAST_STAGE = QV_STAGES - 1, /* all of them together */
};

/* ---- lines of words ---- */

/* A line that takes as many whole words as fit. */
struct words {
    struct str *out;
    struct str word;
    size_t len;
    unsigned width;
    bool is_full;
};

static void end_word(struct words *w)
{
    size_t gap = w->len ? 2 : 0;
    w->is_full = w->is_full || w->len + gap + w->word.len >= w->width;
    if (!w->is_full) {
        str_add(w->out, span_of("  ", gap));
        str_add(w->out, str_span(&w->word));
        w->len += gap + w->word.len;
    }
    str_clear(&w->word);
}

static void add_count(struct words *w, uint64_t n, const char *what)
{
    str_printf(&w->word, "%" PRIu64 " %s", n, what);
    end_word(w);
}

static void add_some(struct words *w, uint64_t n, const char *what)
{
    if (n)
        add_count(w, n, what);
}

static void add_time(struct words *w, const char *what, double seconds)
{
    str_printf(&w->word, "%s ", what);
    duration_add(&w->word, seconds);
    end_word(w);
}

static void add_bytes(struct words *w, const char *what, uint64_t n,
                      double rate)
{
    str_printf(&w->word, "%s ", what);
    progress_line_bytes(&w->word, n);
    if (rate >= 0) {
        str_add_text(&w->word, ", ");
        progress_line_bytes(&w->word, (uint64_t)rate);
        str_add_text(&w->word, "/s");
    }
    end_word(w);
}

static struct words begin_words(struct str *out, const char *title,
                                unsigned width)
{
    struct words w = {.out = out, .width = width};
    str_printf(&w.word, "%-11s", title);
    end_word(&w);
    return w;
}

static void end_line(struct words *w)
{
    str_add_char(w->out, '\n');
    str_fini(&w->word);
}

/* ---- what is summed up ---- */

static uint64_t sum(const uint64_t *counts, int n)
{
    uint64_t all = 0;
    for (int i = 0; i < n; i++)
        all += counts[i];
    return all;
}

static void view_transfers(struct str *out, const struct snapshot *s,
                           const struct rates *r, unsigned width)
{
    const struct qv_stats *t = &s->total;
    struct words w = begin_words(out, "transfers", width);
    add_count(&w, t->running, "running");
    add_count(&w, t->waiting, "waiting");
    add_count(&w, t->done, "done");
    add_count(&w, t->failed, "failed");
    if (r->total.requests_rate >= 0) {
        str_printf(&w.word, "%.*f/s", r->total.requests_rate < 10 ? 1 : 0,
                   r->total.requests_rate);
        end_word(&w);
    }
    if (t->pools.durations.count) {
        add_time(&w, "p50", quantile_of(&t->pools.durations, 0.5));
        add_time(&w, "p99", quantile_of(&t->pools.durations, 0.99));
    }
    add_some(&w, t->retried, "retried");
    add_some(&w, t->redirected, "redirected");
    end_line(&w);
}

static void view_bytes(struct str *out, const struct snapshot *s,
                       const struct rates *r, unsigned width)
{
    const struct qv_channels_stats *c = &s->total.channels;
    struct words w = begin_words(out, "bytes", width);
    add_bytes(&w, "in", s->total.bytes_in, r->total.in_rate);
    add_bytes(&w, "out", s->total.bytes_out, r->total.out_rate);
    add_some(&w, c->open, "channels");
    add_some(&w, c->datagrams_sent, "datagrams sent");
    add_some(&w, c->datagrams_received, "received");
    add_some(&w, c->datagrams_lost, "lost");
    add_some(&w, c->datagrams_dropped, "dropped");
    end_line(&w);
}

static void view_connections(struct str *out, const struct snapshot *s,
                             unsigned width)
{
    const struct qv_pool_stats *p = &s->total.pools;
    struct words w = begin_words(out, "connections", width);
    add_count(&w, p->connections, "open");
    add_count(&w, p->idle, "idle");
    add_some(&w, p->dialling, "dialling");
    add_count(&w, p->active, "streams");
    add_count(&w, p->queued, "queued");
    add_count(&w, sum(p->opened, QV_PROTOCOLS), "opened");
    add_count(&w, sum(p->closed, QV_CLOSES), "closed");
    add_some(&w, p->dials_failed, "not made");
    add_some(&w, p->resumed, "resumed");
    add_some(&w, p->early_accepted, "in 0-RTT");
    add_some(&w, p->early_rejected, "0-RTT rejected");
    add_some(&w, p->migrations, "migrated");
    add_some(&w, s->total.broken, "alternatives broken");
    end_line(&w);
}

/* Of the open connections, and what it took to make them. */
static void view_paths(struct str *out, const struct snapshot *s,
                       unsigned width)
{
    uint64_t rtt = 0;
    uint64_t nrtt = 0;
    uint64_t cwnd = 0;
    uint64_t sent = 0;
    uint64_t lost = 0;
    struct words w = begin_words(out, "paths", width);
    for (size_t i = 0; i < s->nconnections; i++) {
        const struct qv_connection_stats *c = &s->connections[i];
        rtt += c->rtt;
        nrtt += c->rtt != 0;
        cwnd += c->cwnd;
        sent += c->packets_sent;
        lost += c->packets_lost;
    }
    if (nrtt) {
        add_time(&w, "rtt", (double)rtt / (double)nrtt / 1e9);
        add_bytes(&w, "cwnd", cwnd / s->nconnections, -1);
        str_printf(&w.word, "lost %" PRIu64 "/%" PRIu64, lost, sent);
        end_word(&w);
    }
    for (int i = 0; i < QV_STAGES; i++) {
        const struct qv_histogram *h = &s->total.pools.stages[i];
        if (h->sum)
            add_time(&w, i == LAST_STAGE ? "handshake" : qv_stage_name(i),
                     (double)h->sum / (double)h->count / 1e9);
    }
    end_line(&w);
}

/* ---- all ---- */

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

unsigned stats_view(struct str *out, struct snapshot *s, const struct rates *r,
                    struct stats_room room)
{
    unsigned n = 0;
    struct stats_room rest = {.width = room.width};
    snapshot_limit(s, ORIGINS_MAX);
    if (n < room.rows && ++n)
        view_transfers(out, s, r, room.width);
    if (n < room.rows && ++n)
        view_connections(out, s, room.width);
    if (n < room.rows && ++n)
        view_bytes(out, s, r, room.width);
    if (n < room.rows && ++n)
        view_paths(out, s, room.width);
    rest.rows = least(room.rows - n, ORIGINS_MAX + 2);
    n += stats_table_origins(out, s, r, rest);
    rest.rows = least(room.rows - n, CONNECTIONS_MAX + 1);
    return n + stats_table_connections(out, s, r, rest);
}
