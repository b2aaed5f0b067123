#include "telemetry/stats_table.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "telemetry/quantile.h"
#include "terminal/progress_line.h"

enum {
    /* Of the first column of a table, which may have to be cut. */
    NAME_MIN = 12,
    NAME_MAX = 40,
};

struct column {
    const char *title;
    unsigned width;
    void (*cell)(struct str *to, const void *row, const struct rates *r);
};

/* As many columns from the left as leave room for a name. */
static unsigned columns_that_fit(const struct column *columns, unsigned n,
                                 unsigned width, unsigned *name)
{
    unsigned used = 0;
    unsigned fit = 0;
    for (; fit < n && used + columns[fit].width + 1 + NAME_MIN < width; fit++)
        used += columns[fit].width + 1;
    *name = width > used + 1 ? width - used - 1 : 1;
    if (*name > NAME_MAX)
        *name = NAME_MAX;
    return fit;
}

/* Cut in front, where names of one place are the same, or filled up. */
static void add_name(struct str *out, const char *text, unsigned width)
{
    size_t len = strlen(text);
    if (len > width && width > 2)
        str_printf(out, "..%s", text + len - (width - 2));
    else
        str_printf(out, "%-*.*s", (int)width, (int)width, text);
}

static void add_cell(struct str *out, const char *text, unsigned width)
{
    str_printf(out, " %*.*s", (int)width, (int)width, text);
}

struct table {
    const struct column *columns;
    unsigned ncolumns;
    unsigned name; /* width of the first column */
    const struct rates *rates;
};

static struct table begin_table(struct str *out, const char *title,
                                const struct column *columns, unsigned n,
                                const struct rates *r, unsigned width)
{
    struct table t = {.columns = columns, .rates = r};
    t.ncolumns = columns_that_fit(columns, n, width, &t.name);
    add_name(out, title, t.name);
    for (unsigned i = 0; i < t.ncolumns; i++)
        add_cell(out, columns[i].title, columns[i].width);
    str_add_char(out, '\n');
    return t;
}

static void add_row(struct str *out, const struct table *t, const char *name,
                    const void *row)
{
    struct str cell = {0};
    add_name(out, name, t->name);
    for (unsigned i = 0; i < t->ncolumns; i++) {
        str_clear(&cell);
        t->columns[i].cell(&cell, row, t->rates);
        add_cell(out, str_text(&cell), t->columns[i].width);
    }
    str_add_char(out, '\n');
    str_fini(&cell);
}

/* ---- origins ---- */

#define ORIGIN_CELL(name)                                                      \
    static void name(struct str *to, const void *row, const struct rates *r)

static void add_number(struct str *to, uint64_t n)
{
    str_printf(to, "%" PRIu64, n);
}

ORIGIN_CELL(origin_open)
{
    const struct qv_pool_stats *p = row;
    (void)r;
    add_number(to, p->connections);
}

ORIGIN_CELL(origin_streams)
{
    const struct qv_pool_stats *p = row;
    (void)r;
    add_number(to, p->active);
}

ORIGIN_CELL(origin_queue)
{
    const struct qv_pool_stats *p = row;
    (void)r;
    add_number(to, p->queued);
}

ORIGIN_CELL(origin_requests)
{
    const struct qv_pool_stats *p = row;
    (void)r;
    add_number(to, p->durations.count);
}

ORIGIN_CELL(origin_rate)
{
    const struct qv_pool_stats *p = row;
    const struct rate *rate = rates_of(r, p->origin);
    if (rate && rate->requests_rate >= 0)
        str_printf(to, "%.*f", rate->requests_rate < 10 ? 1 : 0,
                   rate->requests_rate);
    else
        str_add_char(to, '-');
}

ORIGIN_CELL(origin_p50)
{
    const struct qv_pool_stats *p = row;
    (void)r;
    duration_add(to, quantile_of(&p->durations, 0.5));
}

ORIGIN_CELL(origin_p99)
{
    const struct qv_pool_stats *p = row;
    (void)r;
    duration_add(to, quantile_of(&p->durations, 0.99));
}

ORIGIN_CELL(origin_in)
{
    const struct qv_pool_stats *p = row;
    const struct rate *rate = rates_of(r, p->origin);
    if (rate && rate->in_rate >= 0)
        progress_line_bytes(to, (uint64_t)rate->in_rate);
    else
        str_add_char(to, '-');
}

/* Without an answer, or with one of 5xx. */
ORIGIN_CELL(origin_bad)
{
    const struct qv_pool_stats *p = row;
    uint64_t n = 0;
    (void)r;
    for (int i = 0; i < QV_PROTOCOLS; i++)
        n += p->requests[i][0] + p->requests[i][5];
    add_number(to, n);
}

