#include "results/batch_summary.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/duration.h"
#include "base/json.h"

static const char *const versions[] = {"1.0", "1.1", "2", "3", "none"};
static const char *const classes[] = {"transient", "invalid", "unrecoverable"};

enum {
    NVERSIONS = sizeof versions / sizeof versions[0],
    NCLASSES = sizeof classes / sizeof classes[0],
};

static const struct {
    const char *name;
    double share;
} percentiles[] = {
    {"p50", 0.5},  {"p75", 0.75},    {"p90", 0.9}, {"p95", 0.95},
    {"p99", 0.99}, {"p99.9", 0.999}, {"max", 1},
};

/* The name's place, the last one for a name that is not there. */
static size_t place_of(const char *name, const char *const *names, size_t n)
{
    size_t i = 0;
    while (i + 1 < n && strcmp(names[i], name) != 0)
        i++;
    return i;
}

void batch_summary_add(struct batch_summary *s, const struct qv_result *r,
                       int status, const char *error_class)
{
    s->ndone++;
    if (status)
        s->nfailed++;
    else
        s->nok++;
    if (error_class)
        s->by_class[place_of(error_class, classes, NCLASSES)]++;
    if (r->num_retries)
        s->nretried++;
    s->nretries += r->num_retries;
    s->nconnects += r->num_connects;
    s->bytes_down += r->size_download;
    s->bytes_delivered += r->size_delivered;
    s->bytes_up += r->size_upload;
    if (r->response_code >= 0 && r->response_code < BATCH_SUMMARY_STATUSES)
        s->by_status[r->response_code]++;
    if (status >= 0 && status < BATCH_SUMMARY_EXITS)
        s->by_exit[status]++;
    s->by_version[place_of(r->http_version, versions, NVERSIONS)]++;
    /* What never was on its way took no time. */
    if (r->response_code || !status)
        hdr_histogram_add(&s->total, r->time_total);
    if (r->response_code)
        hdr_histogram_add(&s->first, r->time_starttransfer);
}

double batch_summary_rate(const struct batch_summary *s, uint64_t now)
{
    double seconds = (double)(now - s->began) / 1e9;
    return seconds > 0 ? (double)s->ndone / seconds : 0;
}

void batch_summary_time(struct str *out, double seconds)
{
    duration_add(out, seconds);
}

/* "21,400" */
static void add_grouped(struct str *out, uint64_t n)
{
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%" PRIu64, n);
    for (int i = 0; i < len; i++) {
        if (i && (len - i) % 3 == 0)
            str_add_char(out, ',');
        str_add_char(out, digits[i]);
    }
}

void batch_summary_line(const struct batch_summary *s, struct str *out)
{
    str_printf(out, "%" PRIu64 " done: %" PRIu64 " ok, %" PRIu64 " failed",
               s->ndone, s->nok, s->nfailed);
    if (s->nretried)
        str_printf(out, ", %" PRIu64 " retried", s->nretried);
    if (s->nresumed)
        str_printf(out, ", %" PRIu64 " done before", s->nresumed);
    if (s->nelsewhere)
        str_printf(out, ", %" PRIu64 " of other shards", s->nelsewhere);
    if (s->total.n) {
        str_add_text(out, "; ");
        add_grouped(out, (uint64_t)(batch_summary_rate(s, s->ended) + 0.5));
        str_add_text(out, " req/s, p50 ");
        batch_summary_time(out, hdr_histogram_at(&s->total, 0.5));
        str_add_text(out, ", p99 ");
        batch_summary_time(out, hdr_histogram_at(&s->total, 0.99));
    }
    str_printf(out, ", %" PRIu64 " connection%s", s->nconnects,
               s->nconnects == 1 ? "" : "s");
}

/* ---- JSON ---- */

static void add_counts(struct str *out, const char *key, const uint64_t *n,
                       size_t from, size_t len)
{
    char name[24];
    json_open(out, key, '{');
    for (size_t i = from; i < len; i++) {
        if (!n[i])
            continue;
        (void)snprintf(name, sizeof name, "%zu", i);
        json_number(out, name, n[i]);
    }
    json_close(out, '}');
}

