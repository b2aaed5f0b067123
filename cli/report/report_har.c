#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/json.h"
#include "core/quiver.h"
#include "report/report_exchanges.h"
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

#define PAGE        "page_1"
#define SECONDS_MAX 253402300800.0 /* the year 10000 */

/* An entry, as far as it is more than its message. */
struct har_entry {
    const struct report_record *record;
    struct shown_exchange exchange;
    struct har_message message;
    struct str url; /* owned */
    const char *ip;
    unsigned port; /* of the server; 0: unknown */
    const char *comment;
};

#define NUMBER report_exchanges_number
#define STRING report_exchanges_string

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
    double s = e->exchange.phases.lasted[which];
    return s < 0 ? -1 : s * 1e3;
}

static double sum(double a, double b)
{
    return (a > 0 ? a : 0) + (b > 0 ? b : 0);
}

/* Where the time went of an exchange that was over before its phases were. */
static bool has_failed_in(const struct har_entry *e, const char *which)
{
    const char *phase = report_record_string(e->record, "error.phase");
    return e->exchange.unfinished > 0 && phase && strcmp(phase, which) == 0;
}

/* `time` is the sum of these, but for ssl. */
static void add_timings(const struct har_entry *e, struct str *out)
{
    double queue = phase_ms(e, PHASE_QUEUE);
    double dns = phase_ms(e, PHASE_DNS);
    double tls = phase_ms(e, PHASE_TLS);
    double tcp = phase_ms(e, PHASE_CONNECT);
    double send = sum(phase_ms(e, PHASE_SEND), 0);
    double wait = sum(phase_ms(e, PHASE_WAIT), 0);
    double receive = sum(phase_ms(e, PHASE_RECEIVE), 0);
    double rest = e->exchange.unfinished * 1e3;
    if (e->exchange.kind == SHOWN_TRY)
        wait = e->exchange.lasted * 1e3;
    else if (has_failed_in(e, "dns"))
        dns = sum(dns, rest);
    else if (has_failed_in(e, "connect"))
        tcp = sum(tcp, rest);
    else if (has_failed_in(e, "tls"))
        tls = sum(tls, rest);
    else if (has_failed_in(e, "receive"))
        receive += rest;
    else
        wait += rest;
    double connect = tcp < 0 && tls < 0 ? -1 : sum(tcp, tls);
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
    time_t second;
    if (!(at >= 0 && at < SECONDS_MAX))
        at = 0;
    second = (time_t)at;
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
    add_started(&entry, report_record_started(h->record) + h->exchange.start);
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
    if (h->exchange.conn > 0) {
        (void)snprintf(text, sizeof text, "%" PRIu64, h->exchange.conn);
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

static const char *first_value(yyjson_val *headers, const char *name)
{
    return yyjson_get_str(yyjson_arr_get_first(yyjson_obj_get(headers, name)));
}

static void set_hop(struct har_entry *h, yyjson_val *hop, yyjson_val *next)
{
    struct har_message *m = &h->message;
    m->sent = yyjson_obj_get(hop, "request");
    m->headers = yyjson_obj_get(hop, "headers");
    m->content_type = first_value(m->headers, "content-type");
    m->redirect = first_value(m->headers, "location");
    if (!m->redirect) /* what was asked for next */
        m->redirect = next ? STRING(next, "url")
                           : report_record_string(h->record, "url_effective");
    h->ip = STRING(hop, "remote_ip");
}

static void set_last(struct har_entry *h, struct str *why)
{
    const struct report_record *r = h->record;
    struct har_message *m = &h->message;
    m->sent = report_record_value(r, "request");
    m->headers = report_record_value(r, "headers");
    m->body = report_record_value(r, "body");
    m->content_type = report_record_string(r, "content_type");
    m->redirect = report_record_string(r, "redirect_url");
    m->header_size = report_record_number(r, "size_header", -1);
    m->received = report_record_number(r, "size_download", -1);
    m->delivered = report_record_number(r, "size_delivered", -1);
    m->uploaded = report_record_number(r, "size_upload", -1);
    h->ip = report_record_string(r, "remote_ip");
    double port = report_record_number(r, "remote_port", 0);
    h->port = port > 0 && port < 65536 ? (unsigned)port : 0;
    if (r->is_ok)
        return;
    report_record_error(r, why);
    m->error = str_text(why);
}

static void add_exchange(struct report_export *e, struct report_exchanges *all,
                         const struct shown_exchange *x, yyjson_val *value,
                         struct str *out)
{
    struct str why = {0};
    struct har_entry h = {
        .record = all->record,
        .exchange = *x,
        .message = {.method = x->method,
                    .version = x->version,
                    .status = x->status,
                    .header_size = -1,
                    .received = -1,
                    .delivered = -1,
                    .uploaded = -1},
    };
    switch (x->kind) {
    case SHOWN_TRY:
        h.message.error = STRING(yyjson_obj_get(value, "error"), "detail");
        h.comment = STRING(value, "reason");
        break;
    case SHOWN_REDIRECT:
        set_hop(&h, value, all->next_hop);
        break;
    case SHOWN_LAST:
        set_last(&h, &why);
        break;
    }
    set_url(&h, x->url);
    add_entry(e, &h, out);
    str_fini(&h.url);
    str_fini(&why);
}

/* ---- the log ---- */

static bool begin(struct report_export *e, struct str *out)
{
    (void)e;
    str_add_text(out, "{\"log\":{\"version\":\"1.2\",\"creator\":{\"name\":"
                      "\"quiver\",\"version\":");
    json_quote(out, qv_version());
    str_add_text(out, "},\"entries\":[\n");
    return true;
}

static void add(struct report_export *e, const struct report_record *r,
                struct str *out)
{
    double started = report_record_started(r);
    struct report_exchanges all;
    struct shown_exchange x;
    yyjson_val *value;
    if (!e->n || started < e->first)
        e->first = started;
    report_exchanges_begin(&all, r);
    while (report_exchanges_next(&all, &x, &value))
        add_exchange(e, &all, &x, value, out);
}

static void end(struct report_export *e, struct str *out)
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