/* "h2 h3" */
ORIGIN_CELL(origin_protocols)
{
    const struct qv_pool_stats *p = row;
    (void)r;
    for (int i = 0; i < QV_PROTOCOLS; i++)
        if (p->opened[i])
            str_printf(to, "%s%s", to->len ? " " : "", qv_protocol_name(i));
}

static const struct column origin_columns[] = {
    {"open", 4, origin_open},   {"streams", 7, origin_streams},
    {"queue", 5, origin_queue}, {"requests", 8, origin_requests},
    {"req/s", 6, origin_rate},  {"p50", 7, origin_p50},
    {"p99", 7, origin_p99},     {"in/s", 10, origin_in},
    {"no/5xx", 6, origin_bad},  {"versions", 8, origin_protocols},
};

unsigned stats_table_origins(struct str *out, const struct snapshot *s,
                             const struct rates *r, struct stats_room room)
{
    unsigned n = 0;
    if (room.rows < 2 || s->norigins < 2)
        return 0;
    struct table t = begin_table(
        out, "origin", origin_columns,
        sizeof origin_columns / sizeof origin_columns[0], r, room.width);
    for (; n < s->norigins && n + 1 < room.rows; n++)
        add_row(out, &t, s->origins[n].origin, &s->origins[n]);
    return n + 1;
}

/* ---- connections ---- */

#define CONNECTION_CELL(name)                                                  \
    static void name(struct str *to, const void *row, const struct rates *r)

CONNECTION_CELL(connection_protocol)
{
    const struct qv_connection_stats *c = row;
    (void)r;
    str_printf(to, "%s%s", c->protocol, c->is_draining ? "-" : "");
}

CONNECTION_CELL(connection_streams)
{
    const struct qv_connection_stats *c = row;
    (void)r;
    add_number(to, c->active);
}

CONNECTION_CELL(connection_requests)
{
    const struct qv_connection_stats *c = row;
    (void)r;
    add_number(to, c->requests);
}

CONNECTION_CELL(connection_rtt)
{
    const struct qv_connection_stats *c = row;
    (void)r;
    duration_add(to, c->rtt ? (double)c->rtt / 1e9 : -1);
}

CONNECTION_CELL(connection_cwnd)
{
    const struct qv_connection_stats *c = row;
    (void)r;
    if (c->cwnd)
        progress_line_bytes(to, c->cwnd);
    else
        str_add_char(to, '-');
}

CONNECTION_CELL(connection_lost)
{
    const struct qv_connection_stats *c = row;
    (void)r;
    if (c->packets_sent)
        str_printf(to, "%.1f%%",
                   100 * (double)c->packets_lost / (double)c->packets_sent);
    else
        str_add_char(to, '-');
}

CONNECTION_CELL(connection_age)
{
    const struct qv_connection_stats *c = row;
    (void)r;
    duration_add(to, (double)c->age / 1e9);
}

CONNECTION_CELL(connection_id)
{
    const struct qv_connection_stats *c = row;
    (void)r;
    str_printf(to, "#%" PRIu64, c->id);
}

static const struct column connection_columns[] = {
    {"id", 5, connection_id},           {"HTTP", 4, connection_protocol},
    {"streams", 7, connection_streams}, {"requests", 8, connection_requests},
    {"rtt", 7, connection_rtt},         {"cwnd", 10, connection_cwnd},
    {"lost", 6, connection_lost},       {"age", 7, connection_age},
};

/* The busiest first. */
static int by_streams(const void *a, const void *b)
{
    const struct qv_connection_stats *x = a;
    const struct qv_connection_stats *y = b;
    if (x->active != y->active)
        return (x->active < y->active) - (x->active > y->active);
    return (x->id > y->id) - (x->id < y->id);
}

unsigned stats_table_connections(struct str *out, struct snapshot *s,
                                 const struct rates *r, struct stats_room room)
{
    unsigned n = 0;
    if (room.rows < 2 || s->nconnections == 0)
        return 0;
    qsort(s->connections, s->nconnections, sizeof *s->connections, by_streams);
    struct table t =
        begin_table(out, "connection", connection_columns,
                    sizeof connection_columns / sizeof connection_columns[0], r,
                    room.width);
    for (; n < s->nconnections && n + 1 < room.rows; n++) {
        const struct qv_connection_stats *c = &s->connections[n];
        add_row(out, &t, c->origin, c);
    }
    return n + 1;
}
