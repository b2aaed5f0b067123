#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/json.h"
#include "core/quiver.h"
#include "record/phases.h"
#include "report/report_export.h"
#include "report/report_har_message.h"

/*
 * HAR 1.2.  An entry for each request: redirects that were followed and tries
 * that others followed are requests of their own, before that which the record
 * is about.  Times are in ms, and connect has ssl in it, as the format wants
 * it; -1 is "did not happen".  All belong to one page: Firefox's importer wants
 * a list of pages, viewers group by it.  "connection" is the server's port, which
 * both importers take it for; Chromium has _connectionId for what it is.
 */

#define PAGE "page_1"

/* An entry, as far as it is more than its message. */
struct har_entry {
    const struct report_record *record;
    struct har_message message;
    struct str url; /* owned */
    double start;   /* s from the start of the record's transfer */
    yyjson_val *phases;
    double before; /* s of its queue that were earlier tries' */
    double wait;   /* s, of an entry whose phases are not known */
    const char *ip;
    unsigned port; /* of the server; 0: unknown */
    double conn;   /* 0: none */
    const char *comment;
};

static double number(yyjson_val *object, const char *name, double otherwise)
{
    yyjson_val *value = yyjson_obj_get(object, name);
    return yyjson_is_num(value) ? yyjson_get_num(value) : otherwise;
}

static const char *string(yyjson_val *object, const char *name)
{
    return yyjson_get_str(yyjson_obj_get(object, name));
}

/* ---- when ---- */

static void add_key(struct str *out, const char *key)
{
    str_printf(out, "%s\"%s\":", out->base[out->len - 1] == '{' ? "" : ",",
               key);
}

static void add_ms(struct str *out, const char *key, double ms)
{
    add_key(out, key);
    str_printf(out, ms < 0 ? "%.0f" : "%.3f", ms);
}

static double phase_ms(const struct har_entry *e, enum phase which)
{
    double s = number(e->phases, phase_names[which], -1);
    return s < 0 ? -1 : s * 1e3;
}

static double sum(double a, double b)
{
    return (a > 0 ? a : 0) + (b > 0 ? b : 0);
}

/* `time` is the sum of these, but for ssl. */
static void add_timings(const struct har_entry *e, struct str *out)
{
    double queue = phase_ms(e, PHASE_QUEUE) - e->before * 1e3;
    double dns = phase_ms(e, PHASE_DNS);
    double tls = phase_ms(e, PHASE_TLS);
    double tcp = phase_ms(e, PHASE_CONNECT);
    double connect = tcp < 0 && tls < 0 ? -1 : sum(tcp, tls);
    double send = sum(phase_ms(e, PHASE_SEND), 0);
    double wait = e->phases ? sum(phase_ms(e, PHASE_WAIT), 0) : e->wait * 1e3;
    double receive = sum(phase_ms(e, PHASE_RECEIVE), 0);
    add_ms(out, "time", sum(queue, dns) + sum(connect, send) + wait + receive);
    json_open(out, "timings", '{');
    add_ms(out, "blocked", queue);
    add_ms(out, "dns", dns);
    add_ms(out, "connect", connect);
    add_ms(out, "ssl", tls);
    add_ms(out, "send", send);
    add_ms(out, "wait", wait);
    add_ms(out, "receive", receive);
    json_close(out, '}');
}

static void add_started(struct str *out, double at)
{
    time_t second = (time_t)at;
    unsigned us = (unsigned)((at - (double)second) * 1e6 + 0.5);
    struct tm utc;
    char day[32];
    char text[64];
    if (us >= 1000000) {
        second++;
        us = 0;
    }
    gmtime_r(&second, &utc);
    (void)strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &utc);
    (void)snprintf(text, sizeof text, "%s.%06uZ", day, us);
    json_string(out, "startedDateTime", text);
}

/* ---- one entry ---- */

