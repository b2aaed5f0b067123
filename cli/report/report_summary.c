#include "report/report_summary.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "core/quiver.h"

static const char *or_empty(const char *s)
{
    return s ? s : "";
}

static uint64_t count_of(const struct report_record *r, const char *path)
{
    double n = report_record_number(r, path, 0);
    return n > 0 ? (uint64_t)n : 0;
}

static void add_time(struct report_summary *s, const struct report_record *r)
{
    double began = report_record_started(r);
    double took = report_record_number(r, "time_total", 0);
    if (began <= 0)
        return;
    if (s->first <= 0 || began < s->first)
        s->first = began;
    if (began + took > s->last)
        s->last = began + took;
}

static const char *class_of(const struct report_record *r)
{
    return report_record_string(r, "error.class");
}

void report_summary_add(struct report_summary *s, const struct report_record *r)
{
    int status = (int)report_record_number(r, "exitcode", 0);
    const char *class = class_of(r);
    const struct qv_result result = {
        .num_retries = (unsigned)count_of(r, "num_retries"),
        .num_connects = (unsigned)count_of(r, "num_connects"),
        .size_download = count_of(r, "size_download"),
        .size_delivered = count_of(r, "size_delivered"),
        .size_upload = count_of(r, "size_upload"),
        .response_code = (int)report_record_number(r, "response_code", 0),
        .http_version = or_empty(report_record_string(r, "http_version")),
        .time_total = report_record_number(r, "time_total", -1),
        .time_starttransfer = report_record_number(r, "time_starttransfer", -1),
    };
    batch_summary_add(&s->counts, &result, status, class);
    if (class && strcmp(class, "expectation") == 0)
        s->counts.nunexpected++;
    add_time(s, r);
}

/* The duration is from the first start to the last end. */
static void settle(struct report_summary *s)
{
    double first = s->first;
    s->counts.started = (struct timespec){
        .tv_sec = (time_t)first,
        .tv_nsec = (long)((first - (double)(time_t)first) * 1e9),
    };
    s->counts.began = 0;
    s->counts.ended = s->last > first ? (uint64_t)((s->last - first) * 1e9) : 0;
}

static void add_table(struct str *out, const char *title, const uint64_t *n,
                      size_t from, size_t len)
{
    size_t nshown = 0;
    for (size_t i = from; i < len; i++) {
        if (n[i])
            str_printf(out, "%s%zu: %" PRIu64, nshown++ ? ", " : title, i,
                       n[i]);
    }
    if (nshown)
        str_add_char(out, '\n');
}

static void add_times(struct str *out, const char *title,
                      const struct hdr_histogram *h)
{
    static const struct {
        const char *name;
        double share;
    } shown[] = {{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"max", 1}};
    if (!h->n)
        return;
    str_add_text(out, title);
    for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++) {
        str_printf(out, "%s%s ", i ? ", " : "", shown[i].name);
        batch_summary_time(out, hdr_histogram_at(h, shown[i].share));
    }
    str_add_char(out, '\n');
}

void report_summary_text(struct report_summary *s, struct str *out)
{
    settle(s);
    batch_summary_line(&s->counts, out);
    str_add_char(out, '\n');
    add_table(out, "response codes  ", s->counts.by_status, 1,
              BATCH_SUMMARY_STATUSES);
    add_table(out, "exit statuses   ", s->counts.by_exit, 1,
              BATCH_SUMMARY_EXITS);
    add_times(out, "whole time      ", &s->counts.total);
    add_times(out, "to first byte   ", &s->counts.first);
}

void report_summary_json(struct report_summary *s, int exit_status,
                         struct str *out)
{
    settle(s);
    batch_summary_json(&s->counts, NULL, exit_status, out);
    str_add_char(out, '\n');
}