static void add_named(struct str *out, const char *key, const uint64_t *n,
                      const char *const *names, size_t len)
{
    json_open(out, key, '{');
    for (size_t i = 0; i < len; i++) {
        if (n[i])
            json_number(out, names[i], n[i]);
    }
    json_close(out, '}');
}

static void add_times(struct str *out, const char *key,
                      const struct hdr_histogram *h)
{
    json_open(out, key, '{');
    json_number(out, "count", h->n);
    json_seconds(out, "min", h->n ? (double)h->min / 1e6 : -1);
    json_seconds(out, "mean", hdr_histogram_mean(h));
    for (size_t i = 0; i < sizeof percentiles / sizeof percentiles[0]; i++)
        json_seconds(out, percentiles[i].name,
                     hdr_histogram_at(h, percentiles[i].share));
    json_close(out, '}');
}

static void add_started(struct str *out, const struct timespec *at)
{
    struct str stamp = {0};
    char day[32];
    struct tm utc;
    gmtime_r(&at->tv_sec, &utc);
    (void)strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &utc);
    str_printf(&stamp, "%s.%06ldZ", day, at->tv_nsec / 1000);
    json_string(out, "started", stamp.base);
    str_fini(&stamp);
}

static void add_pool(struct str *out, const struct qv_stats *engine)
{
    const struct qv_pool_stats *p = &engine->pools;
    uint64_t connects = 0;
    json_open(out, "pool", '{');
    json_number(out, "pools", engine->npools);
    for (int i = 0; i < QV_PROTOCOLS; i++)
        connects += p->opened[i];
    json_number(out, "connects", connects);
    json_open(out, "opened", '{');
    for (int i = 0; i < QV_PROTOCOLS; i++) {
        if (p->opened[i])
            json_number(out, qv_protocol_name(i), p->opened[i]);
    }
    json_close(out, '}');
    json_open(out, "closed", '{');
    for (int i = 0; i < QV_CLOSES; i++) {
        if (p->closed[i])
            json_number(out, qv_close_name(i), p->closed[i]);
    }
    json_close(out, '}');
    json_number(out, "dials", p->dials);
    json_number(out, "dials_failed", p->dials_failed);
    json_number(out, "queued", p->waited);
    json_number(out, "expired", p->expired);
    json_number(out, "returned", p->returned);
    json_number(out, "bytes_in", p->bytes_in);
    json_number(out, "bytes_out", p->bytes_out);
    json_close(out, '}');
}

void batch_summary_json(const struct batch_summary *s,
                        const struct qv_stats *engine, int exit_status,
                        struct str *out)
{
    json_open(out, NULL, '{');
    json_number(out, "v", 1);
    add_started(out, &s->started);
    json_seconds(out, "duration", (double)(s->ended - s->began) / 1e9);
    json_number(out, "exitcode", (uint64_t)exit_status);
    json_number(out, "done", s->ndone);
    json_number(out, "ok", s->nok);
    json_number(out, "failed", s->nfailed);
    json_number(out, "unexpected", s->nunexpected);
    json_number(out, "retried", s->nretried);
    json_number(out, "retries", s->nretries);
    json_number(out, "done_before", s->nresumed);
    json_number(out, "other_shards", s->nelsewhere);
    json_number(out, "left", s->nleft);
    json_seconds(out, "rate", batch_summary_rate(s, s->ended));
    add_counts(out, "by_status", s->by_status, 1, BATCH_SUMMARY_STATUSES);
    add_counts(out, "by_exitcode", s->by_exit, 0, BATCH_SUMMARY_EXITS);
    add_named(out, "by_class", s->by_class, classes, NCLASSES);
    add_named(out, "by_version", s->by_version, versions, NVERSIONS);
    json_open(out, "bytes", '{');
    json_number(out, "download", s->bytes_down);
    json_number(out, "delivered", s->bytes_delivered);
    json_number(out, "upload", s->bytes_up);
    json_close(out, '}');
    add_times(out, "time_total", &s->total);
    add_times(out, "time_starttransfer", &s->first);
    if (engine)
        add_pool(out, engine);
    json_close(out, '}');
}