/* Whole, or what importers take for a URL when it is none. */
static void set_url(struct har_entry *e, const char *url)
{
    struct qv_url u;
    struct qv_error error;
    str_clear(&e->url);
    if (url && qv_url_parse(&u, url, NULL, &error)) {
        str_add_text(&e->url, u.shown);
        if (!e->port)
            e->port = u.port;
        qv_url_free(&u);
    } else {
        str_add_text(&e->url, "about:invalid");
        e->comment = url;
    }
    e->message.url = e->url.base;
}

static void add_entry(struct report_export *e, const struct har_entry *h,
                      struct str *out)
{
    struct str entry = {0};
    struct str id = {0};
    char text[24];
    json_open(&entry, NULL, '{');
    json_string(&entry, "pageref", PAGE);
    add_started(&entry, report_record_started(h->record) + h->start);
    add_timings(h, &entry);
    har_message_request(&h->message, &entry);
    har_message_response(&h->message, &entry);
    json_open(&entry, "cache", '{');
    json_close(&entry, '}');
    if (h->ip) {
        json_string(&entry, "serverIPAddress", h->ip);
        (void)snprintf(text, sizeof text, "%u", h->port);
        json_string(&entry, "connection", text);
    }
    if (h->conn > 0) {
        (void)snprintf(text, sizeof text, "%.0f", h->conn);
        json_string(&entry, "_connectionId", text);
    }
    json_string(&entry, "_resourceType", "fetch");
    if (h->comment)
        json_string(&entry, "comment", h->comment);
    report_record_id(h->record, &id);
    json_string(&entry, "_id", str_text(&id));
    json_close(&entry, '}');
    if (e->nparts++)
        str_add_text(out, ",\n");
    str_add(out, span_of(entry.base, entry.len));
    str_fini(&entry);
    str_fini(&id);
}

/* ---- what a record holds ---- */

static void add_tries(struct report_export *e, const struct report_record *r,
                      struct str *out)
{
    yyjson_arr_iter tries;
    yyjson_val *try;
    yyjson_arr_iter_init(report_record_value(r, "retries"), &tries);
    while ((try = yyjson_arr_iter_next(&tries))) {
        const char *why = string(yyjson_obj_get(try, "error"), "detail");
        struct har_entry h = {
            .record = r,
            .message = {.method = report_record_string(r, "method"),
                        .error = why,
                        .status = (int)number(try, "response_code", 0),
                        .header_size = -1,
                        .received = -1,
                        .delivered = -1,
                        .uploaded = -1},
            .start = number(try, "time_start", 0),
            .wait = number(try, "time_total", 0),
            .comment = string(try, "reason"),
        };
        set_url(&h, report_record_string(r, "url"));
        add_entry(e, &h, out);
        str_fini(&h.url);
    }
}

/* What its answer said, else what was asked for next. */
static const char *location(yyjson_val *hop, yyjson_val *next,
                            const struct report_record *r)
{
    yyjson_val *said =
        yyjson_obj_get(yyjson_obj_get(hop, "headers"), "location");
    const char *first = yyjson_get_str(yyjson_arr_get_first(said));
    if (first)
        return first;
    return next ? string(next, "url")
                : report_record_string(r, "url_effective");
}

static const char *first_value(yyjson_val *headers, const char *name)
{
    return yyjson_get_str(yyjson_arr_get_first(yyjson_obj_get(headers, name)));
}

static void add_hop(struct report_export *e, const struct report_record *r,
                    yyjson_val *hop, yyjson_val *next, struct str *out)
{
    yyjson_val *headers = yyjson_obj_get(hop, "headers");
    const char *method = string(hop, "method");
    struct har_entry h = {
        .record = r,
        .message = {.method =
                        method ? method : report_record_string(r, "method"),
                    .version = string(hop, "http_version"),
                    .sent = yyjson_obj_get(hop, "request"),
                    .headers = headers,
                    .content_type = first_value(headers, "content-type"),
                    .redirect = location(hop, next, r),
                    .status = (int)number(hop, "response_code", 0),
                    .header_size = -1,
                    .received = -1,
                    .delivered = -1,
                    .uploaded = -1},
        .start = number(hop, "time_start", 0),
        .phases = yyjson_obj_get(hop, "phases"),
        .ip = string(hop, "remote_ip"),
        .conn = number(hop, "conn_id", 0),
    };
    set_url(&h, string(hop, "url"));
    add_entry(e, &h, out);
    str_fini(&h.url);
}

static void add_hops(struct report_export *e, const struct report_record *r,
                     struct str *out)
{
    yyjson_arr_iter hops;
    yyjson_arr_iter_init(report_record_value(r, "hops"), &hops);
    yyjson_val *hop = yyjson_arr_iter_next(&hops);
    while (hop) {
        yyjson_val *next = yyjson_arr_iter_next(&hops);
        add_hop(e, r, hop, next, out);
        hop = next;
    }
}

/* When the last request began: what came before is not in its phases, but that
 * the queue of one that follows others may have begun with the first. */
static void set_start(struct har_entry *e)
{
    const struct report_record *r = e->record;
    yyjson_val *last = yyjson_arr_get_last(report_record_value(r, "retries"));
    double queue = number(e->phases, phase_names[PHASE_QUEUE], 0);
    double ready = number(last, "time_start", 0) +
                   number(last, "time_total", 0) + number(last, "delay", 0);
    double start = report_record_number(r, "time_total", 0);
    for (unsigned i = 0; i < PHASES; i++)
        start -= number(e->phases, phase_names[i], 0);
    start = start > 1e-6 ? start : 0;
    if (last && start < ready && queue > 0) {
        e->before = ready - start < queue ? ready - start : queue;
        start += e->before;
    }
    e->start = start;
}

static void add_last(struct report_export *e, const struct report_record *r,
                     struct str *out)
{
    const char *redirect = report_record_string(r, "redirect_url");
    const char *url = report_record_string(r, "url_effective");
    struct str why = {0};
    struct har_entry h = {
        .record = r,
        .message = {.method = report_record_string(r, "method"),
                    .version = report_record_string(r, "http_version"),
                    .sent = report_record_value(r, "request"),
                    .headers = report_record_value(r, "headers"),
                    .body = report_record_value(r, "body"),
                    .content_type = report_record_string(r, "content_type"),
                    .redirect = redirect,
                    .status = (int)report_record_number(r, "response_code", 0),
                    .header_size = report_record_number(r, "size_header", -1),
                    .received = report_record_number(r, "size_download", -1),
                    .delivered = report_record_number(r, "size_delivered", -1),
                    .uploaded = report_record_number(r, "size_upload", -1)},
        .phases = report_record_value(r, "phases"),
        .ip = report_record_string(r, "remote_ip"),
        .port = (unsigned)report_record_number(r, "remote_port", 0),
        .conn = report_record_number(r, "conn_id", 0),
    };
    if (!r->is_ok) {
        report_record_error(r, &why);
        h.message.error = str_text(&why);
    }
    set_start(&h);
    set_url(&h, url ? url : report_record_string(r, "url"));
    add_entry(e, &h, out);
    str_fini(&h.url);
    str_fini(&why);
}

/* ---- the log ---- */

static void begin(struct str *out)
{
    str_add_text(out, "{\"log\":{\"version\":\"1.2\",\"creator\":{\"name\":"
                      "\"quiver\",\"version\":");
    json_quote(out, qv_version());
    str_add_text(out, "},\"entries\":[\n");
}

static void add(struct report_export *e, const struct report_record *r,
                struct str *out)
{
    double started = report_record_started(r);
    if (!e->n || started < e->first)
        e->first = started;
    add_tries(e, r, out);
    add_hops(e, r, out);
    add_last(e, r, out);
}

static void end(const struct report_export *e, struct str *out)
{
    str_add_text(out, "\n],\"pages\":[");
    json_open(out, NULL, '{');
    add_started(out, e->first);
    json_string(out, "id", PAGE);
    json_string(out, "title", "quiver");
    json_open(out, "pageTimings", '{');
    json_close(out, '}');
    json_close(out, '}');
    str_add_text(out, "]}}\n");
}

const struct report_export_kind report_har_kind = {
    .begin = begin, .add = add, .end = end};
